import { textSpellings } from '../../../src/admin/search-spellings';
import { maxFew } from '../../../src/store/asset-search';
import { listAssetPage, type AssetFilter } from '../../../src/store/assets';
import { openDatabase, type Database } from '../../../src/store/database';
import { aKey, plantKey, rootEntity } from '../../support/settle-requests';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';

const assets = 30_000;
const siteId = (n: number): string => `00000000-0000-0000-0000-${n.toString(16).padStart(12, '0')}`;
const assetId = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const fill = `
  INSERT INTO asset (instance_id, asset_id, kid, entity_id, itemtype, status, name, serial, macs, os, last_user, agent_version, identity,
                     section_digests, first_seen, last_seen, last_changed, last_submission)
  SELECT 1, id, $2, ('00000000-0000-0000-0000-' || lpad(to_hex(n % 100 + 1), 12, '0'))::uuid,
         CASE WHEN n % 2000 = 7 THEN 'Phone' ELSE 'Computer' END, CASE WHEN n % 200 = 0 THEN 'retired' ELSE 'active' END,
         CASE WHEN n <= 30 THEN 'zebra-' ELSE 'desk-' END || n, 'S' || md5(n::text),
         ARRAY[regexp_replace('3c5282' || lpad(to_hex(n * 7919 % 16777216), 6, '0'), '(..)(..)(..)(..)(..)(..)', '\\1:\\2:\\3:\\4:\\5:\\6')],
         'Debian 12', 'user' || n % 2000, CASE WHEN n % 1000 = 3 THEN '1.4' WHEN n % 11 = 5 THEN '1.7' ELSE '1.11' END,
         jsonb_build_object('pad', repeat(md5(n::text), 20)), '{}', seen, seen, seen, id
    FROM (SELECT n, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id,
                 now() - (CASE WHEN n % 100 = 1 THEN 60 ELSE 1 END) * interval '1 day' AS seen
            FROM generate_series(1, $1::int) AS n) AS numbered`;

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, {
    maxConnections: 1,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 60_000,
  });
  await plantKey(database.pool, aKey());
  const ask = (text: string, values: unknown[] = []) => database.pool.query(text, values);
  await ask(
    `INSERT INTO entity (instance_id, entity_id, parent_id, name, created_at)
     SELECT 1, ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, 'site ' || n, now() FROM generate_series(1, 100) AS n`,
    [rootEntity],
  );
  // Without triggers: what they would write is written at once.
  await ask('SET session_replication_role = replica');
  await ask(fill, [assets, aKey().kid]);
  await ask(`INSERT INTO asset_search SELECT instance_id, asset_id, gatehouse_search_text(asset) FROM asset`);
  await ask(`INSERT INTO asset_identifier SELECT instance_id, k, v, asset_id, first_seen FROM asset
    CROSS JOIN LATERAL (VALUES ('serial', serial), ('mac', macs[1])) AS i(k, v)`);
  // 200 names each; a browser that all have under 50 names, two that a few have, one that only the oldest have.
  await ask(
    `INSERT INTO software_name SELECT 1, n, CASE WHEN n <= 50 THEN 'browser ' WHEN n <= 52 THEN 'drawing ' ELSE 'lib' END || n,
      CASE WHEN n <= 50 THEN 12000 WHEN n <= 52 THEN 100 WHEN n = 53 THEN 11000 ELSE 2000 END, $1 FROM generate_series(1, 5000) AS n`,
    [aKey().kid],
  );
  // What the oldest have; their numbers are told too high, as those of names that one asset has several of are.
  await ask(
    `INSERT INTO software_name VALUES (1, 5001, 'ancient', 11000, $1), (1, 5002, 'antique', 70000, $1)`,
    [aKey().kid],
  );
  await ask(`INSERT INTO asset_software SELECT instance_id, asset_id, array_remove(ARRAY[n % 50 + 1, CASE WHEN n % 200 = 0 THEN 51 + n / 200 % 2 END,
      CASE WHEN n <= 11000 THEN 53 END, CASE WHEN n <= 1000 THEN 5001 END, CASE WHEN n <= 1000 THEN 5002 END], NULL) || ARRAY(SELECT 54 + (n * 31 + i * 7) % 4946 FROM generate_series(1, 200) AS i ORDER BY 1)
    FROM (SELECT instance_id, asset_id, row_number() OVER (ORDER BY asset_id) AS n FROM asset) AS numbered`);
  await ask('SET session_replication_role = origin');
  await ask('VACUUM ANALYZE');
}, 120_000);
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

interface RowsRead {
  /** By going through the whole table. */
  readonly assetsScanned: number;
  readonly all: number;
}

