import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { createSecretSearch } from './secret-search';

/**
 * Watches over the whole run: each test gateway leaves behind what it logged, counted and stored, and every secret that
 * went over its wire. At the end of the run all of it is searched for all of them (global-teardown.ts).
 */
const variable = 'GATEHOUSE_TEST_OUTPUT';
const form = /gr[a-z]_(?:[0-9A-Za-z]{10,12}_[0-9A-Za-z]{30,}|[\w-]+\.[\w-]{20,})/g;

const prefix = 'gatehouse-test-output-';
/** The whole suite takes minutes. Folders this old are of runs that were killed. */
const leftoverAgeMs = 3_600_000;

/** Before the workers start: they inherit the environment. */
export function startWatch(): void {
  for (const name of readdirSync(os.tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const folder = path.join(os.tmpdir(), name);
    const madeMs = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - madeMs > leftoverAgeMs) rmSync(folder, { recursive: true, force: true });
  }
  process.env[variable] = mkdtempSync(path.join(os.tmpdir(), prefix));
}

export interface SecretWatch {
  /** Notes what in it has the form of a secret, also inside of Basic pairs. */
  see(text: string): void;
  /** Notes a secret of another form. */
  add(secret: string): void;
  /** Writes down what was produced. Nothing is compared yet: another file may have let the secret out. */
  leave(produced: Readonly<Record<string, string>>): void;
}

export function createWatch(): SecretWatch {
  const secrets = new Set<string>();
  const see = (text: string): void => {
    for (const [secret] of text.matchAll(form)) secrets.add(secret);
  };
  return {
    see: (text) => {
      see(text);
      for (const [, pair = ''] of text.matchAll(/basic ([\w+/=-]{40,})/gi)) {
        see(Buffer.from(pair, 'base64').toString('latin1'));
      }
    },
    add: (secret) => secrets.add(secret),
    leave: (produced) => {
      const folder = process.env[variable];
      if (folder === undefined) return;
      const text = JSON.stringify({ secrets: [...secrets], produced });
      writeFileSync(path.join(folder, `${randomBytes(8).toString('hex')}.json`), text, { mode: 0o600 });
    },
  };
}

interface Left {
  readonly secrets: readonly string[];
  readonly produced: Readonly<Record<string, string>>;
}

/** Searches all that was left, removes it, and gives what was found. */
export function endWatch(): readonly string[] {
  const folder = process.env[variable];
  if (folder === undefined) return [];
  const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Left;
  const names = readdirSync(folder);
  const search = createSecretSearch();
  for (const name of names) for (const secret of read(name).secrets) search.add(secret);
  const found = names.flatMap((name) =>
    Object.entries(read(name).produced).flatMap(([what, text]) =>
      search.findIn(text).map((where) => `${what}: ${where}`),
    ),
  );
  rmSync(folder, { recursive: true, force: true });
  return found;
}

/** Bodies of agents, compressed: what agents say of themselves is theirs. */
const contentOfAgents = new Set(['asset_inventory', 'submission_body']);

/** Every row of every table, as text. */
export async function rowsOf(databaseUrl: string): Promise<string> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    const texts: string[] = [];
    for (const { name } of tables.filter((table) => !contentOfAgents.has(table.name))) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`);
      texts.push(...rows.map(({ row }) => `${name} ${row}`));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}
