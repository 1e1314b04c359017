import type http from 'node:http';
import { setUpstream } from '../../../src/admin/upstream';
import { startFakeGlpi } from '../../support/fake-glpi';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { frontServer, portThatRefuses, type Fault } from '../../support/path-faults';
import { anInstallation, type Installation } from '../../support/registration';

let gateway: TestGateway;
let server: string;
let host: Installation;
const open: Fault[] = [];
beforeAll(async () => {
  gateway = await startTestGateway();
  server = gateway.url.replace('127.0.0.1', 'localhost');
});
afterAll(async () => {
  await gateway.close();
});
beforeEach(() => {
  host = anInstallation(gateway);
});
afterEach(async () => {
  host.remove();
  for (const fault of open.splice(0)) await fault.close();
});

interface Shown {
  readonly target: string;
  readonly layer: string;
  readonly state: string;
  readonly what: string;
  readonly nextStep: string | null;
}

const portOf = (url: string) => new URL(url).port;
/** As on the host of the gateway itself. */
const onGateway = (over: Record<string, string> = {}) => ({
  env: { DATABASE_URL: gateway.database.url, HOST: '127.0.0.1', PORT: portOf(server), ...over },
});
const linesOf = (ran: { value: Record<string, unknown> }, target: string): Shown[] =>
  (ran.value.checks as Shown[]).filter((check) => check.target === target);
const states = (lines: readonly Shown[]): string[] => lines.map(({ layer, state }) => `${layer} ${state}`);

describe('gatehouse test, before registering', () => {
  it('needs no key: it proves the way to the server, and says what was not looked at', async () => {
    const ran = await host.run('test', { server });
    expect(ran).toMatchObject({ exitCode: 0, value: { isWell: true, failedLayer: null } });
    expect(states(linesOf(ran, 'server'))).toEqual([
      'dns ok',
      'tcp ok',
      'http ok',
      'clock ok',
      'key skipped',
    ]);
    expect(states(linesOf(ran, 'database'))).toEqual(['database skipped']);
    expect(states(linesOf(ran, 'registration'))).toEqual(['registration skipped']);
    expect(ran.text).toMatch(/^STATE +WHERE +LAYER +WHAT/);
  });

  it('proves a key, what of the headers arrives, and registers nothing', async () => {
    const { kid, key } = await gateway.newKey({ scopes: ['inventory'] });
    const ran = await host.run('glpi:network:test', { server }, ['-'], { input: key });
    expect(ran).toMatchObject({ exitCode: 0, value: { isWell: true } });
    expect(states(linesOf(ran, 'server')).slice(4)).toEqual(['headers ok', 'url ok', 'headers ok', 'key ok']);
    expect(ran.text).toContain(`${kid} is good under this URL`);
    expect(ran.text + JSON.stringify(ran.value)).not.toContain(key.slice(18, 40));
    expect(await gateway.api('GET', `/registrations?key=${kid}`)).toMatchObject({ items: [] });
    expect(host.store.read()).toBeUndefined();
  });

  it('says of a text that is no key what it is, and tries the way all the same', async () => {
    const ran = await host.run('test', { server }, ['-'], { input: gateway.adminToken });
    expect(ran).toMatchObject({ exitCode: 1, value: { failedLayer: 'key' } });
    expect(ran.text).toContain('admin token');
    expect(states(linesOf(ran, 'server')).slice(0, 3)).toEqual(['dns ok', 'tcp ok', 'http ok']);
  });

  it('says that there is nothing to try', async () => {
    expect(await host.run('test')).toMatchObject({ exitCode: 2 });
  });
});

it('after registering, it takes server and key from the registration, and asks nobody to change it', async () => {
  const { key } = await gateway.newKey();
  await host.run('register', { server }, ['-'], { input: key });
  const before = host.store.read();
  const ran = await host.run('test');
  expect(ran).toMatchObject({ exitCode: 0 });
  expect(states(linesOf(ran, 'registration'))).toEqual(['registration ok']);
  expect(linesOf(ran, 'server').at(-1)).toMatchObject({ layer: 'key', state: 'ok' });
  expect(host.store.read()).toEqual(before);
  host.store.write({ ...before!, standing: { ...before!.standing, state: 'revoked', why: 'key_revoked' } });
  expect(await host.run('test')).toMatchObject({
    exitCode: 1,
    value: { failedTarget: 'registration' },
    text: expect.stringContaining('ask its admin for a new key') as string,
  });
});

it('tells a clock that is wrong', async () => {
  for (const [aheadMs, state, exitCode] of [
    [60_000, 'warning', 0],
    [-600_000, 'failed', 1],
  ] as const) {
    gateway.clock.now = new Date(Date.now() + aheadMs);
    const ran = await host.run('test', { server });
    gateway.clock.now = undefined;
    expect(linesOf(ran, 'server').find(({ layer }) => layer === 'clock')).toMatchObject({ state });
    expect(ran.exitCode).toBe(exitCode);
  }
});

