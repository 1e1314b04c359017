import type { ForwardedAsset } from '../../../src/admin/forwarding/list';
import type { ForwardStatus } from '../../../src/admin/forwarding/status';
import { deviceNumber, jsonInventory, type Device } from '../../support/devices';
import { startFakeGlpi, type FakeGlpi } from '../../support/fake-glpi';
import { arrivals, forwardingSettings, startForwardingGateway } from '../../support/forwarding';
import type { TestGateway } from '../../support/gateway';
import { eventually, submissionOf } from '../../support/refusals';

let glpi: FakeGlpi;
let gateway: TestGateway;

beforeAll(async () => {
  glpi = await startFakeGlpi();
  gateway = await startForwardingGateway(glpi);
});
afterAll(async () => {
  await gateway.close();
  await glpi.close();
});
beforeEach(async () => {
  glpi.mood = 'ok';
  await gateway.api('POST', '/forward/resume');
  await gateway.api('POST', '/forward/drop', { all: true });
  await gateway.sql(`UPDATE upstream SET breaker = '{}', version = version + 1`);
  // What a test left waiting would take the places of what the next one holds back.
  await eventually('idle', async () => ((await status()).backlog.waiting === 0 ? true : undefined));
});

const status = () => gateway.api<ForwardStatus>('GET', '/forward');
const list = async (query: string) =>
  (await gateway.api<{ items: ForwardedAsset[] }>('GET', `/forward/assets?${query}`)).items;
const standing = (assetId: string) => gateway.api<ForwardedAsset>('GET', `/assets/${assetId}/forwarding`);
const post = async (device: Device, over?: Record<string, string>): Promise<string> => {
  const answer = await gateway.post('/front/inventory.php', { body: jsonInventory(device), ...over });
  expect(answer.status).toBe(200);
  return String((await submissionOf(gateway, answer)).assetId);
};
const inState = (assetId: string, state: string) =>
  eventually(`${assetId} ${state}`, async () => {
    const one = await standing(assetId);
    return one.state === state ? one : undefined;
  });
const delivered = (assetId: string) =>
  eventually(`${assetId} delivered`, async () => {
    const one = await standing(assetId);
    return one.state === 'done' && one.deliveredAt !== null ? one : undefined;
  });
const deadLetter = async (n: number, mood: 'schema' | 'too_large') => {
  const device = deviceNumber(n);
  glpi.mood = mood;
  const assetId = await post(device);
  await inState(assetId, 'dead');
  glpi.mood = 'ok';
  return { device, assetId };
};

test('a pause holds in every process and over a restart, with who, why and until when, and ends by itself', async () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const paused = await gateway.api<ForwardStatus>('POST', '/forward/pause', {
    why: 'upgrade of GLPI',
    until,
  });
  expect(paused.upstream).toMatchObject({
    state: 'paused',
    pause: { why: 'upgrade of GLPI', by: expect.stringContaining('token') as string, until },
  });
  const twin = await gateway.twin({ forwarding: forwardingSettings });
  const before = glpi.requests;
  const device = deviceNumber(1);
  const assetId = await post(device);
  expect((await status()).backlog).toMatchObject({ waiting: 1, inFlight: 0, oldestWaitSeconds: 0 });
  expect(await standing(assetId)).toMatchObject({ state: 'waiting', sends: 'inventory', deliveredAt: null });
  // Both had turns to look.
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(glpi.requests).toBe(before);
  await twin.close();
  // Nobody is there to end it.
  await gateway.sql(`UPDATE upstream SET paused_until = now() - interval '1 second'`);
  await arrivals(glpi, device.deviceid);
  expect((await status()).upstream).toMatchObject({ state: 'up', pause: null });
});

test.each(['2026-02-30', '2020-01-01T00:00:00Z'])('a pause until %s is refused', async (until) => {
  await expect(gateway.api('POST', '/forward/pause', { until })).rejects.toThrow(/422|until/);
  expect((await status()).upstream?.pause).toBeNull();
});

test('dead letters are counted by reason with what to do, and tried again: one, by reason, all', async () => {
  const one = await deadLetter(11, 'schema');
  const other = await deadLetter(12, 'too_large');
  const third = await deadLetter(13, 'too_large');
  const { backlog, lastErrors } = await status();
  expect(backlog).toMatchObject({ waiting: 0, dead: 3 });
  expect(backlog.reasons).toMatchObject([
    {
      state: 'dead',
      reason: 'too_large',
      count: 2,
      advice: expect.stringContaining('client_max_body_size') as string,
    },
    { state: 'dead', reason: 'schema', count: 1 },
  ]);
  expect(lastErrors.map(({ assetId }) => assetId)).toEqual([third.assetId, other.assetId, one.assetId]);
  expect(await list('state=dead&reason=schema')).toMatchObject([
    {
      assetId: one.assetId,
      attempts: 0,
      reason: 'schema',
      detail: expect.stringContaining('versionclient') as string,
    },
  ]);
  expect(await gateway.api('POST', '/forward/retry', { assetIds: [one.assetId] })).toEqual({ count: 1 });
  await arrivals(glpi, one.device.deviceid);
  expect(await gateway.api('POST', '/forward/retry', { reason: 'schema' })).toEqual({ count: 0 });
  expect(await gateway.api('POST', '/forward/retry', { reason: 'too_large' })).toEqual({ count: 2 });
  await arrivals(glpi, other.device.deviceid);
  await arrivals(glpi, third.device.deviceid);
  const last = await deadLetter(14, 'schema');
  expect(await gateway.api('POST', '/forward/retry', { all: true })).toEqual({ count: 1 });
  await arrivals(glpi, last.device.deviceid);
  await delivered(last.assetId);
  expect((await status()).backlog).toMatchObject({ dead: 0, reasons: [] });
});

