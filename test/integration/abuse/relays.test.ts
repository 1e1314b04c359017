import { proxyIdOf } from '../../../src/domain/proxy-id';
import { expectUntouched, messageOf, openScene, type Scene, type Victim } from '../../support/abuse';
import { basic } from '../../support/gateway';
import { handOn, registerRelay, relayOrigin } from '../../support/relay';

/** Other installations: what they may say, and who may be one. */
let scene: Scene;
let victim: Victim;
beforeAll(async () => {
  scene = await openScene();
  victim = await scene.settle(scene.machine());
});
afterEach(async () => {
  await expectUntouched(scene.gateway, victim);
});
afterAll(async () => {
  await scene.close();
});

const relayAt = async (entityId: string, over: Record<string, unknown> = {}) => {
  const { key } = await scene.gateway.newKey({ entityId, scopes: ['relay'], ...over });
  return await registerRelay(scene.gateway, key);
};

test('K31: an agent that says it was relayed, with a key of agents or of a relay', async () => {
  const machine = scene.machine();
  const said = Buffer.from(JSON.stringify(relayOrigin)).toString('base64url');
  const own = await scene.gateway.post('/', {
    body: messageOf(machine),
    headers: { 'gatehouse-origin': said, 'x-forwarded-for': '192.0.2.77' },
    key: scene.lyon.key,
  });
  const row = await scene.gateway.api('GET', `/submissions/${String(own.headers['gatehouse-submission'])}`);
  expect(row).toMatchObject({ via: null, sourceAddress: '192.0.2.77' });
  const { key, token } = await relayAt(scene.lyon.entityId);
  for (const credential of [scene.lyon.key, key]) {
    const { status } = await handOn(scene.gateway, credential, messageOf(victim.machine));
    expect(status).toBe(403);
  }
  // A relay's token and key open nothing on the path of agents.
  for (const authorization of [`Bearer ${token}`, basic(key)]) {
    const { status } = await scene.gateway.post('/', {
      body: messageOf(victim.machine),
      headers: { authorization },
      key: false,
    });
    expect(status).toBe(403);
  }
});

test('K32: a relay claims a device of another site, by everything that it shows', async () => {
  const { token } = await relayAt(scene.lyon.entityId);
  const { status, body } = await handOn(scene.gateway, token, messageOf(victim.machine), relayOrigin, {
    'glpi-agent-id': victim.machine.agentid,
  });
  expect([status, body.verdict, body.reason]).toEqual([200, 'quarantined', 'asset_of_other_key']);
  // Nothing is said of what it ran into.
  expect(JSON.stringify(body)).not.toContain(victim.assetId);
});

test('K33: a relay sends the tag of another site, and a new machine with it', async () => {
  const { token } = await relayAt(scene.lyon.entityId, { tagPolicy: 'map' });
  const machine = scene.machine();
  const tagged = JSON.stringify({ ...(JSON.parse(messageOf(machine)) as object), tag: 'PARIS' });
  expect(await handOn(scene.gateway, token, tagged)).toMatchObject({
    body: { verdict: 'quarantined', reason: 'entity_not_found' },
  });
});

test('K34: gateways that lead in a circle', async () => {
  const own = proxyIdOf(scene.gateway.options.peppers.active);
  const { token } = await relayAt(scene.lyon.entityId);
  const round = await handOn(scene.gateway, token, messageOf(victim.machine), relayOrigin, {
    'glpi-proxy-id': own,
  });
  expect(round.status).toBe(508);
  const posted = await scene.gateway.post('/', {
    body: messageOf(victim.machine),
    headers: { 'glpi-proxy-id': own },
    key: scene.paris.key,
  });
  expect([posted.status, posted.phrase]).toEqual([508, 'Message came round in a loop']);
});

test('L8: a registered relay makes up where a message came from', async () => {
  const { token, registrationId } = await relayAt(scene.lyon.entityId);
  const { body } = await handOn(scene.gateway, token, messageOf(scene.machine()), {
    ...relayOrigin,
    origin: { ...relayOrigin.origin, address: '203.0.113.9' },
  });
  const row = await scene.gateway.api('GET', `/submissions/${String(body.submissionId)}`);
  // Believed; who said it is on record.
  expect(row).toMatchObject({
    sourceAddress: '203.0.113.9',
    via: { relayed: { relays: [{ registrationId, address: '127.0.0.1' }] } },
  });
});
