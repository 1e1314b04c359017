import { openApiDocument } from '../../../src/http/openapi';
import { adminRoutes } from '../../../src/http/admin/admin-routes';
import { loadAdminSchemas } from '../../../src/admin/admin-schemas';
import { openDatabase } from '../../../src/store/database';
import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';
import { answersSeen, document } from '../../support/admin-contract';
import { aDeadLetter, anAgent, anAsset, anUpstream, aRegistration, homeOf } from '../../support/admin-rows';
import { aBan, aHeld } from '../../support/admin-tree';
import { startFakeGlpiApi } from '../../support/fake-glpi-api';

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(async () => {
  await api.close();
});

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

it('documents every route of the table and routes everything that is documented', () => {
  const routed = adminRoutes.map(({ method, path, operationId }) => `${method} ${path} ${operationId}`);
  const documented = operations.map(
    ({ method, path, operation }) => `${method} ${path} ${operation.operationId}`,
  );
  expect(documented.sort()).toEqual(routed.sort());
  expect(new Set(adminRoutes.map(({ operationId }) => operationId)).size).toBe(adminRoutes.length);
});

it('serves the document it is held to, without a token', async () => {
  const answer = await api.call('get', '/openapi.json', { token: null });
  const body = answer.body as Json;
  expect(answer.status).toBe(200);
  expect(body).toEqual(openApiDocument(adminRoutes, loadAdminSchemas()));
  expect(body).toMatchObject({ openapi: '3.1.0' });
});

it('refers only to schemas that are there, and uses each', () => {
  const referred = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
    ([, name]) => name,
  );
  const queries = adminRoutes.flatMap(({ query }) => query ?? []);
  const known = Object.keys(document.components.schemas);
  expect(referred.filter((name) => !known.includes(name ?? ''))).toEqual([]);
  // Used by the command line and by routes that take no query.
  const elsewhere = ['InstanceCreate', 'NoQuery'];
  expect(known.filter((name) => ![...referred, ...queries, ...elsewhere].includes(name))).toEqual([]);
});

const ofSettings = {
  ...{ instance_id: 1, kind: 'glpi', url: 'https://glpi.example/', credential_kind: 'none' },
  ...{ from_settings: true, changed_at: new Date() },
};

/** Proved for all operations by their own tests below; 403 by rights.test.ts. */
const common = ['400', '401', '403', '404', '412', '413', '415', '422', '429', '500', '503'];

