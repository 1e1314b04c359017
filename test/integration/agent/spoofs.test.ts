import { v7 } from 'uuid';
import type { ReasonCode } from '../../../src/domain/refusal-reason';
import { deviceNumber, jsonInventory, type Device } from '../../support/devices';
import { startTestGateway, type AgentAnswer, type TestGateway } from '../../support/gateway';
import { submissionOf } from '../../support/refusals';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
/** Keys and entities stay: each test makes its own. */
beforeEach(async () => {
  await gateway.sql(
    `TRUNCATE asset, asset_identifier, asset_inventory, asset_event, submission, submission_body, agent, full_awaited, quarantine CASCADE`,
  );
});
afterAll(async () => {
  await gateway.close();
});

const victim = { ...deviceNumber(1), softwares: ['payroll'], tag: 'HQ' };
const attacker = { ...deviceNumber(2), softwares: ['implant'], tag: 'X' };
const agentids = {
  victim: '5e0cbb1e-31aa-4d0d-8a0a-000000000001',
  attacker: '5e0cbb1e-31aa-4d0d-8a0a-000000000002',
};

const postAs = (who: keyof typeof agentids, device: Device, key?: string) =>
  gateway.post('/', {
    body: jsonInventory(device),
    headers: { 'glpi-agent-id': agentids[who] },
    ...(key === undefined ? {} : { key }),
  });

function lacking(device: Device, ...names: (keyof Device)[]): Device {
  return Object.fromEntries(Object.entries(device).filter(([name]) => !names.includes(name as keyof Device)));
}

/** Everything that is known of an asset and of its agent, as rows. */
async function everythingOf(assetId: string): Promise<unknown> {
  const tables = ['asset', 'asset_identifier', 'asset_inventory', 'asset_event', 'agent'];
  const rows = await Promise.all(
    tables.map((table) =>
      gateway.sql(`SELECT to_jsonb(t) AS row FROM ${table} t WHERE asset_id = $1 ORDER BY 1`, [assetId]),
    ),
  );
  return Object.fromEntries(tables.map((table, i) => [table, rows[i]]));
}

async function settledVictim(device: Device = victim): Promise<{ id: string; before: unknown }> {
  const { assetId } = await submissionOf(gateway, await postAs('victim', device));
  if (assetId === null) throw new Error('the victim has no asset');
  return { id: assetId, before: await everythingOf(assetId) };
}

type Fate = 'new' | ReasonCode;

/** The attempt ended as expected, is visible to the admin, and the asset of the victim is as it was. */
async function expectFate(
  answer: AgentAnswer,
  fate: Fate,
  { id, before }: { id: string; before: unknown },
): Promise<void> {
  const submission = await submissionOf(gateway, answer);
  expect(await everythingOf(id)).toEqual(before);
  if (fate === 'new') {
    expect(submission).toMatchObject({ verdict: 'accepted', outcome: 'created' });
    expect(submission.assetId).not.toBe(id);
    return;
  }
  const { items } = await gateway.api<{ items: { id: string; reason: string; evidence: object }[] }>(
    'GET',
    '/quarantine',
  );
  expect([submission.verdict, submission.reason, submission.assetId]).toEqual(['quarantined', fate, id]);
  expect(items).toMatchObject([{ id: submission.id, reason: fate }]);
  expect(items[0]?.evidence).toMatchObject({ match: { assetId: id, agreed: expect.any(Array) as unknown } });
  expect(await gateway.sql('SELECT FROM submission_body')).toHaveLength(1);
}

const junk = { serial: 'To Be Filled By O.E.M.', uuid: '03000200-0400-0500-0006-000700080009' };
const { serial, uuid, macs, deviceid, name } = victim;

interface Attempt {
  readonly title: string;
  readonly victim?: Device;
  readonly attacker: Device;
  /** With the victim's own key. */
  readonly fate: Fate;
  /** With a key of another entity: two hardware factors are needed to lay claim to an asset. */
  readonly elsewhere: Fate;
}

