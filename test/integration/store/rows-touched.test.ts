import { openDatabase, type Database } from '../../../src/store/database';
import { createSettleQueue } from '../../../src/store/settle/settle-queue';
import { aSubmission, plantKey } from '../../support/settle-requests';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';
import { eventually } from '../../support/refusals';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, {
    maxConnections: 2,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 30_000,
    byKeyOnly: true,
  });
  await plantKey(database.pool);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

/** Rows of assets that statements have looked at, once the statistics know of all `submissions`. */
async function assetRowsRead(submissions: number): Promise<number> {
  return eventually('statistics of all submissions', async () => {
    await database.pool.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await database.pool.query<{ written: number; read: number }>(
      `SELECT (SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'submission')::int AS written,
              (SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_user_tables WHERE relname = 'asset')::int AS read`,
    );
    return rows[0]?.written === submissions ? rows[0].read : undefined;
  });
}

it('reads as few assets for the six-hundredth device as for the first, on plans made while the tables were empty', async () => {
  const queue = createSettleQueue(database.pool, {
    settleConnections: 1,
    settleMaxBatch: 8,
    settleMaxQueue: 2000,
  });
  const devices = Array.from({ length: 600 }, (_, i) => [{ kind: 'serial', value: `ROWS${i}` }] as const);
  await Promise.all(devices.map((device) => queue.settle(aSubmission(device))));
  const afterFirst = await assetRowsRead(600);
  await Promise.all(devices.map((device) => queue.settle(aSubmission(device))));
  const perKnownDevice = ((await assetRowsRead(1200)) - afterFirst) / 600;
  // The candidate, its update, and what its foreign keys look at.
  expect(perKnownDevice).toBeGreaterThanOrEqual(1);
  expect(perKnownDevice).toBeLessThanOrEqual(8);
});
