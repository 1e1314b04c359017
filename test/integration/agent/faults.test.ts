import { Client } from 'pg';
import { deviceNumber, jsonInventory, xmlInventory } from '../../support/devices';
import { startDatabaseProxy, type DatabaseProxy } from '../../support/database-proxy';
import {
  startTestGateway,
  type AgentAnswer,
  type TestGateway,
  type TestGatewayOptions,
} from '../../support/gateway';
import { eventually, submissionOf } from '../../support/refusals';
import { onServer } from '../../support/test-template';

let gateway: TestGateway;
let proxy: DatabaseProxy;
/** A connection of the test's own, past the proxy. */
let observer: Client;

async function open(over: TestGatewayOptions = {}): Promise<void> {
  gateway = await startTestGateway({
    ...over,
    reachDatabase: async (url) => {
      proxy = await startDatabaseProxy(url);
      return proxy.url;
    },
  });
  observer = new Client({ connectionString: gateway.database.url, application_name: 'observer' });
  // Dropping the database ends it.
  observer.on('error', () => undefined);
  await observer.connect();
}
afterEach(async () => {
  await observer.end();
  await gateway.close();
  await proxy.close();
});

const agentid = { 'glpi-agent-id': 'acd1a9fa-e74d-11f1-ba19-e87ffa90f81a' };
const asJson = { 'content-type': 'application/x-compress-zlib', ...agentid };
const post = (n: number) => gateway.post('/', { body: jsonInventory(deviceNumber(n)), headers: asJson });
const seen = async (sql: string) => (await observer.query<Record<string, unknown>>(sql)).rows;
const assetNames = async () => (await seen('SELECT name FROM asset ORDER BY name')).map(({ name }) => name);
const shown = ({ status, phrase, text }: AgentAnswer) => [status, phrase, text];

const jsonFault = (phrase: string) => JSON.stringify({ status: 'error', message: phrase, expiration: 24 });
const xmlFault = (phrase: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<REPLY><ERROR>${phrase}</ERROR></REPLY>`;
const notReady = [503, 'Gateway not ready', jsonFault('Gateway not ready')];

async function expectCreated(answer: AgentAnswer): Promise<void> {
  expect(answer.status).toBe(200);
  expect(await submissionOf(gateway, answer)).toMatchObject({ verdict: 'accepted', outcome: 'created' });
}

/** Every request of an agent meets the fault in its own language. */
async function expectNotReadyInEveryDialect(): Promise<void> {
  expect(shown(await post(2))).toEqual(notReady);
  const fusion = await gateway.post('/', {
    body: xmlInventory(deviceNumber(3)),
    headers: { 'user-agent': 'FusionInventory-Agent_v2.6' },
  });
  expect(shown(fusion)).toEqual([503, 'Gateway not ready', xmlFault('Gateway not ready')]);
  expect(fusion.bytes.subarray(0, 2).toString('hex')).toBe('789c');
  const ocs = await gateway.post('/', {
    body: Buffer.from('<REQUEST><DEVICEID>a-2026-01-02-03-04-05</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>'),
    headers: {
      'user-agent': 'OCS-NG_unified_unix_agent_v2.10.0',
      'content-type': 'application/x-compress',
    },
  });
  expect(shown(ocs)).toEqual([503, 'Gateway not ready', xmlFault('Gateway not ready')]);
  expect(ocs.bytes.subarray(0, 2).toString('hex')).toBe('789c');
}

/** The listener connects anew a second after it was cut off. */
const listening = () =>
  eventually('a listener', async () => {
    const rows = await seen(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'gatehouse-listen'
         AND query LIKE 'LISTEN%' AND state = 'idle'`,
    );
    return rows.length > 0 ? rows : undefined;
  });

/** The key cache would keep a revoked key for 30 s: sooner, only a notification can have told. */
async function expectRevocationHeard(): Promise<void> {
  const { kid, key } = await gateway.newKey();
  const body = '<REQUEST><DEVICEID>a-2026-01-02-03-04-05</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>';
  expect((await gateway.post('/', { body, key })).status).toBe(200);
  await gateway.api('POST', `/keys/${kid}/revoke`, {});
  await eventually('the revocation', async () =>
    (await gateway.post('/', { body, key })).status === 403 ? true : undefined,
  );
}

