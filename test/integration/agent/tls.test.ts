import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import tls from 'node:tls';
import { deflateSync } from 'node:zlib';
import { v7 } from 'uuid';
import { createKey } from '../../../src/admin/keys';
import type { KeyPolicyInput } from '../../../src/admin/key-policy';
import { readTlsPair } from '../../../src/domain/tls-pair';
import { makeCertificate, type TestCertificate } from '../../support/certificates';
import { deviceNumber, jsonInventory } from '../../support/devices';
import { basic, startTestGateway, type TestGateway, type TestGatewayOptions } from '../../support/gateway';
import { askOverTls, type TlsAnswer, type TlsAsking } from '../../support/tls-client';

const own = makeCertificate({ names: ['localhost', '127.0.0.1'] });
const ca = makeCertificate({ isCa: true, subject: [['CN', 'Devices CA']] });

function servingTls(over: TestGatewayOptions = {}): Promise<TestGateway> {
  const source = {
    read: () => {
      const read = readTlsPair(own.pem, own.keyPem);
      if (!read.ok) throw new Error(read.faults.join());
      return read.pair;
    },
    state: () => '',
  };
  return startTestGateway({ tls: { source, reloadMs: 3_600_000 }, ...over });
}

let gateway: TestGateway;
let port: number;
let key: string;
beforeAll(async () => {
  gateway = await servingTls();
  ({ port } = gateway.server.address);
  key = await keyOf(gateway);
});
afterAll(async () => {
  await gateway.close();
});

async function keyOf(of: TestGateway, policy: KeyPolicyInput = {}): Promise<string> {
  const [root] = await of.sql<{ entity_id: string }>('SELECT entity_id FROM entity WHERE parent_id IS NULL');
  const url = `https://localhost:${of.server.address.port}`;
  const caller = { instanceId: 1, actor: 'test' };
  const input = { name: 'tls', entityId: root?.entity_id ?? '', url, ...policy };
  return (await createKey(of.gateway.admin, caller, input)).key;
}

let count = 0;
const post = (asking: Partial<TlsAsking> & { readonly key?: string | false } = {}): Promise<TlsAnswer> => {
  const { key: given = key, headers, ...rest } = asking;
  return askOverTls({
    port,
    method: 'POST',
    headers: {
      'content-type': 'application/x-compress-zlib',
      'glpi-agent-id': v7(),
      ...(given === false ? {} : { authorization: basic(given) }),
      ...headers,
    },
    body: deflateSync(jsonInventory(deviceNumber(++count))),
    ...rest,
  });
};

const reasons = async (of = gateway): Promise<unknown> => {
  const counted = await of.sql('SELECT DISTINCT reason FROM submission WHERE verdict = $1', ['refused']);
  return counted.map((row) => (row as { reason: string }).reason);
};

