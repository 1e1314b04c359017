import { issueSecret } from '../../../src/domain/key-format';
import {
  basic,
  startTestGateway,
  type AgentAnswer,
  type TestGateway,
  type Twin,
} from '../../support/gateway';
import { randomBytes } from 'node:crypto';
import { eventually } from '../../support/refusals';

let gateway: TestGateway;
const prolog = '<REQUEST><DEVICEID>pc-2026-01-02-03-04-05</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>';

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
});

interface Key {
  readonly kid: string;
  readonly key: string;
}
const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const fields = ({ kid, key }: Key) => ({
  grant_type: 'client_credentials',
  client_id: kid,
  client_secret: key,
  scope: 'inventory',
});
const ask = (body: object | string, path = '/api.php/token', headers: Record<string, string> = json) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return gateway.post(path, { body: Buffer.from(text), key: false, headers });
};
const tokenOf = (answer: AgentAnswer) => (JSON.parse(answer.text) as { access_token: string }).access_token;
const use = (token: string, on: Pick<TestGateway | Twin, 'post'> = gateway) =>
  on.post('/', { body: prolog, key: false, headers: { authorization: `Bearer ${token}` } });

describe('a token request', () => {
  it.each([
    '/api.php/token',
    '/api.php/token/',
    '/api.php/token?x=1',
    '/glpi/api.php/token',
    '/front/inventory.php/api.php/token',
    '/Inventory/api.php/token',
    '/index.php/api.php/token',
  ])('is answered at %s, as GLPI Agent builds it', async (path) => {
    const answer = await ask(fields(await gateway.newKey()), path);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(JSON.parse(answer.text)).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
    expect((await use(tokenOf(answer))).status).toBe(200);
  });

  it('is answered for a key that is bound to the path of a plugin, where the agent asks beside it', async () => {
    const url = (path: string) => `http://localhost:${new URL(gateway.url).port}${path}`;
    const key = await gateway.newKey({ url: url('/glpi/marketplace/glpiinventory') });
    expect((await ask(fields(key), '/glpi/api.php/token')).status).toBe(200);
    expect((await ask(fields(key), '/other/api.php/token')).status).toBe(403);
    const token = tokenOf(await ask(fields(key), '/glpi/api.php/token'));
    const post = (path: string) =>
      gateway.post(path, { body: prolog, key: false, headers: { authorization: `Bearer ${token}` } });
    expect((await post('/glpi/marketplace/glpiinventory/')).status).toBe(200);
    expect((await post('/glpi/')).status).toBe(403);
  });

  it('is read as a form, and with the client in the Authorization header', async () => {
    const key = await gateway.newKey();
    const grant = 'grant_type=client_credentials';
    expect(
      (await ask(`${grant}&client_id=${key.kid}&client_secret=${key.key}`, undefined, form)).status,
    ).toBe(200);
    const client = { ...form, authorization: basic(key.kid, key.key) };
    expect((await ask(grant, undefined, client)).status).toBe(200);
    const other = { ...form, authorization: basic('someoneelse1', key.key) };
    expect((await ask(grant, undefined, other)).status).toBe(403);
  });

  it('is refused in the same words for a key that is unknown, has another secret or is none', async () => {
    const { kid, key } = await gateway.newKey();
    const stranger = issueSecret('grk', randomBytes).full;
    const secrets = [stranger, `grk_${kid}_${stranger.slice(17)}`, 'letmein', `${key}x`, 'x'.repeat(10_000)];
    const answers = await Promise.all(secrets.map((secret) => ask(fields({ kid, key: secret }))));
    expect(new Set(answers.map(({ status, phrase, text }) => `${status} ${phrase} ${text}`)).size).toBe(1);
    expect(JSON.parse(answers[0]?.text ?? '')).toEqual({
      error: 'invalid_client',
      error_description: 'Registration key refused',
    });
    expect(answers[0]?.text).not.toContain(kid);
  });

  it('with another grant, without secret or too large is told what is wrong, and nothing else', async () => {
    const key = await gateway.newKey();
    const errors = async (body: object | string, headers = json) => {
      const answer = await ask(body, undefined, headers);
      return [answer.status, JSON.parse(answer.text) as object];
    };
    expect(await errors({ ...fields(key), grant_type: 'password' })).toEqual([
      400,
      { error: 'unsupported_grant_type' },
    ]);
    const invalid = [400, { error: 'invalid_request' }];
    expect(await errors({ grant_type: 'client_credentials' })).toEqual(invalid);
    expect(await errors('')).toEqual(invalid);
    expect(await errors('{"grant_type":')).toEqual(invalid);
    expect(await errors('['.repeat(16_000))).toEqual(invalid);
    expect(await errors('{"a":'.repeat(3000))).toEqual(invalid);
    expect(await errors({ ...fields(key), padding: 'x'.repeat(16_384) })).toEqual(invalid);
  });

  it('gives no token for a token', async () => {
    const key = await gateway.newKey();
    const token = tokenOf(await ask(fields(key)));
    const answer = await ask(fields({ kid: key.kid, key: token }));
    expect([answer.status, answer.phrase]).toEqual([403, 'Registration key refused']);
    const client = { ...form, authorization: basic(key.kid, token) };
    expect((await ask('grant_type=client_credentials', undefined, client)).status).toBe(403);
  });

  it('is refused by name once the secret has verified', async () => {
    const { kid, key } = await gateway.newKey({ carriers: ['basic'] });
    const answer = await ask(fields({ kid, key }));
    expect([answer.status, answer.phrase]).toEqual([403, 'Registration key not allowed in this place']);
  });
});

