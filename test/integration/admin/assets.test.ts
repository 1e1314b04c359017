import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';
import { anAsset, aSubmission, homeOf } from '../../support/admin-rows';

let api: AdminApi;
let inner: string;
let leaf: string;
const made: Record<string, string> = {};

beforeAll(async () => {
  api = await startAdminApi();
  inner = (await api.expect(201, 'post', '/entities', { name: 'inner' })).id as string;
  leaf = (await api.expect(201, 'post', '/entities', { name: 'leaf', parentId: inner })).id as string;
  const other = await api.expect(201, 'post', '/keys', { name: 'other', entityId: leaf });
  const home = homeOf(api);
  made.laptop = await anAsset(api, home, {
    name: 'PC-Laptop_1',
    serial: '5CG0 123ABC',
    uuid: '4C4C4544-004C-4710-8053-B2C04F505931',
    macs: ['AC:DE:48:00:11:22'],
    ips: ['10.0.0.5', '2001:db8::5'],
    manufacturer: 'HP 100%',
    model: 'EliteBook',
    os: 'Windows 11',
    last_user: 'alice',
    agent_version: '1.11',
    identity: { deviceids: ['pc-laptop-2026-01-02-03-04-05'], agentids: ['a-1'] },
    identifiers: {
      serial: ['5CG0 123ABC'],
      uuid: ['44454c4c-4c00-1047-8053-b2c04f505931'],
      mac: ['ac:de:48:00:11:22'],
      deviceid: ['pc-laptop-2026-01-02-03-04-05'],
    },
    content: { hardware: { name: 'PC-Laptop_1' }, softwares: [{ name: '=cmd' }] },
  });
  made.server = await anAsset(
    api,
    { ...home, entityId: inner },
    { name: 'srv-1', last_seen: new Date('2024-05-05T12:00:00Z') },
  );
  made.printer = await anAsset(
    api,
    { ...home, entityId: leaf, kid: other.kid as string },
    {
      name: 'printer 1',
      itemtype: 'Printer',
      status: 'retired',
      ips: ['10.0.0.9'],
      identifiers: { ip: ['10.0.0.10'] },
    },
  );
  made.otherKid = other.kid as string;
});
afterAll(async () => {
  await api.close();
});

const names = async (query: string) =>
  ((await api.expect(200, 'get', `/assets?${query}`)).items as Json[])
    .map(({ name }) => name as string)
    .sort();
const all = ['PC-Laptop_1', 'printer 1', 'srv-1'];

