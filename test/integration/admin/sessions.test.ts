import { deleteOldSessions } from '../../../src/store/admin-sessions';
import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';
import { signIn, type SignedIn } from '../../support/sign-in';

let api: AdminApi;
let address = '192.0.2.1';
let isHttps = false;
/** Two days later for each test: sessions of the tests before are over. */
let start = new Date('2030-01-01T00:00:00Z');
const later = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
beforeAll(async () => {
  api = await startAdminApi({ clientAddressOf: () => address, isHttps: () => isHttps });
});
beforeEach(() => {
  start = later(2 * 24 * 60);
  api.clock.now = start;
});
afterAll(async () => {
  await api.close();
});

const see = (session: SignedIn, path = '/session') =>
  api.call('get', path, { token: null, headers: { Cookie: session.cookie } });
const codeOf = (answer: { body: unknown }) => (answer.body as Json).code;
const aToken = async (over: Json = {}) => await api.expect(201, 'post', '/tokens', { name: 't', ...over });

describe('signing in', () => {
  it('with an admin token sets a cookie that no script can read and no other site can send', async () => {
    const answer = await api.call('post', '/session', { body: { token: api.token }, token: null });
    expect(answer.status).toBe(201);
    const [cookie] = answer.headers['set-cookie'] as unknown as string[];
    expect(cookie).toMatch(
      /^gatehouse-session=grs_\w+; Max-Age=43200; Path=\/; .*HttpOnly; SameSite=Strict$/,
    );
    expect(answer.body).toMatchObject({
      ...{ name: 'first token', via: 'session', role: 'admin', entityId: null, idleMinutes: 60 },
      ...{ instance: { id: 1 }, csrf: expect.stringMatching(/^[\w-]{43}$/) as unknown },
      expiresAt: later(12 * 60).toISOString(),
    });
  });

  it('over TLS binds the cookie to the host and to TLS', async () => {
    isHttps = true;
    const answer = await api.call('post', '/session', { body: { token: api.token }, token: null });
    const [cookie = ''] = answer.headers['set-cookie'] as unknown as string[];
    expect(cookie).toMatch(/^__Host-gatehouse=grs_\w+; .*Path=\/; .*HttpOnly; Secure; SameSite=Strict$/);
    const value = cookie.split(';')[0] ?? '';
    const seen = async () =>
      (await api.call('get', '/session', { token: null, headers: { Cookie: value } })).status;
    expect(await seen()).toBe(200);
    isHttps = false;
    // Plain HTTP: whoever planted it there is not believed.
    expect(await seen()).toBe(401);
  });

  it('keeps no secret: the database holds its hash', async () => {
    const { cookie, csrf } = await signIn(api);
    const secret = cookie.split('=')[1] ?? '';
    const rows = JSON.stringify(await api.deps.db.selectFrom('admin_session').selectAll().execute());
    for (const text of [secret, secret.split('_')[2] ?? '', csrf]) expect(rows).not.toContain(text);
  });

  it('reads 4 KiB without a token, JSON only, and not one byte more', async () => {
    const fill = (bytes: number) => JSON.stringify({ token: 'x'.repeat(bytes - 12) });
    const headers = { 'Content-Type': 'application/json' };
    const post = async (body: string, type = headers) =>
      codeOf(await api.call('post', '/session', { token: null, body, headers: type }));
    expect(await post(fill(4096))).toBe('body_invalid');
    expect(await post(fill(4097))).toBe('body_too_large');
    // A form is what another site could post.
    expect(await post('token=x', { 'Content-Type': 'application/x-www-form-urlencoded' })).toBe(
      'body_type_unsupported',
    );
  });

  it('counts refused tokens and invented cookies with those of Bearer: after 20 nothing is looked at', async () => {
    const issued = await signIn(api);
    address = '198.51.100.7';
    const wrong = () => api.call('post', '/session', { body: { token: 'gra_guess' }, token: null });
    for (let count = 0; count < 19; count++) expect(codeOf(await wrong())).toBe('token_refused');
    const invented = `${issued.cookie.slice(0, -1)}${issued.cookie.endsWith('0') ? '1' : '0'}`;
    expect(codeOf(await see({ ...issued, cookie: invented }))).toBe('session_ended');
    expect(codeOf(await wrong())).toBe('too_many_attempts');
    expect(codeOf(await see(issued))).toBe('too_many_attempts');
    address = '192.0.2.1';
    expect((await see(issued)).status).toBe(200);
  });
});

