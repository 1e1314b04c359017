import { deviceNumber } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { quarantineScene } from '../../support/quarantine';

let gateway: TestGateway;
const scene = quarantineScene(() => gateway);
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
});

it('of machines with one agent, of an image, the one that was held is awaited in full, and no other', async () => {
  const agentid = '0b6f1f0e-2c61-4a5d-9a1e-5d2f6f0a7c11';
  const one = deviceNumber(1);
  const other = { ...deviceNumber(2), deviceid: one.deviceid };
  const send = (device: typeof one & { isPartial?: boolean }) => scene.send(device, { agentid });
  const partial = (device: typeof one) => send({ ...device, isPartial: true });
  const accepted = { verdict: 'accepted' };
  const awaited = { verdict: 'refused', reason: 'full_inventory_awaited' };
  for (const device of [one, other]) expect(await send(device)).toMatchObject(accepted);

  const stranger = { ...one, uuid: deviceNumber(3).uuid, macs: deviceNumber(3).macs, name: 'stranger' };
  expect(await send(stranger)).toMatchObject({ verdict: 'quarantined', reason: 'identity_conflict' });
  expect(await partial(other)).toMatchObject(accepted);
  expect(await partial(one)).toMatchObject(awaited);

  // What the other one sends in full says nothing of the one that waits.
  expect(await send({ ...other, softwares: ['more'] })).toMatchObject(accepted);
  expect(await partial(one)).toMatchObject(awaited);
  expect(await gateway.api('GET', '/agents')).toMatchObject({ items: [{ fullAwaited: true }] });
  for (const { id } of await scene.open()) await scene.resolve(id, { action: 'reject' });
  expect(await send(one)).toMatchObject(accepted);
  expect(await partial(one)).toMatchObject(accepted);
});

it('a machine that tells no numbers ends the wait of its agent, and so does the agent when it comes after days', async () => {
  const agentid = '0b6f1f0e-2c61-4a5d-9a1e-5d2f6f0a7c12';
  const one = deviceNumber(11);
  const send = (device: Parameters<typeof scene.send>[0]) => scene.send(device, { agentid });
  const plant = async (device: string, days: number) =>
    await gateway.sql(
      `INSERT INTO full_awaited (instance_id, kid, deviceid, agentid, device, since)
       SELECT instance_id, kid, '${one.deviceid}', '${agentid}', '${device}', now() - interval '${days} days' FROM registration_key LIMIT 1`,
    );
  const left = async () =>
    (
      await gateway.sql<{ device: string }>(`SELECT device FROM full_awaited WHERE agentid = '${agentid}'`)
    ).map(({ device }) => device);
  await plant('', 0);
  await plant('serial:ANOTHER', 0);
  await plant('serial:LONGAGO', 8);
  expect(await send(one)).toMatchObject({ verdict: 'accepted' });
  expect(await left()).toEqual(['serial:ANOTHER']);
  await gateway.sql(`DELETE FROM asset_identifier`);
  const bare = { deviceid: one.deviceid, name: one.name, macs: deviceNumber(12).macs };
  expect(await send(bare)).toMatchObject({ verdict: 'accepted' });
  expect(await left()).toEqual([]);
});