const attempts: Attempt[] = [
  {
    title: 'T1 the deviceid only',
    attacker: { ...attacker, deviceid },
    fate: 'new',
    elsewhere: 'new',
  },
  { title: 'T2 the serial only', attacker: { ...attacker, serial }, fate: 'new', elsewhere: 'new' },
  { title: 'T3 the uuid only', attacker: { ...attacker, uuid }, fate: 'new', elsewhere: 'new' },
  {
    title: 'T4, A2, A5 serial and uuid, as printed on the case, under an own deviceid',
    attacker: { ...attacker, serial, uuid },
    fate: 'identity_conflict',
    elsewhere: 'asset_of_other_key',
  },
  {
    title: 'T5, A9 the card, with own numbers',
    attacker: { ...attacker, macs },
    fate: 'new',
    elsewhere: 'new',
  },
  {
    title: 'T6 the name, with own numbers',
    attacker: { ...attacker, name },
    fate: 'new',
    elsewhere: 'new',
  },
  {
    title: 'T7, A9 the card, without numbers',
    attacker: { ...lacking(attacker, 'serial', 'uuid'), macs },
    fate: 'new',
    elsewhere: 'new',
  },
  {
    title: 'T8, A1 the name, without anything else',
    attacker: { ...lacking(attacker, 'serial', 'uuid', 'macs'), name },
    fate: 'new',
    elsewhere: 'new',
  },
  {
    title: 'T8 the name and a guessed deviceid',
    attacker: { ...lacking(attacker, 'serial', 'uuid', 'macs'), name, deviceid },
    fate: 'identity_conflict',
    elsewhere: 'new',
  },
  {
    title: 'T9 the uuid, no serial',
    attacker: { ...lacking(attacker, 'serial'), uuid },
    fate: 'identity_conflict',
    elsewhere: 'new',
  },
  {
    title: 'T10, A3 the serial, no uuid',
    attacker: { ...lacking(attacker, 'uuid'), serial },
    fate: 'identity_conflict',
    elsewhere: 'new',
  },
  {
    title: 'A3 the serial of an asset that has no uuid',
    victim: lacking(victim, 'uuid'),
    attacker: { ...attacker, serial },
    fate: 'identity_conflict',
    elsewhere: 'new',
  },
  {
    title: 'T11 both with the same filler numbers',
    victim: { ...victim, ...junk },
    attacker: { ...attacker, ...junk },
    fate: 'new',
    elsewhere: 'new',
  },
  {
    title: 'T12 a clone with another name and card',
    attacker: { ...attacker, deviceid, serial, uuid },
    fate: 'identity_conflict',
    elsewhere: 'asset_of_other_key',
  },
  {
    title: 'T13 two hosts without numbers, one name',
    victim: lacking(victim, 'serial', 'uuid'),
    attacker: { ...lacking(attacker, 'serial', 'uuid'), name },
    fate: 'new',
    elsewhere: 'new',
  },
];

describe.each(attempts)('$title', ({ victim: device, attacker: forged, fate, elsewhere }) => {
  it('under the same key', async () => {
    const target = await settledVictim(device);
    await expectFate(await postAs('attacker', forged), fate, target);
  });

  it('under the key of another entity', async () => {
    const entity = { name: `Elsewhere ${v7()}` };
    const { id: entityId } = await gateway.api<{ id: string }>('POST', '/entities', entity);
    const { key } = await gateway.newKey({ entityId });
    const target = await settledVictim(device);
    const answer = await postAs('attacker', forged, key);
    await expectFate(answer, elsewhere, target);
    const inside = await gateway.sql('SELECT FROM asset WHERE entity_id = $1', [entityId]);
    expect(inside).toHaveLength(elsewhere === 'new' ? 1 : 0);
  });

  it('by a partial, which never makes an asset', async () => {
    const target = await settledVictim(device);
    const answer = await postAs('attacker', { ...forged, isPartial: true });
    expect([answer.status, answer.phrase]).toEqual([403, 'Full inventory needed first']);
    expect(await everythingOf(target.id)).toEqual(target.before);
    expect(await gateway.sql('SELECT FROM asset')).toHaveLength(1);
  });
});

describe('what an attack may cost its victim', () => {
  it('nothing: what the attacker sends under its deviceid asks its agent for nothing', async () => {
    const target = await settledVictim();
    await postAs('attacker', { ...attacker, deviceid, serial, uuid });
    const partial = { ...victim, softwares: ['payroll', 'browser'], isPartial: true };
    const { outcome, assetId } = await submissionOf(gateway, await postAs('victim', partial));
    expect([outcome, assetId]).toEqual(['updated', target.id]);
  });

  it('nothing when its serial, uuid and name come from another card and agent', async () => {
    const target = await settledVictim();
    await expectFate(
      await postAs('attacker', { ...attacker, serial, uuid, name }),
      'identity_conflict',
      target,
    );
  });
});