describe('a session', () => {
  it('may do what its token may, with its CSRF token', async () => {
    const { id: entityId } = await api.expect(201, 'post', '/entities', { name: 'Paris' });
    const { token } = await aToken({ role: 'operator', entityId });
    const session = await signIn(api, String(token));
    expect((await see(session)).body).toMatchObject({ role: 'operator', entityId, entity: 'Paris' });
    const create = (headers: Readonly<Record<string, string>>) =>
      api.call('post', '/entities', { body: { name: 'x' }, token: null, headers });
    expect(codeOf(await create(session.headers))).toBe('role_insufficient');
    const admin = await signIn(api);
    const other = await signIn(api);
    for (const csrf of [undefined, '', 'x', other.csrf]) {
      const headers = { Cookie: admin.cookie, ...(csrf === undefined ? {} : { 'X-CSRF-Token': csrf }) };
      expect(codeOf(await create(headers))).toBe('csrf_refused');
    }
    expect((await create(admin.headers)).status).toBe(201);
  });

  it('counts for nothing beside a Bearer token, which is taken for what it is', async () => {
    const { headers } = await signIn(api);
    const { token } = await aToken({ role: 'viewer' });
    const answer = await api.call('get', '/session', { token: String(token), headers });
    expect(answer.body).toMatchObject({ via: 'bearer', role: 'viewer', csrf: null, idleMinutes: null });
  });

  it('ends when it was not used for an hour, and is kept alive by use', async () => {
    const [used, idle] = [await signIn(api), await signIn(api)];
    for (const minutes of [59, 118]) {
      api.clock.now = later(minutes);
      expect((await see(used)).status).toBe(200);
    }
    const ended = await see(idle);
    expect([ended.status, codeOf(ended)]).toEqual([401, 'session_ended']);
    // The browser is told to forget it.
    expect(String(ended.headers['set-cookie'])).toMatch(/^gatehouse-session=; .*Expires=Thu, 01 Jan 1970/);
  });

  it('ends after 12 hours however often it is used, and with its token', async () => {
    const long = await signIn(api);
    const { token } = await aToken({ expiresAt: later(90).toISOString() });
    const short = await signIn(api, String(token));
    expect((await see(short)).body).toMatchObject({ expiresAt: later(90).toISOString() });
    for (let minutes = 50; minutes < 720; minutes += 50) {
      api.clock.now = later(minutes);
      expect((await see(long)).status).toBe(200);
      expect((await see(short)).status).toBe(minutes < 90 ? 200 : 401);
    }
    api.clock.now = later(720);
    expect((await see(long)).status).toBe(401);
  });

  it('ends at once when its token is revoked', async () => {
    const { token, id } = await aToken();
    const session = await signIn(api, String(token));
    expect((await see(session)).status).toBe(200);
    await api.expect(200, 'post', `/tokens/${String(id)}/revoke`);
    expect(codeOf(await see(session))).toBe('session_ended');
  });

  it('ends by signing out, and no other ends with it', async () => {
    const [one, two] = [await signIn(api), await signIn(api)];
    const out = async (headers: Readonly<Record<string, string>>) =>
      (await api.call('delete', '/session', { token: null, headers })).status;
    expect(await out({ Cookie: one.cookie })).toBe(403);
    expect(await out(one.headers)).toBe(204);
    expect(await out(one.headers)).toBe(401);
    expect([(await see(one)).status, (await see(two)).status]).toEqual([401, 200]);
  });

  it('that ended does not count as guessing, however often its page asks', async () => {
    const session = await signIn(api);
    await api.call('delete', '/session', { token: null, headers: session.headers });
    for (let count = 0; count < 25; count++) expect(codeOf(await see(session))).toBe('session_ended');
  });

  it('makes room, the eleventh of a token: the one that was not used for longest ends', async () => {
    const { token } = await aToken();
    const sessions: SignedIn[] = [];
    for (let count = 0; count < 10; count++) {
      api.clock.now = later(count);
      sessions.push(await signIn(api, String(token)));
    }
    api.clock.now = later(11);
    const [first, second] = sessions as [SignedIn, SignedIn];
    expect((await see(first)).status).toBe(200);
    const last = await signIn(api, String(token));
    const alive = [(await see(first)).status, (await see(second)).status, (await see(last)).status];
    expect(alive).toEqual([200, 401, 200]);
  });

  it('is deleted a day after its end', async () => {
    const session = await signIn(api);
    const { db } = api.deps;
    const count = async () =>
      Number(
        (await db.selectFrom('admin_session').select(db.fn.countAll().as('n')).executeTakeFirstOrThrow()).n,
      );
    await deleteOldSessions(db, later(12 * 60));
    expect((await see(session)).status).toBe(200);
    await deleteOldSessions(db, new Date(later(12 * 60).getTime() + 1));
    expect(await count()).toBe(0);
  });
});
