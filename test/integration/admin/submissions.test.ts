import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';
import { anAgent, anAsset, aSubmission, homeOf } from '../../support/admin-rows';

let api: AdminApi;
let asset: string;
const made: Record<string, string> = {};

beforeAll(async () => {
  api = await startAdminApi();
  const home = homeOf(api);
  asset = await anAsset(api, home, { name: 'claimed', serial: 'S1' });
  made.accepted = await aSubmission(api, home, {
    outcome: 'created',
    asset_id: asset,
    deviceid: 'pc-1',
    received_at: new Date('2026-01-01T00:00:00Z'),
    notes: JSON.stringify([{ path: 'softwares/0', note: 'dropped' }]),
  });
  made.refused = await aSubmission(api, home, {
    verdict: 'refused',
    reason: 'quota_exceeded',
    evidence: JSON.stringify({ maxAssets: 5 }),
    received_at: new Date('2026-01-02T00:00:00Z'),
  });
  made.held = await aSubmission(api, home, {
    verdict: 'quarantined',
    reason: 'identity_conflict',
    asset_id: asset,
    deviceid: 'pc-1',
    received_at: new Date('2026-01-03T00:00:00Z'),
  });
  made.approval = await aSubmission(api, home, { verdict: 'quarantined', reason: 'approval_needed' });
  made.resolved = await aSubmission(api, home, {
    verdict: 'quarantined',
    reason: 'identity_conflict',
    resolution: 'reject',
    resolved_at: new Date(),
  });
  made.folded = await aSubmission(api, home, {
    verdict: 'refused',
    reason: 'key_missing',
    kid: null,
    folded: 70_000,
  });
});
afterAll(async () => {
  await api.close();
});

const found = async (query: string) => {
  const { items } = await api.expect(200, 'get', `/submissions?${query}`);
  const ids = (items as Json[]).map(({ id }) => id as string);
  return Object.keys(made).filter((name) => ids.includes(made[name] ?? ''));
};

describe('submissions', () => {
  it.each([
    ['verdict=accepted', ['accepted']],
    ['verdict=refused', ['refused', 'folded']],
    ['verdict=quarantined', ['held', 'approval', 'resolved']],
    ['outcome=created', ['accepted']],
    ['outcome=updated', []],
    ['reason=identity_conflict', ['held', 'resolved']],
    ['deviceid=pc-1', ['accepted', 'held']],
    ['since=2026-01-02&before=2026-01-03', ['refused']],
    ['before=2026-01-02', ['accepted']],
  ])('with %s are %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it('are found by asset and by key under either name', async () => {
    expect(await found(`asset=${asset}`)).toEqual(['accepted', 'held']);
    expect(await found(`key=${api.firstKid}`)).toEqual(await found(`kid=${api.firstKid}`));
    expect(await found(`key=${api.firstKid}`)).not.toContain('folded');
  });

  it('tell what the reason means, with evidence and notes', async () => {
    expect(await api.expect(200, 'get', `/submissions/${made.refused ?? ''}`)).toMatchObject({
      verdict: 'refused',
      outcome: null,
      reason: 'quota_exceeded',
      meaning: 'The key already has as many assets as maxAssets allows.',
      evidence: { maxAssets: 5 },
      folded: 1,
    });
    expect(await api.expect(200, 'get', `/submissions/${made.accepted ?? ''}`)).toMatchObject({
      outcome: 'created',
      assetId: asset,
      notes: [{ path: 'softwares/0', note: 'dropped' }],
    });
    expect(await api.expect(200, 'get', `/submissions/${made.folded ?? ''}`)).toMatchObject({
      kid: null,
      folded: 70_000,
    });
  });

  it('are not there for another instance', async () => {
    const { token } = api.other;
    const one = await api.call('get', `/submissions/${made.held ?? ''}`, { token });
    expect(one.status).toBe(404);
    expect((await api.call('get', '/submissions', { token })).body).toEqual({ items: [], next: null });
    await api.expect(404, 'get', '/submissions/1');
  });
});

describe('agents', () => {
  it('tells which never sent an inventory and which must send a full one', async () => {
    const home = homeOf(api);
    const at = new Date('2026-02-01T00:00:00Z');
    await anAgent(api, home, { sender: 'a1', deviceid: 'd1', last_inventory: at, asset_id: asset });
    await anAgent(api, home, { sender: 'a2', deviceid: 'd2' });
    await anAgent(api, home, { sender: 'deviceid:d3', deviceid: 'd3' });
    const awaited = (deviceid: string) =>
      api.deps.db
        .insertInto('full_awaited')
        .values({ instance_id: 1, kid: home.kid, deviceid, agentid: '', since: at })
        .execute();
    await awaited('d3');
    await awaited('d4');
    const senders = async (query: string) =>
      ((await api.expect(200, 'get', `/agents?${query}`)).items as Json[]).map(({ sender }) => sender);
    expect(await senders('')).toEqual(['a1', 'a2', 'deviceid:d3', 'deviceid:d4']);
    expect(await senders('fullAwaited=true')).toEqual(['deviceid:d3', 'deviceid:d4']);
    expect(await senders('fullAwaited=false')).toEqual(['a1', 'a2']);
    expect(await senders('hasInventory=true')).toEqual(['a1']);
    expect(await senders('hasInventory=false&fullAwaited=false')).toEqual(['a2']);
    expect(await senders('deviceid=d4')).toEqual(['deviceid:d4']);
    const first = await api.expect(200, 'get', '/agents?limit=3');
    expect(await senders(`limit=3&after=${String(first.next)}`)).toEqual(['deviceid:d4']);
    expect((await api.call('get', '/agents', { token: api.other.token })).body).toEqual({
      items: [],
      next: null,
    });
  });
});

describe('explain', () => {
  it('hands the message as an agent would post it to the pipeline, JSON or XML', async () => {
    const inventory = { deviceid: 'pc-1', content: {} };
    const json = await api.expect(200, 'post', '/explain', { kid: api.firstKid, inventory });
    expect(json.steps).toMatchObject([
      { facts: { kid: api.firstKid, instanceId: 1, body: JSON.stringify(inventory) } },
    ]);
    const xml = await api.expect(200, 'post', '/explain', { kid: api.firstKid, inventory: '<REQUEST/>' });
    expect(xml.steps).toMatchObject([{ facts: { body: '<REQUEST/>' } }]);
  });

  it('knows no key of another instance', async () => {
    const body = { kid: api.firstKid, inventory: {} };
    expect((await api.call('post', '/explain', { token: api.other.token, body })).status).toBe(404);
  });
});