it('answers every operation as documented', async () => {
  const ok = (...call: Parameters<AdminApi['expect']>) => api.expect(...call);
  const home = homeOf(api);
  const { id: entity } = await ok(201, 'post', '/entities', { name: 'a', tag: 'a' });
  const { id: below } = await ok(201, 'post', '/entities', { name: 'b', parentId: entity });
  await ok(409, 'post', '/entities', { name: 'a' });
  await ok(200, 'get', '/entities');
  await ok(200, 'get', `/entities/${String(entity)}`);
  await ok(200, 'patch', `/entities/${String(below)}`, { tag: 'b' });
  await ok(409, 'patch', `/entities/${String(entity)}`, { parentId: below });
  await ok(409, 'delete', `/entities/${String(entity)}`);
  await ok(204, 'delete', `/entities/${String(below)}`);

  const { kid } = await ok(201, 'post', '/keys', { name: 'k', entityId: entity });
  await ok(200, 'get', '/keys');
  await ok(200, 'get', `/keys/${String(kid)}`);
  await ok(200, 'patch', `/keys/${String(kid)}`, { note: 'n' });
  await ok(200, 'post', `/keys/${String(kid)}/rotate`, { graceDays: 7 });
  await ok(200, 'get', `/keys/${String(kid)}/generations`);
  await ok(409, 'post', `/keys/${String(kid)}/generations/2/retire`);
  await ok(200, 'post', `/keys/${String(kid)}/generations/1/retire`);
  await ok(200, 'post', `/keys/${String(kid)}/rebind`, { url: 'https://new.example' });
  await ok(200, 'get', `/keys/${String(kid)}/config?for=ansible`);
  await ok(200, 'post', `/keys/${String(kid)}/revoke`);
  await ok(409, 'post', `/keys/${String(kid)}/rebind`, { url: 'https://new.example' });
  await ok(409, 'patch', `/keys/${String(kid)}`, { note: 'n' });
  await ok(409, 'post', `/keys/${String(kid)}/rotate`, {});

  const asset = await anAsset(api, home, { content: { hardware: {} } });
  await ok(200, 'get', '/assets');
  await ok(200, 'get', `/assets/${asset}`);
  await ok(200, 'patch', `/assets/${asset}`, { status: 'retired' });
  for (const part of ['identifiers', 'inventory', 'history', 'submissions', 'forwarding'])
    await ok(200, 'get', `/assets/${asset}/${part}`);

  const part = await anAsset(api, home, { identity: { serials: ['A1'] } });
  const whole = await anAsset(api, home, { identity: { serials: ['B2', 'C3'] } });
  await ok(200, 'post', `/assets/${whole}/merge`, { from: [part] });
  await ok(409, 'post', `/assets/${whole}/merge`, { from: [part] });
  await ok(409, 'patch', `/assets/${part}`, { status: 'active' });
  await ok(200, 'post', `/assets/${part}/unmerge`);
  await ok(409, 'post', `/assets/${part}/unmerge`);
  const c3 = { identifiers: [{ kind: 'serial', value: 'C3' }] };
  await ok(200, 'post', `/assets/${whole}/split`, c3);
  await ok(409, 'post', `/assets/${whole}/split`, c3);

  const held = await aHeld(api, home, 'held', asset);
  const other = await aHeld(api, home, 'held too', null);
  await ok(200, 'get', '/submissions');
  await ok(200, 'get', `/submissions/${held}`);
  await ok(200, 'get', '/quarantine');
  await ok(200, 'get', `/quarantine/${held}`);
  await ok(200, 'post', `/quarantine/${held}/resolve`, { action: 'reject' });
  await ok(409, 'post', `/quarantine/${held}/resolve`, { action: 'reject' });
  await ok(200, 'post', `/quarantine/${held}/reopen`);
  await ok(409, 'post', `/quarantine/${held}/reopen`);
  await ok(200, 'post', '/quarantine/resolve', { ids: [other], action: 'reject' });
  const ban = await aBan(api);
  await ok(200, 'get', '/bans');
  await ok(200, 'post', `/bans/${ban}/lift`);
  const said = { kind: 'serial', value: 'WBX-7', state: 'declared' };
  const { id: junk } = await ok(200, 'post', '/junk', said);
  await ok(409, 'post', '/junk', { ...said, value: 'To be filled by O.E.M.', state: 'allowed' });
  await ok(200, 'get', '/junk');
  await ok(200, 'get', `/junk/${String(junk)}`);
  await ok(200, 'post', `/junk/${String(junk)}/forget`);
  await ok(200, 'post', '/match/replay', { say: [said] });
  await anAgent(api, home);
  await ok(200, 'get', '/agents');
  const registration = await aRegistration(api, home, 'a host');
  await ok(200, 'get', '/registrations');
  await ok(200, 'get', `/registrations/${registration}`);
  await ok(200, 'post', `/registrations/${registration}/revoke`);
  await ok(200, 'post', '/explain', { kid: api.firstKid, inventory: {} });

  const { id: webhook } = await ok(201, 'post', '/webhooks', { url: 'https://hooks.invalid/x' });
  await ok(200, 'get', '/webhooks');
  await ok(200, 'get', `/webhooks/${String(webhook)}`);
  await ok(200, 'patch', `/webhooks/${String(webhook)}`, { enabled: false });
  for (const status of [200, 409]) {
    const once = { body: { graceHours: 1 }, headers: { 'Idempotency-Key': 'once' } };
    expect((await api.call('post', `/webhooks/${String(webhook)}/rotate`, once)).status).toBe(status);
  }
  const { id: sent } = await ok(200, 'post', `/webhooks/${String(webhook)}/test`);
  await ok(200, 'get', `/webhooks/${String(webhook)}/deliveries`);
  await ok(200, 'post', `/webhooks/${String(webhook)}/deliveries/${String(sent)}/redeliver`);
  await ok(204, 'delete', `/webhooks/${String(webhook)}`);
  for (let n = 0; n < 50; n++) await ok(201, 'post', '/webhooks', { url: 'https://hooks.invalid/x' });
  await ok(409, 'post', '/webhooks', { url: 'https://hooks.invalid/x' });

  const { id: token } = await ok(201, 'post', '/tokens', { name: 't' });
  await ok(200, 'get', '/tokens');
  await ok(200, 'post', `/tokens/${String(token)}/revoke`);
  const tokens = (await ok(200, 'get', '/tokens')).items as Json[];
  await ok(409, 'post', `/tokens/${String(tokens.find(({ revokedAt }) => revokedAt === null)?.id)}/revoke`);
  await ok(200, 'get', '/overview');
  await ok(200, 'get', '/events');
  await ok(200, 'get', '/session/ways');
  await ok(200, 'get', '/session');
  await ok(201, 'post', '/session', { token: api.token });
  await ok(204, 'delete', '/session');
  await ok(200, 'get', '/settings');
  for (const path of ['/tokens', '/keys']) {
    const request = { body: { name: 'once', entityId: entity }, headers: { 'Idempotency-Key': 'x' } };
    const statuses = [await api.call('post', path, request), await api.call('post', path, request)];
    expect(statuses.map(({ status }) => status)).toEqual([201, 409]);
  }
  await ok(200, 'get', '/instance');
  await ok(200, 'patch', '/instance', { name: 'renamed' });
  await ok(409, 'patch', '/instance', { name: 'second' });
  await ok(200, 'post', '/instance/rebind', { keepOldUntil: null });
  await ok(409, 'get', '/glpi/api');
  await ok(409, 'delete', '/glpi/api');
  await ok(409, 'post', '/glpi/entities', { apply: false });
  const glpi = await startFakeGlpiApi();
  await ok(200, 'post', '/glpi/api', {
    url: `${glpi.url}/apirest.php/`,
    userToken: glpi.state.userToken,
    appToken: glpi.state.appToken,
  });
  await ok(200, 'get', '/glpi/api');
  await ok(200, 'post', '/glpi/entities', { apply: false });
  await glpi.close();
  await ok(502, 'post', '/glpi/entities', { apply: false });
  await ok(204, 'delete', '/glpi/api');
  await ok(200, 'get', '/glpi/rules');
  await ok(409, 'get', '/upstream');
  await ok(409, 'delete', '/upstream');
  for (const path of ['/upstream/test', '/forward/pause', '/forward/resume']) await ok(409, 'post', path);
  await aDeadLetter(api, home, whole);
  for (const path of ['/forward/retry', '/forward/resend']) await ok(409, 'post', path, { all: true });
  await ok(200, 'get', '/forward');
  await anUpstream(api);
  await ok(200, 'get', '/upstream');
  await ok(200, 'post', '/upstream/test');
  await ok(200, 'post', '/forward/pause', { why: 'upgrade' });
  await ok(200, 'get', '/forward');
  await ok(200, 'get', '/forward/assets?state=dead');
  await ok(200, 'post', '/forward/resume');
  await ok(200, 'post', '/forward/retry', { reason: 'schema' });
  await ok(200, 'post', '/forward/resend', { all: true });
  await ok(200, 'post', '/forward/drop', { assetIds: [whole] });
  await ok(204, 'delete', '/upstream');
  await api.deps.db.insertInto('upstream').values(ofSettings).execute();
  await ok(409, 'post', '/upstream', { url: 'https://glpi.example' });
  await ok(409, 'delete', '/upstream');
  await ok(200, 'get', '/audit');
  await ok(200, 'get', '/audit/verify');
  await ok(200, 'get', '/audit/export');

  const documented = operations
    .flatMap(({ operation }) =>
      Object.keys(operation.responses).map((status) => `${operation.operationId} ${status}`),
    )
    .filter((answer) => !common.includes(answer.split(' ')[1] ?? ''));
  expect(documented.filter((answer) => !answersSeen.has(answer)).sort()).toEqual([]);
});

