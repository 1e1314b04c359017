import path from 'node:path';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { openPath, type PathFacts } from '../../../src/reach/open-path';
import { postJson } from '../../../src/reach/post-json';
import { makeCertificate } from '../../support/certificates';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import {
  badGateway,
  blackHole,
  drippingServer,
  portThatRefuses,
  proxyServer,
  silentServer,
  tlsServer,
  type Fault,
  type ProxyMood,
} from '../../support/path-faults';
import { anInstallation, type Installation } from '../../support/registration';

let gateway: TestGateway;
let server: string;
let host: Installation;
const open: Fault[] = [];
const proxyVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'];
const environment = { ...process.env };

const kept = async <T extends Fault>(fault: Promise<T>): Promise<T> => {
  open.push(await fault);
  return await fault;
};

beforeAll(async () => {
  gateway = await startTestGateway();
  server = gateway.url.replace('127.0.0.1', 'localhost');
});
afterAll(async () => {
  await gateway.close();
});
beforeEach(() => {
  host = anInstallation(gateway);
  for (const name of [...proxyVariables, ...proxyVariables.map((one) => one.toLowerCase())])
    Reflect.deleteProperty(process.env, name);
});
afterEach(async () => {
  host.remove();
  Object.assign(process.env, environment);
  for (const fault of open.splice(0)) await fault.close();
});

/** Where it ends, for both commands; what each fault is called and what is to be done about it. */
interface End {
  readonly layer: string;
  readonly exitCode: number;
  readonly message: RegExp;
  readonly nextStep: RegExp;
}

async function expectEnd(url: string, { layer, exitCode, message, nextStep }: End, key = gateway.key) {
  const agentConfigDir = path.join(host.dataDir, 'conf.d');
  mkdirSync(agentConfigDir, { recursive: true });
  const registered = await host.run(
    'register',
    { server: url, writeAgentConfig: true, agentConfigDir },
    ['-'],
    { input: key },
  );
  expect(registered).toMatchObject({ layer, exitCode, text: '' });
  expect(registered.message).toMatch(message);
  expect(registered.nextStep).toMatch(nextStep);
  expect(registered.message + registered.nextStep).not.toContain(key);
  // Nothing by half: neither a registration, nor a file of the agent, nor an entry there.
  expect(existsSync(path.join(host.dataDir, 'registration'))).toBe(false);
  expect(readdirSync(agentConfigDir)).toEqual([]);
  expect((await gateway.api<{ items: unknown[] }>('GET', '/registrations')).items).toEqual([]);

  const tried = await host.run('test', { server: url }, ['-'], { input: key });
  expect(tried).toMatchObject({
    exitCode,
    value: { isWell: false, failedTarget: 'server', failedLayer: layer },
  });
  const checks = tried.value.checks as { state: string; layer: string; what: string; nextStep: string }[];
  const end = checks.find(({ state }) => state === 'failed');
  expect(end?.what).toMatch(message);
  expect(end?.nextStep).toMatch(nextStep);
  expect(tried.text).toContain(end?.nextStep);
  expect(tried.text).not.toContain(key);
}

