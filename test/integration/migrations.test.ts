import { createEmptyDatabase, createTestDatabase } from '../support/test-database';
import { openDatabase } from '../../src/store/database';
import { migrate } from '../../src/store/migrate';

const options = { maxConnections: 3, connectTimeoutMs: 5000, statementTimeoutMs: 5000 };

test('clone', async () => {
  const t = await createTestDatabase();
  const d = openDatabase(t.url, options);
  expect(await d.db.selectFrom('migration').select('number').execute()).toEqual([{ number: 1 }]);
  await d.close();
  await t.drop();
});

test('20 at once', async () => {
  const t = await createEmptyDatabase();
  const r = await Promise.all(Array.from({ length: 20 }, () => migrate(t.url)));
  expect(r.flatMap((x) => x.applied)).toEqual([1]);
  await t.drop();
});
