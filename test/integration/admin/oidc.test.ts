import { decodeJwt } from 'jose';
import { signOutOfOidc } from '../../../src/admin/oidc';
import { defaultSessionRules } from '../../../src/admin/sessions';
import { createOidcProvider } from '../../../src/oidc/provider';
import { readOidcRole } from '../../../src/domain/oidc-role';
import { startFakeOidc, type FakeOidc } from '../../support/fake-oidc';
import { startTestGateway, type TestGateway } from '../../support/gateway';

let oidc: FakeOidc;
let gateway: TestGateway;
beforeAll(async () => {
  oidc = await startFakeOidc();
  gateway = await startTestGateway({
    oidc: {
      ...{ issuer: oidc.issuer, clientId: 'gatehouse', clientSecret: oidc.clientSecret, scopes: 'profile' },
      ...{ neededClaim: 'realm.groups', label: 'Example login' },
      signsOutThere: true,
      roles: [
        'admins=admin',
        'help=operator@Root > Paris',
        'lost=viewer@Root > Nowhere',
        'all=viewer',
      ].flatMap((text) => readOidcRole(text) ?? []),
    },
  });
  await gateway.api('POST', '/entities', { name: 'Paris' });
});
afterAll(async () => {
  await gateway.close();
  await oidc.close();
});
beforeEach(() => {
  oidc.person = { sub: 'u-1', name: 'Ada (admin)', realm: { groups: ['all', 'admins'] } };
  oidc.userInfo = undefined;
  oidc.wrong = {};
});

