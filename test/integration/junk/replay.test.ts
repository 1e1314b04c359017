import { v7 } from 'uuid';
import type { MatchReplay } from '../../../src/admin/match-replay';
import { deviceNumber, type Device } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { quarantineScene } from '../../support/quarantine';

/** What would be decided otherwise, asked before anything is said, of devices that came over HTTP. */
let gateway: TestGateway;
const { send, problemOf } = quarantineScene(() => gateway);
beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(async () => {
  await gateway.close();
});

let number = 8000;
const board = (serial: string): Device => {
  const { uuid: _uuid, ...device } = deviceNumber(number++);
  return { ...device, serial };
};
const page = (body: Record<string, unknown>) => gateway.api<MatchReplay>('POST', '/match/replay', body);
async function replay(say: readonly Record<string, unknown>[] = [], limit = 500): Promise<MatchReplay> {
  let whole = await page({ say, limit });
  while (whole.next !== null) {
    const more = await page({ say, limit, after: whole.next });
    whole = {
      assets: whole.assets + more.assets,
      cases: whole.cases + more.cases,
      unread: whole.unread + more.unread,
      changes: [...whole.changes, ...more.changes],
      next: more.next,
    };
  }
  return whole;
}

/** Every row of every table, by the transaction that wrote it and where it stands. */
async function everyRow(): Promise<readonly unknown[]> {
  const tables = await gateway.sql<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  const rows = [];
  // The keys are used by nobody meanwhile; the token of the admin is noted as used.
  for (const { name } of tables.filter(({ name: one }) => !one.startsWith('admin_')))
    rows.push([name, await gateway.sql(`SELECT ctid::text, xmin::text FROM ${name} ORDER BY 1, 2`)]);
  return rows;
}

test('says who would come in if a number were junk, and changes no row of any table', async () => {
  const { key, kid } = await gateway.newKey({});
  const known = await send(board('WBX-REPLAY-1'), { key });
  const second = board('WBX-REPLAY-1');
  const held = await send(second, { key });
  expect(held).toMatchObject({ reason: 'identity_conflict' });
  const before = await everyRow();
  const say = [{ kind: 'serial', value: 'wbx-replay-1', state: 'declared' }];
  const would = await replay(say);
  expect(would).toMatchObject({ assets: 1, cases: 1, unread: 0, next: null });
  expect(would.changes).toEqual([
    {
      ...{ assetId: null, caseId: held.id, kid, name: second.name, question: 'held' },
      was: { decision: 'held', assetId: known.assetId, reason: 'identity_conflict', rule: null },
      would: { decision: 'new', assetId: null, reason: null, rule: 'no known asset fits' },
    },
  ]);
  expect((await replay()).changes).toEqual([]);
  expect(await everyRow()).toEqual(before);
  // As it is said, so it is.
  await gateway.api('POST', '/junk', { kind: 'serial', value: 'wbx-replay-1', state: 'declared' });
  expect((await replay()).changes).toMatchObject([{ caseId: held.id, would: { decision: 'new' } }]);
  expect(await send(second, { key })).toMatchObject({ outcome: 'created' });
  expect((await replay()).changes).toEqual([]);
});

test('says who would be held, came it anew, if a learned number were allowed', async () => {
  const { key, kid } = await gateway.newKey({});
  const boards = [board('WBX-REPLAY-2'), board('WBX-REPLAY-2'), board('WBX-REPLAY-2')];
  for (const device of boards) await send(device, { key });
  const second = await send(boards[1] ?? {}, { key });
  const assets = await gateway.sql<{ asset_id: string }>('SELECT asset_id FROM asset ORDER BY asset_id');
  expect(assets).toHaveLength(3);
  const would = await replay([{ kind: 'serial', value: 'WBX-REPLAY-2', state: 'allowed', kid }]);
  // The oldest stays; each that is younger shows a number of an older one.
  expect(
    would.changes.map(({ assetId, question, was, would: then }) => [
      assetId,
      question,
      was.decision,
      then.decision,
    ]),
  ).toEqual(assets.slice(1).map(({ asset_id: id }) => [id, 'anew', 'new', 'held']));
  expect(would.changes.find(({ assetId }) => assetId === second.assetId)?.would.reason).toBe(
    'identity_conflict',
  );
  const forgotten = await replay([{ kind: 'serial', value: 'WBX-REPLAY-2', state: 'forgotten' }]);
  expect(forgotten.changes).toEqual(would.changes);
  const elsewhere = (await gateway.newKey({})).kid;
  expect(
    (await replay([{ kind: 'serial', value: 'WBX-REPLAY-2', state: 'allowed', kid: elsewhere }])).changes,
  ).toEqual([]);
});

test('goes through all of them page by page, and says no more of a word for all where a key has its own', async () => {
  const { key, kid } = await gateway.newKey({});
  for (let n = 0; n < 5; n++) await send(deviceNumber(number++), { key });
  await send(board('WBX-REPLAY-3'), { key });
  await send(board('WBX-REPLAY-3'), { key });
  const word = { kind: 'serial', value: 'WBX-REPLAY-3' };
  const say = [{ ...word, state: 'declared' }];
  const [whole, pieces] = [await replay(say), await replay(say, 2)];
  expect(pieces).toEqual(whole);
  expect(whole).toMatchObject({ assets: 6, cases: 1 });
  expect(whole.changes).toHaveLength(1);
  await gateway.api('POST', '/junk', { ...word, state: 'allowed', kid });
  expect((await replay(say)).changes).toEqual([]);
});

test('refuses what is no identifier, and 51 words at once', async () => {
  const of = (say: readonly unknown[]) => problemOf('POST', '/match/replay', { say });
  const word = (value: string) => ({ kind: 'mac', value, state: 'declared' });
  expect(await of([word('nothing')])).toMatchObject({ code: 'body_invalid' });
  const many = Array.from({ length: 51 }, () => word('00:1b:21:00:00:01'));
  expect(await of(many)).toMatchObject({ code: 'body_invalid' });
  expect(await problemOf('POST', '/match/replay', { after: v7() })).toMatchObject({ code: 'query_invalid' });
});