describe('gatehouse test, on the host of the gateway', () => {
  it('reaches itself under its public URL without any key', async () => {
    const ran = await host.run('test', {}, [], onGateway());
    expect(ran).toMatchObject({ exitCode: 0, value: { isWell: true } });
    expect(states(linesOf(ran, 'database'))).toEqual(['database ok']);
    expect(states(linesOf(ran, 'gateway'))).toEqual(['tcp ok']);
    expect(states(linesOf(ran, 'public URL'))).toEqual([
      'dns ok',
      'tcp ok',
      'http ok',
      'clock ok',
      'headers ok',
      'url ok',
      'headers ok',
    ]);
    expect(await gateway.sql('SELECT 1 FROM echo_nonce')).toEqual([]);
  });

  /** Through a front, whose URL the instance is then bound to. */
  async function through(change: (headers: http.OutgoingHttpHeaders) => http.OutgoingHttpHeaders) {
    const front = await frontServer(Number(portOf(server)), change);
    open.push(front);
    await gateway.sql('UPDATE instance SET public_urls = $1', [[`http://localhost:${front.port}`]]);
    try {
      const ran = await host.run('test', {}, [], onGateway());
      return { ran, lines: linesOf(ran, 'public URL') };
    } finally {
      await gateway.sql('UPDATE instance SET public_urls = $1', [[server]]);
    }
  }
  const without =
    (...names: string[]) =>
    (headers: http.OutgoingHttpHeaders) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

  it('through a proxy that passes everything', async () => {
    const { ran, lines } = await through((headers) => headers);
    expect(ran.exitCode).toBe(0);
    expect(lines.find(({ layer }) => layer === 'url')).toMatchObject({ state: 'ok' });
  });

  it('says that a proxy takes the key away', async () => {
    const { ran } = await through(without('authorization'));
    expect(ran).toMatchObject({ exitCode: 1, value: { failedTarget: 'public URL', failedLayer: 'headers' } });
    expect(ran.text).toContain('proxy_set_header Authorization');
  });

  it('says which headers of agents a proxy takes away', async () => {
    const { ran, lines } = await through(without('glpi-agent-id', 'glpi-proxy-id'));
    expect(ran.exitCode).toBe(0);
    expect(lines.find(({ state }) => state === 'warning')?.what).toBe(
      'taken away on the way: GLPI-Agent-ID, GLPI-Proxy-ID',
    );
  });

  it('says that a proxy writes another host, and names what it should be trusted for', async () => {
    const { ran } = await through((headers) => ({ ...headers, host: 'backend:8080' }));
    expect(ran).toMatchObject({ exitCode: 1, value: { failedLayer: 'url' } });
    expect(ran.text).toContain('http://backend:8080');
    expect(ran.text).toContain('TRUSTED_PROXIES');
    const forwarded = await through((headers) => ({ ...headers, 'x-forwarded-for': '192.0.2.7' }));
    expect(forwarded.lines.at(-1)).toMatchObject({
      state: 'warning',
      nextStep: expect.stringContaining('TRUSTED_PROXIES=127.0.0.1') as string,
    });
  });

  it('says that another Gatehouse answers there', async () => {
    const other = await startTestGateway();
    await gateway.sql('UPDATE instance SET public_urls = $1', [
      [other.url.replace('127.0.0.1', 'localhost')],
    ]);
    const ran = await host.run('test', {}, [], onGateway());
    await gateway.sql('UPDATE instance SET public_urls = $1', [[server]]);
    await other.close();
    expect(ran).toMatchObject({ exitCode: 1, value: { failedLayer: 'service' } });
    expect(ran.text).toContain('not this one');
    // What only this gateway could take is taken back.
    expect(await gateway.sql('SELECT 1 FROM echo_nonce')).toEqual([]);
  });

  it('is no failure as long as the gateway does not run', async () => {
    const port = String(await portThatRefuses());
    await gateway.sql('UPDATE instance SET public_urls = $1', [[`http://localhost:${port}`]]);
    const ran = await host.run('test', {}, [], onGateway({ PORT: port }));
    await gateway.sql('UPDATE instance SET public_urls = $1', [[server]]);
    expect(ran.exitCode).toBe(0);
    expect(states(linesOf(ran, 'gateway'))).toEqual(['tcp skipped']);
    expect(states(linesOf(ran, 'public URL'))).toEqual(['dns ok', 'tcp skipped', 'http skipped']);
    expect(ran.text).toContain('gatehouse serve');
  });
});

it('tries the GLPI that inventories are passed on to, and leaves nothing there', async () => {
  const glpi = await startFakeGlpi();
  try {
    const { admin } = gateway.gateway;
    await setUpstream(admin, { instanceId: 1, actor: 'cli:test' }, { url: glpi.url });
    const moods = [
      ['ok', 0, 'a GLPI that takes inventories'],
      ['disabled', 3, 'Enable inventory in GLPI'],
      ['maintenance', 3, 'maintenance'],
      ['unauthorized', 1, 'GLPI_USER'],
    ] as const;
    for (const [mood, exitCode, text] of moods) {
      glpi.mood = mood;
      const ran = await host.run('test', {}, [], onGateway());
      expect([mood, ran.exitCode]).toEqual([mood, exitCode]);
      expect(ran.text).toContain(text);
    }
    expect(glpi.stored).toEqual([]);
  } finally {
    await glpi.close();
  }
  expect(await host.run('test', {}, [], onGateway())).toMatchObject({
    exitCode: 3,
    value: { failedTarget: 'GLPI', failedLayer: 'tcp' },
  });
});
