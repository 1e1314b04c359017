import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';
import { anAsset, aSubmission, homeOf } from '../../support/admin-rows';

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(async () => {
  await api.close();
});

/** Kept as they are: only people read them, and whoever shows them escapes. */
const harmless = [
  '<script>alert(1)</script>',
  `'; DROP TABLE entity; --`,
  '%_\\"`$(id){{7*7}}',
  '../../etc/passwd',
  'Δοκιμή 日本 🖨️',
  '__proto__',
];
const refusedText = [
  'nul\u0000inside',
  'bell\u0007',
  'half \ud800 pair',
  'other \udc00 half',
  'x'.repeat(10_000),
];

const writers: [string, string, (text: string) => Json | Promise<Json>][] = [
  ['entity.name', '/entities', (name) => ({ name })],
  ['entity.tag', '/entities', (tag) => ({ name: `e${Math.random()}`, tag })],
  ['key.name', '/keys', (name) => ({ name, entityId: api.rootEntityId })],
  ['key.tag', '/keys', (tag) => ({ name: 'k', entityId: api.rootEntityId, tag })],
  ['key.note', '/keys', (note) => ({ name: 'k', entityId: api.rootEntityId, note })],
  ['key.owner', '/keys', (owner) => ({ name: 'k', entityId: api.rootEntityId, owner })],
  [
    'key.rules.tag',
    '/keys',
    (tag) => ({ name: 'k', entityId: api.rootEntityId, rules: [{ tag, entityId: api.rootEntityId }] }),
  ],
  ['token.name', '/tokens', (name) => ({ name })],
];

describe.each(writers)('%s', (what, path, bodyOf) => {
  it.each(harmless)('keeps %j as it is', async (text) => {
    const made = await api.expect(201, 'post', path, await bodyOf(text));
    const field = what.split('.').slice(1);
    const value = field[0] === 'rules' ? (made.rules as Json[])[0]?.tag : made[field[0] ?? ''];
    expect(value).toBe(text);
  });

  it.each(refusedText)('refuses %#', async (text) => {
    const problem = await api.expect(422, 'post', path, await bodyOf(text));
    expect(problem.code).toBe('body_invalid');
    expect(problem.errors).toHaveLength(1);
  });
});

it.each([
  ['/keys', { url: 'https://x\u0000.example' }],
  ['/keys', { url: ['https://<b>.example'] }],
  ['/keys', { cidrs: ["10.0.0.0/8'; --"] }],
  ['/keys', { itemtypes: ['Computer\u0000'] }],
  ['/keys', { carriers: ['<b>'] }],
  ['/keys', { maxAssets: '5' }],
  ['/keys', { name: { $ne: '' } }],
  ['/keys', { name: ['k'] }],
  ['/entities', { name: 'x', parentId: "' OR 1=1" }],
  ['/tokens', { name: 'x', expiresAt: '\u0000' }],
])('%s refuses %j', async (path, over) => {
  const body = path === '/keys' ? { name: 'k', entityId: api.rootEntityId, ...over } : over;
  expect(await api.expect(422, 'post', path, body)).toMatchObject({ code: 'body_invalid' });
});

it('refuses a body that would reach the prototype', async () => {
  const headers = { 'Content-Type': 'application/json' };
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    const answer = await api.call('post', '/entities', {
      body: `{"name":"x","${name}":{"tag":"y"}}`,
      headers,
    });
    expect(answer.status).toBe(422);
  }
});

it('names at most 50 faults, and none by a name longer than 200 characters', async () => {
  const body = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${n}${'x'.repeat(300)}`, n]));
  const { errors } = await api.expect(422, 'post', '/entities', { name: 'x', ...body });
  expect(errors).toHaveLength(50);
  for (const { field } of errors as { field: string }[]) expect(field.length).toBeLessThanOrEqual(200);
});

const filters: [string, string[]][] = [
  ['/assets', ['q', 'name', 'serial', 'uuid', 'deviceid', 'itemtype']],
  ['/submissions', ['deviceid']],
  ['/agents', ['deviceid']],
  ['/audit', ['object']],
];

describe.each(filters.flatMap(([path, names]) => names.map((name) => [path, name] as const)))(
  '%s?%s=',
  (path, name) => {
    it('takes metacharacters as plain text and finds nothing', async () => {
      await anAsset(api, homeOf(api), { name: 'plain', serial: 'S', uuid: 'U' });
      await aSubmission(api, homeOf(api), { deviceid: 'd' });
      for (const text of harmless) {
        const { items } = await api.expect(200, 'get', `${path}?${name}=${encodeURIComponent(text)}`);
        expect(items).toEqual([]);
      }
    });

    it('refuses NUL and overlong text', async () => {
      for (const text of ['a%00b', 'x'.repeat(256), '']) {
        const problem = await api.expect(400, 'get', `${path}?${name}=${text}`);
        expect(problem).toMatchObject({ code: 'query_invalid', errors: [{ field: name }] });
      }
    });
  },
);

it("shows an agent's text as it is, and only ever as JSON", async () => {
  const name = '<img src=x onerror=alert(1)>\u202e\u2028';
  const id = await anAsset(api, homeOf(api), { name });
  const answer = await api.call('get', `/assets/${id}`, { headers: { Accept: 'text/html' } });
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.body).toMatchObject({ name });
});