test('what is dropped is not sent, and the next inventory of it is', async () => {
  const { device, assetId } = await deadLetter(21, 'schema');
  const before = glpi.requests;
  expect(await gateway.api('POST', '/forward/drop', { reason: 'schema' })).toEqual({ count: 1 });
  expect(await standing(assetId)).toMatchObject({ state: 'done', sends: null, reason: null });
  expect(await gateway.api('POST', '/forward/retry', { all: true })).toEqual({ count: 0 });
  expect(glpi.requests).toBe(before);
  await gateway.api('POST', '/forward/pause', {});
  await post({ ...device, softwares: ['other'] });
  // What waits is dropped by name only.
  expect(await gateway.api('POST', '/forward/drop', { all: true })).toEqual({ count: 0 });
  expect(await gateway.api('POST', '/forward/drop', { assetIds: [assetId] })).toEqual({ count: 1 });
  await gateway.api('POST', '/forward/resume');
  await post({ ...device, softwares: ['third'] });
  const [seen] = await arrivals(glpi, device.deviceid);
  expect(JSON.stringify(seen)).toContain('third');
});

test('what is dropped while it is on its way is not taken up again when it fails', async () => {
  let release = (): void => undefined;
  glpi.hold = new Promise((resolve) => (release = resolve));
  const assetId = await post(deviceNumber(22));
  await inState(assetId, 'in_flight');
  expect(await gateway.api('POST', '/forward/drop', { assetIds: [assetId] })).toEqual({ count: 1 });
  glpi.mood = 'error_after_commit';
  glpi.hold = undefined;
  release();
  await eventually('its lease ends', async () =>
    (await standing(assetId)).state === 'in_flight' ? undefined : true,
  );
  expect(await standing(assetId)).toMatchObject({ state: 'done', sends: null, nextTryAt: null });
});

test('assets, a subtree, a key or all are sent again, behind what is new', async () => {
  const { id: entityId } = await gateway.api<{ id: string }>('POST', '/entities', { name: 'North' });
  const { id: below } = await gateway.api<{ id: string }>('POST', '/entities', {
    name: 'Pole',
    parentId: entityId,
  });
  const { key, kid } = await gateway.newKey({ entityId: below });
  const [first, second] = [deviceNumber(31), deviceNumber(32)];
  const inRoot = await post(first);
  const answer = await gateway.post('/front/inventory.php', { body: jsonInventory(second), key });
  const inPole = String((await submissionOf(gateway, answer)).assetId);
  await delivered(inRoot);
  await delivered(inPole);
  const again = async (body: object) =>
    (await gateway.api<{ count: number }>('POST', '/forward/resend', body)).count;
  expect(await again({ entityId })).toBe(1);
  await arrivals(glpi, second.deviceid, 2);
  await delivered(inPole);
  expect(await again({ kid })).toBe(1);
  await arrivals(glpi, second.deviceid, 3);
  expect(await again({ assetIds: [inRoot] })).toBe(1);
  await arrivals(glpi, first.deviceid, 2);
  await delivered(inRoot);
  await gateway.api('POST', '/forward/pause', {});
  expect(await again({ all: true })).toBeGreaterThanOrEqual(2);
  const fresh = deviceNumber(33);
  await post(fresh);
  const rows = await gateway.sql<{ priority: number; created: boolean }>(
    `SELECT f.priority, f.forwarded IS NULL AS created FROM forwarding f WHERE due_at IS NOT NULL ORDER BY priority`,
  );
  expect(rows[0]).toEqual({ priority: 0, created: true });
  expect(new Set(rows.slice(1).map(({ priority }) => priority))).toEqual(new Set([2]));
});

test('what is sent again while it is on its way goes once more afterwards', async () => {
  let release = (): void => undefined;
  glpi.hold = new Promise((resolve) => (release = resolve));
  const device = deviceNumber(41);
  const assetId = await post(device);
  await inState(assetId, 'in_flight');
  await gateway.api('POST', '/forward/resend', { assetIds: [assetId] });
  glpi.hold = undefined;
  release();
  await arrivals(glpi, device.deviceid, 2);
  await delivered(assetId);
  expect(glpi.mostOfOneDevice).toBe(1);
});

test.each([
  ['retry', {}],
  ['retry', { all: true, reason: 'schema' }],
  ['drop', {}],
  ['resend', {}],
  ['resend', { kid: 'abc', all: true }],
  ['resend', { entityId: '019a0000-0000-7000-8000-000000000000' }],
])('%s %j is refused: nobody means everything by leaving something out', async (what, body) => {
  await expect(gateway.api('POST', `/forward/${what}`, body)).rejects.toThrow(/422|body_invalid|not/);
});

test('an idle upstream costs no write', async () => {
  const lead = async () =>
    (
      await gateway.sql<{ until: Date; xmin: string }>(
        'SELECT leader_until AS until, xmin::text FROM upstream',
      )
    )[0];
  // A lease is renewed when half of it is over; of many turns at most one falls there.
  const versions = new Set<string | undefined>();
  for (let i = 0; i < 10; i++) {
    versions.add((await lead())?.xmin);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  expect(versions.size).toBeLessThanOrEqual(2);
});
