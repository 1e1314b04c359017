import { once } from 'node:events';
import net from 'node:net';
import { bootstrap } from '../../../src/admin/bootstrap';
import { basic, request, startTestGateway, type AgentAnswer, type TestGateway } from '../../support/gateway';
import { eventually } from '../../support/refusals';

let gateway: TestGateway;
const deviceid = 'pc-2026-01-02-03-04-05';
const prolog = `<REQUEST><DEVICEID>${deviceid}</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>`;
const day = 24 * 3600 * 1000;

beforeEach(async () => {
  gateway = await startTestGateway();
  gateway.clock.now = new Date('2027-03-01T12:00:00Z');
});
afterEach(async () => {
  await gateway.close();
});

const port = () => Number(new URL(gateway.url).port);
const at = (host: string, key: string, path = '/front/inventory.php'): Promise<AgentAnswer> =>
  gateway.post(path, { body: prolog, key, headers: { host } });
/** A rebind is announced to every process; it takes a moment. */
const becomes = (host: string, key: string, status: number) =>
  eventually(`${status} at ${host}`, async () =>
    (await at(host, key)).status === status ? true : undefined,
  );
const later = (ms: number) => {
  gateway.clock.now = new Date((gateway.clock.now?.getTime() ?? 0) + ms);
};
const mismatches = async (kid: string) =>
  (
    await gateway.api<{ items: { evidence: Record<string, unknown> }[] }>(
      'GET',
      `/submissions?reason=key_url_mismatch&key=${kid}`,
    )
  ).items.map(({ evidence }) => evidence);

describe('a key that is rebound', () => {
  it('serves under both URLs for 30 days, then under the new one only, and says that it did', async () => {
    const { kid, key } = await gateway.newKey({ url: 'http://old.example' });
    expect((await at('old.example', key)).status).toBe(200);
    expect((await at('new.example', key)).status).toBe(403);
    const bound = await gateway.api('POST', `/keys/${kid}/rebind`, { url: 'http://New.Example:80/' });
    expect(bound).toMatchObject({
      urls: ['http://new.example'],
      urlAliases: [{ url: 'http://old.example', until: '2027-03-31T12:00:00.000Z', state: 'serving' }],
    });
    await becomes('new.example', key, 200);
    expect((await at('old.example', key)).status).toBe(200);
    later(30 * day - 1);
    expect((await at('old.example', key)).status).toBe(200);
    later(1);
    const refused = await at('old.example', key);
    expect([refused.status, refused.phrase]).toEqual([403, 'Registration key is bound to another URL']);
    expect(refused.text).not.toContain('example');
    expect((await at('new.example', key)).status).toBe(200);
    expect((await mismatches(kid))[0]).toEqual({
      kid,
      seen: 'http://old.example/front/inventory.php',
      expected: ['http://new.example'],
      decidedBy: 'Host',
      peerAddress: '127.0.0.1',
      wasAliasUntil: '2027-03-31T12:00:00.000Z',
    });
    expect(await gateway.api('GET', `/keys/${kid}`)).toMatchObject({ urlAliases: [{ state: 'ended' }] });
  });

  it('leaves the old URL at once when told so, and keeps it for ever when told that', async () => {
    const one = await gateway.newKey({ url: 'http://old.example' });
    await gateway.api('POST', `/keys/${one.kid}/rebind`, {
      url: 'http://new.example',
      keepOldUntil: '2020-01-01',
    });
    await becomes('old.example', one.key, 403);
    const other = await gateway.newKey({ url: 'http://old.example' });
    await gateway.api('POST', `/keys/${other.kid}/rebind`, { url: 'http://new.example', keepOldUntil: null });
    await becomes('new.example', other.key, 200);
    later(3650 * day);
    expect((await at('old.example', other.key)).status).toBe(200);
    await gateway.api('POST', `/keys/${other.kid}/rebind`, { keepOldUntil: '2027-01-01' });
    await becomes('old.example', other.key, 403);
  });

  it('is bound by every process within a second', async () => {
    const twin = await gateway.twin();
    const { kid, key } = await gateway.newKey({ url: 'http://old.example' });
    const there = (host: string) => twin.post('/', { body: prolog, key, headers: { host } });
    expect((await there('old.example')).status).toBe(200);
    await gateway.api('POST', `/keys/${kid}/rebind`, {
      url: 'http://new.example',
      keepOldUntil: '2020-01-01',
    });
    await eventually('the new URL at the other process', async () =>
      (await there('new.example')).status === 200 ? true : undefined,
    );
    expect((await there('old.example')).status).toBe(403);
    await twin.close();
  });

  it('shows which agents still come by a former URL, until they come by the new one', async () => {
    const { kid, key } = await gateway.newKey({ url: 'http://old.example' });
    await gateway.api('POST', `/keys/${kid}/rebind`, { url: 'http://new.example' });
    await becomes('new.example', key, 200);
    const users = async () =>
      (
        await gateway.api<{ items: { deviceid: string; formerUrl: string }[] }>(
          'GET',
          `/agents?key=${kid}&usesFormerUrl=true`,
        )
      ).items.map((agent) => [agent.deviceid, agent.formerUrl]);
    expect(await users()).toEqual([]);
    await at('old.example', key);
    expect(await users()).toEqual([[deviceid, 'http://old.example']]);
    await at('new.example', key);
    expect(await users()).toEqual([]);
  });
});

