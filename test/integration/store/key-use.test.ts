import { randomBytes } from 'node:crypto';
import { openDatabase, type Database } from '../../../src/store/database';
import { createKeyUse } from '../../../src/store/keys/key-use';
import type { KeyUsed } from '../../../src/ingest/ports';
import { aKey, plantKey } from '../../support/settle-requests';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';

let database: TestDatabase;
let opened: Database;
const key = aKey();
const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 8, 0, second));
const trouble = (error: unknown) => {
  throw error;
};

beforeEach(async () => {
  database = await createTestDatabase();
  opened = openDatabase(database.url, {
    maxConnections: 2,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 30_000,
  });
  await plantKey(opened.pool, key);
  for (const generation of [1, 2]) {
    await opened.pool.query(
      `INSERT INTO key_generation (instance_id, kid, generation, mac, pepper_id, hint, created_at, created_by)
       VALUES ($1, $2, $3, $4, 'old', 'xxxx', $5, 'test')`,
      [key.instanceId, key.kid, generation, Buffer.alloc(32), at(0)],
    );
  }
});
afterEach(async () => {
  await opened.close();
  await database.drop();
});

const use = (second: number, traits: Partial<KeyUsed> = {}): KeyUsed => ({
  instanceId: key.instanceId,
  kid: key.kid,
  generation: 1,
  rehash: undefined,
  receivedAt: at(second),
  sourceAddress: `192.0.2.${second}`,
  ...traits,
});

/** As a process does in its life: notes, and writes at the latest when it ends. */
async function live(...uses: KeyUsed[]): Promise<void> {
  const keyUse = createKeyUse(opened.pool, trouble);
  uses.forEach((one) => {
    keyUse.note(one);
  });
  await keyUse.close();
}

const generations = async () =>
  (
    await opened.pool.query(
      `SELECT last_used_at AS at, last_used_ip AS ip, pepper_id AS pepper, mac FROM key_generation ORDER BY generation`,
    )
  ).rows as unknown[];
const ofKey = async () =>
  (await opened.pool.query('SELECT last_used_at AS at, last_used_ip AS ip FROM registration_key'))
    .rows as unknown[];
const unused = { at: null, ip: null, pepper: 'old', mac: Buffer.alloc(32) };

it('is noted of the generation that was used, and of the key', async () => {
  await live(use(1), use(3, { generation: 2 }));
  expect(await generations()).toEqual([
    { ...unused, at: at(1), ip: '192.0.2.1' },
    { ...unused, at: at(3), ip: '192.0.2.3' },
  ]);
  expect(await ofKey()).toEqual([{ at: at(3), ip: '192.0.2.3' }]);
});

it('is noted of the key alone when a certificate stood for it', async () => {
  await live(use(1, { generation: undefined }));
  expect(await generations()).toEqual([unused, unused]);
  expect(await ofKey()).toEqual([{ at: at(1), ip: '192.0.2.1' }]);
});

it('goes only forward, in whichever order processes write', async () => {
  await live(use(5));
  await live(use(4));
  expect(await generations()).toEqual([{ ...unused, at: at(5), ip: '192.0.2.5' }, unused]);
  expect(await ofKey()).toEqual([{ at: at(5), ip: '192.0.2.5' }]);
});

it('replaces the hash of an older pepper, also when a token is used after it and when the use is no news', async () => {
  const rehash = { pepperId: 'new', mac: randomBytes(32) };
  await live(use(2, { rehash }), use(3));
  expect(await generations()).toEqual([
    { at: at(3), ip: '192.0.2.3', pepper: 'new', mac: rehash.mac },
    unused,
  ]);
  const again = { pepperId: 'newer', mac: randomBytes(32) };
  await live(use(1, { rehash: again }));
  expect(await generations()).toEqual([
    { at: at(3), ip: '192.0.2.3', pepper: 'newer', mac: again.mac },
    unused,
  ]);
});
