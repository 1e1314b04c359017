import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { openDatabase } from '../../src/store/database';
import { dumpSchema } from '../../src/store/dump-schema';
import {
  checkServerVersion,
  migrate,
  MigrationError,
  readMigrations,
  type Migration,
} from '../../src/store/migrate';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/test-database';

const root = path.resolve(__dirname, '../..');
const known = readMigrations();
const lastNumber = known.length;
let database: TestDatabase;

beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(async () => {
  await database.drop();
});

/** A made-up migration after the last one. */
function next(sql: string, number = lastNumber + 1): Migration {
  return { number, name: `made_up_${number}`, sql, checksum: `of ${sql}` };
}

async function query<Row extends object>(sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('migrating', () => {
  test('applies each once, and again nothing', async () => {
    const progress: string[] = [];
    const first = await migrate(database.url, { onProgress: (line) => progress.push(line) });
    expect(first).toEqual({ applied: known.map(({ number }) => number), schemaNumber: lastNumber });
    expect(progress[0]).toBe('applying migration 1 house');
    expect(await migrate(database.url)).toEqual({ applied: [], schemaNumber: lastNumber });
    const rows = await query<{ name: string }>('SELECT name FROM migration ORDER BY number');
    expect(rows.map(({ name }) => name)).toEqual(known.map(({ name }) => name));
  });

  test('20 at once: each migration is applied by exactly one', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => migrate(database.url)));
    const applied = results.flatMap((result) => result.applied).sort((a, b) => a - b);
    expect(applied).toEqual(known.map(({ number }) => number));
  });

  test('20 processes at once: all succeed', async () => {
    // Several migrations, so that the processes meet between two of them as well.
    const made = [1, 2, 3].map((step) => next(`CREATE TABLE step_${step} ()`, lastNumber + step));
    const program = `
      const { migrate, readMigrations } = require('./src/store/migrate.ts');
      migrate(process.argv[1], { migrations: [...readMigrations(), ...${JSON.stringify(made)}] }).then(({ applied }) => {
        console.log(JSON.stringify(applied));
      });`;
    const run = async (): Promise<number[]> => {
      const args = ['--require', './test/support/run-typescript.cjs', '-e', program, database.url];
      const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const status = await new Promise((resolve) => child.on('close', resolve));
      expect(status).toBe(0);
      return JSON.parse(said) as number[];
    };
    const applied = (await Promise.all(Array.from({ length: 20 }, run))).flat();
    expect(applied.sort((a, b) => a - b)).toEqual([...known, ...made].map(({ number }) => number));
  }, 60_000);

  test('one that fails leaves nothing, keeps those before it, and can be mended', async () => {
    const broken = [...known, next('CREATE TABLE half (); SELECT 1 / 0')];
    await expect(migrate(database.url, { migrations: broken })).rejects.toThrow('division by zero');
    expect(await query(`SELECT FROM pg_class WHERE relname = 'half'`)).toEqual([]);
    expect(await query('SELECT FROM migration')).toHaveLength(lastNumber);
    const mended = [...known, next('CREATE TABLE half ()')];
    expect((await migrate(database.url, { migrations: mended })).applied).toEqual([lastNumber + 1]);
  });

  test('refuses a schema one step newer than it knows, and changes nothing', async () => {
    await migrate(database.url, { migrations: [...known, next('CREATE TABLE newer ()')] });
    await expect(migrate(database.url)).rejects.toThrow(MigrationError);
    await expect(migrate(database.url)).rejects.toThrow(
      `the database is at migration ${lastNumber + 1} (made_up_${lastNumber + 1}), this program knows ${lastNumber}`,
    );
  });

  test('refuses when an applied migration was changed afterwards', async () => {
    await migrate(database.url);
    const changed = known.map((one) => (one.number === 1 ? { ...one, checksum: 'other' } : one));
    await expect(migrate(database.url, { migrations: changed })).rejects.toThrow(
      'migration 1 (house) was applied in another form',
    );
  });

  test('refuses a server before 15', () => {
    expect(() => {
      checkServerVersion(149_999, '14.99');
    }).toThrow('PostgreSQL 15 or newer is needed, this is 14.99');
    checkServerVersion(150_000, '15.0');
  });

  test('a database that is away is a fault of the connection, not of the schema', async () => {
    await expect(migrate('postgresql://127.0.0.1:1/none')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('the files', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-migrations-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  test.each([
    [['0001_a.sql', '0003_b.sql'], 'migration 2 is missing'],
    [['0001_a.sql', '0001_b.sql'], 'migration 2 is missing or there twice (found 1)'],
    [['0001-a.sql'], '0001-a.sql is not named like'],
    [['1_a.sql'], '1_a.sql is not named like'],
  ])('%j are refused', (files, why) => {
    for (const file of files) writeFileSync(path.join(directory, file), 'SELECT 1');
    expect(() => readMigrations(directory)).toThrow(why);
  });

  test('have the same checksum with either line end', () => {
    writeFileSync(path.join(directory, '0001_a.sql'), 'SELECT 1;\nSELECT 2;\n');
    const [unix] = readMigrations(directory);
    writeFileSync(path.join(directory, '0001_a.sql'), 'SELECT 1;\r\nSELECT 2;\r\n');
    expect(readMigrations(directory)[0]).toEqual(unix);
  });
});

describe('db/schema.sql', () => {
  const stored = readFileSync(path.join(root, 'db/schema.sql'), 'utf8').split('\n').slice(2).join('\n');

  test('is what the migrations make (npm run db:dump)', async () => {
    await migrate(database.url);
    expect(stored).toBe(await dumpSchema(database.url));
  });

  test('makes the same schema', async () => {
    await query(stored);
    expect(await dumpSchema(database.url)).toBe(stored);
  });

  test.each([
    ['another type', 'ALTER TABLE agent ALTER COLUMN version TYPE varchar(9)'],
    ['another default', `ALTER TABLE asset ALTER COLUMN status SET DEFAULT 'retired'`],
    ['a column that may be null', 'ALTER TABLE asset ALTER COLUMN kid DROP NOT NULL'],
    ['a constraint less', 'ALTER TABLE asset DROP CONSTRAINT asset_status_check'],
    ['a foreign key less', 'ALTER TABLE asset_event DROP CONSTRAINT asset_event_instance_id_asset_id_fkey'],
    ['an index less', 'DROP INDEX asset_name'],
    ['another storage', 'ALTER TABLE asset_inventory ALTER COLUMN content SET STORAGE EXTENDED'],
    ['other table options', 'ALTER TABLE asset RESET (fillfactor)'],
    ['another collation', 'ALTER TABLE agent ALTER COLUMN user_agent TYPE text COLLATE "C"'],
  ])('shows %s', async (_what, change) => {
    await query(stored);
    await query(change);
    expect(await dumpSchema(database.url)).not.toBe(stored);
  });

  test.each([
    'CREATE VIEW v AS SELECT 1',
    'CREATE SEQUENCE s',
    'CREATE TYPE t AS ENUM ()',
    'CREATE PROCEDURE p() LANGUAGE sql AS $$ SELECT 1 $$',
  ])('does not leave out in silence: %s', async (statement) => {
    await query(statement);
    await expect(dumpSchema(database.url)).rejects.toThrow('the dump cannot write');
  });
});

test('the copies that tests get are migrated, and nobody else sees what is written to one', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const options = { maxConnections: 1, connectTimeoutMs: 5000, statementTimeoutMs: 5000 };
  const databases = [openDatabase(one.url, options), openDatabase(two.url, options)] as const;
  const instance = { instance_id: 1, name: 'x', public_urls: ['http://localhost'], created_at: new Date() };
  await databases[0].db.insertInto('instance').values(instance).execute();
  expect(await databases[0].db.selectFrom('instance').selectAll().execute()).toEqual([
    { ...instance, url_aliases: [] },
  ]);
  expect(await databases[1].db.selectFrom('instance').selectAll().execute()).toEqual([]);
  await Promise.all(databases.map((opened) => opened.close()));
  await Promise.all([one.drop(), two.drop()]);
});
