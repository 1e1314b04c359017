import { deviceNumber, type Device } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { quarantineScene } from '../../support/quarantine';

let gateway: TestGateway;
const { send, open, resolve, problemOf, assetRow, show } = quarantineScene(() => gateway);
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
});

let number = 3000;
const anotherDevice = () => deviceNumber(number++);
const agentid = () => `5e0cbb1e-31aa-4d0d-8a0a-00000000${(number++).toString(16).padStart(4, '0')}`;

const softwares = (count: number) => Array.from({ length: count }, (_, i) => `package-${i}`);

/** A machine with much software, and the same machine with next to none. */
async function shrunk() {
  const device: Device = { ...anotherDevice(), softwares: softwares(100) };
  const agent = agentid();
  const { assetId } = await send(device, { agentid: agent });
  const poor = { ...device, softwares: softwares(3) };
  const held = await send(poor, { agentid: agent });
  expect(held).toMatchObject({ verdict: 'quarantined', reason: 'inventory_shrunk', assetId });
  return { device, poor, agent, assetId: assetId ?? '', held };
}

describe('a question about one event is answered for that event only', () => {
  test('same takes what was held; the next loss of the same machine asks again and opens the case anew', async () => {
    const { device, poor, agent, assetId, held } = await shrunk();
    expect(await resolve(held.id, { action: 'same' })).toMatchObject({
      isRemembered: false,
      result: { assetId },
    });
    expect(await send(poor, { agentid: agent })).toMatchObject({ verdict: 'accepted' });
    const recovered = { ...device, softwares: softwares(101) };
    expect(await send(recovered, { agentid: agent })).toMatchObject({ outcome: 'updated', assetId });
    expect(await send({ ...poor, softwares: ['nothing'] }, { agentid: agent })).toMatchObject({
      reason: 'inventory_shrunk',
    });
    expect(await show(held.id)).toMatchObject({ resolution: null, count: 2, result: null });
    const { items } = await gateway.api<{ items: { action: string; detail: object }[] }>(
      'GET',
      `/audit?object=${held.id}`,
    );
    expect(items[0]).toMatchObject({ action: 'quarantine.reopen', detail: { decidedBefore: 'same' } });
  });

  test('a rejected recording or loss never shuts out the machine whose identity it shows', async () => {
    const { device, poor, agent, assetId, held } = await shrunk();
    expect(await resolve(held.id, { action: 'reject' })).toMatchObject({
      resolution: 'reject',
      isRemembered: false,
    });
    expect(await send(device, { agentid: agent })).toMatchObject({ verdict: 'accepted', assetId });
    expect(await send(poor, { agentid: agent })).toMatchObject({ reason: 'inventory_shrunk' });
    expect(await open(`asset=${assetId}`)).toMatchObject([{ id: held.id, count: 2 }]);
  });

  test('a ban that could hit only the machine itself is impossible, and says what to do', async () => {
    const { assetId, held } = await shrunk();
    const trouble = await problemOf('POST', `/quarantine/${held.id}/resolve`, { action: 'ban' });
    expect(trouble).toMatchObject({ status: 409, code: 'resolution_impossible' });
    expect(trouble.detail).toContain('Reject it instead');
    expect(await gateway.sql('SELECT FROM ban WHERE case_id = $1', [held.id])).toEqual([]);
    expect(await open(`asset=${assetId}`)).toMatchObject([{ resolution: null }]);
  });
});

test('a new question about a device that was let in opens its case again', async () => {
  const victim = anotherDevice();
  const agent = agentid();
  await send(victim);
  const claimant: Device = {
    ...anotherDevice(),
    serial: victim.serial,
    uuid: victim.uuid,
    softwares: softwares(100),
  };
  const held = await send(claimant, { agentid: agent });
  expect(held.reason).toBe('identity_conflict');
  await resolve(held.id, { action: 'same' });
  const lost = await send({ ...claimant, softwares: ['nothing'] }, { agentid: agent });
  expect(lost.reason).toBe('inventory_shrunk');
  expect(await show(held.id)).toMatchObject({ reason: 'inventory_shrunk', resolution: null, count: 2 });
});

describe('an asset that two machines claim', () => {
  /** A machine, and a copy of its agent's state on other hardware. */
  async function contested() {
    const device = anotherDevice();
    const agent = agentid();
    const { assetId } = await send(device, { agentid: agent });
    const twin: Device = { ...anotherDevice(), deviceid: device.deviceid, name: device.name };
    const held = await send(twin, { agentid: agent });
    expect(held).toMatchObject({ verdict: 'quarantined', reason: 'identity_conflict', assetId });
    expect((await assetRow(assetId ?? '')).contested).not.toBeNull();
    const own = await send({ ...device, softwares: ['payroll'] }, { agentid: agent });
    expect(own.reason).toBe('asset_contested');
    return { device, twin, agent, assetId: assetId ?? '', held, own };
  }

  test.each(['new', 'reject', 'ban'] as const)(
    'is settled by %s of the newcomer: its own machine updates it again, and its held case is closed with it',
    async (action) => {
      const { device, agent, assetId, held, own } = await contested();
      expect(await open(`asset=${assetId}`)).toHaveLength(2);
      await resolve(held.id, { action });
      expect((await assetRow(assetId)).contested).toBeNull();
      expect(await open(`asset=${assetId}`)).toEqual([]);
      expect(await show(own.id)).toMatchObject({ resolution: 'same', isRemembered: false });
      expect(await send({ ...device, softwares: ['payroll'] }, { agentid: agent })).toMatchObject({
        verdict: 'accepted',
        assetId,
      });
      const { items } = await gateway.api<{ items: { action: string; detail: object }[] }>(
        'GET',
        `/audit?object=${assetId}`,
      );
      expect(items).toContainEqual(
        expect.objectContaining({
          action: 'asset.contest',
          detail: expect.objectContaining({ contested: false, alsoClosed: [own.id] }) as object,
        }),
      );
    },
  );

  test('stays contested while another claim is open', async () => {
    const { device, agent, assetId, held } = await contested();
    const third: Device = { ...anotherDevice(), deviceid: device.deviceid, name: device.name };
    const other = await send(third, { agentid: agent });
    expect(other.reason).toBe('identity_conflict');
    await resolve(held.id, { action: 'reject' });
    expect((await assetRow(assetId)).contested).not.toBeNull();
    expect(await send(device, { agentid: agent })).toMatchObject({ reason: 'asset_contested' });
    await resolve(other.id, { action: 'reject' });
    expect((await assetRow(assetId)).contested).toBeNull();
  });

  test('same for the newcomer: the agent runs on new hardware, and the asset goes on with it', async () => {
    const { twin, agent, assetId, held } = await contested();
    expect(await resolve(held.id, { action: 'same' })).toMatchObject({
      result: { assetId, outcome: 'updated' },
    });
    expect(await assetRow(assetId)).toMatchObject({ contested: null, serial: twin.serial });
    expect(await send(twin, { agentid: agent })).toMatchObject({ verdict: 'accepted', assetId });
  });
});
