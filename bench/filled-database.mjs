// A PostgreSQL filled with made-up assets by SQL, fast: without triggers and checks, the indexes made afterwards.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import embedded from '../dist/store/embedded/acquire-embedded.js';
import migrations from '../dist/store/migrate.js';
import { fillSoftware } from './filled-software.mjs';

export const benchKid = 'benchkid0001';
/** The n-th of 500 sites, in 20 regions below the root (number 0). */
export const siteId = (n) => `00000000-0000-0000-0000-${n.toString(16).padStart(12, '0')}`;
export const sites = 500;
export const regionId = (n) => siteId(1000 + n);
export const regions = 20;

/** Addresses that a twentieth of the fleet shares all of: what a virtual network driver gives to everybody. */
export const junkMacs = Array.from(
  { length: 32 },
  (_, i) => `0a:00:27:ff:00:${i.toString(16).padStart(2, '0')}`,
);
export const sharedMac = '00:e0:4c:68:00:01';
export const sharedSerial = 'SYSSERIAL01';
export const sharedDeviceid = 'image-2025-01-01-00-00-00';
/** A few makers' addresses in a row, as deliveries are, and so mixed that each is given once. */
const makers = ['8cec4b', '5405db', '3c5282', '4c5262'];
const spelled = (digits) => digits.match(/../g).join(':');
/** Of asset n: the same as in the SQL below. */
export const assetNumber = (n) => ({
  serial: `GHT${(n * 7919).toString(16).toUpperCase()}`,
  mac: spelled(makers[n % makers.length] + ((n * 7919993) % 16777216).toString(16).padStart(6, '0')),
  deviceid: `desk-${n}-2026-01-05-08-00-00`,
  hostname: `desk-${String(n).padStart(7, '0')}`,
});
/** Handed around by about four laptops each. */
export const dockMac = (n) =>
  `00:50:b6:${(n % 16777216).toString(16).padStart(6, '0').match(/../g).join(':')}`;

/**
 * Of 100: 70 machines with all numbers, 10 laptops on docks, 10 without serial and uuid (fillers) under names that
 * hundreds have, 8 guests, 2 printers. On top: an unlisted filler as serial, an address of a common adapter and an image
 * with an agent inside (1 in 50, 50, 100), 32 junk addresses at once (1 in 200).
 */
