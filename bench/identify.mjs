// What finding the assets of an inventory costs the database, at 10,000 and at 1,000,000 assets: the statements that the
// gateway sends before it decides (src/store/settle/load-facts.ts), on the connection settings that it uses.
// `node bench/identify.mjs [--small 10000] [--large 1000000] [--rounds 400] [--data FOLDER]`, after a build.
import { parseArgs } from 'node:util';
import database from '../dist/store/database.js';
import facts from '../dist/store/settle/load-facts.js';
import lookUp from '../dist/ingest/look-up.js';
import {
  assetNumber,
  benchKid,
  dockMac,
  filledDatabases,
  junkMacs,
  sharedDeviceid,
  sharedMac,
  sharedSerial,
} from './filled-database.mjs';

const { values } = parseArgs({
  options: {
    small: { type: 'string', default: '10000' },
    large: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '400' },
    data: { type: 'string' },
  },
});
const counts = [Number(values.small), Number(values.large)];
const rounds = Number(values.rounds);

const nothing = {
  serial: undefined,
  uuid: undefined,
  macs: [],
  deviceid: undefined,
  agentid: undefined,
  hostname: undefined,
};
const rest = { ips: [], certificate: undefined, sshKey: undefined, manufacturer: undefined, dropped: [] };
const hex = (digits) =>
  Array.from({ length: digits }, () => Math.floor(Math.random() * 16).toString(16)).join('');
const freshMac = () => `00:1b:21:${hex(2)}:${hex(2)}:${hex(2)}`;
const fresh = () => ({
  ...nothing,
  serial: `NEW${hex(8)}`,
  macs: [freshMac()],
  deviceid: `new-${hex(8)}-2026-01-05-08-00-00`,
  hostname: `new-${hex(4)}`,
});

/** A number of an asset of the fill, one in 100 being `within`. */
const ofKind = (count, within) => Math.floor((Math.random() * count) / 100) * 100 + within;
const known = (n) => ({ ...nothing, ...assetNumber(n), macs: [assetNumber(n).mac], mac: undefined });
const handedMacs = Array.from({ length: 32 }, (_, i) => `00:50:b6:ff:ff:${i.toString(16).padStart(2, '0')}`);

/** What comes, by name: each call makes another device. */
const devices = (count) => [
  ['new', () => fresh()],
  [
    'new, of fillers, a common card and a common name',
    () => ({ ...fresh(), serial: sharedSerial, macs: [freshMac(), sharedMac], hostname: 'pc-7' }),
  ],
  ['known', () => known(ofKind(count, 4))],
  [
    'known, on a dock of four',
    () => {
      const n = ofKind(count, 7);
      return { ...known(n), macs: [assetNumber(n).mac, dockMac(Math.floor(n / 40))] };
    },
  ],
  [
    'known, without numbers, of a common name',
    () => {
      const n = ofKind(count, 8);
      return { ...known(n), serial: undefined, hostname: `pc-${n % 500}` };
    },
  ],
  [
    'hostile: 32 junk addresses, filler, agent of an image',
    () => ({ ...fresh(), serial: sharedSerial, macs: junkMacs, deviceid: sharedDeviceid, hostname: 'pc-7' }),
  ],
  [
    'hostile: 32 addresses, each of 8 other assets',
    () => ({ ...fresh(), serial: sharedSerial, macs: handedMacs, deviceid: sharedDeviceid }),
  ],
];

