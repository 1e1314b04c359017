import { setUpstream, useUpstreamOfSettings } from '../../../src/admin/upstream';
import { relayCredential } from '../../../src/registration/relay-credential';
import type { RegistrationRecord } from '../../../src/registration/registration-record';
import { openCentralClient } from '../../../src/upstream/central-client';
import { deviceNumber, jsonInventory } from '../../support/devices';
import { startFakeGlpi, type FakeGlpi } from '../../support/fake-glpi';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { eventually } from '../../support/refusals';
import { registerRelay } from '../../support/relay';

const forwarding = {
  forwardMaxConcurrency: 4,
  forwardMaxPerMinute: undefined,
  forwardTimeoutMs: 5000,
  forwardMaxAttempts: 2,
  forwardRefreshHours: 1,
  idleMs: 50,
};

/** A gateway at a site, and what it is registered as; `undefined`: not yet. */
interface Site {
  readonly gateway: TestGateway;
  record: RegistrationRecord | undefined;
}

async function startSite(): Promise<Site> {
  const site: { record: RegistrationRecord | undefined } = { record: undefined };
  // Without what it remembers for two seconds.
  const credential = () => relayCredential({ read: () => site.record }, () => new Date())();
  const gateway = await startTestGateway({ forwarding, relayCredential: credential });
  return Object.assign(site, { gateway });
}

let glpi: FakeGlpi;
let central: TestGateway;
let relay: Site;
let relayKid: string;
let relayKey: string;

/** As the gateway does when it finds that it is registered as a relay. */
async function handOnTo(
  site: Site,
  server: TestGateway,
  key: string,
  installationId?: string,
): Promise<void> {
  site.record = await registerRelay(server, key, installationId === undefined ? {} : { installationId });
  const { admin } = site.gateway.gateway;
  const upstream = {
    kind: 'gatehouse',
    url: server.url.replace('127.0.0.1', 'localhost'),
    credential: { kind: 'registration' },
    tls: { ca: undefined, certificate: undefined, key: undefined },
    proxy: undefined,
  } as const;
  await admin.db
    .transaction()
    .execute((trx) => useUpstreamOfSettings(admin, trx, { instanceId: 1, actor: 'test' }, upstream));
}

beforeAll(async () => {
  glpi = await startFakeGlpi();
  central = await startTestGateway({ forwarding });
  await setUpstream(central.gateway.admin, { instanceId: 1, actor: 'test' }, { url: glpi.url });
  relay = await startSite();
  ({ kid: relayKid, key: relayKey } = await central.newKey({ scopes: ['relay'], name: 'Paris' }));
});
afterAll(async () => {
  await relay.gateway.close();
  await central.close();
  await glpi.close();
});
beforeEach(async () => {
  await relay.gateway.sql(`UPDATE upstream SET breaker = '{}', version = version + 1`);
});

const stored = (deviceid: string) =>
  eventually(`${deviceid} in GLPI`, () =>
    Promise.resolve(glpi.stored.find(({ body }) => body.deviceid === deviceid)),
  );
const ofCentral = async (deviceid: string) =>
  (
    await central.api<{ items: Record<string, unknown>[] }>(
      'GET',
      `/submissions?deviceid=${encodeURIComponent(deviceid)}`,
    )
  ).items;
const queueOf = async (site: Site, name: string) =>
  (
    await site.gateway.sql<Record<string, unknown>>(
      `SELECT f.*, a.asset_id AS asset FROM asset a LEFT JOIN forwarding f USING (instance_id, asset_id) WHERE a.name = $1`,
      [name],
    )
  )[0];
const agentid = '3e0b7a52-1c1f-11ee-8f00-0242ac110002';

test('what was stored before goes first, once it is registered; agent → relay → central → GLPI', async () => {
  const device = deviceNumber(1);
  const posted = await relay.gateway.post('/', {
    body: jsonInventory({ ...device, tag: 'PAR' }),
    headers: { 'glpi-agent-id': agentid, 'user-agent': 'GLPI-Agent_v1.11' },
  });
  expect(await relay.gateway.sql('SELECT 1 FROM forwarding')).toEqual([]);
  await handOnTo(relay, central, relayKey);
  const seen = await stored(device.deviceid);
  expect(seen.headers).toMatchObject({ 'glpi-agent-id': agentid, 'user-agent': 'GLPI-Agent_v1.11' });
  // Both have put themselves into the chain.
  expect(String(seen.headers['glpi-proxy-id']).split(',')).toHaveLength(2);
  expect(JSON.stringify(seen)).not.toMatch(/gr[ki]_/);
  const [submission] = await ofCentral(device.deviceid);
  const [there] = await relay.gateway.sql<{ kid: string; received_at: Date; source_address: string }>(
    'SELECT kid, received_at, source_address FROM submission WHERE submission_id = $1',
    [posted.headers['gatehouse-submission']],
  );
  expect(submission).toMatchObject({
    kid: relayKid,
    agentid,
    verdict: 'accepted',
    sourceAddress: '127.0.0.1',
    via: {
      relayed: {
        origin: {
          kid: there?.kid,
          address: there?.source_address,
          receivedAt: there?.received_at.toISOString(),
          submissionId: posted.headers['gatehouse-submission'],
        },
        relays: [{ registrationId: relay.record?.registrationId, name: 'Paris site' }],
      },
    },
  });
});

