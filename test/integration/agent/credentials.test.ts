import { deflateSync } from 'node:zlib';
import { issueSecret } from '../../../src/domain/key-format';
import { randomBytes } from 'node:crypto';
import { basic, request, startTestGateway, type AgentAnswer, type TestGateway } from '../../support/gateway';

let gateway: TestGateway;
const prolog = '<REQUEST><DEVICEID>pc-2026-01-02-03-04-05</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>';
const fresh = () => gateway.newKey();

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
});

async function refusals(
  reason: string,
): Promise<{ kid: string | null; folded: number; evidence: Record<string, unknown> }[]> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const { items } = await gateway.api<{ items: never[] }>(
      'GET',
      `/submissions?verdict=refused&reason=${reason}`,
    );
    if (items.length > 0 || Date.now() > deadline) return items;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a key is taken wherever agents can put it', () => {
  it.each([
    ['Basic user', (key: string) => ({ authorization: basic(key) })],
    ['Basic password', (key: string) => ({ authorization: basic('agent', key) })],
    ['Bearer', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['X-Registration-Key', (key: string) => ({ 'x-registration-key': key })],
  ])('%s', async (_name, headers) => {
    const answer = await gateway.post('/', { body: prolog, key: false, headers: headers(gateway.key) });
    expect(answer.status).toBe(200);
  });

  it('path, when the key allows it', async () => {
    const refused = await gateway.post(`/k/${gateway.key}/front/inventory.php`, { body: prolog, key: false });
    expect([refused.status, refused.phrase]).toEqual([403, 'Registration key not allowed in this place']);
    const { key } = await gateway.newKey({ carriers: ['path'] });
    expect((await gateway.post(`/k/${key}/front/inventory.php`, { body: prolog, key: false })).status).toBe(
      200,
    );
    expect((await gateway.post('/', { body: prolog, key })).status).toBe(403);
  });

  it('OAuth2 client credentials, as GLPI Agent 1.10 asks for them', async () => {
    const kid = gateway.key.split('_')[1];
    const asked = {
      grant_type: 'client_credentials',
      client_id: kid,
      client_secret: gateway.key,
      scope: 'inventory',
    };
    const { port } = new URL(gateway.url);
    const ask = (body: object, path = '/front/inventory.php/api.php/token') =>
      request(
        Number(port),
        'POST',
        path,
        { 'content-type': 'application/json' },
        Buffer.from(JSON.stringify(body)),
      );
    const answer = await ask(asked);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json']);
    const token = JSON.parse(answer.text) as { token_type: string; access_token: string; expires_in: number };
    expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
    expect(token.access_token).not.toContain(gateway.key);
    const used = await gateway.post('/', {
      body: prolog,
      key: false,
      headers: { authorization: `Bearer ${token.access_token}` },
    });
    expect(used.status).toBe(200);
    expect((await ask({ ...asked, client_secret: `${gateway.key}x` }, '/api.php/token')).status).toBe(403);
    expect((await ask({ ...asked, client_id: 'someoneelse1' })).status).toBe(403);
    expect((await ask({ client_id: kid })).status).toBe(400);
    expect((await ask({ ...asked, padding: 'x'.repeat(16_384) })).status).toBe(400);
  });
});

