import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { Tables } from './tables';

export interface DatabaseOptions {
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** Idle connections that broke; the pool has already dropped them. */
  readonly onIdleError?: (error: Error) => void;
}

export interface Database {
  readonly pool: Pool;
  readonly db: Kysely<Tables>;
  close(): Promise<void>;
}

/** Opens a pool of connections. Connects at the first query, so that a database may start later. */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: url,
    max: options.maxConnections,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    keepAlive: true,
    application_name: 'gatehouse',
  });
  pool.on('error', options.onIdleError ?? (() => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { pool, db, close: () => db.destroy() };
}

/** Connection classes of SQLSTATE, what the server says while it starts or stops, and the system's own errors. */
const unavailableCodes =
  /^(08...|57P0[1-5]|53300|53[1-2]00|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;
const unavailableMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;

/** Tells a database that is away (come again: 503) from a statement that is wrong (our fault: 500). */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && unavailableCodes.test(error.code)) return true;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  return unavailableMessages.test(error.message) || isDatabaseUnavailable(error.cause);
}