const filled = await filledDatabases(counts, values.data);
try {
  const tables = [];
  for (const count of counts) tables.push(await measure(filled.urls.get(count), count));
  const [small, large] = tables;
  console.log(
    `| inventory | p50 ms | p99 ms | p50 against ${counts[0]} | executing p50 ms | p99 ms | rows found | rows read | pages | rows read against ${counts[0]} |\n|---|---|---|---|---|---|---|---|---|---|`,
  );
  for (const [name, at] of large) {
    const before = small.get(name);
    const cells = [
      ...[at.ms(0.5).toFixed(2), at.ms(0.99).toFixed(2), (at.ms(0.5) / before.ms(0.5)).toFixed(2)],
      ...[
        at.executing(0.5).toFixed(2),
        at.executing(0.99).toFixed(2),
        at.found.toFixed(1),
        at.read.toFixed(1),
      ],
      ...[at.pages.toFixed(0), (at.read / before.read).toFixed(2)],
    ];
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
} finally {
  await filled.release();
}

async function measure(url, count) {
  const opened = database.openDatabase(url, {
    maxConnections: 1,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 60_000,
    byKeyOnly: true,
  });
  const client = await opened.pool.connect();
  try {
    await client.query(
      `INSERT INTO asset_identifier (instance_id, kind, value, asset_id, first_seen)
       SELECT 1, 'mac', mac, (lpad(to_hex(1760000000000 + n), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid, now()
         FROM unnest($1::text[]) WITH ORDINALITY AS m(mac, i) CROSS JOIN LATERAL generate_series(i * 20, i * 20 + 7) AS n ON CONFLICT DO NOTHING`,
      [handedMacs],
    );
    await client.query('SET plan_cache_mode = force_generic_plan');
    const measured = new Map();
    for (const [name, make] of devices(count)) measured.set(name, await measureOne(client, name, make));
    return measured;
  } finally {
    client.release();
    await opened.close();
  }
}

async function measureOne(client, name, make) {
  const times = [];
  const executing = [];
  const sums = { found: 0, read: 0, pages: 0 };
  for (let round = -20; round < rounds; round++) {
    const request = requestOf(make());
    const seen = [];
    await client.query('BEGIN');
    const started = performance.now();
    const loaded = await facts.lockAndLoadFacts(recording(client, seen), 1, [request]);
    const ms = performance.now() - started;
    await client.query('ROLLBACK');
    if (round < 0) continue;
    times.push(ms);
    sums.found += loaded.factsFor(0).candidates.length;
    if (round % 10 !== 0) continue;
    const plans = [];
    for (const { text, values: given } of seen.slice(1)) plans.push(await explain(client, text, given));
    executing.push(plans.reduce((sum, plan) => sum + plan.ms, 0));
    sums.read += plans.reduce((sum, plan) => sum + plan.read, 0);
    sums.pages += plans.reduce((sum, plan) => sum + plan.pages, 0);
  }
  process.stderr.write(`${name}: measured\n`);
  const at = (list) => (share) => list.toSorted((a, b) => a - b)[Math.floor(list.length * share)];
  return {
    ms: at(times),
    executing: at(executing),
    found: sums.found / times.length,
    read: sums.read / executing.length,
    pages: sums.pages / executing.length,
  };
}

/** The client, which tells what it was asked. The first statement takes the locks. */
function recording(client, seen) {
  return {
    query: (config) => {
      seen.push(config);
      return client.query(config);
    },
  };
}

/** How long it was executed, rows that came out of tables and indexes, pages looked at. */
async function explain(client, text, given) {
  const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${text}`, given);
  const [{ Plan: plan, 'Execution Time': ms }] = rows[0]['QUERY PLAN'];
  let read = 0;
  const walk = (node) => {
    if (/Scan$/.test(node['Node Type']) && (node['Relation Name'] ?? node['Index Name']) !== undefined)
      read += (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
    (node.Plans ?? []).forEach(walk);
  };
  walk(plan);
  return { ms, read, pages: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
}

function requestOf(identity) {
  const whole = { ...rest, ...identity, macs: identity.macs.toSorted() };
  return {
    record: {
      instanceId: 1,
      kid: benchKid,
      receivedAt: new Date(),
      deviceid: whole.deviceid,
      agentid: whole.agentid,
      partial: false,
      submissionId: 'bench',
    },
    key: { kid: benchKid, maxAssets: 2_000_000, newAssetsPerHour: null },
    identity: whole,
    lookups: lookUp.lookupsOf(whole),
    needsInventory: false,
  };
}
