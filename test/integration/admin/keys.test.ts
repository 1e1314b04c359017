import { parseSecret } from '../../../src/domain/key-format';
import { hashOf } from '../../../src/domain/pepper';
import { findKeyByKid } from '../../../src/store/keys/find-key-by-kid';
import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';
import { anAsset, homeOf } from '../../support/admin-rows';
import { keyChangesDuring } from '../../support/key-changes';

type Key = Json & { kid: string; key: string };

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(async () => {
  await api.close();
});

const create = async (over: Json = {}) =>
  (await api.expect(201, 'post', '/keys', { name: 'site', entityId: api.rootEntityId, ...over })) as Key;
const refused = async (over: Json) => {
  const body = { name: 'site', entityId: api.rootEntityId, ...over };
  const problem = await api.expect(422, 'post', '/keys', body);
  expect(problem.code).toBe('body_invalid');
  return (problem.errors as { field: string }[]).map(({ field }) => field);
};
const newEntity = async (over: Json = {}) =>
  (await api.expect(201, 'post', '/entities', { name: `e${Math.random()}`, ...over })).id as string;

describe('creating a key', () => {
  it('shows the whole key once and never again', async () => {
    const { key, ...shown } = await create();
    expect(parseSecret('grk', key)).toMatchObject({ form: 'ok', id: shown.kid });
    expect(shown).toMatchObject({
      name: 'site',
      state: 'active',
      entity: 'Root',
      mode: 'auto',
      carriers: ['basic', 'bearer', 'oauth', 'header'],
      tagPolicy: 'ignore',
      onMove: 'keep',
      urls: ['https://inventory.example'],
      urlsOf: 'instance',
      hint: key.slice(-4),
      assetCount: 0,
    });
    const secret = key.split('_')[2] ?? '';
    const { macOf } = api.deps.peppers.active;
    for (const path of [`/keys/${shown.kid}`, '/keys', '/audit']) {
      const { text } = await api.call('get', path);
      expect(text).not.toContain(secret);
      expect(text).not.toContain(macOf(key).toString('hex'));
    }
    expect(api.log.join('')).not.toContain(secret);
    expect(await api.expect(200, 'get', `/keys/${shown.kid}`)).toEqual(shown);
  });

  it('takes every restriction of the interface and gives it back in one spelling', async () => {
    const inner = await newEntity();
    const key = await create({
      url: ['HTTPS://Inventory.Example:443/glpi/', 'http://alias.example'],
      mode: 'approve',
      enrolUntil: '2031-01-02',
      useUntil: '2032-01-02T03:04:05+02:00',
      maxAssets: 5,
      cidrs: ['10.1.2.3/8', '192.0.2.7', '2001:db8::1/32', '::ffff:198.51.100.0/120'],
      itemtypes: ['Computer', 'Glpi\\CustomAsset\\RackAsset'],
      carriers: ['header', 'path'],
      tag: 'PARIS',
      tagPolicy: 'require',
      rules: [{ hostname: 'srv-*', cidr: '10.9.9.9/16', entityId: inner.toUpperCase() }],
      onMove: 'keep',
      owner: 'network team',
      note: 'two\nlines',
    });
    expect(key).toMatchObject({
      url: 'https://inventory.example/glpi',
      urls: ['https://inventory.example/glpi', 'http://alias.example'],
      urlsOf: 'key',
      mode: 'approve',
      enrolUntil: '2031-01-02T00:00:00.000Z',
      useUntil: '2032-01-02T01:04:05.000Z',
      maxAssets: 5,
      cidrs: ['10.0.0.0/8', '192.0.2.7/32', '2001:db8::/32', '198.51.100.0/24'],
      itemtypes: ['Computer', 'Glpi\\CustomAsset\\RackAsset'],
      carriers: ['header', 'path'],
      tag: 'PARIS',
      tagPolicy: 'require',
      rules: [{ hostname: 'srv-*', cidr: '10.9.0.0/16', entityId: inner }],
      owner: 'network team',
      note: 'two\nlines',
    });
    expect(await create({ url: 'https://one.example' })).toMatchObject({ urls: ['https://one.example'] });
  });

  it('refuses what cannot be, naming every field at once', async () => {
    const elsewhere = await newEntity({ parentId: null });
    const fields = await refused({
      url: ['https://good.example', 'ftp://x', 'https://u:p@x'],
      cidrs: ['10.0.0.0/8', '10.0.0.0/33', 'lan'],
      itemtypes: ['Toaster'],
      tagPolicy: 'require',
      onMove: 'follow',
      useUntil: '2030-12-31T23:59:60Z',
      rules: [
        { tag: 'a', entityId: elsewhere },
        { cidr: '300.1.1.1', itemtype: 'Toaster', entityId: api.rootEntityId },
      ],
    });
    expect(fields.sort()).toEqual(
      [
        '/url/1',
        '/url/2',
        '/cidrs/1',
        '/cidrs/2',
        '/itemtypes/0',
        '/tag',
        '/onMove',
        '/useUntil',
        '/rules/0/entityId',
        '/rules/1/cidr',
        '/rules/1/itemtype',
      ].sort(),
    );
  });

  it.each<[string, Json, string]>([
    ['an entity that is not there', { entityId: '019a0000-0000-7000-8000-000000000000' }, '/entityId'],
    ['an entity id of another form', { entityId: 'root' }, '/entityId'],
    ['an unknown field', { secret: 'mine' }, '/secret'],
    ['an unknown mode', { mode: 'open' }, '/mode'],
    ['no carrier at all', { carriers: [] }, '/carriers'],
    ['a quota of nothing', { maxAssets: 0 }, '/maxAssets'],
    ['a quota beyond a 32-bit number', { maxAssets: 2_147_483_648 }, '/maxAssets'],
    ['a day that no month has', { useUntil: '2030-02-31' }, '/useUntil'],
    ['a time without zone', { useUntil: '2030-01-01T00:00:00' }, '/useUntil'],
    [
      'a rule without condition',
      { rules: [{ entityId: '019a0000-0000-7000-8000-000000000000' }] },
      '/rules/0',
    ],
    ['101 networks', { cidrs: Array.from({ length: 101 }, () => '10.0.0.0/8') }, '/cidrs'],
    ['21 URLs', { url: Array.from({ length: 21 }, () => 'https://x.example') }, '/url'],
    ['a name of blanks', { name: '   ' }, '/name'],
    ['a note of 2,001 characters', { note: 'x'.repeat(2001) }, '/note'],
  ])('refuses %s', async (_what, over, field) => {
    expect(await refused(over)).toContain(field);
  });

  it("refuses another instance's entity as if it were not there", async () => {
    expect(await refused({ entityId: api.other.rootEntityId })).toEqual(['/entityId']);
  });
});