test('days without the central one lose nothing: only the newest of each device waits, and goes when it is back', async () => {
  const { record } = relay;
  relay.record = record && { ...record, tokenExpiresAt: new Date(0) };
  const devices = [2, 3, 4].map(deviceNumber);
  for (const device of devices) {
    await relay.gateway.post('/', { body: jsonInventory(device) });
    await relay.gateway.post('/', { body: jsonInventory({ ...device, softwares: ['newer'] }) });
  }
  await eventually('nothing gets through', async () => {
    const [row] = await relay.gateway.sql<{ breaker: { state: string } }>('SELECT breaker FROM upstream');
    return row?.breaker.state === 'open' ? row : undefined;
  });
  const waiting = await relay.gateway.sql(
    'SELECT 1 FROM forwarding WHERE due_at IS NOT NULL AND attempts = 0',
  );
  expect(waiting).toHaveLength(3);
  relay.record = record;
  await relay.gateway.sql(`UPDATE upstream SET breaker = '{}', version = version + 1`);
  await relay.gateway.sql(`UPDATE forwarding SET due_at = now() WHERE due_at IS NOT NULL`);
  for (const { deviceid } of devices) {
    expect((await stored(deviceid)).body.content).toMatchObject({ softwares: [{ name: 'newer' }] });
    expect(await ofCentral(deviceid)).toHaveLength(1);
  }
});

test('what the central one holds is done here, and is told of; what it refuses waits for a newer one', async () => {
  const known = deviceNumber(10);
  await central.post('/', { body: jsonInventory(known) });
  await relay.gateway.post('/', { body: jsonInventory({ ...known, deviceid: 'here-it-is-known' }) });
  const held = await eventually('held there', async () => {
    const row = await queueOf(relay, known.name);
    return row?.trouble === 'held' ? row : undefined;
  });
  expect(held).toMatchObject({ due_at: null, dead_at: null });
  expect(held.trouble_detail).toContain('asset_of_other_key');
  expect(await relay.gateway.api('GET', `/assets/${String(held.asset)}/forwarding`)).toMatchObject({
    state: 'done',
    reason: 'held',
    advice: expect.stringContaining('central') as string,
  });
  const { items } = await relay.gateway.api<{ items: object[] }>('GET', '/forward/assets?reason=held');
  expect(items).toEqual([expect.objectContaining({ assetId: held.asset, reason: 'held' })]);

  await central.api('PATCH', `/keys/${relayKid}`, { maxAssets: 1 });
  const device = deviceNumber(11);
  await relay.gateway.post('/', { body: jsonInventory(device) });
  const refused = await eventually('refused there', async () => {
    const row = await queueOf(relay, device.name);
    return row?.dead_at instanceof Date ? row : undefined;
  });
  expect(refused.trouble_detail).toContain('quota_exceeded');
  await central.api('PATCH', `/keys/${relayKid}`, { maxAssets: null });
  await relay.gateway.post('/', { body: jsonInventory({ ...device, softwares: ['newer'] }) });
  await stored(device.deviceid);
});

test('an asset that was seen, but not changed, is handed on whole again, so that it counts as seen there', async () => {
  const device = deviceNumber(20);
  await relay.gateway.post('/', { body: jsonInventory(device) });
  await stored(device.deviceid);
  await eventually('written down here', async () => {
    const row = await queueOf(relay, device.name);
    return row?.refreshed_at instanceof Date ? row : undefined;
  });
  await relay.gateway.post('/', { body: jsonInventory(device) });
  await relay.gateway.sql(`UPDATE forwarding SET refreshed_at = now() - interval '2 hours'`);
  // Refreshes are looked for once a minute; a new leader looks at once.
  await relay.gateway.sql(`UPDATE upstream SET version = version + 1`);
  const twice = await eventually('handed on again', async () => {
    const items = await ofCentral(device.deviceid);
    return items.length === 2 ? items : undefined;
  });
  expect(twice.map(({ verdict, outcome }) => [verdict, outcome])).toEqual([
    ['accepted', 'unchanged'],
    ['accepted', 'created'],
  ]);
});

