import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { migrate, readMigrations } from '../../src/store/migrate';

/** Any constant: one run at a time makes the template. */
const templateLock = 7_470_312_100;
/** A test file takes seconds. Databases this old are of runs that were killed. */
const leftoverAgeSeconds = 3600;
export const testDatabasePrefix = 'gatehouse_test_';

/** The same server, another database. */
export function withDatabase(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs the work on a connection to the server's database `postgres`. */
export async function onServer<T>(serverUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: withDatabase(serverUrl, 'postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Makes the migrated template when the migrations changed since the last run; gives its name. */
export async function ensureTemplate(serverUrl: string): Promise<string> {
  const digest = createHash('sha256');
  for (const migration of readMigrations()) digest.update(migration.checksum);
  const template = `gatehouse_template_${digest.digest('hex').slice(0, 16)}`;
  await onServer(serverUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [templateLock]);
    await dropLeftovers(client);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 1) return;
    const unfinished = `${template}_unfinished`;
    await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${unfinished}`);
    await migrate(withDatabase(serverUrl, unfinished));
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
  });
  return template;
}

async function dropLeftovers(client: Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE datname ^@ $1',
    [testDatabasePrefix],
  );
  const nowSeconds = Date.now() / 1000;
  for (const { datname } of rows) {
    const madeSeconds = Number(datname.slice(testDatabasePrefix.length).split('_')[0]);
    if (nowSeconds - madeSeconds > leftoverAgeSeconds) {
      await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
    }
  }
}
