import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { ForwardStatus } from '../../../src/admin/forwarding/status';
import type { UpstreamView } from '../../../src/admin/upstream';
import { createHttpCall } from '../../../src/glpi/http-call';
import type { ProbeReport } from '../../../src/forward/ports';
import { makeCertificate } from '../../support/certificates';
import { deviceNumber, jsonInventory } from '../../support/devices';
import { startFakeGlpi, type FakeGlpi, type GlpiMood } from '../../support/fake-glpi';
import { arrivals, forwardingSettings } from '../../support/forwarding';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { eventually } from '../../support/refusals';

let glpi: FakeGlpi;
let gateway: TestGateway;
const ca = makeCertificate({ subject: [['CN', 'CA of the test']], isCa: true });
const certificate = makeCertificate({ issuer: ca, names: ['127.0.0.1', 'localhost'] });

beforeAll(async () => {
  glpi = await startFakeGlpi();
  gateway = await startTestGateway({ forwarding: forwardingSettings });
});
const opened: (http.Server | https.Server)[] = [];
afterAll(async () => {
  for (const server of opened) {
    server.closeAllConnections();
    server.close();
  }
  await gateway.close();
  await glpi.close();
});

const set = (body: object) => gateway.api<UpstreamView>('POST', '/upstream', body);
const allSent = () =>
  eventually('all sent', async () => {
    const { backlog } = await gateway.api<ForwardStatus>('GET', '/forward');
    return backlog.waiting === 0 ? true : undefined;
  });
const probe = () => gateway.api<ProbeReport>('POST', '/upstream/test');

/** Answers a prolog over TLS as GLPI does; resolves to its URL. */
async function tlsGlpi(): Promise<{ readonly url: string; readonly seen: string[] }> {
  const seen: string[] = [];
  const server = https.createServer(
    { cert: certificate.pem, key: certificate.keyPem, requestCert: true, rejectUnauthorized: false },
    (_request, response) => {
      response.setHeader('content-type', 'application/xml').end('<REPLY><RESPONSE>SEND</RESPONSE></REPLY>');
    },
  );
  server.on('secureConnection', (socket) => seen.push(socket.getPeerX509Certificate()?.subject ?? 'none'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(server);
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}/`, seen };
}

describe('an upstream', () => {
  it('is set, shown without its secrets, and removed; inventories go there from the moment it is set', async () => {
    const before = deviceNumber(1);
    await gateway.post('/front/inventory.php', { body: jsonInventory(before) });
    const shown = await set({ url: glpi.url, user: 'gatehouse', password: 'secret-of-upstream' });
    expect(shown).toMatchObject({
      kind: 'glpi',
      url: `${glpi.url}/front/inventory.php`,
      credential: { kind: 'basic', user: 'gatehouse', certificateSubject: null },
      fromSettings: false,
    });
    expect(JSON.stringify(shown)).not.toContain('secret-of-upstream');
    // What was stored before goes as well.
    await arrivals(glpi, before.deviceid);
    const audit = await gateway.api<{ items: object[] }>('GET', '/audit');
    expect(JSON.stringify(audit)).not.toContain('secret-of-upstream');
    expect(audit.items[0]).toMatchObject({
      action: 'upstream.set',
      detail: { resent: 1, credential: 'basic' },
    });
  });

  it('that is removed and set again is opened anew by whoever still held the one before', async () => {
    const other = await startFakeGlpi();
    const versions = async () =>
      (await gateway.sql<{ version: number }>('SELECT version FROM upstream'))[0]?.version;
    const first = await versions();
    const answer = await fetch(`${gateway.url}/api/v1/upstream`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${gateway.adminToken}` },
    });
    expect(answer.status).toBe(204);
    await set({ url: other.url });
    expect(await versions()).not.toBe(first);
    const device = deviceNumber(2);
    await gateway.post('/front/inventory.php', { body: jsonInventory(device) });
    await arrivals(other, device.deviceid);
    expect(other.stored.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    await set({ url: glpi.url });
    await other.close();
  });

  it('whose answer is a fault of ours costs the inventory a try, and says so', async () => {
    // Below 100 the HTTP client asserts that this cannot be.
    const mad = createServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 099 X\r\n\r\n')));
    mad.listen(0, '127.0.0.1');
    await once(mad, 'listening');
    // What was cut off when the one before closed is due seconds later.
    await allSent();
    await set({ url: `http://127.0.0.1:${(mad.address() as AddressInfo).port}/` });
    await eventually('the trouble is told', async () => {
      const { items } = await gateway.api<{ items: { reason: string }[] }>('GET', '/forward/assets');
      return items.find(({ reason }) => reason === 'answer_cut');
    });
    await set({ url: glpi.url });
    mad.close();
  });

  it.each([
    [{ url: 'ftp://glpi.example' }, '/url'],
    [{ url: 'http://glpi.example', user: 'u', password: 'p' }, '/url'],
    [{ url: 'https://glpi.example', user: 'u' }, '/user'],
    [{ url: 'https://glpi.example', clientSecret: 's' }, '/clientSecret'],
    [{ url: 'https://glpi.example', user: 'u', password: 'p', token: 't' }, ''],
    [
      { url: 'https://glpi.example', clientId: 'c', clientSecret: 's', tokenUrl: 'http://glpi.example/t' },
      '/tokenUrl',
    ],
    [{ url: 'https://glpi.example', clientId: 'c', clientSecret: 's', tokenUrl: 'nowhere' }, '/tokenUrl'],
    [{ url: 'https://glpi.example', token: 'a b' }, '/token'],
    [{ url: 'https://glpi.example', ca: 'no PEM' }, '/tls/ca'],
    [{ url: 'https://glpi.example', certificate: certificate.pem }, '/tls/key'],
    [{ url: 'https://glpi.example', proxy: 'http://user@proxy' }, '/proxy'],
    [{ url: `https://glpi.example/${'x'.repeat(2048)}` }, '/url'],
  ])('%j is refused', async (body, field) => {
    await expect(set(body)).rejects.toThrow(new RegExp(`422.*"field":"${field}"`));
  });
});

