import { openDatabase, type Database } from '../../../src/store/database';
import { createRefusalFold, type RefusalFold } from '../../../src/store/refusal-fold';
import { plantKey } from '../../support/settle-requests';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';

let testDatabase: TestDatabase;
let database: Database;
beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, {
    maxConnections: 2,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 30_000,
  });
  await plantKey(database.pool);
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

const start = Date.parse('2026-11-23T08:30:00Z');
const count = (
  fold: RefusalFold,
  n: number,
  over: { kid?: string; source?: string; seconds?: number } = {},
) => {
  fold.count({
    instanceId: undefined,
    reason: 'key_unknown',
    at: new Date(start + (over.seconds ?? 0) * 1000),
    sourceAddress: over.source ?? `192.0.2.${n}`,
    kid: over.kid,
    evidence: { kid: over.kid },
  });
};
const rows = async () =>
  (
    await database.pool.query<{ source: string; n: number }>(
      'SELECT source_address AS source, folded::int AS n FROM submission ORDER BY source_address, folded',
    )
  ).rows;

it('a minute has as many rows as sources may be told apart and one for the rest, over however many writes', async () => {
  const fold = createRefusalFold(database.pool, 1, { refusalFoldMaxSources: 3 }, () => undefined);
  for (let n = 0; n < 10; n++) {
    count(fold, n);
    await fold.flush();
  }
  expect(await rows()).toEqual([
    { source: '192.0.2.0', n: 1 },
    { source: '192.0.2.1', n: 1 },
    { source: '192.0.2.2', n: 1 },
    { source: 'many', n: 7 },
  ]);
});

it('one source that invents key ids has few rows, and every refusal is counted', async () => {
  const fold = createRefusalFold(database.pool, 1, { refusalFoldMaxSources: 100 }, () => undefined);
  for (let n = 0; n < 500; n++) count(fold, 0, { kid: `invented${String(n).padStart(4, '0')}` });
  await fold.flush();
  const found = await rows();
  expect(found.map(({ n }) => n)).toEqual([1, 1, 1, 1, 496]);
});

it('while the database hangs no queue of writes grows: all is counted in one place and written after it', async () => {
  const blocker = await database.pool.connect();
  const fold = createRefusalFold(database.pool, 1, { refusalFoldMaxSources: 10 }, () => undefined);
  try {
    await blocker.query('BEGIN; LOCK TABLE submission IN ACCESS EXCLUSIVE MODE');
    count(fold, 0);
    const first = fold.flush();
    // Minutes go by, and each brings more names than there is room for.
    for (let seconds = 60; seconds < 60 * 30; seconds += 60)
      for (let n = 0; n < 30; n++) count(fold, n, { seconds });
    const second = fold.flush();
    await blocker.query('COMMIT');
    await Promise.all([first, second]);
  } finally {
    blocker.release();
  }
  const found = await rows();
  expect(found.reduce((sum, { n }) => sum + n, 0)).toBe(1 + 29 * 30);
  // Twice the limit by name, and one of many for each minute.
  expect(found.length).toBeLessThanOrEqual(1 + 2 * 10 + 29);
});