describe('the key as the pipeline loads it', () => {
  it('carries policy, URLs and the tags at and below its entity', async () => {
    const top = await newEntity({ tag: 'Top' });
    const below = await newEntity({ parentId: top, tag: 'Below' });
    await newEntity({ tag: 'Aside' });
    const { kid, key } = await create({ entityId: top, url: 'https://a.example:8443/x', maxAssets: 3 });
    const loaded = await findKeyByKid(api.deps.db, kid);
    expect(loaded).toMatchObject({ instanceId: 1, kid, entityId: top, maxAssets: 3, revokedAt: null });
    expect(loaded?.generations).toMatchObject([hashOf(api.deps.peppers, key)]);
    expect(loaded?.urls).toEqual([{ scheme: 'https', host: 'a.example', port: 8443, basePath: '/x' }]);
    expect(loaded?.taggedEntities).toEqual(
      new Map([
        ['top', top],
        ['below', below],
      ]),
    );
  });

  it('has the URLs of its instance when it has none', async () => {
    const loaded = await findKeyByKid(api.deps.db, api.firstKid);
    expect(loaded?.urls).toEqual([{ scheme: 'https', host: 'inventory.example', port: 443, basePath: '' }]);
  });

  it('is undefined for an unknown kid', async () => {
    expect(await findKeyByKid(api.deps.db, 'nosuchkid000')).toBeUndefined();
  });
});

describe('changing a key', () => {
  it('changes what is said, leaves the rest, and takes restrictions away with null', async () => {
    const { kid, key: _key, ...before } = await create({ maxAssets: 5, cidrs: ['10.0.0.0/8'], tag: 'a' });
    const patch = { mode: 'closed', maxAssets: null, cidrs: null, name: 'renamed' };
    expect(await api.expect(200, 'patch', `/keys/${kid}`, patch)).toEqual({
      ...before,
      kid,
      mode: 'closed',
      state: 'closed',
      maxAssets: null,
      cidrs: [],
      name: 'renamed',
    });
  });

  it('checks the policy as a whole', async () => {
    const { kid } = await create();
    const problem = await api.expect(422, 'patch', `/keys/${kid}`, { tagPolicy: 'require' });
    expect(problem).toMatchObject({ errors: [{ field: '/tag' }] });
  });

  it('refuses to move it to another entity, and an empty change', async () => {
    const { kid } = await create();
    await api.expect(422, 'patch', `/keys/${kid}`, { entityId: api.rootEntityId });
    await api.expect(422, 'patch', `/keys/${kid}`, {});
  });

  it('shows by its state when it stops', async () => {
    const past = '2020-01-01T00:00:00Z';
    expect(await create({ enrolUntil: past })).toMatchObject({ state: 'enrolment-ended' });
    expect(await create({ useUntil: past })).toMatchObject({ state: 'expired' });
  });
});