describe('a test of the way to it', () => {
  const moods: readonly (readonly [GlpiMood, string, RegExp])[] = [
    ['unauthorized', 'credential', /credential/],
    ['maintenance', 'glpi', /maintenance/],
    ['disabled', 'glpi', /Enable inventory/],
    ['database_down', 'glpi', /database/],
  ];

  it('finds that all is well, and leaves nothing there', async () => {
    glpi.mood = 'ok';
    await set({ url: glpi.url });
    // Setting it sends what is stored.
    await allSent();
    const [stored, prologs] = [glpi.stored.length, glpi.prologs];
    expect(await probe()).toMatchObject({
      ok: true,
      failedLayer: null,
      detail: null,
      addresses: ['127.0.0.1'],
    });
    expect([glpi.stored.length, glpi.prologs]).toEqual([stored, prologs + 1]);
  });

  it.each(moods)('names the layer when GLPI answers with %s', async (mood, failedLayer, advice) => {
    glpi.mood = mood;
    const report = await probe();
    glpi.mood = 'ok';
    expect(report).toMatchObject({ ok: false, failedLayer, advice: expect.stringMatching(advice) as string });
  });

  it.each([
    ['http://no-such-host.invalid/', 'dns'],
    ['http://127.0.0.1:1/', 'tcp'],
  ])('of %s ends at %s', async (url, failedLayer) => {
    await set({ url });
    expect(await probe()).toMatchObject({
      ok: false,
      failedLayer,
      advice: expect.stringMatching(/\w/) as string,
    });
  });

  it('of an unknown authority ends at tls and says which setting helps; with the authority it shows the certificate', async () => {
    const secure = await tlsGlpi();
    await set({ url: secure.url });
    expect(await probe()).toMatchObject({
      failedLayer: 'tls',
      advice: expect.stringContaining('GLPI_CA_FILE') as string,
    });
    const client = makeCertificate({ subject: [['CN', 'gatehouse']] });
    await set({ url: secure.url, ca: ca.pem, certificate: client.pem, key: client.keyPem });
    expect(await probe()).toMatchObject({ ok: true, certificate: { issuer: 'CN=CA of the test' } });
    expect(new Set(secure.seen)).toEqual(new Set(['CN=gatehouse']));
  });

  it('of a proxy that is not there ends at the proxy', async () => {
    await set({ url: glpi.url, proxy: 'http://127.0.0.1:1' });
    const report = await probe();
    expect(report).toMatchObject({
      failedLayer: 'proxy',
      advice: expect.stringContaining('GLPI_PROXY') as string,
    });
    await set({ url: glpi.url });
  });
});

it('is told of by readyz and metrics, and readyz is not less for it', async () => {
  await set({ url: 'http://127.0.0.1:1/' });
  // Three that find nobody open the breaker; one alone is tried again after seconds only.
  for (const n of [8, 9, 10]) {
    await gateway.post('/front/inventory.php', { body: jsonInventory(deviceNumber(n)) });
  }
  // Both are kept for 10 s: by the clock of the gateway.
  await eventually('down', async () => {
    const states = await gateway.sql<{ state: string }>(`SELECT breaker ->> 'state' AS state FROM upstream`);
    return states[0]?.state === 'open' ? true : undefined;
  });
  gateway.clock.now = new Date(Date.now() + 11_000);
  const ready = await gateway.get('/readyz');
  expect([ready.status, JSON.parse(ready.text)]).toEqual([
    200,
    { status: 'ok', database: 'ok', upstream: 'down' },
  ]);
  const metrics = (await gateway.get('/metrics')).text;
  expect(metrics).toMatch(/gatehouse_forward_upstream_up\{instance="1"\} 0/);
  expect(metrics).toMatch(/gatehouse_forward_backlog\{instance="1"\} [1-9]/);
  expect(metrics).toMatch(/gatehouse_forward_oldest_wait_seconds\{instance="1"\} 1\d/);
  gateway.clock.now = undefined;
});

describe('the client of GLPI’s API', () => {
  it('goes through the proxy and trusts the authority of the upstream, and shows its certificate', async () => {
    const secure = await tlsGlpi();
    const asked: string[] = [];
    const proxy = http.createServer().on('connect', (request, socket, head) => {
      asked.push(request.url ?? '');
      const [host = '', port] = (request.url ?? '').split(':');
      const through = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        through.write(head);
        through.pipe(socket).pipe(through);
      });
    });
    opened.push(proxy);
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const via = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const client = makeCertificate({ subject: [['CN', 'gatehouse']] });
    const limits = { timeoutMs: 5000, maxAnswerBytes: 1000 };
    const way = { ca: ca.pem, certificate: client.pem, key: client.keyPem, proxy: via };
    const answer = await createHttpCall(secure.url, limits, way)({ method: 'GET', path: '/apirest.php' });
    expect([answer.status, secure.seen, asked]).toEqual([200, ['CN=gatehouse'], [new URL(secure.url).host]]);
    const plain = createHttpCall(secure.url, limits)({ method: 'GET', path: '/' });
    await expect(plain).rejects.toMatchObject({ layer: 'tls' });
  });
});
