import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bootstrap } from '../../../src/admin/bootstrap';
import { verifyAudit } from '../../../src/admin/verify-audit';
import { adminRoutes } from '../../../src/http/admin/admin-routes';
import { startFakeGlpiApi, type FakeGlpiApi } from '../../support/fake-glpi-api';
import { startAdminApi, type AdminApi } from '../../support/admin-api';
import { anAsset, anUpstream } from '../../support/admin-rows';
import { signIn } from '../../support/sign-in';
import { aBan, aSite, type Site } from '../../support/admin-tree';

let api: AdminApi;
let glpi: FakeGlpiApi;
beforeAll(async () => {
  glpi = await startFakeGlpiApi();
});
afterAll(async () => {
  await glpi.close();
});
/** Its credential is known. */
const knownGlpi = async () => {
  const { userToken, appToken } = glpi.state;
  await api.expect(200, 'post', '/glpi/api', { url: glpi.url, userToken, appToken });
};
beforeEach(async () => {
  api = await startAdminApi();
});
afterEach(async () => {
  await api.close();
});

const aWebhook = async () =>
  String((await api.expect(201, 'post', '/webhooks', { url: 'https://hooks.invalid/x' })).id);

interface Change {
  readonly path: string;
  readonly body?: unknown;
  /** Of a session: sent in the place of the token. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One successful call of each operation that changes something; a new operation must be added here. */
const changes: Readonly<Record<string, (site: Site) => Promise<Change> | Change>> = {
  createEntity: () => ({ path: '/entities', body: { name: 'new' } }),
  changeEntity: ({ entityId }) => ({ path: `/entities/${entityId}`, body: { name: 'renamed' } }),
  deleteEntity: async () => {
    const { id } = await api.expect(201, 'post', '/entities', { name: 'short-lived' });
    return { path: `/entities/${String(id)}` };
  },
  createKey: ({ entityId }) => ({ path: '/keys', body: { name: 'k', entityId } }),
  changeKey: ({ kid }) => ({ path: `/keys/${kid}`, body: { note: 'n' } }),
  revokeKey: ({ kid }) => ({ path: `/keys/${kid}/revoke` }),
  rotateKey: ({ kid }) => ({ path: `/keys/${kid}/rotate`, body: {} }),
  retireKeyGeneration: async ({ kid }) => {
    await api.expect(200, 'post', `/keys/${kid}/rotate`, {});
    return { path: `/keys/${kid}/generations/1/retire` };
  },
  rebindKey: ({ kid }) => ({ path: `/keys/${kid}/rebind`, body: { url: 'https://other.example' } }),
  rebindInstance: () => ({ path: '/instance/rebind', body: { keepOldUntil: null } }),
  changeAsset: ({ assetId }) => ({ path: `/assets/${assetId}`, body: { status: 'retired' } }),
  mergeAssets: async ({ assetId, kid, entityId }) => ({
    path: `/assets/${assetId}/merge`,
    body: { from: [await anAsset(api, { instanceId: 1, kid, entityId })] },
  }),
  unmergeAsset: async ({ assetId, kid, entityId }) => {
    const other = await anAsset(api, { instanceId: 1, kid, entityId });
    await api.expect(200, 'post', `/assets/${assetId}/merge`, { from: [other] });
    return { path: `/assets/${other}/unmerge` };
  },
  splitAsset: async ({ kid, entityId }) => {
    const identity = { serials: ['A1', 'B2'] };
    const assetId = await anAsset(api, { instanceId: 1, kid, entityId }, { identity });
    return { path: `/assets/${assetId}/split`, body: { identifiers: [{ kind: 'serial', value: 'B2' }] } };
  },
  resolveQuarantined: ({ heldId }) => ({
    path: `/quarantine/${heldId}/resolve`,
    body: { action: 'reject' },
  }),
  resolveManyQuarantined: ({ heldId }) => ({
    path: '/quarantine/resolve',
    body: { ids: [heldId], action: 'reject' },
  }),
  reopenQuarantined: async ({ heldId }) => {
    await api.expect(200, 'post', `/quarantine/${heldId}/resolve`, { action: 'reject' });
    return { path: `/quarantine/${heldId}/reopen` };
  },
  setGlpiApi: () => ({ path: '/glpi/api', body: { url: glpi.url, userToken: 't' } }),
  removeGlpiApi: async () => {
    await knownGlpi();
    return { path: '/glpi/api' };
  },
  importEntities: async () => {
    await knownGlpi();
    return { path: '/glpi/entities', body: { apply: true } };
  },
  setUpstream: () => ({ path: '/upstream', body: { url: 'https://glpi.example', user: 'u', password: 'p' } }),
  removeUpstream: async () => {
    await anUpstream(api);
    return { path: '/upstream' };
  },
  pauseForwarding: async () => {
    await anUpstream(api);
    return { path: '/forward/pause', body: { why: 'upgrade' } };
  },
  resumeForwarding: async () => {
    await anUpstream(api);
    await api.expect(200, 'post', '/forward/pause', {});
    return { path: '/forward/resume' };
  },
  retryForwards: async ({ assetId }) => {
    await anUpstream(api);
    await api.deps.db.updateTable('forwarding').set({ dead_at: new Date() }).execute();
    return { path: '/forward/retry', body: { assetIds: [assetId] } };
  },
  resendAssets: async ({ entityId }) => {
    await anUpstream(api);
    return { path: '/forward/resend', body: { entityId } };
  },
  dropForwards: ({ assetId }) => ({ path: '/forward/drop', body: { assetIds: [assetId] } }),
  revokeRegistration: ({ registrationId }) => ({ path: `/registrations/${registrationId}/revoke` }),
  sayJunk: ({ kid }) => ({
    path: '/junk',
    body: { kind: 'mac', value: '00-1B-21-AA-BB-CC', state: 'declared', kid },
  }),
  forgetJunk: ({ junkId }) => ({ path: `/junk/${junkId}/forget` }),
  liftBan: async () => ({ path: `/bans/${await aBan(api)}/lift` }),
  createSession: () => ({ path: '/session', body: { token: api.token } }),
  deleteSession: async () => ({ path: '/session', headers: (await signIn(api)).headers }),
  createWebhook: () => ({ path: '/webhooks', body: { url: 'https://hooks.invalid/x' } }),
  changeWebhook: async () => ({ path: `/webhooks/${await aWebhook()}`, body: { enabled: false } }),
  rotateWebhook: async () => ({ path: `/webhooks/${await aWebhook()}/rotate`, body: {} }),
  removeWebhook: async () => ({ path: `/webhooks/${await aWebhook()}` }),
  testWebhook: async () => ({ path: `/webhooks/${await aWebhook()}/test` }),
  redeliverWebhook: async () => {
    const id = await aWebhook();
    const sent = await api.expect(200, 'post', `/webhooks/${id}/test`);
    return { path: `/webhooks/${id}/deliveries/${String(sent.id)}/redeliver` };
  },
  createToken: () => ({ path: '/tokens', body: { name: 't' } }),
  revokeToken: ({ tokenId }) => ({ path: `/tokens/${tokenId}/revoke` }),
  changeInstance: () => ({ path: '/instance', body: { name: 'renamed' } }),
};

const reading = ['explainInventory', 'replayMatch', 'testUpstream'];
const writing = adminRoutes.filter(
  ({ method, operationId }) => method !== 'get' && !reading.includes(operationId),
);

const entries = async () =>
  (await api.expect(200, 'get', '/audit?limit=500')).items as { actor: string; object: string }[];

describe('every change through the admin API is in the audit log', () => {
  it.each(writing.map(({ operationId, method }) => [operationId, method]))(
    '%s',
    async (operationId, method) => {
      const site = await aSite(api, api.rootEntityId);
      const change = await changes[operationId]?.(site);
      if (change === undefined) throw new Error(`how is ${operationId} called?`);
      const before = (await entries()).length;
      const by = change.headers === undefined ? {} : { headers: change.headers, token: null };
      const answer = await api.call(method, change.path, { body: change.body, ...by });
      expect([answer.text, answer.status < 300]).toEqual([expect.anything(), true]);
      const after = await entries();
      expect(after.length).toBeGreaterThan(before);
      // Who did it is named: the holder of the first token.
      expect(after[0]?.actor).toMatch(/^first token \(token \w+\)$/);
      expect(await verifyAudit(api.deps, api.caller)).toMatchObject({ intact: true, unchained: 0 });
    },
  );

  it('and what only reads or is refused is not', async () => {
    await aSite(api, api.rootEntityId);
    const before = (await entries()).length;
    await api.expect(200, 'post', '/explain', { kid: api.firstKid, inventory: {} });
    for (const { method, path, operationId } of writing) {
      const place = path.replaceAll(/\{\w+\}/g, '019a0000-0000-7000-8000-000000000000');
      // An empty change of the instance is one; bulk answers tell of each what became of it.
      // Nobody is signed out who is not signed in.
      if (operationId === 'deleteSession') continue;
      if (operationId === 'changeInstance' || operationId === 'rebindInstance') continue;
      const answer = await api.call(method, place, { body: { colour: 'red' } });
      expect([operationId, answer.status >= 400]).toEqual([operationId, true]);
    }
    expect((await entries()).length).toBe(before);
  });
});

it('no entry holds a secret that the API gave out', async () => {
  const secrets = [api.token, api.registrationKey];
  const site = await aSite(api, api.rootEntityId);
  const { key } = await api.expect(201, 'post', '/keys', { name: 'k', entityId: site.entityId });
  const { token } = await api.expect(201, 'post', '/tokens', { name: 't' });
  const { id, secret } = await api.expect(201, 'post', '/webhooks', { url: 'https://hooks.invalid/x' });
  const { secret: next } = await api.expect(200, 'post', `/webhooks/${String(id)}/rotate`, {});
  secrets.push(secret as string, next as string);
  const rotated = await api.expect(200, 'post', `/keys/${site.kid}/rotate`, {});
  secrets.push(key as string, token as string, rotated.key as string, ...Object.values(site.tokens));
  const adminToken = 'chosen by people, 32 characters..';
  await bootstrap(api.deps, { publicUrls: ['https://inventory.example'], adminToken });
  secrets.push(adminToken);
  const exported = await api.call('get', '/audit/export');
  expect(exported.text.split('\n').length).toBeGreaterThan(10);
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThanOrEqual(32);
    // The form is gr?_<id>_<secret and checksum>: the id is no secret.
    const [, , hidden = secret] = secret.split('_');
    expect(exported.text).not.toContain(hidden);
  }
});

