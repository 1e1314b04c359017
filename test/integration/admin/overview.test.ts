import { v7 } from 'uuid';
import { compactAssetTally } from '../../../src/store/asset-tally';
import { openDatabase, type Database } from '../../../src/store/database';
import { deleteOldTallies, tallySubmissions } from '../../../src/store/submission-tally';
import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';
import { anAsset, aSubmission } from '../../support/admin-rows';
import { aSite, type Site } from '../../support/admin-tree';

let api: AdminApi;
let paris: Site, lyon: Site, quarter: Site;
let database: Database;
const now = new Date();
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
/** As if made at that time. */
const idAt = (time: Date) => v7({ msecs: time.getTime() });

beforeAll(async () => {
  api = await startAdminApi();
  api.clock.now = now;
  const options = { maxConnections: 2, connectTimeoutMs: 5000, statementTimeoutMs: 30_000 };
  database = openDatabase(api.databaseUrl, options);
  paris = await aSite(api, api.rootEntityId);
  lyon = await aSite(api, api.rootEntityId);
  quarter = await aSite(api, paris.entityId);
  for (const [site, hours, over] of [
    [paris, 2, {}],
    [quarter, 2, { verdict: 'refused', reason: 'schema_invalid', folded: 5 }],
    [lyon, 30, { verdict: 'refused', reason: 'schema_invalid' }],
    [lyon, 0, {}],
  ] as const) {
    const at = ago(hours);
    const home = { instanceId: 1, kid: site.kid, entityId: site.entityId };
    await aSubmission(api, home, { submission_id: idAt(at), received_at: at, ...over });
  }
});
afterAll(async () => {
  await database.close();
  await api.close();
});

const overview = async (query = '', token?: string) => {
  const answer = await api.call('get', `/overview${query}`, token === undefined ? {} : { token });
  expect([answer.status, answer.text]).toEqual([200, expect.anything()]);
  return answer.body as {
    assets: {
      active: number;
      retired: number;
      byItemtype: Json[];
      byEntity: { entityId: string; count: number }[];
      elsewhere: number;
    };
    submissions: { span: string; from: string; items: { start: string; [verdict: string]: unknown }[] };
    silent: Json;
    quarantine: { open: number; newest: { name: string }[] };
    keys: { kid: string; assets: number; week: Json }[];
  };
};
const sums = ({ submissions }: Awaited<ReturnType<typeof overview>>) =>
  ['accepted', 'quarantined', 'refused'].map((verdict) =>
    submissions.items.reduce((sum, point) => sum + Number(point[verdict]), 0),
  );

it('counts submissions the same before and after they were gathered, whoever asks', async () => {
  const look = async () => ({
    all: sums(await overview()),
    twoDays: sums(await overview('?hours=48')),
    byDay: sums(await overview('?days=7')),
    paris: sums(await overview('', paris.tokens.viewer)),
    quarter: sums(await overview(`?entity=${quarter.entityId}`)),
    lyon: sums(await overview('?hours=48', lyon.tokens.viewer)),
  });
  // Each site has one accepted and one held submission of its own.
  const expected = {
    ...{ all: [5, 3, 5], twoDays: [5, 3, 6], byDay: [5, 3, 6] },
    ...{ paris: [3, 2, 5], quarter: [1, 1, 5], lyon: [2, 1, 1] },
  };
  expect(await look()).toEqual(expected);
  // Some have settled, the others are younger than three minutes.
  expect(await tallySubmissions(database.pool, now)).toBe(3);
  expect(await look()).toEqual(expected);
  expect(await tallySubmissions(database.pool, ago(-1))).toBeGreaterThan(0);
  expect(await tallySubmissions(database.pool, ago(-1))).toBe(0);
  expect(await look()).toEqual(expected);
});

it('shows every hour, also those in which nothing came, and the present one last', async () => {
  const { submissions } = await overview('?hours=168');
  expect(submissions.items).toHaveLength(168);
  expect(new Date(submissions.items.at(-1)?.start ?? 0).getTime()).toBe(
    Math.floor(now.getTime() / 3_600_000) * 3_600_000,
  );
  expect((await overview('?days=366')).submissions.items).toHaveLength(366);
  for (const query of ['?hours=169', '?hours=0', '?days=367', '?silentDays=0']) {
    expect((await api.call('get', `/overview${query}`)).status).toBe(400);
  }
});

it('counts assets exactly through making, moving, retiring, merging and compacting', async () => {
  const byEntity = async (token?: string) => {
    const { assets } = await overview('', token);
    return Object.fromEntries(assets.byEntity.map(({ entityId, count }) => [entityId, count]));
  };
  const home = { instanceId: 1, kid: paris.kid, entityId: paris.entityId };
  const printer = await anAsset(api, home, { itemtype: 'Printer' });
  const part = await anAsset(api, home, { identity: { serials: ['P1'] } });
  expect((await overview()).assets).toMatchObject({
    ...{ active: 5, retired: 0, elsewhere: 0 },
    byItemtype: [
      { itemtype: 'Computer', count: 4 },
      { itemtype: 'Printer', count: 1 },
    ],
  });
  await api.expect(200, 'patch', `/assets/${printer}`, { entityId: lyon.entityId });
  await api.expect(200, 'patch', `/assets/${lyon.assetId}`, { status: 'retired' });
  await api.expect(200, 'post', `/assets/${paris.assetId}/merge`, { from: [part], force: true });
  const rows = async () =>
    (await database.pool.query<{ n: number }>('SELECT count(*) AS n FROM asset_tally')).rows[0]?.n ?? 0;
  const [before, many] = [await byEntity(), await rows()];
  expect(before).toEqual({ [paris.entityId]: 1, [quarter.entityId]: 1, [lyon.entityId]: 1 });
  expect((await overview()).assets.retired).toBe(1);
  await compactAssetTally(database.pool);
  expect(await rows()).toBeLessThan(many);
  expect(await byEntity()).toEqual(before);
  expect(await byEntity(quarter.tokens.viewer)).toEqual({ [quarter.entityId]: 1 });
  const { keys } = await overview('', paris.tokens.viewer);
  expect(keys.find(({ kid }) => kid === paris.kid)).toMatchObject({ assets: 2 });
});

it('counts what is silent, what is held, and shows the newest of it', async () => {
  const home = { instanceId: 1, kid: quarter.kid, entityId: quarter.entityId };
  for (const days of [13, 15, 40]) await anAsset(api, home, { last_seen: ago(days * 24) });
  await anAsset(api, home, { last_seen: ago(40 * 24), status: 'retired' });
  expect((await overview()).silent).toMatchObject({ days: 14, count: 2, isMore: false });
  expect((await overview('?silentDays=10')).silent).toMatchObject({ days: 10, count: 3 });
  expect((await overview('', lyon.tokens.viewer)).silent).toMatchObject({ count: 0 });
  expect((await overview()).quarantine).toMatchObject({ open: 3 });
  const { quarantine } = await overview('', lyon.tokens.viewer);
  expect(quarantine.newest.map(({ name }) => name)).toEqual([`held at ${lyon.name}`]);
});

it('forgets hours and days that are not shown any more', async () => {
  expect(await deleteOldTallies(database.pool, ago(10), ago(1000))).toBeGreaterThan(0);
  expect(sums(await overview('?hours=48'))[2]).toBe(5);
  expect(sums(await overview('?days=7'))[2]).toBe(6);
});