const go = (url: string, cookie = '') =>
  fetch(url, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
const cookieOf = (answer: Response, name: string) =>
  answer.headers
    .getSetCookie()
    .find((one) => one.startsWith(`${name}=`))
    ?.split(';')[0] ?? '';
const begin = async (to = '') => {
  const answer = await go(`${gateway.url}/api/v1/session/oidc${to}`);
  return { answer, url: answer.headers.get('location') ?? '', pending: cookieOf(answer, 'gatehouse-oidc') };
};
/** Keys are bound to localhost, the test listens on 127.0.0.1. */
const back = async (url: string, pending: string) => {
  const { search, pathname } = new URL(url);
  const answer = await go(gateway.url + pathname + search, pending);
  return {
    answer,
    place: answer.headers.get('location') ?? '',
    cookie: cookieOf(answer, 'gatehouse-session'),
  };
};
const signIn = async (to = '') => {
  const { url, pending } = await begin(to);
  return await back(oidc.visit(url), pending);
};
const session = async (cookie: string) =>
  (await (await go(`${gateway.url}/api/v1/session`, cookie)).json()) as Record<string, unknown>;

test('whoever the provider names gets the session that the first fitting row gives, and no more', async () => {
  const { answer, cookie, place } = await signIn();
  expect([answer.status, place]).toEqual([302, '/admin']);
  const set = answer.headers.getSetCookie().find((one) => one.startsWith('gatehouse-session='));
  expect(set).toMatch(/HttpOnly; SameSite=Strict$/);
  expect(await session(cookie)).toMatchObject({
    ...{
      actor: 'Ada  admin (OpenID u-1)',
      name: 'Ada  admin',
      role: 'admin',
      entityId: null,
      via: 'session',
    },
  });
  // Who may choose the name, or the sub, must not pass for a token in the audit.
  oidc.person = { sub: 'u-9) (token 0abc', name: 'Eve', realm: { groups: 'all' } };
  expect(await session((await signIn()).cookie)).toMatchObject({ actor: 'Eve (OpenID u-9   token 0abc)' });
  oidc.person = { sub: 'u-2', realm: { groups: 'help' }, email: 'help@example.org' };
  const helper = await session((await signIn()).cookie);
  expect(helper).toMatchObject({ role: 'operator', entity: 'Paris', name: 'help@example.org' });
});

test('nobody without a row gets in, nor by a row whose entity is not there, and the log says why', async () => {
  for (const groups of [['other'], [], undefined, 'lost', { admins: true }, ['Admins']]) {
    oidc.person = { sub: 'u-3', realm: { groups } };
    const { cookie, place } = await signIn();
    expect([cookie, place]).toEqual(['', '/admin/sign-in?problem=refused']);
  }
  expect(gateway.log.join('\n')).toContain('no row of OIDC_ROLES fits u-3');
  expect(gateway.log.join('\n')).toContain('names the entity \\"Root > Nowhere\\"');
});

test('a claim that is not in the ID token is asked of user info', async () => {
  oidc.person = { sub: 'u-4' };
  oidc.userInfo = { sub: 'u-4', realm: { groups: ['all'] } };
  expect(await session((await signIn()).cookie)).toMatchObject({ role: 'viewer' });
  // That of somebody else counts for nobody.
  oidc.userInfo = { sub: 'u-5', realm: { groups: ['admins'] } };
  expect((await signIn()).cookie).toBe('');
});

test.each([
  ['signed by another key', { key: 'another' }],
  ['for another client', { claims: { aud: 'another' } }],
  ['of another issuer', { claims: { iss: 'https://evil.example' } }],
  ['with another nonce', { claims: { nonce: 'another' } }],
  ['with another state', { state: 'another' }],
  ['with an error', { error: 'access_denied' }],
] as const)('an answer %s lets nobody in', async (_what, wrong) => {
  oidc.wrong = wrong;
  const { cookie, place } = await signIn();
  expect([cookie, place]).toEqual(['', '/admin/sign-in?problem=refused']);
});

test('a sign-in ends in the browser that began it, once, and within ten minutes', async () => {
  const [mine, theirs] = [await begin(), await begin()];
  const link = oidc.visit(mine.url);
  for (const pending of ['', theirs.pending, `${mine.pending}x`, 'gatehouse-oidc=x.y']) {
    expect((await back(link, pending)).cookie).toBe('');
  }
  expect((await back(oidc.visit(mine.url), mine.pending)).cookie).not.toBe('');
  const used = oidc.visit(mine.url);
  expect((await back(used, mine.pending)).cookie).not.toBe('');
  expect((await back(used, mine.pending)).cookie).toBe('');
  const late = await begin();
  gateway.clock.now = new Date(Date.now() + 10 * 60_000 + 1000);
  expect((await back(oidc.visit(late.url), late.pending)).cookie).toBe('');
  gateway.clock.now = undefined;
});

test('another process can end it, and what the browser keeps meanwhile tells nothing', async () => {
  const { answer, url, pending } = await begin();
  expect(answer.headers.getSetCookie()[0]).toMatch(/Max-Age=600; Path=\/; .*HttpOnly; SameSite=Lax$/);
  for (const name of ['state', 'nonce']) {
    expect(Buffer.from(pending, 'base64url').toString('latin1')).not.toContain(
      new URL(url).searchParams.get(name) ?? '',
    );
  }
});

test('it leads back to pages of the console only', async () => {
  const places = [
    '/admin/keys/abc?x=1',
    '/keys',
    '//evil.example/admin',
    'https://evil.example',
    '/admin/..//evil.example',
  ];
  const ends = [];
  for (const to of places) ends.push((await signIn(`?to=${encodeURIComponent(to)}`)).place);
  expect(ends.map((end) => new URL(end, 'http://here.example').host)).toEqual(Array(5).fill('here.example'));
  expect(ends.slice(0, 3)).toEqual(['/admin/keys/abc?x=1', '/admin/keys', '/admin']);
  expect(ends.every((end) => /^\/admin(\/[^/]|$)/.test(end))).toBe(true);
});

test('sign-in and sign-out are in the audit log under the name of the person, and the cookie ends', async () => {
  const { cookie } = await signIn();
  const { csrf } = await session(cookie);
  const out = await fetch(`${gateway.url}/api/v1/session`, {
    method: 'DELETE',
    headers: { cookie, 'x-csrf-token': String(csrf) },
  });
  expect(out.status).toBe(204);
  expect((await go(`${gateway.url}/api/v1/session`, cookie)).status).toBe(401);
  const { items } = await gateway.api<{ items: { action: string; actor: string }[] }>(
    'GET',
    '/audit?limit=2',
  );
  expect(items).toMatchObject([
    { action: 'session.end', actor: 'Ada  admin (OpenID u-1)' },
    { action: 'session.start', actor: 'Ada  admin (OpenID u-1)' },
  ]);
});

describe('signing out', () => {
  const hintOf = (answer: Response) => cookieOf(answer, 'gatehouse-oidc-hint');
  const leave = async (hint: string, at = gateway.url) => {
    const answer = await go(`${at}/api/v1/session/oidc/sign-out`, hint);
    expect(answer.status).toBe(302);
    return { answer, place: answer.headers.get('location') ?? '' };
  };

  it('goes on to the provider, which is told who it is and where to lead back to', async () => {
    const { answer, cookie } = await signIn();
    expect(await session(cookie)).toMatchObject({ signOutHref: '/api/v1/session/oidc/sign-out' });
    const set = answer.headers.getSetCookie().find((one) => one.startsWith('gatehouse-oidc-hint='));
    expect(set).toMatch(/Path=\/api\/v1\/session\/oidc; .*HttpOnly; SameSite=Strict$/);
    const { answer: left, place } = await leave(hintOf(answer));
    const { origin, pathname, searchParams } = new URL(place);
    expect(origin + pathname).toBe(`${oidc.issuer}/logout`);
    const token = searchParams.get('id_token_hint') ?? '';
    expect(decodeJwt(token)).toMatchObject({ sub: 'u-1', aud: 'gatehouse' });
    expect(set).not.toContain(token);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      client_id: 'gatehouse',
      post_logout_redirect_uri: `${gateway.url.replace('127.0.0.1', 'localhost')}/admin/sign-in`,
    });
    expect(hintOf(left)).toBe('gatehouse-oidc-hint=');
    // A session of a token is nobody's there.
    expect(await gateway.api('GET', '/session')).toMatchObject({ signOutHref: null });
  });

  it('leads to the page to sign in for whoever did not sign in there', async () => {
    for (const hint of ['', 'gatehouse-oidc-hint=x.y', `${hintOf((await signIn()).answer)}x`]) {
      expect((await leave(hint)).place).toBe('/admin/sign-in');
    }
  });

  it('tells the provider nothing of an ID token that a browser would not keep', async () => {
    oidc.person = { sub: 'u-7', realm: { groups: ['all'] }, long: 'x'.repeat(3000) };
    const { answer } = await signIn();
    expect(hintOf(answer).length).toBeLessThan(500);
    const { searchParams } = new URL((await leave(hintOf(answer))).place);
    expect([searchParams.has('id_token_hint'), searchParams.get('client_id')]).toEqual([false, 'gatehouse']);
  });

  it('stays here where the settings say so, or the provider has no place for it that is safe', async () => {
    const { admin } = gateway.gateway;
    const provider = (endSession: string | undefined) => {
      oidc.endSession = endSession;
      const client = { clientId: 'gatehouse', clientSecret: 'x', scopes: '', neededClaim: 'groups' };
      return createOidcProvider({ ...client, issuer: oidc.issuer });
    };
    for (const [place, at] of [
      [undefined, undefined],
      ['javascript:alert(1)', undefined],
      [`${oidc.issuer}/end`, `${oidc.issuer}/end`],
    ] as const) {
      const url = await provider(place).signOutUrl(undefined, 'https://here.example/admin/sign-in');
      expect(url?.split('?')[0]).toBe(at);
    }
    const here = {
      ...{ provider: provider(`${oidc.issuer}/logout`), claim: 'groups', roles: [], label: 'x' },
    };
    const [, hint = ''] = hintOf((await signIn()).answer).split('=');
    const deps = { ...admin, sessionRules: defaultSessionRules };
    for (const signsOutThere of [true, false]) {
      const url = await signOutOfOidc({ ...deps, oidc: { ...here, signsOutThere } }, hint);
      expect(url !== undefined).toBe(signsOutThere);
    }
  });
});

test('the sign-in page learns of it without a token, and there is nothing where it is not set up', async () => {
  const ways = async (url: string) => (await go(`${url}/api/v1/session/ways`)).json();
  expect(await ways(gateway.url)).toEqual({
    oidc: { label: 'Example login', href: '/api/v1/session/oidc' },
  });
  const plain = await startTestGateway();
  expect(await ways(plain.url)).toEqual({ oidc: null });
  expect((await go(`${plain.url}/api/v1/session/oidc`)).status).toBe(401);
  await plain.close();
});

test('a provider that is away says so, and is asked again the next time', async () => {
  const gone = await startFakeOidc();
  const lonely = await startTestGateway({
    oidc: {
      ...{ issuer: gone.issuer, clientId: 'gatehouse', clientSecret: 'x', scopes: '' },
      ...{ neededClaim: 'groups', label: 'x', signsOutThere: true, roles: [] },
    },
  });
  await gone.close();
  const answer = await go(`${lonely.url}/api/v1/session/oidc`);
  expect(answer.headers.get('location')).toBe('/admin/sign-in?problem=unavailable');
  await lonely.close();
});