describe('revoking a key', () => {
  it('is for ever, and twice is once', async () => {
    const { kid } = await create();
    const first = await api.expect(200, 'post', `/keys/${kid}/revoke`);
    const again = await api.expect(200, 'post', `/keys/${kid}/revoke`);
    expect(first.state).toBe('revoked');
    expect(again).toEqual(first);
    expect(await api.expect(409, 'patch', `/keys/${kid}`, { name: 'x' })).toMatchObject({
      code: 'key_revoked',
    });
    const { items } = await api.expect(200, 'get', `/audit?object=${kid}`);
    expect((items as Json[]).map(({ action }) => action)).toEqual(['key.revoke', 'key.create']);
  });
});

it('tells holders of keys about creation, change and revocation, once each', async () => {
  let kid = '';
  const heard = await keyChangesDuring(api, async () => {
    ({ kid } = await create());
    await api.expect(200, 'patch', `/keys/${kid}`, { note: 'changed' });
    await api.expect(422, 'patch', `/keys/${kid}`, { cidrs: ['nowhere'] });
    await api.expect(200, 'post', `/keys/${kid}/revoke`);
    await api.expect(200, 'post', `/keys/${kid}/revoke`);
  });
  expect(heard).toEqual([kid, kid, kid]);
});

it.each(['nosuchkid000', '%00', '..%2F..', 'x'.repeat(300), "a'%20OR%201=1"])(
  'answers 404 for the kid %s',
  async (kid) => {
    await api.expect(404, 'get', `/keys/${kid}`);
    await api.expect(404, 'patch', `/keys/${kid}`, { name: 'x' });
    await api.expect(404, 'post', `/keys/${kid}/revoke`);
    await api.expect(404, 'post', `/keys/${kid}/rotate`, {});
    await api.expect(404, 'get', `/keys/${kid}/generations`);
    await api.expect(404, 'post', `/keys/${kid}/generations/1/retire`);
  },
);

it('hides keys of another instance', async () => {
  const { token } = api.other;
  const answers = await Promise.all([
    api.call('get', `/keys/${api.firstKid}`, { token }),
    api.call('patch', `/keys/${api.firstKid}`, { token, body: { name: 'x' } }),
    api.call('post', `/keys/${api.firstKid}/revoke`, { token }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  expect((await api.call('get', '/keys', { token })).body).toEqual({ items: [], next: null });
});

describe('listing keys', () => {
  it('gives every key once, newest first, also when several are of one millisecond', async () => {
    api.clock.now = new Date('2030-01-01T00:00:00Z');
    await Promise.all(Array.from({ length: 5 }, () => create()));
    api.clock.now = undefined;
    const { items } = await api.expect(200, 'get', '/keys?limit=500');
    const all = (items as Key[]).map(({ kid }) => kid);
    const paged: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page = await api.expect(200, 'get', `/keys?limit=2${next === '' ? '' : `&after=${next}`}`);
      paged.push(...(page.items as Key[]).map(({ kid }) => kid));
      next = page.next as string | null;
    }
    expect(paged).toEqual(all);
    const times = (items as Json[]).map(({ createdAt }) => createdAt as string);
    expect(times).toEqual(times.toSorted().reverse());
  });

  it('filters by entity, alone or with those below, and counts assets', async () => {
    const top = await newEntity();
    const below = await newEntity({ parentId: top });
    const upper = await create({ entityId: top });
    const lower = await create({ entityId: below });
    await anAsset(api, { ...homeOf(api), kid: lower.kid, entityId: below });
    const kids = async (query: string) =>
      ((await api.expect(200, 'get', `/keys?${query}`)).items as Json[]).map(({ kid, assetCount }) => [
        kid,
        assetCount,
      ]);
    expect(await kids(`entity=${top}`)).toEqual([[upper.kid, 0]]);
    expect((await kids(`entity=${top}&recursive=true`)).sort()).toEqual(
      [
        [upper.kid, 0],
        [lower.kid, 1],
      ].sort(),
    );
  });
});