const ways: [string, { away: () => Promise<void>; back: () => Promise<void> }][] = [
  ['the server is not there', { away: () => proxy.cut(), back: () => proxy.restore() }],
  [
    'the server lets nobody in',
    {
      away: async () => {
        await allowConnections(false);
        await endConnections('gatehouse%');
      },
      back: () => allowConnections(true),
    },
  ],
];

const databaseName = () => new Client({ connectionString: gateway.database.url }).database ?? '';
const allowConnections = (isAllowed: boolean) =>
  onServer(gateway.database.url, async (client) => {
    await client.query(`ALTER DATABASE ${databaseName()} ALLOW_CONNECTIONS ${isAllowed}`);
  });
async function endConnections(applicationName: string): Promise<void> {
  await seen(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE '${applicationName}'`,
  );
}

describe.each(ways)('database away: %s', (_title, { away, back }) => {
  beforeEach(() => open());

  it('503 in the agent’s dialect, nothing half-stored, and all is well when it is back', async () => {
    await expectCreated(await post(1));
    await away();
    await expectNotReadyInEveryDialect();
    const ready = await gateway.get('/readyz');
    expect([ready.status, (await gateway.get('/healthz')).status]).toEqual([503, 200]);
    await expect(gateway.api('GET', '/assets')).rejects.toThrow(/^GET \/assets: 503 /);
    expect(await assetNames()).toEqual(['desk-1']);

    await back();
    await expectCreated(await post(2));
    expect((await gateway.get('/readyz')).status).toBe(200);
    expect(await assetNames()).toEqual(['desk-1', 'desk-2']);
    expect(await seen(`SELECT verdict, count(*)::int AS n FROM submission GROUP BY verdict`)).toEqual([
      { verdict: 'accepted', n: 2 },
    ]);
  });

  it('keys that nobody has asked for yet are not taken for unknown', async () => {
    const { key } = await gateway.newKey();
    await away();
    const answer = await gateway.post('/', { body: jsonInventory(deviceNumber(4)), headers: asJson, key });
    expect(shown(answer)).toEqual(notReady);
    await back();
    const again = await gateway.post('/', { body: jsonInventory(deviceNumber(4)), headers: asJson, key });
    await expectCreated(again);
  });

  it('revocations are heard again afterwards', async () => {
    await away();
    await back();
    await listening();
    await expectRevocationHeard();
  });

  it('the gateway can be closed meanwhile', async () => {
    await expectCreated(await post(1));
    await gateway.post('/', { body: '', key: false });
    await away();
    await gateway.server.close(1000);
    await gateway.gateway.close();
    await back();
  });
});

describe('a connection that breaks', () => {
  beforeEach(() => open());

  it('while nothing is under way is not noticed by any agent', async () => {
    await expectCreated(await post(1));
    await endConnections('gatehouse');
    await eventually('no connection', async () => {
      const rows = await seen(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'gatehouse'`,
      );
      return rows.length === 0 ? true : undefined;
    });
    await expectCreated(await post(2));
  });

  it('of the listener: a key revoked before it is back ends with it', async () => {
    const { kid, key } = await gateway.newKey();
    const body = '<REQUEST><DEVICEID>a-2026-01-02-03-04-05</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>';
    expect((await gateway.post('/', { body, key })).status).toBe(200);
    await endConnections('gatehouse-listen');
    await gateway.api('POST', `/keys/${kid}/revoke`, {});
    await eventually('the revocation', async () =>
      (await gateway.post('/', { body, key })).status === 403 ? true : undefined,
    );
  });

  it('in the middle of a transaction leaves nothing of it', async () => {
    await observer.query('BEGIN; LOCK TABLE asset IN ACCESS EXCLUSIVE MODE');
    const answer = post(1);
    await waitForLock();
    await seen(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND relation = 'asset'::regclass`,
    );
    expect(shown(await answer)).toEqual(notReady);
    await observer.query('COMMIT');
    for (const table of [
      'submission',
      'asset',
      'asset_identifier',
      'asset_inventory',
      'asset_event',
      'agent',
    ]) {
      expect([table, await seen(`SELECT FROM ${table}`)]).toEqual([table, []]);
    }
    await expectCreated(await post(1));
  });
});

const waitForLock = () =>
  eventually('somebody who waits', async () => {
    const rows = await seen(`SELECT FROM pg_locks WHERE NOT granted AND relation = 'asset'::regclass`);
    return rows.length > 0 ? rows : undefined;
  });

/** Submissions that wait behind the one that waits for the lock. */
const queueLength = (length: number) =>
  eventually(`a queue of ${length}`, async () => {
    const { text } = await gateway.get('/metrics');
    return text.includes(`\ngatehouse_settle_queue_length ${length}\n`) ? true : undefined;
  });

describe('a database that answers too late', () => {
  it('because of a lock: 503, and nothing of it later', async () => {
    await open({ statementTimeoutMs: 300 });
    await observer.query('BEGIN; LOCK TABLE asset IN ACCESS EXCLUSIVE MODE');
    expect(shown(await post(1))).toEqual(notReady);
    await observer.query('COMMIT');
    expect(await seen('SELECT FROM submission')).toEqual([]);
    await expectCreated(await post(1));
  });

  it('because the network swallows everything: 503, and again at work afterwards', async () => {
    // The driver gives up 5 s after the server should have.
    await open({ statementTimeoutMs: 1000, connectTimeoutMs: 2000 });
    await expectCreated(await post(1));
    proxy.silence();
    expect(shown(await post(2))).toEqual(notReady);
    await proxy.restore();
    await expectCreated(await post(2));
    expect(await assetNames()).toEqual(['desk-1', 'desk-2']);
  });
});

const smallStore = {
  settleConnections: 2,
  settleMaxBatch: 64,
  settleMaxQueue: 2000,
  keyCacheTtlMs: 30_000,
  keyCacheMaxKeys: 1000,
  refusalFoldMaxSources: 1000,
  maxAgentsWithoutAssetPerKey: 10_000,
};

describe('one submission that cannot be stored', () => {
  it('fails alone: the others of its transaction are stored, and it leaves no row', async () => {
    await open({ storeLimits: { ...smallStore, settleConnections: 1 } });
    await observer.query(`ALTER TABLE asset ADD CONSTRAINT poison CHECK (name <> 'desk-7')`);
    await observer.query('BEGIN; LOCK TABLE asset IN ACCESS EXCLUSIVE MODE');
    const first = post(100);
    await waitForLock();
    // They wait behind the first and then share a transaction.
    const answers = Promise.all(Array.from({ length: 20 }, (_, n) => post(n)));
    await queueLength(20);
    await observer.query('COMMIT');
    await expectCreated(await first);
    for (const [n, answer] of (await answers).entries()) {
      if (n === 7) expect(shown(answer)).toEqual([500, 'Gateway error', jsonFault('Gateway error')]);
      else await expectCreated(answer);
    }
    expect(await assetNames()).not.toContain('desk-7');
    expect(await seen(`SELECT verdict, count(*)::int AS n FROM submission GROUP BY verdict`)).toEqual([
      { verdict: 'accepted', n: 20 },
    ]);
    await observer.query('ALTER TABLE asset DROP CONSTRAINT poison');
    await expectCreated(await post(7));
  });

  it('past the length of the queue are turned away with 503', async () => {
    await open({ storeLimits: { ...smallStore, settleConnections: 1, settleMaxQueue: 3 } });
    await observer.query('BEGIN; LOCK TABLE asset IN ACCESS EXCLUSIVE MODE');
    const first = post(100);
    await waitForLock();
    const answers = Promise.all(Array.from({ length: 4 }, (_, n) => post(n)));
    const isTurnedAway = () => gateway.log.some((line) => line.includes('submissions waiting'));
    await eventually('one turned away', () => Promise.resolve(isTurnedAway() ? true : undefined));
    await observer.query('COMMIT');
    expect((await first).status).toBe(200);
    const statuses = (await answers).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 200, 503]);
  });
});

describe('closing', () => {
  it('finishes what was taken in, and takes no more', async () => {
    await open({ storeLimits: { ...smallStore, settleConnections: 1 } });
    await observer.query('BEGIN; LOCK TABLE asset IN ACCESS EXCLUSIVE MODE');
    const first = post(1);
    await waitForLock();
    const answers = Promise.all([first, post(2), post(3)]);
    await queueLength(2);
    const closed = gateway.server.close(10_000).then(() => gateway.gateway.close());
    await expect(post(4)).rejects.toThrow(/ECONNREFUSED/);
    await observer.query('COMMIT');
    expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200]);
    await closed;
    expect(await assetNames()).toEqual(['desk-1', 'desk-2', 'desk-3']);
  });
});
