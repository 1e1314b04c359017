import { gzipSync } from 'node:zlib';
import type { JsonObject } from '../../../src/domain/inventory';
import { deviceNumber, jsonInventory, xmlInventory, type Device } from '../../support/devices';
import { startTestGateway, type AgentAnswer, type TestGateway } from '../../support/gateway';
import { submissionOf } from '../../support/refusals';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    origin: { trustedProxies: ['127.0.0.1/32'], headerFamily: 'x-forwarded' },
  });
});
/** Keys and entities stay. */
beforeEach(async () => {
  await gateway.sql(
    `TRUNCATE asset, asset_identifier, asset_inventory, asset_event, submission, submission_body, agent, full_awaited, quarantine CASCADE`,
  );
});
afterAll(async () => {
  await gateway.close();
});

const agentid = '5e0cbb1e-31aa-4d0d-8a0a-000000000001';
const otherAgentid = '5e0cbb1e-31aa-4d0d-8a0a-000000000002';
const victim = deviceNumber(1);
const attacker = deviceNumber(2);
const home = '192.0.2.10';
const elsewhere = '198.51.100.7';
const ssh = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICYWwKX1KRqEzIjEsWMQrFX5';
const otherSsh = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEJxr7rTdjiiNi3dgYc0Mg';

interface Circumstances {
  readonly from?: string;
  readonly agent?: string;
  readonly content?: JsonObject;
}

function post(device: Device, circumstances: Circumstances = {}, body?: Buffer): Promise<AgentAnswer> {
  const { from = home, agent = agentid, content = {} } = circumstances;
  return gateway.post('/', {
    body: body ?? jsonInventory(device, content),
    headers: { 'glpi-agent-id': agent, 'x-forwarded-for': from },
  });
}

const send = async (device: Device, circumstances?: Circumstances, body?: Buffer) =>
  submissionOf(gateway, await post(device, circumstances, body));

const ranAt = (logdate: string, system: JsonObject = {}): JsonObject => ({
  accesslog: { logdate },
  operatingsystem: { kernel_name: 'linux', install_date: '2025-03-01 10:00:00', ...system },
});

/** What an asset is, but for when it was seen. */
async function stateOf(id: string | null): Promise<unknown> {
  const [row] = await gateway.sql(
    `SELECT a.identity, a.pin, a.section_digests, a.entity_id, a.kid, a.name, a.last_changed, i.content
       FROM asset a JOIN asset_inventory i USING (instance_id, asset_id) WHERE asset_id = $1`,
    [id],
  );
  return row;
}

const contestedOf = async (id: string | null): Promise<unknown> =>
  (await gateway.sql<{ contested: unknown }>('SELECT contested FROM asset WHERE asset_id = $1', [id]))[0]
    ?.contested;

describe('a copy of the machine with its agent', () => {
  const copy = { ...attacker, deviceid: victim.deviceid, name: victim.name };

  it('stops the asset: the copy and the machine itself are held, and the last good inventory stays', async () => {
    const { assetId } = await send(victim);
    const before = await stateOf(assetId);
    const held = await send(copy);
    expect([held.reason, held.assetId]).toEqual(['identity_conflict', assetId]);
    expect(await contestedOf(assetId)).toMatchObject({ submissionId: held.id });
    expect(await send({ ...victim, softwares: ['new'] })).toMatchObject({
      reason: 'asset_contested',
      assetId,
    });
    expect(await stateOf(assetId)).toEqual(before);
  });

  it('does not stop it when only the deviceid was known', async () => {
    const { assetId } = await send(victim);
    expect(await send(copy, { agent: otherAgentid })).toMatchObject({ reason: 'identity_conflict', assetId });
    expect(await contestedOf(assetId)).toBeNull();
    expect(await send({ ...victim, softwares: ['new'] })).toMatchObject({ outcome: 'updated', assetId });
  });

  it('with card and agent of its own is held at once, and the machine itself goes on', async () => {
    const twin = { ...victim, deviceid: attacker.deviceid, macs: attacker.macs };
    const { assetId } = await send(victim);
    expect(await send(twin, { agent: otherAgentid })).toMatchObject({ reason: 'identity_conflict', assetId });
    expect(await send({ ...victim, softwares: ['new'] })).toMatchObject({ outcome: 'updated', assetId });
  });

  it('that was started before the machine itself', async () => {
    const at = (boot: string): Circumstances => ({
      content: ranAt('2026-06-01 12:00:00', { boot_time: boot }),
    });
    const { assetId } = await send(victim, at('2026-06-01 08:00:00'));
    const before = await stateOf(assetId);
    expect(await send(victim, at('2026-05-20 08:00:00'))).toMatchObject({
      reason: 'clone_suspected',
      assetId,
    });
    expect(await stateOf(assetId)).toEqual(before);
  });
});