describe('TLS that ends at the gateway', () => {
  test('carries inventories for keys that are bound to https', async () => {
    expect(await post()).toMatchObject({ status: 200, phrase: 'OK' });
  });

  test('is not what a key for http is bound to', async () => {
    const plain = await keyOf(gateway, { url: `http://localhost:${port}` });
    expect(await post({ key: plain })).toMatchObject({
      status: 403,
      phrase: expect.stringContaining('URL') as string,
    });
    expect(await reasons()).toContain('key_url_mismatch');
  });

  test.each([
    ['the same name', 'localhost', `localhost:`],
    ['the same in capitals with a dot', 'LOCALHOST', 'localhost.:'],
    ['none, as of a client that uses an address', '', '127.0.0.1:'],
  ])('takes %s', async (_what, serverName, host) => {
    expect(await post({ serverName, headers: { host: `${host}${port}` } })).toMatchObject({ status: 200 });
  });

  test.each([
    ['another name than the Host', 'evil.example', 'localhost:'],
    ['the right name, and then another Host', 'localhost', 'evil.example:'],
  ])('refuses %s', async (_what, serverName, host) => {
    const answer = await post({ serverName, headers: { host: `${host}${port}` } });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('evil.example');
  });

  test('does not believe forwarding headers of strangers', async () => {
    const headers = { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example' };
    expect(await post({ headers })).toMatchObject({ status: 200 });
  });
});

describe('a client certificate on the connection', () => {
  test('is pinned, and stands for the key afterwards', async () => {
    const both = await keyOf(gateway, { carriers: ['basic', 'certificate'] });
    const certificate = makeCertificate();
    expect(await post({ key: both, certificate })).toMatchObject({ status: 200 });
    const pins = await gateway.sql(`SELECT value FROM asset_identifier WHERE kind = 'certificate'`);
    expect(pins).toEqual([{ value: certificate.spki }]);
    count--;
    expect(await post({ key: false, certificate })).toMatchObject({ status: 200 });
  });

  test('is the one of the connection for each message on it, also of one that was taken up again', async () => {
    const needing = await keyOf(gateway, { clientCertificate: 'required', clientCa: ca.pem });
    const certificate = makeCertificate({ issuer: ca });
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    const first = await post({ key: needing, certificate, agent });
    const second = await post({ key: needing, certificate, agent });
    agent.destroy();
    expect([first, second]).toMatchObject([
      { status: 200, isReused: false },
      { status: 200, isReused: true },
    ]);
    const session = await sessionOf(certificate);
    // No certificate is sent with it: the server remembers whose session it is.
    expect(await post({ key: needing, options: { session } })).toMatchObject({ status: 200 });
    expect(await post({ key: needing })).toMatchObject({
      status: 403,
      phrase: 'Client certificate required',
    });
  });

  test('that is not the key’s is refused', async () => {
    const needing = await keyOf(gateway, { clientCertificate: 'required', clientCa: ca.pem });
    const expired = makeCertificate({ issuer: ca, notAfter: new Date(Date.now() - 1000) });
    for (const certificate of [makeCertificate(), expired]) {
      expect(await post({ key: needing, certificate })).toMatchObject({
        status: 403,
        phrase: 'Client certificate refused',
      });
    }
  });

  test('cannot be replaced by a header', async () => {
    const needing = await keyOf(gateway, { clientCertificate: 'required', clientCa: ca.pem });
    const stolen = makeCertificate({ issuer: ca });
    const headers = {
      'client-cert': `:${stolen.der.toString('base64')}:`,
      'x-ssl-client-cert': encodeURIComponent(stolen.pem),
    };
    expect(await post({ key: needing, headers })).toMatchObject({
      status: 403,
      phrase: 'Client certificate required',
    });
  });
});

function sessionOf(certificate: TestCertificate): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = tls.connect({
      ...{ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false },
      ...{ cert: certificate.pem, key: certificate.keyPem },
    });
    socket.once('session', (session) => {
      resolve(session);
      socket.destroy();
    });
    socket.once('error', reject);
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    socket.resume();
  });
}

describe('a trusted proxy that comes by TLS', () => {
  let behind: TestGateway;
  beforeAll(async () => {
    behind = await servingTls({
      origin: { trustedProxies: ['127.0.0.0/8'], headerFamily: 'x-forwarded' },
      clientCertHeader: 'x-ssl-client-cert',
    });
  });
  afterAll(async () => {
    await behind.close();
  });

  test('speaks for its clients: its own name and certificate are not theirs', async () => {
    const needing = await keyOf(behind, {
      url: 'https://inventory.example',
      clientCertificate: 'required',
      clientCa: ca.pem,
    });
    const proxy = makeCertificate({ issuer: ca, subject: [['CN', 'proxy']] });
    const client = makeCertificate({ issuer: ca });
    const through = (headers: Record<string, string>): Promise<TlsAnswer> =>
      post({
        port: behind.server.address.port,
        key: needing,
        certificate: proxy,
        serverName: 'backend.internal',
        headers: { host: 'inventory.example', ...headers },
      });
    expect(await through({})).toMatchObject({ status: 403, phrase: 'Client certificate required' });
    const passedOn = { 'x-ssl-client-cert': encodeURIComponent(client.pem) };
    expect(await through(passedOn)).toMatchObject({ status: 200 });
    expect(await behind.sql(`SELECT value FROM asset_identifier WHERE kind = 'certificate'`)).toEqual([
      { value: client.spki },
    ]);
  });
});