const pathOf = (path: string) =>
  path
    .replace(/\{\w+\}/, path.startsWith('/keys') ? 'nosuchkid000' : '019a0000-0000-7000-8000-000000000000')
    .replace(/\{\w+\}/, '1');
const valid: Record<string, Json> = {
  resendAssets: { kid: 'nosuchkid000' },
  changeEntity: { name: 'x' },
  changeKey: { name: 'x' },
  rotateKey: { graceDays: 1 },
  changeAsset: { status: 'active' },
  mergeAssets: { from: ['019a0000-0000-7000-8000-000000000001'] },
  splitAsset: { identifiers: [{ kind: 'serial', value: 'A1' }] },
  rebindKey: { keepOldUntil: null },
  resolveQuarantined: { action: 'new' },
  explainInventory: { kid: 'nosuchkid000', inventory: {} },
  createSession: { token: 'x'.repeat(32) },
  changeWebhook: { enabled: true },
  rotateWebhook: { graceHours: 1 },
  sayJunk: { kind: 'serial', value: 'WBX-7', state: 'declared' },
};

/** Asks for no token and reads little: it takes one (sessions.test.ts). */
const isOpen = (operationId: string) => ['createSession', 'getSignInWays'].includes(operationId);

/** What a query must hold. */
const needed: Record<string, string> = { getKeyConfig: 'for=ansible' };

