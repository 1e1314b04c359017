import { proxyIdOf } from '../../../src/domain/proxy-id';
import { deviceNumber, jsonInventory } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { handOn, registerRelay, relayOrigin } from '../../support/relay';

let central: TestGateway;
let rootId: string;
beforeAll(async () => {
  central = await startTestGateway({
    rateLimits: {
      maxPerMinutePerKey: 300_000,
      // Three: a site behind one address would be stopped at once.
      maxPerMinutePerAddress: 3,
      maxPerMinutePerDevice: 600,
      maxRefusedPerMinutePerAddress: 600,
      maxRefusedPerMinutePerKey: 600,
      rateLimitMaxRemembered: 1000,
      workers: 1,
    },
  });
  const { items } = await central.api<{ items: { id: string; parentId: string | null }[] }>(
    'GET',
    '/entities',
  );
  rootId = items.find(({ parentId }) => parentId === null)!.id;
});
afterAll(async () => {
  await central.close();
});

const entity = async (name: string, tag?: string) =>
  (
    await central.api<{ id: string }>('POST', '/entities', {
      name,
      parentId: rootId,
      ...(tag === undefined ? {} : { tag }),
    })
  ).id;
/** Without the limit of the address, which is met by the third registration of this file. */
const relayOf = async (policy: Record<string, unknown> = {}) => {
  const { kid, key } = await central.newKey({ scopes: ['relay'], ...policy });
  return { kid, key, record: await registerRelay(central, key) };
};
const submission = (id: unknown) => central.api(`GET`, `/submissions/${String(id)}`);

beforeEach(() => {
  // Each test begins with full limits: a minute later every time.
  central.clock.now = new Date((central.clock.now ?? new Date()).getTime() + 120_000);
});

