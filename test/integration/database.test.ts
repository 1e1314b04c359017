import { Client } from 'pg';
import {
  isDatabaseUnavailable,
  openDatabase,
  withTransaction,
  type Database,
} from '../../src/store/database';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let testDatabase: TestDatabase;
let database: Database;
let idleErrors: Error[];

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  idleErrors = [];
  database = openDatabase(testDatabase.url, {
    maxConnections: 2,
    connectTimeoutMs: 300,
    statementTimeoutMs: 200,
    onIdleError: (error) => idleErrors.push(error),
  });
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

/** What an attempt throws; fails the test when it throws nothing. */
async function faultOf(attempt: Promise<unknown>): Promise<unknown> {
  const outcome = await attempt.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (outcome === undefined) throw new Error('it succeeded');
  return outcome.error;
}

async function connectTo(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.end();
}

async function terminateOthers(): Promise<void> {
  const client = new Client({ connectionString: testDatabase.url });
  await client.connect();
  await client.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await client.end();
}

describe('a database that is away is told from a statement that is wrong', () => {
  test.each([
    ['nobody listens', 'postgresql://127.0.0.1:1/x'],
    ['a name with several addresses, nobody on any', 'postgresql://localhost:1/x'],
    ['no socket', 'postgresql://u@localhost/x?host=%2Fno%2Fsuch%2Fplace'],
    ['no such name', 'postgresql://no-such-host.invalid/x'],
  ])('%s: away', async (_what, url) => {
    expect(isDatabaseUnavailable(await faultOf(connectTo(url)))).toBe(true);
  });

  test('ended by the administrator during a query, and while idle: away, and back at the next query', async () => {
    await database.pool.query('SELECT 1');
    await terminateOthers();
    while (idleErrors.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isDatabaseUnavailable(idleErrors[0])).toBe(true);
    const client = await database.pool.connect();
    client.on('error', () => undefined);
    const fault = faultOf(client.query('SELECT pg_terminate_backend(pg_backend_pid())'));
    expect(isDatabaseUnavailable(await fault)).toBe(true);
    client.release(true);
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  test('a statement that takes longer than it may: away, as the server is too busy', async () => {
    expect(isDatabaseUnavailable(await faultOf(database.pool.query('SELECT pg_sleep(5)')))).toBe(true);
  });

  test.each(['53100', '40P01', '55P03', '58030'])(
    'what says %s: away, and no fault of ours',
    async (code) => {
      const raise = `DO $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '${code}'; END $$`;
      expect(isDatabaseUnavailable(await faultOf(database.pool.query(raise)))).toBe(true);
    },
  );

  test('all connections in use until the wait is over: away', async () => {
    const taken = [await database.pool.connect(), await database.pool.connect()];
    expect(isDatabaseUnavailable(await faultOf(database.pool.query('SELECT 1')))).toBe(true);
    for (const client of taken) client.release();
  });

  test.each([
    ['bad SQL', 'SELEC 1'],
    ['a constraint', `INSERT INTO installation VALUES (false, '', now())`],
  ])('%s: wrong', async (_what, statement) => {
    expect(isDatabaseUnavailable(await faultOf(database.pool.query(statement)))).toBe(false);
  });

  test('a login that is refused, a missing file and anything else: wrong', async () => {
    const url = new URL(testDatabase.url);
    url.pathname = '/no_such_database';
    expect(isDatabaseUnavailable(await faultOf(connectTo(url.href)))).toBe(false);
    const missing = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', syscall: 'open' });
    for (const other of [missing, new Error('x'), 'ECONNREFUSED', undefined, null, {}]) {
      expect(isDatabaseUnavailable(other)).toBe(false);
    }
  });

  test('a wrapped fault counts, and a chain of causes that bites its tail ends', () => {
    const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(isDatabaseUnavailable(new Error('outer', { cause: new Error('inner', { cause: away }) }))).toBe(
      true,
    );
    const loop = new Error('loop');
    loop.cause = loop;
    expect(isDatabaseUnavailable(loop)).toBe(false);
  });
});

describe('what the driver delivers', () => {
  test('bigint as number, times as Date, bytes as Buffer, JSON parsed', async () => {
    const { rows } = await database.pool.query(
      `SELECT 9007199254740991 AS big, count(*) AS counted, '2026-01-02T03:04:05.678Z'::timestamptz AS at,
              '\\x00ff'::bytea AS bytes, '{"a":[1]}'::jsonb AS json`,
    );
    expect(rows).toEqual([
      {
        big: 9007199254740991,
        counted: 1,
        at: new Date('2026-01-02T03:04:05.678Z'),
        bytes: Buffer.from([0, 255]),
        json: { a: [1] },
      },
    ]);
  });

  test('a bigint one past what a number holds is a fault, not another number', async () => {
    await expect(database.pool.query('SELECT 9007199254740992 AS big')).rejects.toThrow(
      /does not fit a number/,
    );
    await expect(database.pool.query('SELECT -9007199254740992 AS big')).rejects.toThrow(
      /does not fit a number/,
    );
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('a transaction', () => {
  const insert = `INSERT INTO instance VALUES (1, 'x', '{}', now())`;
  const count = async (): Promise<unknown> =>
    (await database.pool.query<{ n: number }>('SELECT count(*) AS n FROM instance')).rows[0]?.n;

  test('is committed when the work resolves', async () => {
    expect(
      await withTransaction(database.pool, async (client) => (await client.query(insert)).rowCount),
    ).toBe(1);
    expect(await count()).toBe(1);
  });

  test('leaves nothing when the work throws, and the connection is good again', async () => {
    for (const statement of ['SELECT 1 / 0', 'SELECT 1']) {
      const attempt = withTransaction(database.pool, async (client) => {
        await client.query(insert);
        await client.query(statement);
        throw new Error('on purpose');
      });
      await expect(attempt).rejects.toThrow(statement === 'SELECT 1' ? 'on purpose' : 'division by zero');
    }
    expect(await count()).toBe(0);
    expect(database.pool.totalCount).toBe(1);
  });

  test('on a connection that breaks ends with the fault, and the pool replaces the connection', async () => {
    const attempt = withTransaction(database.pool, async (client) => {
      client.on('error', () => undefined);
      await client.query(insert);
      await client.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    expect(isDatabaseUnavailable(await faultOf(attempt))).toBe(true);
    expect(await count()).toBe(0);
  });
});

test('closing a database that was never used, or through kysely, leaves no connection', async () => {
  const options = { maxConnections: 1, connectTimeoutMs: 300, statementTimeoutMs: 200 };
  await openDatabase(testDatabase.url, options).close();
  const used = openDatabase(testDatabase.url, options);
  await used.db.selectFrom('instance').selectAll().execute();
  await used.close();
  expect(used.pool.totalCount).toBe(0);
});
