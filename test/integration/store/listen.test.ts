import { Client } from 'pg';
import { listen } from '../../../src/store/listen';
import { eventually } from '../../support/refusals';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';

let testDatabase: TestDatabase;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(async () => {
  await testDatabase.drop();
});
const hear = { onNotification: () => undefined, onMissed: () => undefined };

it('that could not begin is not tried again behind the back of whoever was told', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  try {
    const url = new URL(testDatabase.url);
    url.pathname = '/no_such_database';
    await expect(listen(url.href, 'a_channel', hear, () => undefined)).rejects.toThrow('does not exist');
    // Its connection ends by itself a moment later.
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

it('that connects and may not listen leaves no connection behind', async () => {
  await expect(listen(testDatabase.url, '"', hear, () => undefined)).rejects.toThrow();
  const client = new Client(testDatabase.url);
  await client.connect();
  await eventually('the connection is gone', async () => {
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'gatehouse-listen'`,
    );
    return rows[0]?.n === 0 ? true : undefined;
  });
  await client.end();
});
