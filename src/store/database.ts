import { Kysely, PostgresDialect } from 'kysely';
import { Pool, types, type ClientBase, type PoolClient, type PoolConfig } from 'pg';
import { isDatabaseUnavailable } from './database-unavailable';
import type { Tables } from './tables';

export { isDatabaseUnavailable };

export interface DatabaseOptions {
  readonly maxConnections: number;
  /** Also how long a query waits for a free connection of the pool. */
  readonly connectTimeoutMs: number;
  /** The server ends a statement after this. */
  readonly statementTimeoutMs: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  /**
   * For statements that look rows up by key and nothing else, on named (cached) plans: never scan a table. A plan made
   * while the tables are empty would scan them, and the driver's and the foreign keys' plans stay until the next
   * ANALYZE: 16 ms instead of 0.4 ms of database time an inventory after 1,200 assets.
   */
  readonly byKeyOnly?: boolean;
  /** An idle connection broke, e.g. at a restart of the server. The pool replaces it by itself. */
  readonly onIdleError?: (error: Error) => void;
}

export interface Database {
  readonly pool: Pool;
  readonly db: Kysely<Tables>;
  /** Waits for the queries under way. */
  close(): Promise<void>;
}

/** Beyond the statement timeout: how long the driver waits for a server that does not answer at all. */
const silenceGraceMs = 5_000;
/** A transaction whose owner forgot it would hold its locks for good. */
const idleInTransactionTimeoutMs = 60_000;

const bigintOid = 20;

const standardParser = types.getTypeParser as (oid: number, format?: 'text') => unknown;

/** The driver's parsers, but for bigint: its counts and sizes are numbers here. */
const typeParsers = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === bigintOid ? parseBigint : standardParser(oid, format)) as typeof types.getTypeParser,
};

/** @throws RangeError for what a number cannot hold exactly: a wrong count would go unseen. */
function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a number`);
  return value;
}

/** jit: these statements are short, and without scans the planner's cost of some plans looks huge to it. */
const byKeyOnlySettings =
  'SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off';

async function preferKeys(client: ClientBase): Promise<void> {
  await client.query(byKeyOnlySettings);
}

/** Opens no connection yet: the first query does. */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const config: PoolConfig = {
    connectionString: url,
    max: options.maxConnections,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    query_timeout: options.statementTimeoutMs + silenceGraceMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    application_name: options.applicationName ?? 'gatehouse',
    keepAlive: true,
    types: typeParsers,
    // Waited for before the first query of a connection; a connection that fails here fails that query.
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the types say void, the pool awaits it
    ...(options.byKeyOnly === true ? { onConnect: preferKeys } : {}),
  };
  const pool = new Pool(config);
  // Without a listener a broken idle connection would end the process.
  pool.on('error', (error) => options.onIdleError?.(error));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  // Kysely ends the pool it was given, though only when it was used.
  return {
    pool,
    db,
    close: async () => {
      await db.destroy();
      if (!pool.ended) await pool.end();
    },
  };
}

/** Runs the work in one transaction on one connection: committed when it resolves, rolled back when it throws. */
export async function withTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isBroken = false;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A server that is away would have to be waited for once more. The first error is the one to tell.
    isBroken =
      isDatabaseUnavailable(error) ||
      (await client.query('ROLLBACK').then(
        () => false,
        () => true,
      ));
    throw error;
  } finally {
    // A connection whose transaction did not end cleanly is closed, not given to the next one.
    client.release(isBroken);
  }
}
