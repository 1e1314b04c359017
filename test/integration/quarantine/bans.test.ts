import { deviceNumber, type Device } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { quarantineScene } from '../../support/quarantine';

let gateway: TestGateway;
const { send, open, resolve, problemOf } = quarantineScene(() => gateway);
beforeAll(async () => {
  gateway = await startTestGateway();
});
beforeEach(async () => {
  await gateway.sql('DELETE FROM ban');
});
afterAll(async () => {
  await gateway.close();
});

let number = 2000;
const anotherDevice = () => deviceNumber(number++);
const agentid = () => `5e0cbb1e-31aa-4d0d-8a0a-00000000${(number++).toString(16).padStart(4, '0')}`;

interface Ban {
  readonly id: string;
  readonly kind: string;
  readonly value: string;
  readonly caseId: string;
}

const bans = async (query = '') => (await gateway.api<{ items: Ban[] }>('GET', `/bans?${query}`)).items;

/** An attacker with an own machine that shows serial and uuid of a stored one. */
async function attack() {
  const victim = { ...anotherDevice(), agentid: agentid() };
  const attacker = { ...anotherDevice(), agentid: agentid() };
  const { assetId } = await send(victim, { agentid: victim.agentid });
  const shown: Device = { ...attacker, serial: victim.serial, uuid: victim.uuid };
  const held = await send(shown, { agentid: attacker.agentid });
  expect(held.reason).toBe('identity_conflict');
  return { victim, attacker, shown, held, assetId: assetId ?? '' };
}

test('a ban names what the device alone shows, never what the victim is recognised by', async () => {
  const { victim, attacker, held, assetId } = await attack();
  expect(await resolve(held.id, { action: 'ban', note: 'laptop of nobody' })).toMatchObject({
    resolution: 'ban',
  });
  const made = await bans(`case=${held.id}`);
  expect(made.map(({ kind, value }) => [kind, value]).toSorted()).toEqual(
    [
      ['agentid', attacker.agentid],
      ['deviceid', attacker.deviceid],
      ['mac', attacker.macs[0]],
    ].toSorted(),
  );
  expect(await send(victim, { agentid: victim.agentid })).toMatchObject({ outcome: 'unchanged', assetId });
});

test('each banned identifier shuts out whoever shows it, under every key, whatever else they show', async () => {
  const { attacker, shown, held } = await attack();
  await resolve(held.id, { action: 'ban' });
  const { key } = await gateway.newKey({ mode: 'observe' });
  const fresh = (): Device => anotherDevice();
  const tries: [string, Device, string, string | undefined][] = [
    ['the same again', shown, attacker.agentid, undefined],
    ['the same under another key', shown, attacker.agentid, key],
    [
      'the card in another machine',
      { ...fresh(), macs: [...attacker.macs, '00:1b:21:bb:00:01'] },
      agentid(),
      key,
    ],
    ['the agent in another machine', fresh(), attacker.agentid.toUpperCase(), key],
    ['the deviceid in another machine', { ...fresh(), deviceid: attacker.deviceid }, agentid(), undefined],
  ];
  for (const [title, device, agent, by] of tries) {
    const row = await send(device, { agentid: agent, ...(by === undefined ? {} : { key: by }) });
    expect([title, row.verdict, row.reason]).toEqual([title, 'refused', 'identity_banned']);
    expect(row.evidence.banned).toEqual([
      expect.objectContaining({ kind: expect.any(String) as string, banId: expect.any(String) as string }),
      ...(row.evidence.banned as unknown[]).slice(1),
    ]);
  }
});

test('a ban is of its instance', async () => {
  const { attacker, held } = await attack();
  await resolve(held.id, { action: 'ban' });
  const rows = await gateway.sql<{ instance_id: number }>('SELECT DISTINCT instance_id FROM ban');
  expect(rows).toEqual([{ instance_id: 1 }]);
  await gateway.sql('UPDATE ban SET instance_id = 2');
  const again = await send(anotherDevice(), { agentid: attacker.agentid });
  expect(again.outcome).toBe('created');
});