describe.each(operations)('$method $path', ({ method, path, operation }) => {
  const query = needed[operation.operationId];
  const place = pathOf(path) + (query === undefined ? '' : `?${query}`);
  const body = valid[operation.operationId];

  if (!isOpen(operation.operationId)) {
    it('asks for a token', async () => {
      const missing = await api.call(method, place, { token: null });
      expect(missing.status).toBe(401);
      expect(missing.headers['www-authenticate']).toBe('Bearer');
      expect(missing.body).toMatchObject({ code: 'token_missing' });
    });
  }

  it('refuses a query parameter that it does not know', async () => {
    const answer = await api.call(method, `${place}${query === undefined ? '?' : '&'}colour=red`, {
      body: body ?? {},
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'query_invalid', errors: [{ field: 'colour' }] });
  });

  if ('404' in operation.responses) {
    it('knows nothing under an id that is not there', async () => {
      const answer = await api.call(method, place, { body });
      expect([answer.status, (answer.body as Json).code]).toEqual([404, 'not_found']);
    });
  }

  if ('422' in operation.responses) {
    it('refuses a field that it does not know, a body of another kind, and one that is no JSON', async () => {
      const unknown = await api.call(method, place, { body: { ...body, colour: 'red' } });
      expect(unknown.status).toBe(422);
      expect((unknown.body as { errors: Json[] }).errors).toContainEqual({
        field: '/colour',
        message: 'is not known',
      });
      for (const list of [[], [1]]) expect((await api.call(method, place, { body: list })).status).toBe(422);
      const headers = { 'Content-Type': 'application/json' };
      const broken = await api.call(method, place, { body: '{"name":', headers });
      expect([broken.status, (broken.body as Json).code]).toEqual([400, 'body_malformed']);
      const form = await api.call(method, place, {
        body: 'name=x',
        headers: { 'Content-Type': 'text/plain' },
      });
      expect([form.status, (form.body as Json).code]).toEqual([415, 'body_type_unsupported']);
    });

    if (isOpen(operation.operationId)) return;

    it('reads no body without a token', async () => {
      const headers = { 'Content-Type': 'application/json' };
      expect((await api.call(method, place, { token: null, body: '{"name":', headers })).status).toBe(401);
    });

    it('reads a body of 1 MiB and not one byte more', async () => {
      const headers = { 'Content-Type': 'application/json' };
      const atLimit = JSON.stringify({ colour: '' }).length;
      const fill = (bytes: number) => JSON.stringify({ colour: 'x'.repeat(bytes - atLimit) });
      expect((await api.call(method, place, { body: fill(1024 * 1024), headers })).status).toBe(422);
      const over = await api.call(method, place, { body: fill(1024 * 1024 + 1), headers });
      expect([over.status, (over.body as Json).code]).toEqual([413, 'body_too_large']);
    });
  }
});

it('keeps the text of an unexpected error to its log', async () => {
  const failing = await startAdminApi({ explain: () => Promise.reject(new Error('inner detail')) });
  const body = { kid: failing.firstKid, inventory: {} };
  const answer = await failing.call('post', '/explain', { body });
  expect([answer.status, (answer.body as Json).code]).toEqual([500, 'internal']);
  expect(answer.text).not.toContain('inner detail');
  expect(failing.log.join('')).toContain('inner detail');
  await failing.close();
});

it('answers 503 for every operation while the database is away', async () => {
  // Nothing listens there.
  const away = openDatabase('postgresql://127.0.0.1:1/away', {
    maxConnections: 1,
    connectTimeoutMs: 1000,
    statementTimeoutMs: 1000,
  });
  const orphan = await startAdminApi({ db: away.db });
  for (const { method, path, operation } of operations) {
    // Asks nobody.
    if (operation.operationId === 'getSignInWays') continue;
    const options = isOpen(operation.operationId) ? { body: valid[operation.operationId] } : {};
    const answer = await orphan.call(method, pathOf(path), options);
    expect([answer.status, (answer.body as Json).code]).toEqual([503, 'database_unavailable']);
  }
  await orphan.close();
  await away.close();
});