describe('a token', () => {
  it('dies with its key at every process', async () => {
    const twin = await gateway.twin();
    const { kid, key } = await gateway.newKey();
    const token = tokenOf(await ask(fields({ kid, key })));
    expect([(await use(token)).status, (await use(token, twin)).status]).toEqual([200, 200]);
    await gateway.api('POST', `/keys/${kid}/revoke`, {});
    // Waits for some seconds; the cache alone would hold the key for 30: what ends it is the notification.
    for (const on of [gateway, twin]) {
      await eventually('the end of the token', async () =>
        (await use(token, on)).phrase === 'Registration key revoked' ? true : undefined,
      );
    }
    expect((await ask(fields({ kid, key }))).phrase).toBe('Registration key revoked');
    await twin.close();
  });
});

describe('what was presented for a key', () => {
  let minute = 0;

  it.each([
    ['an admin token', () => gateway.adminToken, 'admin-token'],
    [
      'a key with a letter changed',
      () => `${gateway.key.slice(0, 30)}${gateway.key[30] === 'a' ? 'b' : 'a'}${gateway.key.slice(31)}`,
      'registration-key-mistyped',
    ],
    ['a token of the GLPI API', () => 'q56hqkniwot8wntb3z1qarka5atf365taaa2uyjr', 'glpi-api-token'],
  ])('is named to the admin, and only there: %s', async (_name, secret, looksLike) => {
    // Refusals of one minute are folded into one row, with the evidence of the first.
    minute += 2;
    gateway.clock.now = new Date(Date.UTC(2027, 0, 1, 0, minute));
    const answer = await gateway.post('/', { body: prolog, key: secret() });
    expect([answer.status, answer.phrase]).toEqual([403, 'Registration key refused']);
    const found = await eventually('the refusal', async () => {
      const { items } = await gateway.api<{ items: { evidence: Record<string, unknown> }[] }>(
        'GET',
        '/submissions?reason=key_malformed&limit=100',
      );
      return items.find(({ evidence }) => evidence.looksLike === looksLike);
    });
    expect(found.evidence.needed).toContain('registration key');
    expect(JSON.stringify(found)).not.toContain(secret());
  });
});
