import { defaultRetentionLimits } from '../../../src/store/retention';
import { deleteOldCases } from '../../../src/store/quarantine-retention';
import { deviceNumber, type Device } from '../../support/devices';
import { startTestGateway, storeLimits, type TestGateway } from '../../support/gateway';
import { quarantineScene } from '../../support/quarantine';

const maxOpenCasesPerKey = 3;
let gateway: TestGateway;
const { send, open, resolve, assetRow } = quarantineScene(() => gateway);
beforeAll(async () => {
  gateway = await startTestGateway({ storeLimits: { ...storeLimits, maxOpenCasesPerKey } });
});
afterAll(async () => {
  await gateway.close();
});

let number = 4000;
const anotherDevice = () => deviceNumber(number++);
const heldBodies = async (kid: string) =>
  (
    await gateway.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM submission_body JOIN submission USING (instance_id, submission_id) WHERE kid = $1`,
      [kid],
    )
  )[0]?.n;

test('one device more than may wait is held and recorded, but has no case and its body is not kept', async () => {
  const { kid, key } = await gateway.newKey({ mode: 'approve' });
  const devices = Array.from({ length: maxOpenCasesPerKey + 1 }, anotherDevice);
  const rows = [];
  for (const device of devices) rows.push(await send(device, { key }));
  expect(rows.map(({ verdict }) => verdict)).toEqual(Array(maxOpenCasesPerKey + 1).fill('quarantined'));
  expect(await open(`key=${kid}`)).toHaveLength(maxOpenCasesPerKey);
  expect(await heldBodies(kid)).toBe(maxOpenCasesPerKey);
  expect(await gateway.api('GET', `/submissions/${rows.at(-1)?.id ?? ''}`)).toMatchObject({ caseId: null });
  // Those that wait are counted further; a place that becomes free is taken.
  await send(devices[0] as Device, { key });
  await resolve(rows[1]?.id ?? '', { action: 'reject' });
  await send(devices.at(-1) as Device, { key });
  expect((await open(`key=${kid}`)).map(({ count }) => count).toSorted()).toEqual([1, 1, 2]);
});

test('so many wait and no more, however many come at once', async () => {
  const { kid, key } = await gateway.newKey({ mode: 'approve' });
  const rows = await Promise.all(Array.from({ length: 12 }, () => send(anotherDevice(), { key })));
  expect(rows.every(({ verdict }) => verdict === 'quarantined')).toBe(true);
  expect(await open(`key=${kid}`)).toHaveLength(maxOpenCasesPerKey);
  expect(await heldBodies(kid)).toBe(maxOpenCasesPerKey);
});

describe('after a long time', () => {
  const now = new Date();
  const hour = 3_600_000;
  const before = new Date(now.getTime() - 365 * 24 * hour);
  const ages = { openBefore: before, decidedBefore: before };
  const tooOld = new Date(before.getTime() - 1);

  test('a case nobody decided on is forgotten; a remembered decision and a ban stay', async () => {
    const { kid, key } = await gateway.newKey({ mode: 'approve' });
    const [waiting, fresh, rejected] = [
      await send(anotherDevice(), { key }),
      await send(anotherDevice(), { key }),
      await send(anotherDevice(), { key }),
    ];
    await resolve(rejected.id, { action: 'reject' });
    const banned = await send(anotherDevice(), { key });
    await resolve(banned.id, { action: 'ban' });
    const bans = (await gateway.sql('SELECT FROM ban')).length;
    await gateway.sql('UPDATE quarantine SET last_seen = $1 WHERE case_id = ANY($2)', [
      tooOld,
      [waiting.id, rejected.id, banned.id],
    ]);
    await gateway.sql('UPDATE quarantine SET resolved_at = $1 WHERE case_id = ANY($2)', [
      tooOld,
      [rejected.id, banned.id],
    ]);
    await gateway.sql('UPDATE quarantine SET last_seen = $1 WHERE case_id = $2', [before, fresh.id]);
    expect(await deleteOldCases(gateway.gateway.database.pool, ages, now)).toBe(2);
    expect((await open(`key=${kid}&resolved=all`)).map(({ id }) => id).toSorted()).toEqual(
      [fresh.id, rejected.id].toSorted(),
    );
    expect(await gateway.sql('SELECT FROM ban')).toHaveLength(bans);
  });

  test('an asset whose claim was forgotten can be updated again', async () => {
    const device = anotherDevice();
    const agentid = '5e0cbb1e-31aa-4d0d-8a0a-0000000040aa';
    const { assetId } = await send(device, { agentid });
    const twin: Device = { ...anotherDevice(), deviceid: device.deviceid, name: device.name };
    const held = await send(twin, { agentid });
    expect((await assetRow(assetId ?? '')).contested).not.toBeNull();
    await deleteOldCases(gateway.gateway.database.pool, ages, now);
    expect((await assetRow(assetId ?? '')).contested).not.toBeNull();
    await gateway.sql('UPDATE quarantine SET last_seen = $1 WHERE case_id = $2', [tooOld, held.id]);
    await deleteOldCases(gateway.gateway.database.pool, ages, now, {
      ...defaultRetentionLimits,
      batchRows: 1,
    });
    expect((await assetRow(assetId ?? '')).contested).toBeNull();
    expect(await send({ ...device, softwares: ['x'] }, { agentid })).toMatchObject({
      outcome: 'updated',
      assetId,
    });
  });
});