describe('a refusal', () => {
  it('without credential is a 401 with the one challenge that every agent understands', async () => {
    for (const body of [prolog, '{"action":"contact","deviceid":"x"}', '']) {
      const answer = await gateway.post('/', { body, key: false });
      expect(answer.status).toBe(401);
      const challenges = answer.rawHeaders.filter(
        (_, i) => i % 2 === 0 && /^www-authenticate$/i.test(answer.rawHeaders[i] ?? ''),
      );
      expect(challenges).toHaveLength(1);
      expect(answer.headers['www-authenticate']).toBe('Basic realm="Gatehouse"');
      expect(answer.bytes.length).toBeGreaterThan(0);
    }
  });

  it('is one and the same for an unknown key, a wrong secret and a mistyped key', async () => {
    const { key } = await fresh();
    const wrongSecret = `${key.slice(0, 17)}${issueSecret('grk', randomBytes).full.slice(17)}`;
    const plain = (answer: AgentAnswer) => [
      answer.status,
      answer.phrase,
      answer.text,
      Object.keys(answer.headers).sort(),
    ];
    const answers = await Promise.all(
      [
        issueSecret('grk', randomBytes).full,
        wrongSecret,
        key.slice(0, -1) + (key.endsWith('0') ? '1' : '0'),
        'letmein',
      ].map((tried) => gateway.post('/', { body: prolog, key: tried })),
    );
    expect(answers[0]?.status).toBe(403);
    expect(new Set(answers.map((answer) => JSON.stringify(plain(answer)))).size).toBe(1);
  });

  it('tells the admin which of them it was', async () => {
    const other = issueSecret('grk', randomBytes);
    await gateway.post('/', { body: prolog, key: other.full });
    expect((await refusals('key_unknown')).map(({ kid }) => kid)).toContain(other.id);
  });

  it('carries the reason in its status line once the secret has verified, for JSON and XML agents', async () => {
    const { kid, key } = await fresh();
    await gateway.api('POST', `/keys/${kid}/revoke`, {});
    const xml = await gateway.post('/', { body: prolog, key });
    expect([xml.status, xml.phrase]).toEqual([403, 'Registration key revoked']);
    expect(xml.text).toContain('<REPLY><ERROR>Registration key revoked</ERROR></REPLY>');
    const json = await gateway.post('/', {
      body: prolog,
      key,
      headers: { 'glpi-agent-id': 'acd1a9fa-e74d-11f1-ba19-e87ffa90f81a' },
    });
    expect(JSON.parse(json.text)).toEqual({
      status: 'error',
      message: 'Registration key revoked',
      expiration: 24,
    });
    const ocs = await gateway.post('/', {
      body: prolog,
      key,
      headers: { 'content-type': 'application/x-compress' },
    });
    expect(ocs.bytes.subarray(0, 2).toString('hex')).toBe('789c');
  });

  it('ends the tokens of a revoked key within a second', async () => {
    const { kid, key } = await fresh();
    expect((await gateway.post('/', { body: prolog, key })).status).toBe(200);
    await gateway.api('POST', `/keys/${kid}/revoke`, {});
    let status = 200;
    for (let i = 0; i < 20 && status === 200; i++) {
      ({ status } = await gateway.post('/', { body: prolog, key }));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(status).toBe(403);
  });

  it('of a key used under another host names the URLs to the admin only', async () => {
    const answer = await gateway.post('/', { body: prolog, headers: { host: 'other.example' } });
    expect([answer.status, answer.phrase]).toEqual([403, 'Registration key is bound to another URL']);
    expect(answer.text).not.toContain('localhost');
    const [found] = await refusals('key_url_mismatch');
    expect(found?.evidence).toMatchObject({ seen: 'http://other.example' });
  });

  it('comes before anything of the body is parsed or inflated', async () => {
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024));
    const answer = await gateway.post('/', {
      body: bomb,
      key: 'letmein',
      headers: { 'content-type': 'application/x-compress-zlib' },
    });
    expect([answer.status, answer.phrase]).toEqual([403, 'Registration key refused']);
  });

  it('folds a flood of bad keys into one row a source, reason and minute', async () => {
    gateway.clock.now = new Date('2026-01-01T12:00:30Z');
    await Promise.all(Array.from({ length: 100 }, () => gateway.post('/', { body: prolog, key: false })));
    gateway.clock.now = undefined;
    let rows: { folded: number }[] = [];
    for (let i = 0; i < 60 && rows[0]?.folded !== 100; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      rows = await gateway.sql(
        `SELECT folded FROM submission WHERE reason = 'key_missing' AND received_at < '2026-02-01'`,
      );
    }
    expect(rows).toEqual([{ folded: 100 }]);
  });

  it('leaves no key, token or authorization in the log', () => {
    const text = gateway.log.join('\n');
    expect(text).not.toMatch(/grk_[0-9A-Za-z]{12}_/);
    expect(text).not.toMatch(/grt_/);
    expect(text.toLowerCase()).not.toContain('basic ');
  });
});