describe('an instance that is rebound', () => {
  it('takes all its keys along that have no URL of their own', async () => {
    const own = await gateway.newKey({ url: 'http://own.example' });
    const home = `localhost:${port()}`;
    const set = { publicUrls: ['http://new.example'] };
    const { gateway: opened, clock } = gateway;
    const start = () => bootstrap({ ...opened.admin, now: () => clock.now ?? new Date() }, set);
    await start();
    await becomes('new.example', gateway.key, 200);
    // The loopback URL of before PUBLIC_URL was set: nobody far away could have used it.
    expect((await at(home, gateway.key)).status).toBe(403);
    expect((await at('own.example', own.key)).status).toBe(200);
    set.publicUrls = ['http://newer.example'];
    await start();
    await becomes('newer.example', gateway.key, 200);
    expect((await at('new.example', gateway.key)).status).toBe(200);
    const view = await gateway.api('POST', '/instance/rebind', { keepOldUntil: '2020-01-01' });
    expect(view).toMatchObject({
      publicUrls: ['http://newer.example'],
      urlAliases: [{ url: 'http://new.example', state: 'ended' }],
    });
    await becomes('new.example', gateway.key, 403);
  });
});

describe('the metrics', () => {
  it('count keys under wrong URLs by kid, and forwarding headers that do not count', async () => {
    const { kid, key } = await gateway.newKey();
    await at('elsewhere.example', key);
    await gateway.post('/', { body: prolog, headers: { 'x-forwarded-host': 'evil.example' } });
    const { text } = await gateway.get('/metrics', {});
    expect(text).toContain(`gatehouse_url_mismatches_total{kid="${kid}"} 1`);
    expect(text).toContain('gatehouse_forwarding_headers_ignored_total{why="untrusted_peer"} 1');
    expect(text).not.toContain('example');
  });
});

describe('a request on the wire', () => {
  /** Head and body as given; the whole answer as text. */
  async function wire(head: readonly string[], body = ''): Promise<string> {
    const socket = net.connect(port(), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      [...head, `Content-Length: ${body.length}`, 'Connection: close', '', body].join('\r\n'),
      'latin1',
    );
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await once(socket, 'close');
    return text;
  }
  const auth = () => `Authorization: ${basic(gateway.key)}`;
  const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
  const host = () => `Host: localhost:${port()}`;

  it('with two Hosts is refused, whichever of them is right', async () => {
    for (const pair of [
      [host(), 'Host: evil.example'],
      ['Host: evil.example', host()],
      [host(), host()],
    ]) {
      const answer = await wire(['POST / HTTP/1.1', ...pair, auth()], prolog);
      expect(statusOf(answer)).toBe(400);
    }
    const rows = await gateway.sql<{ n: number }>('SELECT count(*)::int AS n FROM agent');
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('of HTTP/1.0 without Host is refused', async () => {
    expect(statusOf(await wire(['POST / HTTP/1.0', auth()], prolog))).toBe(400);
  });

  it('in absolute form is taken only for the host that Host names', async () => {
    const target = (name: string) => wire([`POST http://${name}/x HTTP/1.1`, host(), auth()], prolog);
    expect(statusOf(await target(`LOCALHOST.:${port()}`))).toBe(200);
    expect(statusOf(await target('evil.example'))).toBe(400);
    expect(statusOf(await target(`user@localhost:${port()}`))).toBe(400);
  });

  it('with letters in Host that would become others is refused', async () => {
    const answer = await wire(['POST / HTTP/1.1', `Host: loc\u00aalhost:${port()}`, auth()], prolog);
    expect(statusOf(answer)).toBe(400);
  });

  it('behind a proxy that is trusted counts for what the proxy says, once', async () => {
    const behind = await startTestGateway({
      origin: { trustedProxies: ['127.0.0.0/8'], headerFamily: 'x-forwarded' },
    });
    const { key } = await behind.newKey({ url: 'https://inv.example', cidrs: ['203.0.113.0/24'] });
    const sent = (headers: Record<string, string | string[]>) =>
      request(
        Number(new URL(behind.url).port),
        'POST',
        '/',
        { authorization: basic(key), 'content-type': 'text/xml', ...headers },
        Buffer.from(prolog),
      );
    const good = {
      'x-forwarded-host': 'INV.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '198.51.100.1, 203.0.113.5',
    };
    expect((await sent(good)).status).toBe(200);
    expect((await sent({ ...good, 'x-forwarded-for': '203.0.113.5, 198.51.100.1' })).phrase).toBe(
      'Registration key refused from this network',
    );
    expect((await sent({ ...good, 'x-forwarded-host': 'inv.example, evil.example' })).status).toBe(400);
    expect((await sent({ ...good, 'x-forwarded-host': ['evil.example', 'inv.example'] })).status).toBe(400);
    expect((await sent({ ...good, 'x-forwarded-proto': 'http' })).status).toBe(403);
    await behind.close();
  });
});