test('lifted, the identifier may be shown again, and the device is held as before; create and lift are in the audit', async () => {
  const { attacker, shown, held, assetId } = await attack();
  await resolve(held.id, { action: 'ban' });
  for (const { id } of await bans(`case=${held.id}`)) {
    await gateway.api('POST', `/bans/${id}/lift`);
    const { items } = await gateway.api<{ items: { action: string }[] }>('GET', `/audit?object=${id}`);
    expect(items.map(({ action }) => action)).toEqual(['ban.lift', 'ban.create']);
    expect((await problemOf('POST', `/bans/${id}/lift`)).status).toBe(404);
  }
  expect(await send(shown, { agentid: attacker.agentid })).toMatchObject({
    reason: 'identity_conflict',
    assetId,
  });
  expect(await open(`asset=${assetId}`)).toMatchObject([{ id: held.id, count: 2, resolution: null }]);
});

test('what any asset in use is recognised by is spared: a dock, an agent that serves several', async () => {
  const { attacker, shown, held } = await attack();
  const dock = attacker.macs[0] ?? '';
  const innocent = { ...anotherDevice(), macs: [dock, '00:1b:21:cc:00:01'] };
  const { assetId } = await send(innocent);
  await resolve(held.id, { action: 'ban' });
  expect((await bans(`case=${held.id}`)).map(({ kind }) => kind).toSorted()).toEqual(['agentid', 'deviceid']);
  expect(await send(innocent)).toMatchObject({ outcome: 'unchanged', assetId });
  const { items } = await gateway.api<{ items: { action: string; detail: { spared?: unknown } }[] }>(
    'GET',
    `/audit?object=${held.id}`,
  );
  expect(items[0]?.detail.spared).toContainEqual({ kind: 'mac', value: dock, assetId });
  expect(shown.macs).toEqual([dock]);
});

test('a device that shows nothing of its own but a name is rejected by a ban, not the asset it copies', async () => {
  const victim = anotherDevice();
  const { assetId } = await send(victim);
  const { name, deviceid } = victim;
  const held = await send({
    name: `${name}-x`,
    deviceid,
    serial: victim.serial,
    macs: ['00:1b:21:dd:00:01'],
  });
  if (held.verdict === 'quarantined') {
    await resolve(held.id, { action: 'ban' });
    expect((await bans(`case=${held.id}`)).map(({ kind }) => kind)).toEqual(['mac']);
  }
  const bare = await send({ name, deviceid });
  expect(bare).toMatchObject({ reason: 'identity_conflict', assetId });
  expect(await resolve(bare.id, { action: 'ban' })).toMatchObject({ resolution: 'ban', isRemembered: true });
  expect(await bans(`case=${bare.id}`)).toEqual([]);
  expect(await send({ name, deviceid })).toMatchObject({ verdict: 'refused', reason: 'submission_rejected' });
  expect(await send(victim)).toMatchObject({ verdict: 'accepted', assetId });
});

test('a newcomer that claims nothing is banned with all it shows, up to the limit of one case', async () => {
  const { key } = await gateway.newKey({ mode: 'approve' });
  const macs = Array.from({ length: 32 }, (_, i) => `00:1b:21:ee:00:${i.toString(16).padStart(2, '0')}`);
  const held = await send({ ...anotherDevice(), macs }, { key, agentid: agentid() });
  await resolve(held.id, { action: 'ban' });
  const made = await bans(`case=${held.id}&limit=500`);
  expect(made).toHaveLength(36);
  expect(made.length).toBeLessThanOrEqual(64);
});

test('names and addresses are never banned', async () => {
  const { key } = await gateway.newKey({ mode: 'approve' });
  const device = anotherDevice();
  const held = await send(device, { key });
  await resolve(held.id, { action: 'ban' });
  expect((await bans(`case=${held.id}`)).map(({ kind }) => kind)).not.toContain('hostname');
  expect(await send({ ...anotherDevice(), name: device.name })).toMatchObject({ outcome: 'created' });
});
