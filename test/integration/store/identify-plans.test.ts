import type { PoolClient } from 'pg';
import type { DeviceIdentity } from '../../../src/domain/identity';
import { lookupsOf } from '../../../src/ingest/look-up';
import { openDatabase, type Database } from '../../../src/store/database';
import {
  lockAndLoadFacts,
  maxCandidatesPerIdentifier,
  maxCandidatesPerSharedKind,
} from '../../../src/store/settle/load-facts';
import { explain, recorded, type Explained } from '../../support/plans';
import { aKey, aSubmission, plantKey, rootEntity } from '../../support/settle-requests';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';

/** What every hostile inventory of this test shows, and every tenth asset has. */
const junkMacs = Array.from({ length: 32 }, (_, i) => `0a:00:27:ff:00:${i.toString(16).padStart(2, '0')}`);
const key = aKey({ maxAssets: 1_000_000, newAssetsPerHour: 50 });

const idOf = `('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`;
const fillAssets = `
  INSERT INTO asset (instance_id, asset_id, kid, entity_id, itemtype, name, identity, section_digests, first_seen, last_seen,
                     last_changed, last_submission)
  SELECT 1, ${idOf}, $3, $4, 'Computer', 'pc', '{}', '{}', now(), now(), now(), ${idOf} FROM generate_series($1::int, $2::int) AS n`;
const fillIdentifiers = `
  INSERT INTO asset_identifier (instance_id, kind, value, asset_id, first_seen)
  SELECT 1, v.kind, v.value, ${idOf}, now() FROM generate_series($1::int, $2::int) AS n CROSS JOIN LATERAL (
    VALUES ('serial', CASE WHEN n % 10 = 0 THEN 'JUNK' ELSE 'S' || n END), ('deviceid', 'D' || n), ('hostname', 'pc'),
           ('sshkey', 'ssh-ed25519:image')) AS v(kind, value)
  UNION ALL
  SELECT 1, 'mac', mac, ${idOf}, now() FROM generate_series($1::int, $2::int) AS n CROSS JOIN unnest($3::text[]) AS mac
   WHERE n % 10 = 0`;

let testDatabase: TestDatabase;
let database: Database;
let client: PoolClient;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, {
    maxConnections: 1,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 60_000,
    byKeyOnly: true,
  });
  await plantKey(database.pool, key);
  client = await database.pool.connect();
});
afterAll(async () => {
  client.release();
  await database.close();
  await testDatabase.drop();
});

const unknown: DeviceIdentity = {
  ...{ serial: undefined, uuid: undefined, macs: [], deviceid: undefined, agentid: undefined },
  ...{
    hostname: 'pc',
    ips: [],
    certificate: undefined,
    sshKey: undefined,
    manufacturer: undefined,
    dropped: [],
  },
};
const inventories: Record<string, DeviceIdentity> = {
  new: { ...unknown, serial: 'NEW1', macs: ['00:1b:21:00:00:01'], deviceid: 'new-1' },
  known: { ...unknown, serial: 'S1', deviceid: 'new-1' },
  hostile: { ...unknown, serial: 'JUNK', macs: junkMacs, sshKey: 'ssh-ed25519:image', deviceid: 'new-1' },
  'known by its name only': unknown,
};

/** What PostgreSQL does before an inventory is decided on, on the plans of the connections that settle. */
async function costOf(identity: DeviceIdentity): Promise<Explained[]> {
  const request = { ...aSubmission([], { key }), identity, lookups: lookupsOf(identity) };
  await client.query('BEGIN');
  try {
    const { client: telling, asked } = recorded(client);
    await lockAndLoadFacts(telling, 1, [request]);
    const explained: Explained[] = [];
    for (const { text, values } of asked) explained.push(await explain(client, text, values));
    return explained;
  } finally {
    await client.query('ROLLBACK');
  }
}

const grow = async (from: number, to: number): Promise<void> => {
  await client.query(fillAssets, [from, to, key.kid, rootEntity]);
  await client.query(fillIdentifiers, [from, to, junkMacs]);
  await client.query('ANALYZE');
};
const totalOf = (explained: readonly Explained[]): number =>
  explained.reduce((sum, { rowsRead }) => sum + rowsRead, 0);

/** By kind of inventory and of plan: made once for all values, and made for these. */
async function costs(): Promise<Map<string, readonly Explained[]>> {
  const found = new Map<string, readonly Explained[]>();
  for (const mode of ['force_generic_plan', 'force_custom_plan']) {
    await client.query(`SET plan_cache_mode = ${mode}`);
    for (const [name, identity] of Object.entries(inventories))
      found.set(`${name}, ${mode}`, await costOf(identity));
  }
  return found;
}

it('scans nothing and reads as many rows for an inventory among 8,000 assets as among 1,000', async () => {
  await grow(1, 1000);
  const few = await costs();
  await grow(1001, 8000);
  const many = await costs();
  expect(many.size).toBe(8);
  for (const [name, explained] of many) {
    expect(explained.flatMap(({ scanned }) => scanned)).toEqual([]);
    const identity = inventories[name.replace(/, \w+$/, '')];
    // Each identifier finds so many, whose rows are read once; the quota and the new assets of the hour are counted.
    const found = lookupsOf(identity ?? unknown).reduce(
      (sum, { kind }) => sum + (kind === 'sshkey' ? maxCandidatesPerSharedKind : maxCandidatesPerIdentifier),
      0,
    );
    expect(totalOf(explained)).toBeLessThanOrEqual(2 * found + 51 + 2);
    expect(Math.abs(totalOf(explained) - totalOf(few.get(name) ?? []))).toBeLessThanOrEqual(1);
  }
});