async function rowsRead(): Promise<RowsRead> {
  await database.pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await database.pool.query<RowsRead>(
    `SELECT sum(seq_tup_read) FILTER (WHERE relname <> 'asset_search')::int AS "assetsScanned",
            sum(seq_tup_read + idx_tup_fetch)::int AS all FROM pg_stat_user_tables
      WHERE relname IN ('asset', 'asset_search', 'asset_identifier', 'asset_software')`,
  );
  return rows[0] ?? { assetsScanned: 0, all: 0 };
}

const q = (text: string): AssetFilter => ({ text: textSpellings(text) });
const software = (pattern: string): AssetFilter => ({ software: pattern });
const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);
const mac = '3c:52:82:00:1e:ef';

it.each<[string, AssetFilter, number, string | null]>([
  ['no filter', {}, 50, null],
  ['no filter, deep', {}, 50, assetId(1000)],
  ['a word that all have', q('desk'), 50, null],
  ['a word that all have, deep', q('desk'), 50, assetId(1000)],
  ['a word of a few, all of them old', q('zebra'), 30, null],
  ['a part of an address', q('3c5282001ee'), 1, null],
  ['an address', q(mac), 1, null],
  ['an address, exactly', { mac }, 1, null],
  ['a serial that none has', { serials: ['NONE'] }, 0, null],
  ['nothing fits', q('nosuchthing'), 0, null],
  ['a word of all, in a site', { ...q('desk'), entityIds: [siteId(3)] }, 50, null],
  ['a word of all, of a kind of a few', { ...q('desk'), itemtype: 'Phone' }, 14, null],
  ['a word of all, retired', { ...q('desk'), status: 'retired' }, 50, null],
  ['a site', { entityIds: [siteId(3)] }, 50, null],
  ['a kind of a few', { itemtype: 'Phone' }, 15, null],
  ['a version of a few', { agentVersion: '1.4' }, 30, null],
  ['a software that all have', software('*browser*'), 50, null],
  ['a software that all have, deep', software('*browser*'), 50, assetId(1000)],
  ['a software of a few', software('*drawing*'), 50, null],
  ['a software of a few, in a box for anything', q('drawing'), 50, null],
  ['a software that none has', software('*nosuchsoftware*'), 0, null],
  ['a software of 4,948 names', software('lib*'), 50, null],
  ['a software of all, in a site', { ...software('*browser*'), entityIds: [siteId(3)] }, 50, null],
  ['a software of a few, of a kind of a few', { ...software('*drawing*'), itemtype: 'Phone' }, 0, null],
  ['a software of all and a word of all', { ...software('*browser*'), ...q('desk') }, 50, null],
  ['silent', { lastSeenBefore: daysAgo(30) }, 50, null],
  ['silent: none', { lastSeenBefore: daysAgo(90) }, 0, null],
])('goes through no table, and fetches few of 30,000: %s', async (_, filter, found, after) => {
  const before = await rowsRead();
  const page = await listAssetPage(database.db, 1, filter, { limit: 50, after: after ?? undefined });
  const now = await rowsRead();
  expect(page).toHaveLength(found);
  expect(now.assetsScanned - before.assetsScanned).toBe(0);
  // Of a word that all have so many texts are counted.
  const counted = filter.text?.alternatives[0]?.[0] === 'desk' ? maxFew : 0;
  expect(now.all - before.all).toBeLessThan(counted + 1500);
});

it('goes on past many newer ones that lack a software, without a gap or a row twice', async () => {
  // Of a page of 20 the software of 4,000 is looked at, and the newest 19,000 lack it.
  const read: string[] = [];
  for (let page = 0; page < 3; page++) {
    const rows = await listAssetPage(database.db, 1, software('lib53'), { limit: 20, after: read.at(-1) });
    read.push(...rows.map((row) => row.assetId));
  }
  expect(read).toEqual(Array.from({ length: 60 }, (_, n) => assetId(11_000 - n)));
});

it.each(['ancient', 'antique'])(
  'finds what is not among the newest that a filter leaves: %s',
  async (name) => {
    // 2,727 have this version, and the newest 2,500 of them lack the software.
    const filter = { ...software(name), agentVersion: '1.7' };
    const read: string[] = [];
    for (let page = 0; page < 3; page++) {
      const rows = await listAssetPage(database.db, 1, filter, { limit: 40, after: read.at(-1) });
      read.push(...rows.map((row) => row.assetId));
    }
    const numbers = Array.from({ length: 1000 }, (_, n) => 1000 - n).filter(
      (n) => n % 11 === 5 && n % 1000 !== 3,
    );
    expect(read).toEqual(numbers.map(assetId));
  },
);
