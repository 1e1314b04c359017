import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file with \n line ends, hex. */
  readonly checksum: string;
}

export interface MigrationResult {
  /** Numbers applied by this call; empty when there was nothing to do or another process was faster. */
  readonly applied: readonly number[];
  readonly schemaNumber: number;
}

export interface MigrateOptions {
  /** Other than the project's own, for tests. */
  readonly migrations?: readonly Migration[];
  readonly onProgress?: (line: string) => void;
}

/** The schema and the program do not fit; a person has to decide. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** The same folder from src and from dist: both lie two levels below the package's root. */
export const migrationsDirectory = path.resolve(__dirname, '../../db/migrations');

/** NULLS NOT DISTINCT in unique indexes came with 15. */
const minServerVersion = 150_000;
/** Any constant, the same in every process: whoever holds it migrates. */
const migrationLock = 7_470_312_001;
const connectTimeoutMs = 10_000;
/** A migration may rewrite a table of a large installation, so it is the wait for others that is bounded. */
const lockTimeoutMs = 10 * 60_000;

/** @throws MigrationError when a file is misnamed or a number is missing or double. */
export function readMigrations(directory: string = migrationsDirectory): Migration[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.sql'));
  const migrations = files.sort().map((file) => {
    const [, digits, name] = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(file) ?? [];
    if (digits === undefined || name === undefined) {
      throw new MigrationError(`${file} is not named like 0001_what_it_does.sql`);
    }
    const sql = readFileSync(path.join(directory, file), 'utf8').replaceAll('\r\n', '\n');
    return { number: Number(digits), name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
  migrations.forEach((migration, index) => {
    if (migration.number !== index + 1) {
      throw new MigrationError(
        `migration ${index + 1} is missing or there twice (found ${migration.number})`,
      );
    }
  });
  return migrations;
}

/**
 * Brings the schema up to date. Each migration is one transaction under one advisory lock, so any number of processes
 * may start at once: one applies it, the others find it done.
 * @throws MigrationError when the server is too old, the schema is newer than the program, or an applied file changed
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<MigrationResult> {
  const known = options.migrations ?? readMigrations();
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'gatehouse-migrate',
    lock_timeout: lockTimeoutMs,
  });
  // A connection that breaks between two queries would otherwise end the process; the next query reports it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await refuseOldServer(client);
    const applied: number[] = [];
    for (let isDone = false; !isDone;) isDone = await applyNext(client, known, applied, options.onProgress);
    return { applied, schemaNumber: known.length };
  } finally {
    await client.end();
  }
}

async function refuseOldServer(client: Client): Promise<void> {
  const { rows } = await client.query<{ number: string; name: string }>(
    `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS name`,
  );
  for (const { number, name } of rows) checkServerVersion(Number(number), name);
}

/** @throws MigrationError for a server before 15 */
export function checkServerVersion(number: number, name: string): void {
  if (number < minServerVersion)
    throw new MigrationError(`PostgreSQL 15 or newer is needed, this is ${name}`);
}

/** Applies one migration; true when none is left. */
async function applyNext(
  client: Client,
  known: readonly Migration[],
  applied: number[],
  onProgress: MigrateOptions['onProgress'],
): Promise<boolean> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await client.query(
      `CREATE TABLE IF NOT EXISTS migration (
         number      integer PRIMARY KEY,
         name        text NOT NULL,
         checksum    text NOT NULL,
         applied_at  timestamptz NOT NULL DEFAULT now()
       )`,
    );
    const { rows } = await client.query<AppliedRow>(
      'SELECT number, name, checksum FROM migration ORDER BY number',
    );
    refuseForeignSchema(known, rows);
    const next = known[rows.length];
    if (next !== undefined) {
      onProgress?.(`applying migration ${next.number} ${next.name}`);
      await client.query(next.sql);
      await client.query('INSERT INTO migration (number, name, checksum) VALUES ($1, $2, $3)', [
        next.number,
        next.name,
        next.checksum,
      ]);
    }
    await client.query('COMMIT');
    if (next !== undefined) applied.push(next.number);
    return next === undefined;
  } catch (error) {
    // The error that matters is the first; the connection is closed by the caller in any case.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

interface AppliedRow {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

function refuseForeignSchema(known: readonly Migration[], applied: readonly AppliedRow[]): void {
  applied.forEach((row, index) => {
    const file = known[index];
    if (file === undefined) {
      throw new MigrationError(
        `the database is at migration ${applied.length} (${applied.at(-1)?.name ?? ''}), this program knows ` +
          `${known.length}: it was used by a newer version. Run that version, or restore a backup from before it.`,
      );
    }
    if (row.number !== file.number || row.checksum !== file.checksum) {
      throw new MigrationError(
        `migration ${row.number} (${row.name}) was applied in another form than the file db/migrations has now. ` +
          'A migration that was released never changes: put the file back and add a new one.',
      );
    }
  });
}