test('takes an inventory under the relay’s key, and keeps who sent it where, and through whom', async () => {
  const paris = await entity('Paris');
  const { kid, record } = await relayOf({ entityId: paris });
  const agentid = '3e0b7a52-1c1f-11ee-8f00-0242ac110002';
  const { status, body } = await handOn(central, record.token, jsonInventory(deviceNumber(1)), relayOrigin, {
    'glpi-agent-id': agentid,
    'glpi-proxy-id': '00000000-0000-4000-8000-000000000001',
    'user-agent': 'GLPI-Agent_v1.11',
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({ service: 'gatehouse', verdict: 'accepted', reason: null });
  expect(await submission(body.submissionId)).toMatchObject({
    kid,
    agentid,
    entityId: paris,
    userAgent: 'GLPI-Agent_v1.11',
    sourceAddress: '10.20.30.40',
    via: {
      proxyIds: ['00000000-0000-4000-8000-000000000001'],
      relayed: {
        origin: relayOrigin.origin,
        relays: [
          {
            registrationId: record.registrationId,
            name: 'Paris site',
            address: '127.0.0.1',
            receivedAt: central.clock.now?.toISOString(),
          },
        ],
      },
    },
  });
});

test('goes the whole way: the central one decides on identity, tag and entity, inside the subtree of the relay’s key', async () => {
  const site = await entity('Lyon');
  const { id: inside } = await central.api<{ id: string }>('POST', '/entities', {
    name: 'Lyon stock',
    parentId: site,
    tag: 'LYO-STOCK',
  });
  await entity('Elsewhere', 'ELSEWHERE');
  const { record } = await relayOf({ entityId: site, tagPolicy: 'map' });
  const hand = async (n: number, tag: string) =>
    (await handOn(central, record.token, jsonInventory({ ...deviceNumber(n), tag }))).body;
  const tagged = await hand(10, 'LYO-STOCK');
  expect(await submission(tagged.submissionId)).toMatchObject({ entityId: inside });
  // A tag of another site leads nowhere out of the key's entity.
  expect(await hand(11, 'ELSEWHERE')).toMatchObject({ verdict: 'quarantined', reason: 'entity_not_found' });
});

test('says what it holds and what it refuses, by code, and keeps its reasons to itself', async () => {
  const { record, kid } = await relayOf();
  const victim = deviceNumber(20);
  await central.post('/', { body: jsonInventory(victim) });
  const held = await handOn(central, record.token, jsonInventory({ ...victim, deviceid: 'another-one' }));
  expect(held).toMatchObject({ status: 200, body: { verdict: 'quarantined', reason: 'asset_of_other_key' } });
  expect(JSON.stringify(held.body)).not.toContain(victim.serial);
  await central.api('PATCH', `/keys/${kid}`, { maxAssets: 1 });
  await handOn(central, record.token, jsonInventory(deviceNumber(21)));
  expect(await handOn(central, record.token, jsonInventory(deviceNumber(22)))).toMatchObject({
    status: 200,
    body: { verdict: 'refused', reason: 'quota_exceeded' },
  });
});

test('what was held keeps its way when an admin lets it in', async () => {
  const { record, kid } = await relayOf({ mode: 'approve' });
  const { body } = await handOn(central, record.token, jsonInventory(deviceNumber(30)));
  const { caseId } = (await submission(body.submissionId)) as unknown as { caseId: string };
  await central.api('POST', `/quarantine/${caseId}/resolve`, { action: 'new' });
  const { items } = await central.api<{ items: { verdict: string; via: unknown; sourceAddress: string }[] }>(
    'GET',
    `/submissions?key=${kid}`,
  );
  expect(items.find(({ verdict }) => verdict === 'accepted')).toMatchObject({
    sourceAddress: '10.20.30.40',
    via: { relayed: { origin: relayOrigin.origin } },
  });
});

test('keeps the relays before, in the order of the way', async () => {
  const { record } = await relayOf();
  const before = {
    registrationId: '0198c0de-0000-7000-8000-000000000001',
    name: 'Rack 4',
    address: '10.1.1.1',
    receivedAt: '2026-11-28T08:00:01.000Z',
  };
  const { body } = await handOn(central, record.token, jsonInventory(deviceNumber(40)), {
    ...relayOrigin,
    relays: [before],
  });
  const { via } = (await submission(body.submissionId)) as unknown as {
    via: { relayed: { relays: object[] } };
  };
  expect(via.relayed.relays).toEqual([before, expect.objectContaining({ name: 'Paris site' })]);
});

test('the limits of an address are not a relay’s: a site of any size stands behind it', async () => {
  const { record } = await relayOf();
  const answers = [];
  for (let n = 50; n < 60; n++)
    answers.push((await handOn(central, record.token, jsonInventory(deviceNumber(n)))).status);
  expect(new Set(answers)).toEqual(new Set([200]));
});

test('the limit of its key is: it is told to wait', async () => {
  const { record } = await relayOf({ requestsPerMinute: 2 });
  const answers = [];
  for (let n = 60; n < 63; n++)
    answers.push(await handOn(central, record.token, jsonInventory(deviceNumber(n))));
  expect(answers.map(({ status }) => status)).toEqual([200, 429, 429]);
  expect(answers[1]?.body).toMatchObject({ service: 'gatehouse', error: { code: 'rate_limited' } });
});

describe('who is not a registered relay hands nothing on', () => {
  const device = deviceNumber(70);
  const refusedWith = async (credential: string, code: string, relayed = relayOrigin as never) => {
    const { status, body } = await handOn(central, credential, jsonInventory(device), relayed);
    expect([status, (body.error as { code: string }).code]).toEqual([
      code === 'origin_invalid' ? 400 : 403,
      code,
    ]);
    expect(await central.sql(`SELECT 1 FROM asset WHERE name = $1`, [device.name])).toEqual([]);
  };

  test('neither with a key of agents, nor with a key for relaying itself, nor unregistered', async () => {
    await refusedWith(central.key, 'key_wrong_scope');
    const { key } = await central.newKey({ scopes: ['relay'] });
    await refusedWith(key, 'relay_not_registered');
  });

  test('nor an installation that registered as something else, though its key allows it', async () => {
    const { key } = await central.newKey({ scopes: ['register', 'relay'] });
    await refusedWith(
      (await registerRelay(central, key, { kind: 'gatehouse' })).token,
      'relay_not_registered',
    );
  });

  test('nor a relay whose key is not for it any more, or that was revoked', async () => {
    const one = await relayOf({ scopes: ['relay', 'register'] });
    await central.api('PATCH', `/keys/${one.kid}`, { scopes: ['register'] });
    await refusedWith(one.record.token, 'key_wrong_scope');
    central.clock.now = new Date(central.clock.now!.getTime() + 120_000);
    const other = await relayOf();
    await central.api('POST', `/registrations/${other.record.registrationId}/revoke`);
    await refusedWith(other.record.token, 'registration_revoked');
  });

  test('nor without saying where it comes from', async () => {
    const { record } = await relayOf();
    await refusedWith(record.token, 'origin_invalid', 'bm90IGpzb24' as never);
    await refusedWith(record.token, 'origin_invalid', 'x'.repeat(6001) as never);
  });

  test('and on the path of agents its token is no key, nor is what it says of an origin believed', async () => {
    const { record } = await relayOf();
    const posted = await central.post('/', {
      body: jsonInventory(device),
      headers: { authorization: `Bearer ${record.token}` },
      key: false,
    });
    expect(posted.status).toBe(403);
    central.clock.now = new Date(central.clock.now!.getTime() + 120_000);
    const answer = await central.post('/', {
      body: jsonInventory(deviceNumber(71)),
      headers: { 'gatehouse-origin': Buffer.from(JSON.stringify(relayOrigin)).toString('base64url') },
    });
    expect(await submission(answer.headers['gatehouse-submission'])).toMatchObject({
      via: null,
      sourceAddress: '127.0.0.1',
    });
  });
});

test('what comes round is refused to a relay, too', async () => {
  const { record } = await relayOf();
  const own = proxyIdOf(central.options.peppers.active);
  expect(
    await handOn(central, record.token, jsonInventory(deviceNumber(80)), relayOrigin, {
      'glpi-proxy-id': own,
    }),
  ).toMatchObject({ status: 508, body: { error: { code: 'proxy_loop' } } });
});