test('a relay behind a relay: the central one knows both, and where the agent was', async () => {
  const inner = await startSite();
  const { key } = await relay.gateway.newKey({ scopes: ['relay'] });
  await handOnTo(inner, relay.gateway, key, '7c0ffee0-0000-4000-8000-00000000cafe');
  const device = deviceNumber(30);
  const posted = await inner.gateway.post('/', { body: jsonInventory(device) });
  const seen = await stored(device.deviceid);
  expect(String(seen.headers['glpi-proxy-id']).split(',')).toHaveLength(3);
  const [submission] = await ofCentral(device.deviceid);
  expect(submission?.via).toMatchObject({
    relayed: {
      origin: { submissionId: posted.headers['gatehouse-submission'] },
      relays: [
        { registrationId: inner.record?.registrationId },
        { registrationId: relay.record?.registrationId },
      ],
    },
  });
  await inner.gateway.close();
});

test('a revoked key ends it: nothing is lost, the reason is told, and a new registration goes on', async () => {
  const { kid, key } = await central.newKey({ scopes: ['relay'] });
  await handOnTo(relay, central, key);
  await central.api('POST', `/keys/${kid}/revoke`);
  const device = deviceNumber(40);
  await relay.gateway.post('/', { body: jsonInventory(device) });
  const row = await eventually('told', async () => {
    const found = await queueOf(relay, device.name);
    return found?.trouble === 'credential_refused' ? found : undefined;
  });
  expect(row).toMatchObject({ attempts: 0, dead_at: null });
  expect(row.trouble_detail).toContain('key_revoked');
  await eventually('paused', async () => {
    const [found] = await relay.gateway.sql<{ breaker: { state: string; why: string } }>(
      'SELECT breaker FROM upstream',
    );
    return found?.breaker.state === 'open' && found.breaker.why === 'credential_refused' ? found : undefined;
  });
  await handOnTo(relay, central, relayKey, '7c0ffee0-0000-4000-8000-00000000d00d');
  // No word to the breaker, which would wait for a minute at first: another token is worth a knock.
  await relay.gateway.sql(`UPDATE forwarding SET due_at = now() WHERE due_at IS NOT NULL`);
  await stored(device.deviceid);
});

test('a token that was refused is worth no second knock, another one is', async () => {
  let token: string | undefined = 'gri_refused';
  const upstream = {
    url: central.url,
    tls: { ca: undefined, certificate: undefined, key: undefined },
    proxy: undefined,
  };
  const credential = () =>
    token === undefined
      ? ({ kind: 'none', why: 'ended', isRelay: true } as const)
      : ({ kind: 'token', token } as const);
  const client = openCentralClient(
    upstream,
    credential,
    { timeoutMs: 5000, maxConnections: 1 },
    () => new Date(),
  );
  expect(client.hasNewCredential()).toBe(true);
  expect(await client.ping()).toMatchObject({ why: 'credential_refused' });
  expect(client.hasNewCredential()).toBe(false);
  token = 'gri_another';
  expect(client.hasNewCredential()).toBe(true);
  token = undefined;
  expect(client.hasNewCredential()).toBe(false);
  await client.close();
});

test('another gateway on the database, which is not registered, leaves it to the one that is', async () => {
  const other = await relay.gateway.twin({
    forwarding,
    relayCredential: relayCredential({ read: () => undefined }, () => new Date()),
  });
  try {
    for (const n of [45, 46]) {
      await relay.gateway.post('/', { body: jsonInventory(deviceNumber(n)) });
      await stored(deviceNumber(n).deviceid);
      // Whoever is first leads now.
      await relay.gateway.sql('UPDATE upstream SET leader_until = NULL');
    }
  } finally {
    await other.close();
  }
});

test('a relay of itself is noticed at once, and hands nothing on', async () => {
  const own = await startSite();
  const { key } = await own.gateway.newKey({ scopes: ['relay'] });
  await handOnTo(own, own.gateway, key);
  const device = deviceNumber(50);
  await own.gateway.post('/', { body: jsonInventory(device) });
  const row = await eventually('noticed', async () => {
    const found = await queueOf(own, device.name);
    return found?.trouble === 'loop' ? found : undefined;
  });
  expect(row.trouble_detail).toContain('proxy_loop');
  // What is refused is counted in a row of its own, a while later.
  const taken = await own.gateway.sql(`SELECT 1 FROM submission WHERE verdict = 'accepted'`);
  expect(taken).toHaveLength(1);
  await own.gateway.close();
});
