import { issueSecret } from '../../../src/domain/key-format';
import { randomBytes } from 'node:crypto';
import { maxUrlAliases } from '../../../src/domain/url-binding';
import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';
import { keyChangesDuring } from '../../support/key-changes';

let api: AdminApi;
beforeEach(async () => {
  api = await startAdminApi();
  api.clock.now = new Date('2027-03-01T12:00:00Z');
});
afterEach(async () => {
  await api.close();
});

const newKey = async (over: Json = {}) =>
  (await api.expect(201, 'post', '/keys', { name: 'k', entityId: api.rootEntityId, ...over })) as Json & {
    kid: string;
    key: string;
  };
const rebind = (kid: string, body: Json, status = 200) =>
  api.expect(status, 'post', `/keys/${kid}/rebind`, body);
const fields = (problem: Json) => (problem.errors as { field: string }[]).map(({ field }) => field);

describe('rebinding a key', () => {
  it('is told to all processes and written into the audit', async () => {
    const { kid } = await newKey({ url: 'https://old.example' });
    const heard = await keyChangesDuring(api, () => rebind(kid, { url: 'https://new.example' }));
    expect(heard).toEqual([kid]);
    const { items } = (await api.expect(200, 'get', `/audit?object=${kid}`)) as { items: Json[] };
    expect(items.find(({ action }) => action === 'key.rebind')).toMatchObject({
      detail: {
        before: { urls: ['https://old.example'], aliases: [] },
        after: {
          urls: ['https://new.example'],
          aliases: [{ url: 'https://old.example', until: '2027-03-31T12:00:00.000Z' }],
        },
      },
    });
  });

  it('takes a key out of the URLs of its instance, which go on for it as former ones', async () => {
    const { kid } = await newKey();
    expect(await rebind(kid, { url: ['https://a.example', 'https://b.example'] })).toMatchObject({
      urlsOf: 'key',
      urls: ['https://a.example', 'https://b.example'],
      urlAliases: [{ url: 'https://inventory.example', state: 'serving' }],
    });
  });

  it('refuses what cannot be, and says where', async () => {
    const { kid } = await newKey();
    expect(fields(await rebind(kid, { url: 'ftp://x' }, 422))).toEqual(['/url']);
    expect(fields(await rebind(kid, { url: ['https://a.example', 'https://u:p@b'] }, 422))).toEqual([
      '/url/1',
    ]);
    expect(fields(await rebind(kid, { keepOldUntil: '2027-02-31' }, 422))).toEqual(['/keepOldUntil']);
    for (const body of [
      {},
      { url: [] },
      { url: null },
      { until: 'now' },
      { url: Array(21).fill('https://a.example') },
    ])
      await rebind(kid, body, 422);
    await rebind('nosuchkid000', { url: 'https://a.example' }, 404);
    await api.expect(200, 'post', `/keys/${kid}/revoke`);
    await rebind(kid, { url: 'https://a.example' }, 409);
  });

  it('belongs to the instance of the key', async () => {
    const { kid } = await newKey();
    const path = `/keys/${kid}`;
    for (const [method, place] of [
      ['post', `${path}/rebind`],
      ['get', `${path}/config?for=ocs`],
    ] as const) {
      const body = method === 'post' ? { body: { url: 'https://a.example' } } : {};
      expect((await api.call(method, place, { token: api.other.token, ...body })).status).toBe(404);
    }
  });

  it('lets no more than 20 former URLs serve', async () => {
    const { kid } = await newKey({ url: 'https://0.example' });
    for (let n = 1; n <= maxUrlAliases; n++) await rebind(kid, { url: `https://${n}.example` });
    expect(fields(await rebind(kid, { url: 'https://next.example' }, 422))).toEqual(['/keepOldUntil']);
    const { urlAliases } = await rebind(kid, { url: 'https://next.example', keepOldUntil: '2020-01-01' });
    expect((urlAliases as Json[]).map(({ state }) => state)).toEqual(Array(maxUrlAliases).fill('ended'));
    const after = (await rebind(kid, { url: 'https://last.example' })).urlAliases as Json[];
    expect(after).toHaveLength(maxUrlAliases);
    expect(after[0]).toMatchObject({ url: 'https://next.example', state: 'serving' });
  });
});

describe('rebinding an instance', () => {
  it('is done by PUBLIC_URL for the first, where only the end of former URLs can be changed', async () => {
    const problem = await api.expect(422, 'post', '/instance/rebind', { url: 'https://new.example' });
    expect(fields(problem)).toEqual(['/url']);
    expect(JSON.stringify(problem)).toContain('PUBLIC_URL');
    await api.expect(200, 'post', '/instance/rebind', {
      url: 'https://inventory.example',
      keepOldUntil: '2027-04-01',
    });
  });

  it('keeps the old URLs of another for a while', async () => {
    const answer = await api.call('post', '/instance/rebind', {
      token: api.other.token,
      body: { url: 'https://new.example', keepOldUntil: '2027-04-01' },
    });
    expect(answer.body).toMatchObject({
      publicUrls: ['https://new.example'],
      urlAliases: [{ url: 'https://two.example', until: '2027-04-01T00:00:00.000Z', state: 'serving' }],
    });
  });
});

describe('deployment text', () => {
  const platforms = ['glpi-agent', 'windows-msi', 'fusioninventory', 'ocs', 'ansible', 'docker', 'intune'];
  it.each(platforms)('for %s has a placeholder where the key belongs', async (platform) => {
    const { kid, key } = await newKey({ url: 'https://inv.example/glpi' });
    const config = await api.expect(200, 'get', `/keys/${kid}/config?for=${platform}`);
    expect(config).toMatchObject({ platform, placeholder: expect.stringContaining(kid) as string });
    const text = (config.files as { text: string }[]).map((file) => file.text).join('');
    expect(text).toContain(String(config.placeholder));
    expect(text).toContain('inv.example/glpi');
    expect(JSON.stringify(config)).not.toContain(key.split('_')[2]);
  });

  it('is for platforms that are known', async () => {
    const { kid } = await newKey();
    expect(await api.expect(200, 'get', `/keys/${kid}/config`)).toMatchObject({ platform: 'glpi-agent' });
    await api.expect(400, 'get', `/keys/${kid}/config?for=toaster`);
    await api.expect(400, 'get', `/keys/${kid}/config?for=ocs&os=plan9`);
    await api.expect(404, 'get', '/keys/nosuchkid000/config?for=ocs');
  });
});

describe('a registration key in place of an admin token', () => {
  it('is called that, be it known or not', async () => {
    const details = [];
    for (const token of [api.registrationKey, issueSecret('grk', randomBytes).full]) {
      const answer = await api.call('get', '/keys', { token });
      details.push([answer.status, answer.body as Json]);
    }
    expect(details[0]).toEqual(details[1]);
    expect(details[0]).toMatchObject([
      401,
      { code: 'token_refused', detail: 'This is a registration key. An admin token begins with gra_.' },
    ]);
  });
});