describe('register and test end with the layer of the fault', () => {
  it('a name that does not resolve', async () => {
    await expectEnd('https://no-such-host.invalid', {
      ...{ layer: 'dns', exitCode: 3 },
      message: /no-such-host\.invalid/,
      nextStep: /spelling of the URL|name server|resolv\.conf/i,
    });
  });

  it('a port where nothing listens', async () => {
    const port = await portThatRefuses();
    await expectEnd(`http://localhost:${port}`, {
      ...{ layer: 'tcp', exitCode: 3 },
      message: /Nothing listens at localhost:\d+ \(ECONNREFUSED\)/,
      nextStep: /Check the port/,
    });
  });

  const day = 86_400_000;
  it.each([
    [
      'expired',
      () =>
        makeCertificate({
          names: ['localhost'],
          notAfter: new Date(Date.now() - day),
          notBefore: new Date(Date.now() - 2 * day),
        }),
      /has expired/,
      /Renew it there/,
    ],
    [
      'not good yet',
      () =>
        makeCertificate({
          names: ['localhost'],
          notBefore: new Date(Date.now() + day),
          notAfter: new Date(Date.now() + 2 * day),
        }),
      /is not good yet/,
      /clock of this host/,
    ],
    [
      'for another name',
      () => makeCertificate({ names: ['other.example'] }),
      /is for another name/,
      /name that stands/,
    ],
    ['signed by itself', () => makeCertificate({ names: ['localhost'] }), /is signed by itself/, /--ca FILE/],
  ])('a certificate that is %s', async (why, make, message, nextStep) => {
    const certificate = make();
    const { port } = await kept(tlsServer(certificate));
    // But for being signed by itself, that of its authority is known.
    const trusted = why !== 'signed by itself';
    const file = path.join(host.dataDir, 'ca.pem');
    mkdirSync(host.dataDir, { recursive: true });
    writeFileSync(file, certificate.pem);
    const env = trusted ? { REGISTRATION_CA_FILE: file } : {};
    const plain = host;
    host = { ...plain, run: (name, options, args, more) => plain.run(name, options, args, { ...more, env }) };
    await expectEnd(`https://localhost:${port}`, { layer: 'tls', exitCode: 3, message, nextStep });
  });

  it('a certificate of an authority that nobody here knows', async () => {
    const authority = makeCertificate({ subject: [['CN', 'House CA']], isCa: true });
    const certificate = makeCertificate({ names: ['localhost'], issuer: authority });
    const { port } = await kept(tlsServer(certificate, [authority]));
    await expectEnd(`https://localhost:${port}`, {
      ...{ layer: 'tls', exitCode: 3 },
      message: /from an authority that this host does not know/,
      nextStep: /PEM of that authority with --ca FILE/,
    });
  });

  it('plain HTTP where TLS was expected', async () => {
    const { port } = await kept(badGateway());
    await expectEnd(`https://localhost:${port}`, {
      ...{ layer: 'tls', exitCode: 3 },
      message: /does not speak TLS/,
      nextStep: /http:\/\/ there\?/,
    });
  });

  it('a page of a web server whose backend is away', async () => {
    const { port } = await kept(badGateway());
    await expectEnd(`http://localhost:${port}`, {
      ...{ layer: 'http', exitCode: 3 },
      message: /is no Gatehouse: 502 Bad Gateway, text\/html/,
      nextStep: /gatehouse\/v1\/.* must reach Gatehouse/,
    });
  });

  it.each<[ProxyMood, string, RegExp, RegExp]>([
    ['forbidden', 'https', /proxy refuses a connection to localhost:\d+: 403/, /NO_PROXY/],
    ['password', 'https', /proxy refuses a connection to localhost:\d+: 407/, /user and password/],
    ['password', 'http', /The proxy refuses: 407/, /user and password/],
  ])('a proxy that answers %s to %s', async (mood, scheme, message, nextStep) => {
    const { port } = await kept(proxyServer(mood));
    process.env.ALL_PROXY = `http://127.0.0.1:${port}`;
    const url = scheme === 'http' ? 'http://localhost:1' : server.replace('http:', 'https:');
    await expectEnd(url, { layer: 'proxy', exitCode: 3, message, nextStep });
  });

  it('a proxy that is away, and one that is no URL', async () => {
    process.env.HTTP_PROXY = `http://127.0.0.1:${await portThatRefuses()}`;
    await expectEnd(server, {
      ...{ layer: 'proxy', exitCode: 3 },
      message: /Nothing listens at the proxy/,
      nextStep: /HTTPS_PROXY and HTTP_PROXY/,
    });
    process.env.HTTP_PROXY = 'socks5://127.0.0.1:1';
    await expectEnd(server, {
      ...{ layer: 'proxy', exitCode: 3 },
      message: /HTTP_PROXY is no URL of a proxy/,
      nextStep: /http:\/\/proxy\.example/,
    });
  });

  it('a key that the server refuses', async () => {
    const { kid, key } = await gateway.newKey();
    await gateway.api('POST', `/keys/${kid}/revoke`);
    await expectEnd(
      server,
      { layer: 'key', exitCode: 1, message: /revoked/, nextStep: /Ask for a new key/ },
      key,
    );
  });

  it('a key that is bound to another URL', async () => {
    const { key } = await gateway.newKey({ url: 'https://inventory.example' });
    await expectEnd(
      server,
      { layer: 'binding', exitCode: 1, message: /bound to https:\/\/inventory\.example/, nextStep: /rebind/ },
      key,
    );
  });
});

describe('a wait on the way is bounded', () => {
  const timeoutMs = 200;
  const options = { env: {}, timeoutMs };

  it('of connections that are dropped', async () => {
    const { port } = await kept(blackHole());
    const facts: PathFacts = {};
    await expect(openPath(new URL(`http://127.0.0.1:${port}`), options, facts)).rejects.toMatchObject({
      layer: 'tcp',
      code: 'ETIMEDOUT',
      nextStep: expect.stringContaining('firewall') as string,
    });
    expect(facts).toMatchObject({ addresses: ['127.0.0.1'], peer: `127.0.0.1:${port}` });
  });

  it('of TLS that is never answered', async () => {
    const { port } = await kept(silentServer());
    await expect(openPath(new URL(`https://localhost:${port}`), options)).rejects.toMatchObject({
      layer: 'tls',
      code: 'ETIMEDOUT',
    });
  });

  it('of an answer that never comes', async () => {
    const { port } = await kept(silentServer());
    await expect(postJson(new URL(`http://localhost:${port}/x`), {}, {}, options)).rejects.toMatchObject({
      layer: 'http',
      code: 'ETIMEDOUT',
    });
  });

  it('of an answer that comes letter by letter', async () => {
    const { port } = await kept(drippingServer(timeoutMs / 4));
    await expect(postJson(new URL(`http://localhost:${port}/x`), {}, {}, options)).rejects.toMatchObject({
      layer: 'http',
      code: 'ETIMEDOUT',
    });
  });

  it('of a proxy that says nothing', async () => {
    const { port } = await kept(silentServer());
    const env = { https_proxy: `http://127.0.0.1:${port}` };
    await expect(openPath(new URL('https://localhost:1'), { env, timeoutMs })).rejects.toMatchObject({
      layer: 'proxy',
      code: 'ETIMEDOUT',
    });
  });
});

it('goes through a proxy that lets it, and past it where NO_PROXY says so', async () => {
  const certificate = makeCertificate({ names: ['localhost'] });
  const { port } = await kept(tlsServer(certificate));
  const proxy = await kept(proxyServer('open'));
  const url = new URL(`https://localhost:${port}`);
  const env = { https_proxy: `http://127.0.0.1:${proxy.port}` };
  const way = { env, ca: certificate.pem, timeoutMs: 5000 };
  const through = await openPath(url, way);
  expect(through.facts.certificate).toMatchObject({ subject: 'CN=test', chain: [] });
  through.socket.destroy();
  expect(proxy.passed).toEqual([`localhost:${port}`]);
  const past = await openPath(url, { ...way, env: { ...env, no_proxy: 'localhost' } });
  past.socket.destroy();
  expect(proxy.passed).toHaveLength(1);
});