describe('finding assets', () => {
  it('lists all of the instance, newest first', async () => {
    const { items } = await api.expect(200, 'get', '/assets');
    expect((items as Json[]).map(({ name }) => name)).toEqual(['printer 1', 'srv-1', 'PC-Laptop_1']);
  });

  it('shows an asset with its entity, key and identity', async () => {
    expect(await api.expect(200, 'get', `/assets/${made.laptop ?? ''}`)).toMatchObject({
      id: made.laptop,
      itemtype: 'Computer',
      name: 'PC-Laptop_1',
      serial: '5CG0 123ABC',
      macs: ['AC:DE:48:00:11:22'],
      lastUser: 'alice',
      entity: 'Root',
      entityId: api.rootEntityId,
      kid: api.firstKid,
      status: 'active',
      agentVersion: '1.11',
      deviceids: ['pc-laptop-2026-01-02-03-04-05'],
      agentids: ['a-1'],
    });
  });

  it.each<[string, string[]]>([
    ['mac=AC-DE-48-00-11-22', ['PC-Laptop_1']],
    ['mac=acde.4800.1122', ['PC-Laptop_1']],
    ['mac=acde48001122', ['PC-Laptop_1']],
    ['mac=acde48001123', []],
    ['uuid=4c4c4544-004c-4710-8053-b2c04f505931', ['PC-Laptop_1']],
    ['uuid=44454C4C-4C00-1047-8053-B2C04F505931', ['PC-Laptop_1']],
    ['uuid=%7B4c4c4544004c47108053b2c04f505931%7D', ['PC-Laptop_1']],
    ['uuid=not-a-uuid', []],
    ['serial=5cg0%20123abc', ['PC-Laptop_1']],
    ['serial=%205CG0%20%20123ABC%20', ['PC-Laptop_1']],
    ['serial=5CG0', []],
    ['deviceid=PC-LAPTOP-2026-01-02-03-04-05', ['PC-Laptop_1']],
    ['ip=2001:0db8:0:0:0:0:0:5', ['PC-Laptop_1']],
    ['ip=10.0.0.10', ['printer 1']],
    ['name=pc-laptop_1', ['PC-Laptop_1']],
    ['name=pc-laptopx1', []],
    ['name=*1', all],
    ['name=%25', []],
    ['q=elitebook', ['PC-Laptop_1']],
    ['q=100%25', ['PC-Laptop_1']],
    ['q=0%25x', []],
    ['q=ALICE', ['PC-Laptop_1']],
    ['q=de:48', ['PC-Laptop_1']],
    ['q=10.0.0.10', ['printer 1']],
    ['itemtype=Printer', ['printer 1']],
    ['status=retired', ['printer 1']],
    ['status=active&itemtype=Printer', []],
    ['lastSeenBefore=2024-05-06', ['srv-1']],
    ['lastSeenAfter=2024-05-06', ['PC-Laptop_1', 'printer 1']],
    ['lastSeenBefore=2024-05-05T12:00:00Z', []],
  ])('%s finds %j', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  it('filters by entity, alone or with those below, and by key', async () => {
    expect(await names(`entity=${inner}`)).toEqual(['srv-1']);
    expect(await names(`entity=${inner}&recursive=false`)).toEqual(['srv-1']);
    expect(await names(`entity=${inner}&recursive=true`)).toEqual(['printer 1', 'srv-1']);
    expect(await names(`entity=${api.rootEntityId}&recursive=1`)).toEqual(all);
    expect(await names(`key=${made.otherKid ?? ''}`)).toEqual(['printer 1']);
  });

  it.each([
    ['mac=12:34', 'mac'],
    ['ip=300.1.1.1', 'ip'],
    ['entity=019a0000-0000-7000-8000-000000000000', 'entity'],
    ['entity=root', 'entity'],
    ['status=lost', 'status'],
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=ten', 'limit'],
    ['lastSeenBefore=yesterday', 'lastSeenBefore'],
    ['lastSeenBefore=2024-05-05T12:00:00', 'lastSeenBefore'],
    ['colour=red', 'colour'],
    ['name=a&name=b', 'name'],
    ['recursive=maybe', 'recursive'],
  ])('refuses %s, naming the parameter', async (query, field) => {
    const problem = await api.expect(400, 'get', `/assets?${query}`);
    expect(problem.code).toBe('query_invalid');
    expect((problem.errors as Json[]).map((error) => error.field)).toContain(field);
  });
});

describe('one asset', () => {
  it('shows the inventory as stored', async () => {
    expect(await api.expect(200, 'get', `/assets/${made.laptop ?? ''}/inventory`)).toMatchObject({
      assetId: made.laptop,
      content: { hardware: { name: 'PC-Laptop_1' }, softwares: [{ name: '=cmd' }] },
    });
    await api.expect(404, 'get', `/assets/${made.server ?? ''}/inventory`);
  });

  it('shows its submissions and no others', async () => {
    const own = await aSubmission(api, homeOf(api), { asset_id: made.laptop });
    await aSubmission(api, homeOf(api), { asset_id: made.server });
    const { items } = await api.expect(200, 'get', `/assets/${made.laptop ?? ''}/submissions`);
    expect(items).toMatchObject([{ id: own }]);
  });

  it('is retired, brought back and moved, each with a line in its history and in the audit', async () => {
    const id = await anAsset(api, homeOf(api));
    await api.expect(200, 'patch', `/assets/${id}`, { status: 'retired' });
    await api.expect(200, 'patch', `/assets/${id}`, { status: 'retired' });
    const back = await api.expect(200, 'patch', `/assets/${id}`, { status: 'active', entityId: leaf });
    expect(back).toMatchObject({ status: 'active', entityId: leaf, entity: 'Root > inner > leaf' });
    const { items } = await api.expect(200, 'get', `/assets/${id}/history`);
    expect(items).toMatchObject([
      { kind: 'reactivated', submissionId: null },
      { kind: 'moved', detail: { from: api.rootEntityId, to: leaf } },
      { kind: 'retired' },
    ]);
    expect((items as Json[])[0]?.actor).toContain('first token');
    const audit = await api.expect(200, 'get', `/audit?object=${id}`);
    expect((audit.items as Json[]).map(({ action }) => action)).toEqual([
      'asset.reactivate',
      'asset.move',
      'asset.retire',
    ]);
  });

  it("does not go to another instance's entity", async () => {
    const body = { entityId: api.other.rootEntityId };
    const problem = await api.expect(422, 'patch', `/assets/${made.server ?? ''}`, body);
    expect(problem).toMatchObject({ errors: [{ field: '/entityId' }] });
  });

  it('is not there for another instance, nor under an id that is none', async () => {
    const { token } = api.other;
    for (const path of ['', '/inventory', '/history', '/submissions']) {
      expect((await api.call('get', `/assets/${made.laptop ?? ''}${path}`, { token })).status).toBe(404);
      await api.expect(404, 'get', `/assets/1${path}`);
    }
    const stolen = await api.call('patch', `/assets/${made.laptop ?? ''}`, {
      token,
      body: { status: 'retired' },
    });
    expect(stolen.status).toBe(404);
    expect((await api.call('get', '/assets', { token })).body).toEqual({ items: [], next: null });
  });
});
