// How long a search takes among a million assets: asks the list of assets as the admin API does.
// `node bench/search.mjs [--assets 1000000] [--rounds 7] [--data FOLDER]`, after a build.
import { parseArgs } from 'node:util';
import assetQuery from '../dist/admin/assets.js';
import database from '../dist/store/database.js';
import { assetNumber, filledDatabases, regionId, siteId } from './filled-database.mjs';

const { values } = parseArgs({
  options: {
    assets: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '7' },
    data: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const count = Number(values.assets);
const rounds = Number(values.rounds);

const daysAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString();
const middle = Math.floor(count / 200) * 100 + 1;
const macDigits = (n) => assetNumber(n).mac.replaceAll(':', '');
const searches = [
  ['no filter', {}],
  ['q: whole name', { q: `desk-${String(middle).padStart(7, '0')}` }],
  ['q: part that all have', { q: 'desk' }],
  ['q: two letters that all have', { q: 'de' }],
  ['q: rare, and all of them old', { q: 'zebra' }],
  ['q: two words', { q: 'dell user1234' }],
  ['q: two words that many have, rarely both', { q: 'zebra windows' }],
  ['q: user', { q: 'user777' }],
  ['q: part of a serial', { q: `GHT${(middle * 7919).toString(16).toUpperCase()}`.slice(0, -1) }],
  ['q: MAC without colons', { q: macDigits(middle) }],
  ['q: ten digits of a MAC', { q: macDigits(middle).slice(0, 10) }],
  ['q: eight digits of a MAC', { q: macDigits(middle).slice(0, 8) }],
  ['q: eight digits of a MAC, with dashes', { q: assetNumber(middle).mac.slice(0, 11).replaceAll(':', '-') }],
  ['q: eight digits within a MAC', { q: macDigits(middle).slice(2, 10) }],
  ['q: end of a MAC', { q: macDigits(middle).slice(6) }],
  ['q: four digits at the end of a MAC', { q: assetNumber(middle).mac.slice(12) }],
  ['q: start of a MAC that a quarter has', { q: '3c5282' }],
  ['q: one in 180', { q: 'user77' }],
  ['q: one in 180, region', { q: 'user77', entity: regionId(3), recursive: 'true' }],
  ['q: one in 180, retired', { q: 'user77', status: 'retired' }],
  ['q: one in 40, region', { q: 'model 17', entity: regionId(3), recursive: 'true' }],
  ['q: one in 40, of one in 50: none', { q: 'model 17', itemtype: 'Printer' }],
  ['q: one in 40, retired: none', { q: 'model 17', status: 'retired' }],
  ['q: one in 40, site', { q: 'model 17', entity: siteId(3) }],
  ['q: part of an address', { q: '10.3.' }],
  ['q: version', { q: '1.11' }],
  ['q: nothing fits', { q: 'nosuchthing' }],
  ['q: software that two in three have', { q: 'firefox' }],
  ['q: software of one in 36', { q: 'autocad' }],
  ['q: software of one in 340', { q: 'label designer' }],
  ['q: software that only old ones have', { q: 'netscape' }],
  ['q: software, region', { q: 'firefox', entity: regionId(3), recursive: 'true' }],
  ['software: two in three', { software: 'firefox' }],
  ['software: one in 36', { software: 'autocad' }],
  ['software: one in 340', { software: 'zebra label*' }],
  ['software: 4,000 names', { software: 'lib*' }],
  ['software: one letter', { software: 'x' }],
  ['software: one name of many', { software: 'mozilla firefox 121 (x64 fr)*' }],
  ['software: only old ones', { software: 'netscape' }],
  ['software: only old ones, retired', { software: 'netscape', status: 'retired' }],
  ['software: only old ones, silent for 30 days', { software: 'netscape', lastSeenBefore: daysAgo(30) }],
  ['software: only old ones, of one in 50', { software: 'netscape', itemtype: 'Printer' }],
  ['software: one in 36, of one in 50', { software: 'autocad', itemtype: 'Printer' }],
  ['software: none', { software: 'nosuchsoftware' }],
  ['software: two in three, region', { software: 'firefox', entity: regionId(3), recursive: 'true' }],
  ['software: one in 36, region', { software: 'autocad', entity: regionId(3), recursive: 'true' }],
  ['software: one in 36, site', { software: 'autocad', entity: siteId(3) }],
  ['software: one in 36, retired', { software: 'autocad', status: 'retired' }],
  ['software: one in 36, silent for 30 days', { software: 'autocad', lastSeenBefore: daysAgo(30) }],
  ['software: one in 36, os of a third', { software: 'autocad', os: 'debian*' }],
  ['software and q common', { software: 'firefox', q: 'desk' }],
  ['software common and q of one in 180', { software: 'firefox', q: 'user77' }],
  ['q: two letters', { q: 'ze' }],
  ['q common, site', { q: 'desk', entity: siteId(3) }],
  ['q common, region with all below', { q: 'desk', entity: regionId(3), recursive: 'true' }],
  ['q rare, region with all below', { q: 'zebra', entity: regionId(3), recursive: 'true' }],
  ['q rare, itemtype', { q: 'zebra', itemtype: 'Printer' }],
  ['q common, itemtype of a few', { q: 'model', itemtype: 'Phone' }],
  ['q common, retired', { q: 'desk', status: 'retired' }],
  ['q common, merged: none', { q: 'desk', status: 'merged' }],
  ['q common, silent for 30 days', { q: 'desk', lastSeenBefore: daysAgo(30) }],
  ['mac, exact', { mac: assetNumber(middle).mac }],
  ['mac of many', { mac: '00:e0:4c:68:00:01' }],
  ['serial, not there', { serial: 'NOSERIAL1' }],
  ['serial of many', { serial: 'SYSSERIAL01' }],
  ['name *000123', { name: '*000123' }],
  ['name zebra*', { name: 'zebra*' }],
  ['name *desk*', { name: '*desk*' }],
  ['entity: site', { entity: siteId(7) }],
  ['entity: region with all below', { entity: regionId(7), recursive: 'true' }],
  ['entity: root with all below', { entity: siteId(0), recursive: 'true' }],
  ['key', { key: 'benchkid0001' }],
  ['key that has none', { key: 'nokey0000001' }],
  ['itemtype', { itemtype: 'Printer' }],
  ['itemtype of a few', { itemtype: 'Phone' }],
  ['retired', { status: 'retired' }],
  ['agent version', { agentVersion: '1.11' }],
  ['agent version of a few', { agentVersion: '1.4' }],
  ['agent version 1.*', { agentVersion: '1.*' }],
  ['os', { os: 'debian*' }],
  ['os that none has', { os: '*solaris*' }],
  ['silent for 30 days', { lastSeenBefore: daysAgo(30) }],
  ['silent for 90 days: none', { lastSeenBefore: daysAgo(90) }],
  ['os, site, seen', { os: 'windows 11*', entity: siteId(7), lastSeenAfter: daysAgo(2) }],
  ['os, region, retired', { os: 'windows 11*', entity: regionId(7), recursive: 'true', status: 'retired' }],
  [
    'itemtype, region, silent for 30 days',
    { itemtype: 'Computer', entity: regionId(7), recursive: 'true', lastSeenBefore: daysAgo(30) },
  ],
].filter(([name]) => name.includes(values.only));

const filled = await filledDatabases([count], values.data);
const opened = database.openDatabase(filled.urls.get(count), {
  maxConnections: 2,
  connectTimeoutMs: 5000,
  statementTimeoutMs: 600_000,
});
const deps = { db: opened.db, now: () => new Date() };
const caller = { instanceId: 1, actor: 'bench', token: undefined };
try {
  console.log(
    '| search | found | first ms | median ms | worst ms | pages of 8 KB |\n|---|---|---|---|---|---|',
  );
  for (const [name, query] of searches)
    await measure(name, () => assetQuery.listAssets(deps, caller, { ...query, limit: '50' }));
  await scroll();
} finally {
  await opened.close();
  await filled.release();
}

async function measure(name, list) {
  const times = [];
  let found = 0;
  const before = await pagesRead();
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now();
    found = (await list()).items.length;
    times.push(performance.now() - started);
  }
  const pages = ((await pagesRead()) - before) / (rounds + 1);
  const [first, ...rest] = times;
  const sorted = rest.toSorted((a, b) => a - b);
  const ms = (time) => time.toFixed(1);
  console.log(
    `| ${name} | ${found} | ${ms(first)} | ${ms(sorted[Math.floor(sorted.length / 2)])} | ${ms(sorted.at(-1))} | ${Math.round(pages)} |`,
  );
}

/** Of all connections, as their statistics tell. */
async function pagesRead() {
  await opened.pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await opened.pool.query(
    `SELECT blks_hit + blks_read AS pages FROM pg_stat_database WHERE datname = current_database()`,
  );
  return Number(rows[0].pages);
}

/** Page after page from the newest asset on, and then deep within: a cursor goes on where it stands, however deep. */
async function scroll() {
  const at = async (after, query = {}) =>
    await assetQuery.listAssets(deps, caller, { ...query, limit: '50', ...(after ? { after } : {}) });
  const first = await at();
  const { rows } = await opened.pool.query(
    `SELECT asset_id FROM asset WHERE instance_id = 1 AND asset_id < $1 ORDER BY asset_id DESC OFFSET $2 LIMIT 1`,
    [first.items.at(-1).id, Math.floor(count * 0.9)],
  );
  const deep = cursorLike(first.next, rows[0].asset_id);
  await measure('page 2', () => at(first.next));
  await measure('page at nine tenths', () => at(deep));
  const query = { entity: regionId(3), recursive: 'true' };
  const inRegion = await at(undefined, query);
  await measure('page at nine tenths, region', () => at(cursorLike(inRegion.next, rows[0].asset_id), query));
}

/** The same cursor at another asset. */
function cursorLike(cursor, assetId) {
  const text = Buffer.from(cursor, 'base64url').toString();
  return Buffer.from(text.replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/, assetId)).toString('base64url');
}