describe('A4 a contact in the name of the victim', () => {
  const contact = JSON.stringify({
    action: 'contact',
    deviceid,
    name: 'GLPI-Agent',
    version: '9.9.9',
    tag: 'STOLEN',
    'httpd-port': 22,
    'enabled-tasks': ['inventory'],
  });

  it.each(['its key', 'another key'])('changes nothing of its agent: %s', async (whose) => {
    const key = whose === 'its key' ? gateway.key : (await gateway.newKey()).key;
    const target = await settledVictim();
    const answer = await gateway.post('/', {
      body: contact,
      headers: { 'glpi-agent-id': agentids.attacker },
      key,
    });
    expect(answer.status).toBe(200);
    expect(await everythingOf(target.id)).toEqual(target.before);
    const seen = await gateway.sql(`SELECT asset_id AS asset FROM agent WHERE tag = 'STOLEN'`);
    expect(seen).toEqual([{ asset: null }]);
  });
});

describe('A6 the tag of another entity', () => {
  it('does not lead out of the entity of the key', async () => {
    const make = (body: object) => gateway.api<{ id: string }>('POST', '/entities', body);
    const paris = await make({ name: 'Paris', tag: 'PAR' });
    await make({ name: 'Lyon', tag: 'LYO' });
    const ignoring = await gateway.newKey({ entityId: paris.id });
    const first = await postAs('attacker', { ...attacker, tag: 'LYO' }, ignoring.key);
    expect(await submissionOf(gateway, first)).toMatchObject({ verdict: 'accepted', entityId: paris.id });
    const mapping = await gateway.newKey({ entityId: paris.id, tagPolicy: 'map' });
    const second = await postAs('victim', { ...victim, tag: 'LYO' }, mapping.key);
    expect(await submissionOf(gateway, second)).toMatchObject({
      verdict: 'quarantined',
      reason: 'entity_not_found',
      assetId: null,
    });
  });
});

describe('A7 a forged client address', () => {
  it.each([
    { 'x-forwarded-for': '10.0.0.5' },
    { 'x-real-ip': '10.0.0.5' },
    { forwarded: 'for=10.0.0.5' },
    { 'true-client-ip': '10.0.0.5', 'cf-connecting-ip': '10.0.0.5', 'x-client-ip': '10.0.0.5' },
  ])('opens no network to a key: %j', async (headers) => {
    const { key } = await gateway.newKey({ cidrs: ['10.0.0.0/8'] });
    const answer = await gateway.post('/', { body: jsonInventory(attacker), headers, key });
    expect([answer.status, answer.phrase]).toEqual([403, 'Registration key refused from this network']);
    const { items } = await gateway.api<{ items: object[] }>(
      'GET',
      '/submissions?reason=key_network_mismatch',
    );
    expect(items).toMatchObject([{ sourceAddress: '127.0.0.1' }]);
  });
});

describe('A9 the card of a neighbour', () => {
  it('that is a switch does not become the attacker’s computer', async () => {
    const [mac = ''] = macs;
    const scan = JSON.stringify({
      action: 'netinventory',
      deviceid: 'scanner-2026-01-05-08-00-00',
      itemtype: 'NetworkEquipment',
      content: {
        versionclient: 'GLPI-Agent_v1.11',
        network_device: { type: 'Networking', name: 'core-1', serial: 'SWX88121', mac, ips: ['10.1.0.1'] },
      },
    });
    const { assetId } = await submissionOf(gateway, await gateway.post('/', { body: scan }));
    const before = await everythingOf(assetId ?? '');
    for (const forged of [
      { ...attacker, macs },
      { ...lacking(attacker, 'serial', 'uuid'), macs, name: 'core-1' },
    ]) {
      await postAs('attacker', forged);
      expect(await everythingOf(assetId ?? '')).toEqual(before);
    }
    expect(await gateway.sql('SELECT FROM submission')).toHaveLength(3);
  });
});