const fill = `
  INSERT INTO asset (instance_id, asset_id, kid, entity_id, itemtype, status, name, serial, uuid, macs, ips, manufacturer,
    model, os, last_user, agent_version, identity, pin, section_digests, first_seen, last_seen, last_changed, last_submission)
  SELECT 1, id, '${benchKid}', entity, CASE WHEN n % 100 >= 98 THEN 'Printer' WHEN n % 100000 = 7 THEN 'Phone' ELSE 'Computer' END,
    CASE WHEN n % 200 = 0 THEN 'retired' ELSE 'active' END, shown_name, serial, uuid, macs, ips,
    (ARRAY['Dell Inc.', 'HP', 'LENOVO'])[n % 3 + 1], 'Model ' || n % 40, (ARRAY['Windows 11 Pro', 'Windows 10 Pro', 'Debian GNU/Linux 12'])[n % 3 + 1],
    'user' || n % 20000, CASE WHEN n % 10000 = 3 THEN '1.4' ELSE '1.11' END,
    jsonb_build_object('serials', to_jsonb(array_remove(ARRAY[serial], NULL)), 'uuids', to_jsonb(array_remove(ARRAY[uuid], NULL)),
      'macs', to_jsonb(macs), 'deviceids', to_jsonb(array_remove(ARRAY[deviceid], NULL)),
      'agentids', to_jsonb(array_remove(ARRAY[agentid], NULL)), 'hostnames', to_jsonb(ARRAY[lower(shown_name)]),
      'ips', to_jsonb(ips), 'certificates', '[]'::jsonb, 'sshKeys', '[]'::jsonb),
    jsonb_build_object('deviceid', deviceid, 'agentid', agentid, 'macs', to_jsonb(macs), 'sourceAddress', '10.0.0.1',
      'bootTime', '2026-01-05T08:00:00Z', 'osFamily', 'windows', 'brand', 'glpi', 'softwareCount', 150,
      'bodies', jsonb_build_array(jsonb_build_object('at', seen, 'digest', left(md5(n::text), 16)))),
    digests.of_all, seen, seen, seen, id
  FROM (SELECT *, CASE WHEN n % 100 >= 98 OR n % 10 = 8 THEN NULL WHEN n % 100 >= 90 THEN NULL WHEN n % 50 = 1 THEN '${sharedSerial}' ELSE 'GHT' || upper(to_hex(n * 7919)) END AS serial,
          CASE WHEN n % 100 >= 98 OR n % 10 = 8 THEN NULL ELSE md5(n::text)::uuid::text END AS uuid,
          CASE WHEN n % 100 >= 98 THEN NULL WHEN n % 100 = 3 THEN '${sharedDeviceid}' ELSE 'desk-' || n || '-2026-01-05-08-00-00' END AS deviceid,
          CASE WHEN n % 100 >= 98 THEN NULL ELSE md5('agent' || n)::uuid::text END AS agentid,
          CASE WHEN n % 10 = 8 THEN 'pc-' || n % 500 WHEN n <= 100 THEN 'zebra-' || lpad(n::text, 7, '0') ELSE 'desk-' || lpad(n::text, 7, '0') END AS shown_name,
          CASE WHEN n % 100 >= 98 THEN ARRAY['10.' || n / 65536 % 256 || '.' || n / 256 % 256 || '.' || n % 256] ELSE '{}'::text[] END AS ips,
          ARRAY[mac] || CASE WHEN n % 10 = 7 THEN ARRAY[regexp_replace('0050b6' || lpad(to_hex(n / 40 % 16777216), 6, '0'), '(..)(..)(..)(..)(..)(..)', '\\1:\\2:\\3:\\4:\\5:\\6')]
                             WHEN n % 50 = 2 THEN ARRAY['${sharedMac}'] WHEN n % 200 = 5 THEN ARRAY[${junkMacs.map((mac) => `'${mac}'`).join(', ')}] ELSE '{}' END AS macs
     FROM (SELECT n, (lpad(to_hex(1760000000000 + n), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid AS id,
             (('00000000-0000-0000-0000-' || lpad(to_hex(n % ${sites} + 1), 12, '0'))::uuid) AS entity,
             regexp_replace((ARRAY[${makers.map((maker) => `'${maker}'`).join(', ')}])[n % ${makers.length} + 1] || lpad(to_hex(n * 7919993 % 16777216), 6, '0'), '(..)(..)(..)(..)(..)(..)', '\\1:\\2:\\3:\\4:\\5:\\6') AS mac,
             now() - (CASE WHEN n % 100 = 1 THEN 60 ELSE n % 7 END) * interval '1 day' AS seen
            FROM generate_series($1::bigint, $2::bigint) AS n) AS numbered) AS made
  CROSS JOIN (SELECT jsonb_object_agg(section, left(md5(section), 16)) AS of_all FROM unnest('{bios,hardware,operatingsystem,networks,softwares,drives,storages,memories,cpus,controllers,monitors,printers,usbdevices,videos,sounds,inputs,ports,slots,users,antivirus}'::text[]) AS section) AS digests`;

const identifiers = `
  INSERT INTO asset_identifier (instance_id, kind, value, asset_id, first_seen)
  SELECT instance_id, f.kind, v.value, asset_id, first_seen FROM asset
   CROSS JOIN LATERAL (VALUES ('serial', 'serials'), ('uuid', 'uuids'), ('mac', 'macs'), ('deviceid', 'deviceids'),
     ('agentid', 'agentids'), ('hostname', 'hostnames'), ('ip', 'ips')) AS f(kind, field)
   CROSS JOIN LATERAL jsonb_array_elements_text(identity -> f.field) AS v(value)
   WHERE asset_id BETWEEN $1::uuid AND $2::uuid`;

/** For filling: what is lost in a crash is filled again. */
const fillSettings = { fsync: 'off', synchronous_commit: 'off', max_wal_size: '8GB', autovacuum: 'off' };

/**
 * Fills one database for each of `counts` on one server. `folder`: kept and used again; a throw-away one without.
 * Resolves to the addresses by count and how to let go of them.
 */
