// How long a search takes: fills an embedded PostgreSQL with made-up assets by SQL and asks the list of assets as the
// admin API does. `node bench/search.mjs [--assets 1000000] [--rounds 5]`, after a build.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import embedded from '../dist/store/embedded/acquire-embedded.js';
import migrations from '../dist/store/migrate.js';
import database from '../dist/store/database.js';
import assets from '../dist/store/assets.js';
import spellings from '../dist/admin/search-spellings.js';

const { values } = parseArgs({
  options: { assets: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '5' } },
});
const count = Number(values.assets);
const rounds = Number(values.rounds);

/** One site of 200 has a rare name, all others share words. */
const fill = `
  INSERT INTO asset (instance_id, asset_id, kid, entity_id, itemtype, status, name, serial, uuid, macs, ips, manufacturer,
    model, os, last_user, agent_version, identity, section_digests, first_seen, last_seen, last_changed, last_submission)
  SELECT 1, id, 'benchkid0001', entity, CASE WHEN n % 50 = 0 THEN 'Printer' WHEN n % 100000 = 7 THEN 'Phone' ELSE 'Computer' END,
    CASE WHEN n % 200 = 0 THEN 'retired' ELSE 'active' END,
    CASE WHEN n <= 100 THEN 'zebra-' ELSE 'desk-' END || lpad(n::text, 7, '0'), 'GHT' || upper(to_hex(n * 7919)),
    md5(n::text)::uuid::text, ARRAY[mac], ARRAY['10.' || n / 65536 % 256 || '.' || n / 256 % 256 || '.' || n % 256],
    (ARRAY['Dell Inc.', 'HP', 'LENOVO'])[n % 3 + 1], 'Model ' || n % 40, (ARRAY['Windows 11 Pro', 'Windows 10 Pro', 'Debian GNU/Linux 12'])[n % 3 + 1],
    'user' || n % 20000, CASE WHEN n % 10000 = 3 THEN '1.4' ELSE '1.11' END,
    jsonb_build_object('deviceids', jsonb_build_array('desk-' || n || '-2026-01-05-08-00-00')), '{}',
    seen, seen, seen, id
  FROM (SELECT n, (lpad(to_hex(1760000000000 + n), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid AS id,
          (('00000000-0000-0000-0000-' || lpad(to_hex(n % 500 + 1), 12, '0'))::uuid) AS entity,
          regexp_replace(lpad(to_hex(n + 42949672960), 12, '0'), '(..)(..)(..)(..)(..)(..)', '\\1:\\2:\\3:\\4:\\5:\\6') AS mac,
          now() - (CASE WHEN n % 100 = 1 THEN 60 ELSE n % 7 END) * interval '1 day' AS seen
     FROM generate_series($1::bigint, $2::bigint) AS n) AS made`;

const identifiers = `
  INSERT INTO asset_identifier (instance_id, kind, value, asset_id, first_seen)
  SELECT instance_id, kind, value, asset_id, first_seen FROM asset CROSS JOIN LATERAL (
    VALUES ('serial', serial), ('uuid', uuid), ('mac', macs[1]), ('deviceid', identity -> 'deviceids' ->> 0)) AS i(kind, value)`;

const q = (text) => ({ text: spellings.textSpellings(text) });
const entity = (n) => `00000000-0000-0000-0000-${n.toString(16).padStart(12, '0')}`;
const middle = Math.floor(count / 2);
const searches = [
  ['no filter', {}],
  ['q: whole name', q(`desk-${String(middle).padStart(7, '0')}`)],
  ['q: part that all have', q('desk')],
  ['q: rare, and all of them old', q('zebra')],
  ['q: two words', q('dell user1234')],
  ['q: user', q('user777')],
  ['q: part of a MAC without colons', q('0a00000001')],
  ['q: nothing fits', q('nosuchthing')],
  ['q: two letters', q('ze')],
  ['q common, entity', { ...q('desk'), entityIds: [entity(3)] }],
  ['q rare, itemtype', { ...q('zebra'), itemtype: 'Printer' }],
  ['mac, exact', { mac: '00:0a:00:00:03:e8' }],
  ['serial, not there', { serials: ['NOSERIAL1'] }],
  ['name *000123', { name: '*000123' }],
  ['itemtype of a few', { itemtype: 'Phone' }],
  ['retired', { status: 'retired' }],
  ['agent version of a few', { agentVersion: '1.4' }],
  ['silent for 30 days', { lastSeenBefore: new Date(Date.now() - 30 * 86_400_000) }],
  ['silent for 90 days: none', { lastSeenBefore: new Date(Date.now() - 90 * 86_400_000) }],
  [
    'os, entity, seen',
    { os: 'windows 11*', entityIds: [entity(7)], lastSeenAfter: new Date(Date.now() - 2 * 86_400_000) },
  ],
];

const folder = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-search-'));
try {
  const server = await embedded.acquireEmbedded(folder);
  try {
    await migrations.migrate(server.url);
    const opened = database.openDatabase(server.url, {
      maxConnections: 2,
      connectTimeoutMs: 5000,
      statementTimeoutMs: 3_600_000,
    });
    await prepare(opened.pool);
    await measure(opened.db);
    await opened.close();
  } finally {
    await server.release();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function prepare(pool) {
  const started = performance.now();
  await pool.query(
    `INSERT INTO instance (instance_id, name, public_urls, created_at) VALUES (1, 'bench', '{http://localhost}', now())`,
  );
  await pool.query(`INSERT INTO entity (instance_id, entity_id, name, created_at)
    SELECT 1, ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid, 'site ' || n, now() FROM generate_series(1, 500) n`);
  await pool.query(
    `INSERT INTO registration_key (instance_id, kid, name, entity_id, mode, carriers, tag_policy, created_at, created_by)
    VALUES (1, 'benchkid0001', 'bench', $1, 'auto', '{basic}', 'ignore', now(), 'bench')`,
    [entity(1)],
  );
  const step = 50_000;
  for (let from = 1; from <= count; from += step) {
    await pool.query(fill, [from, Math.min(count, from + step - 1)]);
    process.stderr.write(`\r${Math.min(count, from + step - 1)} assets`);
  }
  await pool.query(identifiers);
  for (const table of ['asset', 'asset_search', 'asset_identifier'])
    await pool.query(`VACUUM ANALYZE ${table}`);
  process.stderr.write(`, filled in ${Math.round((performance.now() - started) / 1000)} s\n`);
}

async function measure(db) {
  console.log('| search | found | first ms | median ms | worst ms |\n|---|---|---|---|---|');
  for (const [name, filter] of searches) {
    const times = [];
    let found = 0;
    for (let round = 0; round <= rounds; round++) {
      const started = performance.now();
      found = (await assets.listAssetPage(db, 1, filter, { limit: 51, after: undefined })).length;
      times.push(performance.now() - started);
    }
    const [first, ...rest] = times;
    const sorted = rest.toSorted((a, b) => a - b);
    const ms = (time) => time.toFixed(1);
    console.log(
      `| ${name} | ${found} | ${ms(first)} | ${ms(sorted[Math.floor(sorted.length / 2)])} | ${ms(sorted.at(-1))} |`,
    );
  }
}