it('a start takes entries of a version before the chain into it, of every instance', async () => {
  await api.deps.db.deleteFrom('audit_head').execute();
  await api.deps.db.updateTable('audit').set({ seq: null, hash: null }).execute();
  expect((await verifyAudit(api.deps, api.caller)).unchained).toBeGreaterThan(0);
  await bootstrap(api.deps, { publicUrls: ['https://inventory.example'] });
  for (const caller of [api.caller, api.other.caller]) {
    const check = await verifyAudit(api.deps, caller);
    expect(check).toMatchObject({ intact: true, unchained: 0 });
    expect(check.entries).toBeGreaterThan(0);
  }
});

it('changes made at the same time make one chain, and none waits for another for good', async () => {
  const site = await aSite(api, api.rootEntityId);
  const statuses = await Promise.all(
    Array.from({ length: 30 }, async (_, n) => {
      const at: readonly [string, string, unknown][] = [
        ['post', '/entities', { name: `at once ${n}` }],
        ['patch', `/keys/${site.kid}`, { note: `${n}` }],
        ['patch', '/instance', { name: `name ${n}` }],
        ['patch', `/assets/${site.assetId}`, { status: n % 2 === 0 ? 'retired' : 'active' }],
        ['post', '/tokens', { name: `token ${n}` }],
      ];
      const [method, path, body] = at[n % at.length] ?? ['get', '/', undefined];
      return (await api.call(method, path, { body })).status;
    }),
  );
  expect(statuses.filter((status) => status >= 300)).toEqual([]);
  expect(await verifyAudit(api.deps, api.caller)).toMatchObject({ intact: true, unchained: 0 });
});

it('no statement of the program deletes an entry, and only the chain itself changes one', () => {
  const root = path.resolve(__dirname, '../../../src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const holding = (pattern: RegExp) =>
    files.filter((file) => pattern.test(readFileSync(path.join(root, file), 'utf8')));
  expect(holding(/INSERT INTO audit\b/)).toEqual([path.join('store', 'audit.ts')]);
  expect(holding(/UPDATE audit\b|updateTable\('audit'\)/)).toEqual([path.join('store', 'audit.ts')]);
  expect(holding(/DELETE FROM audit|deleteFrom\('audit|TRUNCATE/)).toEqual([]);
  expect(holding(/insertInto\('audit'\)/)).toEqual([]);
});