export async function filledDatabases(counts, folder) {
  const dataFolder = folder ?? mkdtempSync(path.join(os.tmpdir(), 'gatehouse-filled-'));
  mkdirSync(dataFolder, { recursive: true });
  const server = await embedded.acquireEmbedded(dataFolder, { extraSettings: fillSettings });
  const urls = new Map();
  for (const count of counts) {
    const url = server.url.replace(/\/gatehouse(?=$|\?)/, `/assets_${count}`);
    if (url === server.url) throw new Error('the address of the database has another form');
    urls.set(count, url);
    const marker = path.join(dataFolder, `filled-${count}`);
    if (!existsSync(marker)) {
      await run(server.url, (client) => client.query(`DROP DATABASE IF EXISTS assets_${count}`));
      await run(server.url, (client) => client.query(`CREATE DATABASE assets_${count}`));
    }
    await migrations.migrate(url);
    await once(marker, () => run(url, (client) => fillAll(client, count)));
    // By itself: folders of before there was any are filled up.
    await once(path.join(dataFolder, `software-${count}`), () =>
      run(url, (client) => fillSoftware(client, count, teller(count))),
    );
    process.stderr.write('\n');
  }
  return {
    urls,
    release: async () => {
      await server.release();
      if (folder === undefined) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

async function once(marker, work) {
  if (existsSync(marker)) return;
  await work();
  writeFileSync(marker, '');
}

function teller(count) {
  const started = performance.now();
  return (what) =>
    process.stderr.write(
      `\r\x1b[K${count} assets: ${what}, ${Math.round((performance.now() - started) / 1000)} s`,
    );
}

async function run(url, work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function fillAll(client, count) {
  const tell = teller(count);
  await client.query(`SET session_replication_role = replica`);
  await client.query(`SET maintenance_work_mem = '1GB'`);
  await plantEntities(client);
  const indexes = await dropIndexes(client);
  const step = 50_000;
  for (let from = 1; from <= count; from += step) {
    await client.query(fill, [from, Math.min(count, from + step - 1)]);
    tell(`${Math.min(count, from + step - 1)} rows`);
  }
  tell('identifiers');
  await client.query(identifiers, [siteId(0), 'ffffffff-ffff-ffff-ffff-ffffffffffff']);
  tell('texts to search');
  await client.query(
    `INSERT INTO asset_search (instance_id, asset_id, text) SELECT instance_id, asset_id, gatehouse_search_text(asset) FROM asset`,
  );
  await client.query(`INSERT INTO asset_tally (instance_id, entity_id, kid, itemtype, status, n)
    SELECT instance_id, entity_id, kid, itemtype, status, count(*) FROM asset GROUP BY 1, 2, 3, 4, 5`);
  for (const create of indexes) {
    tell(create.slice(0, 60));
    await client.query(create);
  }
  tell('VACUUM ANALYZE');
  await client.query('VACUUM ANALYZE');
}

async function plantEntities(client) {
  await client.query(
    `INSERT INTO instance (instance_id, name, public_urls, created_at) VALUES (1, 'bench', '{http://localhost}', now())`,
  );
  await client.query(
    `INSERT INTO entity (instance_id, entity_id, parent_id, name, created_at)
     SELECT 1, $1::uuid, NULL, 'Root', now()
     UNION ALL SELECT 1, ('00000000-0000-0000-0000-' || lpad(to_hex(1000 + r), 12, '0'))::uuid, $1::uuid, 'region ' || r, now()
       FROM generate_series(1, ${regions}) AS r
     UNION ALL SELECT 1, ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid,
         ('00000000-0000-0000-0000-' || lpad(to_hex(1001 + n % ${regions}), 12, '0'))::uuid, 'site ' || n, now()
       FROM generate_series(1, ${sites}) AS n`,
    [siteId(0)],
  );
  await client.query(
    `INSERT INTO registration_key (instance_id, kid, name, entity_id, mode, carriers, tag_policy, created_at, created_by)
     VALUES (1, '${benchKid}', 'bench', $1, 'auto', '{basic}', 'ignore', now(), 'bench')`,
    [siteId(0)],
  );
}

/** All indexes of what is filled but the key of `asset`, which others refer to. Resolves to how they are made again. */
async function dropIndexes(client) {
  const { rows } = await client.query(
    `SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS "table", pg_get_indexdef(i.indexrelid) AS made,
            pg_get_constraintdef(c.oid) AS constrained, c.conname AS constraint
       FROM pg_index AS i LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
      WHERE i.indrelid IN ('asset'::regclass, 'asset_identifier'::regclass, 'asset_search'::regclass)
        AND i.indexrelid <> 'asset_pkey'::regclass`,
  );
  for (const { name, table, constraint } of rows) {
    await client.query(
      constraint === null ? `DROP INDEX ${name}` : `ALTER TABLE ${table} DROP CONSTRAINT ${constraint}`,
    );
  }
  return rows.map(({ table, made, constraint, constrained }) =>
    constraint === null ? made : `ALTER TABLE ${table} ADD CONSTRAINT ${constraint} ${constrained}`,
  );
}