describe('A10 a retired machine', () => {
  it('is not brought back by its own identity, nor by that of another key', async () => {
    const { id } = await settledVictim();
    await gateway.api('PATCH', `/assets/${id}`, { status: 'retired' });
    const before = await everythingOf(id);
    const answer = await postAs('attacker', { ...victim, softwares: ['implant'] });
    expect([answer.status, answer.phrase]).toEqual([403, 'Device retired']);
    expect(await submissionOf(gateway, answer)).toMatchObject({
      verdict: 'refused',
      reason: 'asset_retired',
    });
    const { key } = await gateway.newKey();
    expect(await submissionOf(gateway, await postAs('attacker', victim, key))).toMatchObject({
      verdict: 'quarantined',
      reason: 'asset_of_other_key',
    });
    expect(await everythingOf(id)).toEqual(before);
    expect(await gateway.sql('SELECT FROM asset')).toHaveLength(1);
  });
});

describe('A14 an itemtype of the sender’s choice', () => {
  it('does not make another thing of a known machine', async () => {
    const { id } = await settledVictim();
    for (const itemtype of ['Printer', 'Phone', 'NetworkEquipment', 'Unmanaged']) {
      await postAs('victim', { ...victim, itemtype });
      expect(await gateway.api('GET', `/assets/${id}`)).toMatchObject({ itemtype: 'Computer' });
    }
    expect(await gateway.sql('SELECT FROM asset')).toHaveLength(1);
  });

  it('passes neither a key that allows others only, nor as a type that there is not', async () => {
    const { key } = await gateway.newKey({ itemtypes: ['Computer'] });
    const printer = await postAs('attacker', { ...attacker, itemtype: 'Printer' }, key);
    expect([printer.status, printer.phrase]).toEqual([403, 'Item type not allowed for this key']);
    const user = await postAs('attacker', { ...attacker, itemtype: 'User' });
    expect([user.status, user.phrase]).toEqual([400, 'Item type not supported']);
    expect(await gateway.sql('SELECT FROM asset')).toEqual([]);
  });
});

describe('eight first posts of one device at the same time', () => {
  it.each([
    ['as they are', victim],
    ['known by its card and name only', lacking(victim, 'serial', 'uuid')],
    ['known by its agent and name only', lacking(victim, 'serial', 'uuid', 'macs')],
  ])('make one asset: %s', async (_title, device) => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => postAs('victim', device)));
    const submissions = await Promise.all(answers.map((answer) => submissionOf(gateway, answer)));
    const outcomes = submissions.map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual(['created', ...Array<string>(7).fill('unchanged')]);
    expect(new Set(submissions.map(({ assetId }) => assetId)).size).toBe(1);
    expect(await gateway.sql('SELECT FROM asset')).toHaveLength(1);
  });

  it('make one asset and fit a quota of one', async () => {
    const { key } = await gateway.newKey({ maxAssets: 1 });
    const others = Array.from({ length: 8 }, (_, n) => deviceNumber(10 + n));
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, () => postAs('victim', victim, key)),
      ...others.map((device) => postAs('attacker', device, key)),
    ]);
    expect(await gateway.sql('SELECT FROM asset')).toHaveLength(1);
    const verdicts = await Promise.all(
      answers.map(async (answer) => (await submissionOf(gateway, answer)).reason),
    );
    expect(new Set(verdicts)).toEqual(new Set([null, 'quota_exceeded']));
  });
});

describe('a serial counts with its maker', () => {
  const post = (who: keyof typeof agentids, device: Device, smanufacturer: string) =>
    gateway.post('/', {
      body: jsonInventory(device, { bios: { ssn: serial, smanufacturer } }),
      headers: { 'glpi-agent-id': agentids[who] },
    });
  const twin = { ...lacking(attacker, 'uuid', 'serial'), name };

  it('the serial and name of a machine of another maker lay no claim to it', async () => {
    const { assetId } = await submissionOf(
      gateway,
      await post('victim', lacking(victim, 'uuid'), 'Dell Inc.'),
    );
    const id = String(assetId);
    const before = await everythingOf(id);
    await expectFate(await post('attacker', twin, 'LENOVO'), 'new', { id, before });
  });

  it('those of a machine of the same maker, however it is called, are held beside it', async () => {
    const { assetId } = await submissionOf(
      gateway,
      await post('victim', lacking(victim, 'uuid'), 'Hewlett-Packard'),
    );
    const id = String(assetId);
    const before = await everythingOf(id);
    await expectFate(await post('attacker', twin, 'HP Inc.'), 'identity_conflict', { id, before });
  });
});
