import type { AgentSighting } from '../../../src/ingest/ports';
import { deleteOldAgents } from '../../../src/store/agent-retention';
import { createAgentSightings, type AgentSightings } from '../../../src/store/agent-sightings';
import { openDatabase, type Database } from '../../../src/store/database';
import { aKey, plantKey } from '../../support/settle-requests';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';

const key = aKey();
const other = aKey({ kid: 'bbbbbbbbbbbb' });
let testDatabase: TestDatabase;
let database: Database;
let full: string[];
const maxConnections = 8;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, {
    maxConnections,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 30_000,
  });
  await plantKey(database.pool, key);
  await plantKey(database.pool, other);
  full = [];
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

const open = (maxAgentsWithoutAssetPerKey: number) =>
  createAgentSightings(database.pool, { maxAgentsWithoutAssetPerKey }, (kid) => full.push(kid));
const at = new Date('2026-11-23T08:30:00Z');
const sighting = (n: number, over: Partial<AgentSighting> = {}): AgentSighting => ({
  instanceId: 1,
  kid: key.kid,
  at,
  sourceAddress: '192.0.2.1',
  agentid: `agent-${n}`,
  deviceid: `desk-${n}`,
  userAgent: undefined,
  version: undefined,
  tag: undefined,
  generation: 1,
  formerUrl: undefined,
  ...over,
});
const sql = async <T extends object>(text: string, values: unknown[] = []) =>
  (await database.pool.query<T>(text, values)).rows;
const listed = async (kid = key.kid) =>
  (await sql<{ sender: string }>('SELECT sender FROM agent WHERE kid = $1 ORDER BY sender', [kid])).map(
    ({ sender }) => sender,
  );
const sightMany = (agents: AgentSightings, from: number, count: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => agents.sight(sighting(from + i))));

describe('agents that only say hello', () => {
  it('are listed up to the limit of their key, one more is answered and counted, and other keys have room', async () => {
    const agents = open(20);
    for (let n = 0; n < 20; n++) await agents.sight(sighting(n));
    expect(await listed()).toHaveLength(20);
    expect(await agents.sight(sighting(20))).toEqual({ fullAwaited: false });
    expect([await listed(), agents.leftOut, full]).toEqual([
      expect.not.arrayContaining(['agent-20']),
      1,
      [key.kid],
    ]);
    await agents.sight(sighting(20, { kid: other.kid }));
    expect(await listed(other.kid)).toEqual(['agent-20']);
  });

  it('exceed it by no more than there are connections, however many come at once to several processes', async () => {
    const processes = [open(50), open(50), open(50)];
    await Promise.all(processes.map((agents, p) => sightMany(agents, p * 1000, 200)));
    const { length } = await listed();
    expect(length).toBeGreaterThanOrEqual(50);
    expect(length).toBeLessThanOrEqual(50 + maxConnections);
  });

  it('that are listed go on being noted when there is no room, and are told what is awaited of them', async () => {
    const agents = open(1);
    await agents.sight(sighting(1));
    await agents.sight(sighting(2));
    await sql(
      `INSERT INTO full_awaited VALUES (1, $1, 'desk-1', 'agent-1', $2), (1, $1, 'desk-2', 'agent-2', $2)`,
      [key.kid, at],
    );
    const later = new Date(at.getTime() + 1000);
    expect(await agents.sight(sighting(1, { at: later, version: 'v2' }))).toEqual({ fullAwaited: true });
    expect(await agents.sight(sighting(2))).toEqual({ fullAwaited: true });
    expect(await sql('SELECT version, last_contact FROM agent')).toEqual([
      { version: 'v2', last_contact: later },
    ]);
  });

  it('make room when they get an asset', async () => {
    const agents = open(1);
    await agents.sight(sighting(1));
    await sql('UPDATE agent SET asset_id = gen_random_uuid()');
    const later = open(1);
    await later.sight(sighting(2));
    expect(await listed()).toEqual(['agent-1', 'agent-2']);
  });
});

describe('housekeeping of agents', () => {
  const limit = new Date('2026-10-24T00:00:00Z');
  const old = new Date('2026-10-23T23:59:59Z');
  const asset = '01900000-0000-7000-8000-0000000000aa';
  const insert = (sender: string, lastContact: Date, assetId?: string) =>
    sql(
      `INSERT INTO agent (instance_id, kid, sender, agentid, source_address, first_contact, last_contact, asset_id)
       VALUES (1, $1, $2, $2, '192.0.2.1', $3, $3, $4)`,
      [key.kid, sender, lastContact, assetId],
    );

  it('deletes who was not heard of and has no asset, in batches, and keeps who was heard of in time', async () => {
    for (let n = 0; n < 5; n++) await insert(`silent-${n}`, old);
    await insert('heard', limit);
    expect(await deleteOldAgents(database.pool, limit, { batchRows: 2, maxBatches: 10 })).toBe(5);
    expect(await listed()).toEqual(['heard']);
    expect(await deleteOldAgents(database.pool, limit)).toBe(0);
  });

  it('does no more batches than it may: the rest waits for the next hour', async () => {
    for (let n = 0; n < 5; n++) await insert(`silent-${n}`, old);
    expect(await deleteOldAgents(database.pool, limit, { batchRows: 2, maxBatches: 2 })).toBe(4);
  });

  it('keeps the newest installation of an asset however old, and deletes those before it', async () => {
    await insert('first-install', new Date(old.getTime() - 1000), asset);
    await insert('second-install', old, asset);
    await insert('other', old, '01900000-0000-7000-8000-0000000000bb');
    await deleteOldAgents(database.pool, limit);
    expect(await listed()).toEqual(['other', 'second-install']);
  });

  it('forgets that a full inventory is awaited of an agent that does not come any more', async () => {
    await insert('comes', limit);
    await insert('silent', old);
    const await_ = (agentid: string, since: Date) =>
      sql(`INSERT INTO full_awaited VALUES (1, $1, $2, $3, $4)`, [
        key.kid,
        `desk-${agentid}`,
        agentid,
        since,
      ]);
    await await_('comes', old);
    await await_('silent', old);
    await await_('unlisted', old);
    await await_('new', limit);
    await deleteOldAgents(database.pool, limit);
    const rows = await sql<{ agentid: string }>('SELECT agentid FROM full_awaited ORDER BY agentid');
    expect(rows.map(({ agentid }) => agentid)).toEqual(['comes', 'new']);
  });

  it('is done by one process at a time', async () => {
    await insert('silent', old);
    const client = await database.pool.connect();
    try {
      await client.query('BEGIN; SELECT pg_advisory_xact_lock(7470312006)');
      expect(await deleteOldAgents(database.pool, limit)).toBeUndefined();
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    expect(await deleteOldAgents(database.pool, limit)).toBe(1);
  });
});
