import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(async () => {
  await api.close();
});

describe('the edge of the admin API', () => {
  it.each(['/', '/nothing', '/entities/a/b', '/Entities', '/keys/%zz', '/%00', '/../entities%2f..'])(
    'has nothing at %s',
    async (path) => {
      expect((await api.call('get', path)).body).toMatchObject({ code: 'not_found' });
      expect((await api.call('get', path, { token: null })).status).toBe(path === '/keys/%zz' ? 404 : 401);
    },
  );

  it.each([
    ['put', '/entities', 'GET, HEAD, POST'],
    ['delete', '/keys/abc', 'GET, HEAD, PATCH'],
    ['get', '/explain', 'POST'],
    ['options', '/assets', 'GET, HEAD'],
    ['post', '/openapi.json', 'GET, HEAD'],
  ])('answers %s %s with what it takes', async (method, path, allowed) => {
    const answer = await api.call(method, path);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allowed);
    expect(answer.body).toMatchObject({ code: 'method_not_allowed' });
  });

  it('answers HEAD like GET, without a body', async () => {
    const [head, get] = [await api.call('head', '/instance'), await api.call('get', '/instance')];
    expect(head.status).toBe(200);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect(head.text).toBeUndefined();
  });

  it('sends what keeps a browser from running or framing an answer', async () => {
    const { headers } = await api.call('get', '/instance');
    expect(headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['referrer-policy']).toBe('no-referrer');
  });
});

describe('admin tokens', () => {
  const withHeader = (authorization: string) =>
    api.call('get', '/instance', { token: null, headers: { Authorization: authorization } });

  it('are taken as Bearer, in any case of the word', async () => {
    expect((await withHeader(`bearer ${api.token}`)).status).toBe(200);
    const basic = await withHeader(`Basic ${Buffer.from(`x:${api.token}`).toString('base64')}`);
    expect(basic.body).toMatchObject({ code: 'token_missing' });
  });

  it('stop at once when revoked, and when their time is over', async () => {
    const { token, id } = await api.expect(201, 'post', '/tokens', { name: 'short' });
    const use = async () => (await api.call('get', '/instance', { token: token as string })).status;
    expect(await use()).toBe(200);
    await api.expect(200, 'post', `/tokens/${String(id)}/revoke`);
    expect(await use()).toBe(401);
    expect(await api.expect(200, 'post', `/tokens/${String(id)}/revoke`)).toMatchObject({ id });

    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const dated = await api.expect(201, 'post', '/tokens', { name: 'dated', expiresAt });
    expect((await api.call('get', '/instance', { token: dated.token as string })).status).toBe(200);
    api.clock.now = new Date(expiresAt);
    expect((await api.call('get', '/instance', { token: dated.token as string })).status).toBe(401);
    api.clock.now = undefined;
    await api.expect(422, 'post', '/tokens', { name: 'past', expiresAt: '2020-01-01' });
  });

  it('are shown without their secret, with the minute of their last use', async () => {
    const { token, id } = await api.expect(201, 'post', '/tokens', { name: 'shown' });
    await api.call('get', '/instance', { token: token as string });
    const answer = await api.call('get', '/tokens');
    expect(answer.text).not.toContain((token as string).split('_')[2]);
    const shown = (answer.body as { items: Json[] }).items.find((item) => item.id === id);
    expect(shown).toMatchObject({ name: 'shown', revokedAt: null });
    expect(shown?.lastUsedAt).not.toBeNull();
  });

  it('of one instance cannot revoke those of another', async () => {
    const { id } = await api.expect(201, 'post', '/tokens', { name: 'mine' });
    const { token } = api.other;
    expect((await api.call('post', `/tokens/${String(id)}/revoke`, { token })).status).toBe(404);
  });

  it('are not registration keys', async () => {
    expect((await withHeader(`Bearer ${api.registrationKey}`)).body).toMatchObject({ code: 'token_refused' });
  });
});

describe('refused tokens', () => {
  it('are counted by address: the twenty-first attempt of a minute is not looked at', async () => {
    let address = '198.51.100.1';
    let refused = 0;
    const guarded = await startAdminApi({ clientAddressOf: () => address, onTokenRefused: () => refused++ });
    guarded.clock.now = new Date('2030-01-01T00:00:00Z');
    const attempt = (token: string) => guarded.call('get', '/instance', { token });
    for (let count = 0; count < 20; count++) {
      expect((await attempt(`gra_guess${count}_${'x'.repeat(49)}`)).status).toBe(401);
    }
    const blocked = await attempt(guarded.token);
    expect(blocked.status).toBe(429);
    // One line for all of them, without what was tried, and no row.
    const told = guarded.log.filter((line) => line.includes('refused admin tokens'));
    expect(told).toEqual([expect.stringContaining(address)]);
    expect(guarded.log.join('')).not.toContain('xxxxxxxx');
    expect(refused).toBe(20);
    expect(blocked.headers['retry-after']).toBe('60');
    address = '198.51.100.2';
    expect((await attempt(guarded.token)).status).toBe(200);
    address = '198.51.100.1';
    guarded.clock.now = new Date('2030-01-01T00:01:00Z');
    expect((await attempt(guarded.token)).status).toBe(200);
    await guarded.close();
  });

  it('do not count when none was sent', async () => {
    for (let count = 0; count < 25; count++) {
      expect((await api.call('get', '/instance', { token: null })).status).toBe(401);
    }
    expect((await api.call('get', '/instance')).status).toBe(200);
  });
});

describe('the instance', () => {
  it('of the first has its URLs from the setting', async () => {
    const problem = await api.expect(422, 'patch', '/instance', { publicUrls: ['https://x.example'] });
    expect(problem).toMatchObject({ errors: [{ field: '/publicUrls' }] });
  });

  it('of another takes URLs in one spelling', async () => {
    const { token } = api.other;
    const body = { publicUrls: ['HTTPS://New.Example:443/', 'https://new.example'] };
    const answer = await api.call('patch', '/instance', { token, body });
    expect(answer.body).toMatchObject({ publicUrls: ['https://new.example'] });
    const bad = await api.call('patch', '/instance', { token, body: { publicUrls: ['ftp://x'] } });
    expect(bad.body).toMatchObject({ errors: [{ field: '/publicUrls/0' }] });
  });
});

describe('cursors', () => {
  it.each(['assets', 'entities', 'keys', 'submissions', 'quarantine', 'agents', 'tokens', 'audit'])(
    'of %s are refused when tampered with or taken from another list',
    async (name) => {
      const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const uuid = '019a0000-0000-7000-8000-000000000000';
      const forged = [
        encode([name]),
        encode([name, "' OR 1=1 --"]),
        encode([name, uuid, uuid, uuid]),
        encode([name, { toString: 1 }]),
        encode(['inventory', uuid]),
        encode({ list: name }),
        encode(null),
        'bm90IGpzb24',
        '!!!',
        'x'.repeat(3001),
        '',
      ];
      for (const after of forged) {
        const problem = await api.expect(400, 'get', `/${name}?after=${encodeURIComponent(after)}`);
        expect(problem).toMatchObject({ code: 'query_invalid', errors: [{ field: 'after' }] });
      }
    },
  );
});
