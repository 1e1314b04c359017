import { Client, DatabaseError } from 'pg';
import { isDatabaseUnavailable } from '../database-unavailable';
import { databaseName, serverUrl } from './cluster-paths';

/**
 * Each process that uses the server holds this lock, shared, on a connection of its own. Who can take it alone is the
 * last one, and while it holds it nobody else arrives.
 */
const presenceLock = 7_470_312_002;
const connectTimeoutMs = 5_000;
/** Connections just closed are seen a moment longer. */
const othersChecks = 10;
const othersCheckDelayMs = 100;

export type Knock =
  | { readonly answer: 'in'; readonly client: Client }
  /** There is a server, but it is starting, stopping or full. */
  | { readonly answer: 'busy' }
  | { readonly answer: 'nobody' };

/** Tries to connect, to take the lock and to make our database; never waits for a server to start. */
export async function knock(socketDir: string): Promise<Knock> {
  const client = new Client({
    connectionString: serverUrl(socketDir, 'postgres'),
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'gatehouse-presence',
  });
  // The server may go at any time; the caller watches `end`.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT pg_advisory_lock_shared($1)', [presenceLock]);
    await makeDatabase(client);
    return { answer: 'in', client };
  } catch (error) {
    await client.end().catch(() => undefined);
    const { code } = error as { code?: unknown };
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return { answer: 'nobody' };
    if (isDatabaseUnavailable(error)) return { answer: 'busy' };
    throw error;
  }
}

async function makeDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [databaseName]);
  if (rowCount === 1) return;
  try {
    await client.query(`CREATE DATABASE ${databaseName}`);
  } catch (error) {
    // Another process made it at the same time: duplicate_database, or the unique index of pg_database.
    const isThere = error instanceof DatabaseError && ['42P04', '23505'].includes(error.code ?? '');
    if (!isThere) throw error;
  }
}

/** Gives up our share; true when nobody else uses the server, and nobody can begin to while `client` lives. */
export async function isLastOne(client: Client): Promise<boolean> {
  await client.query('SELECT pg_advisory_unlock_shared($1)', [presenceLock]);
  const { rows } = await client.query<{ ok: boolean }>('SELECT pg_try_advisory_lock($1) AS ok', [
    presenceLock,
  ]);
  if (rows[0]?.ok !== true) return false;
  for (let check = 0; check < othersChecks; check += 1) {
    if (check > 0) await new Promise((resolve) => setTimeout(resolve, othersCheckDelayMs));
    // Somebody waiting for the lock is stopped with the server and starts it anew; others may be in a transaction.
    const others = await client.query(
      `SELECT FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name <> 'gatehouse-presence'`,
    );
    if (others.rowCount === 0) return true;
  }
  return false;
}