describe('A13 a recording', () => {
  const [monday, tuesday] = [ranAt('2026-06-01 12:00:00'), ranAt('2026-06-02 12:00:00')];
  const updated = { ...victim, softwares: ['editor', 'patched'] };

  it('of an older inventory is held when it comes from elsewhere, and from home it changes nothing', async () => {
    const { assetId } = await send(victim, { content: monday });
    await send(updated, { content: tuesday });
    const before = await stateOf(assetId);
    const wire = gzipSync(jsonInventory(victim, monday));
    const replayed = await submissionOf(
      gateway,
      await gateway.post('/', {
        body: wire,
        headers: {
          'content-type': 'application/x-compress-gzip',
          'glpi-agent-id': agentid,
          'x-forwarded-for': elsewhere,
        },
      }),
    );
    expect(replayed).toMatchObject({ reason: 'replay_suspected', assetId });
    expect(await send(victim, { content: monday })).toMatchObject({ outcome: 'unchanged', assetId });
    expect(await stateOf(assetId)).toEqual(before);
  });

  it('changed here and there is still older than what is stored', async () => {
    const { assetId } = await send(updated, { content: tuesday });
    const before = await stateOf(assetId);
    expect(await send({ ...victim, softwares: ['implant'] }, { content: monday })).toMatchObject({
      reason: 'replay_suspected',
      assetId,
    });
    expect(await stateOf(assetId)).toEqual(before);
    const partial = { ...victim, softwares: ['later'], isPartial: true };
    expect(await send(partial, { content: ranAt('2026-06-03 12:00:00') })).toMatchObject({
      outcome: 'updated',
    });
  });
});

describe('what an asset is pinned to', () => {
  it.each([
    ['another ssh host key', { ssh_key: otherSsh }],
    ['no ssh host key', {}],
  ])('%s: held while the rest is equal', async (_title, system) => {
    const { assetId } = await send(victim, { content: ranAt('2026-06-01 12:00:00', { ssh_key: ssh }) });
    const before = await stateOf(assetId);
    const held = await send(victim, { content: ranAt('2026-06-02 12:00:00', system) });
    expect([held.reason, held.assetId]).toEqual(['pin_downgraded', assetId]);
    expect(await stateOf(assetId)).toEqual(before);
  });

  it('most software gone: held', async () => {
    const softwares = Array.from({ length: 60 }, (_, i) => `package-${i}`);
    const { assetId } = await send({ ...victim, softwares });
    const before = await stateOf(assetId);
    expect(await send({ ...victim, softwares: ['one'] })).toMatchObject({
      reason: 'inventory_shrunk',
      assetId,
    });
    expect(await stateOf(assetId)).toEqual(before);
  });
});

describe('what agents say of themselves', () => {
  it('decides nothing: address, port, tag and entity in a message move no asset and open no key', async () => {
    const { id: entityId } = await gateway.api<{ id: string }>('POST', '/entities', {
      name: 'Nice',
      tag: 'NCE',
    });
    const { key } = await gateway.newKey({ entityId, cidrs: ['192.0.2.0/24'] });
    const words = {
      'httpd-port': 62354,
      entity: 'Root',
      entities_id: 0,
      entityId: '00000000-0000-0000-0000-000000000000',
      remote_addr: '192.0.2.1',
      ipaddress: '192.0.2.1',
      tag: 'HQ',
    };
    const body = JSON.stringify({ ...(JSON.parse(jsonInventory(victim)) as object), ...words });
    const headers = (from: string) => ({ 'glpi-agent-id': agentid, 'x-forwarded-for': from });
    const outside = await gateway.post('/', { body, key, headers: headers(elsewhere) });
    expect([outside.status, outside.phrase]).toEqual([403, 'Registration key refused from this network']);
    const inside = await submissionOf(
      gateway,
      await gateway.post('/', { body, key, headers: headers(home) }),
    );
    expect(inside).toMatchObject({ outcome: 'created', entityId });
    expect(await stateOf(inside.assetId)).toMatchObject({ pin: { sourceAddress: home } });
  });

  it('and its users’ names give nobody a right: they are shown, and no more', async () => {
    const inventory = xmlInventory(victim, '<USERS><LOGIN>root</LOGIN><DOMAIN>Root</DOMAIN></USERS>');
    const { assetId } = await send(victim, {}, Buffer.from(inventory));
    const admins = await gateway.sql('SELECT FROM admin_token');
    expect(await gateway.api('GET', `/assets/${assetId ?? ''}`)).toMatchObject({ lastUser: 'root' });
    expect(admins).toHaveLength(1);
  });
});

describe('explain', () => {
  interface Explained {
    reason: string | null;
    steps: {
      stage: string;
      facts: { pin?: object; shown?: object; considered?: { question: string; answer: string }[] };
    }[];
  }

  it('shows every question of vet and what the inventory shows beside the pin of its asset', async () => {
    const { assetId, kid } = await send(victim, { content: ranAt('2026-06-01 12:00:00', { ssh_key: ssh }) });
    const inventory = JSON.parse(
      jsonInventory(victim, ranAt('2026-06-02 12:00:00', { ssh_key: otherSsh })),
    ) as object;
    const explained = await gateway.api<Explained>('POST', '/explain', { kid, inventory });
    expect(explained).toMatchObject({ reason: 'pin_downgraded', assetId });
    const facts = explained.steps.find(({ stage }) => stage === 'vet')?.facts;
    expect(facts).toMatchObject({
      pin: { sourceAddress: home, osFamily: 'linux', ranAt: '2026-06-01T12:00:00' },
      shown: { osFamily: 'linux', ranAt: '2026-06-02T12:00:00' },
    });
    const answers = Object.fromEntries(
      facts?.considered?.map(({ question, answer }) => [question, answer]) ?? [],
    );
    expect(answers).toMatchObject({
      ownership: 'no objection',
      contested: 'no objection',
      pin: 'pin_downgraded',
      repeat: 'no objection',
      clock: 'no objection',
      itemtype: 'no objection',
    });
  });
});
