import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  buildProgram,
  gatehouse,
  gatehouseJson,
  inventoryOf,
  startServer,
  throwAwayFolder,
  type ServerProcess,
} from '../support/built-program';
import { makeCertificate, type TestCertificate } from '../support/certificates';
import { askOverTls, type TlsAnswer } from '../support/tls-client';

jest.setTimeout(180_000);

const folder = throwAwayFolder();
const certFile = path.join(folder.path, 'cert.pem');
const keyFile = path.join(folder.path, 'key.pem');
const env = {
  DATA_DIR: path.join(folder.path, 'data'),
  PORT: '0',
  LOG_FORMAT: 'json',
  TLS_CERT_FILE: certFile,
  TLS_KEY_FILE: keyFile,
  // Only SIGHUP makes it look, within the time of a test.
  TLS_RELOAD_MS: '3600000',
};
let server: ServerProcess;
let key: string;

function write({ pem, keyPem }: Pick<TestCertificate, 'pem' | 'keyPem'>): void {
  writeFileSync(certFile, pem);
  writeFileSync(keyFile, keyPem, { mode: 0o600 });
  chmodSync(keyFile, 0o600);
}

const post = (port: number, number: number): Promise<TlsAnswer> =>
  askOverTls({
    port,
    method: 'POST',
    path: '/front/inventory.php',
    headers: {
      'content-type': 'application/x-compress-zlib',
      authorization: `Basic ${Buffer.from(`${key}:x`).toString('base64')}`,
    },
    body: inventoryOf(number),
  });

async function expectSoon(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}

beforeAll(async () => {
  await buildProgram();
  write(makeCertificate({ names: ['one.example'] }));
  server = await startServer(env);
  key = /grk_\w+/.exec(server.printed())?.[0] ?? '';
});
afterAll(async () => {
  server.kill('SIGKILL');
  await server.ended;
  await gatehouse(['key', 'list'], env);
  folder.remove();
});

test('what is printed speaks of https, and it is good as printed', async () => {
  expect(server.printed()).toContain(
    `glpi-agent --server=https://${key}:x@localhost:${server.port}/ --force`,
  );
  expect(server.printed().trimEnd()).toMatch(/Admin API: https:\/\/localhost:\d+\/api\/v1$/);
  expect(await post(server.port, 1)).toMatchObject({ status: 200, serverNames: 'DNS:one.example' });
});

test('SIGHUP takes a new pair into use, and leaves it at the old one when it is broken', async () => {
  write({ ...makeCertificate({ names: ['broken.example'] }), keyPem: 'nothing' });
  server.kill('SIGHUP');
  await expectSoon(() => Promise.resolve(server.printed().includes('TLS files cannot be used')));
  expect(await post(server.port, 2)).toMatchObject({ status: 200, serverNames: 'DNS:one.example' });
  write(makeCertificate({ names: ['two.example'] }));
  server.kill('SIGHUP');
  await expectSoon(async () => (await post(server.port, 2)).serverNames === 'DNS:two.example');
});

test('doctor tells how long the certificate is good, and who may read the key', async () => {
  const findings = async (): Promise<{ check: string; state: string; what: string }[]> => {
    const { stdout } = await gatehouse(['doctor', '--json'], env);
    const shown = JSON.parse(stdout) as unknown;
    const list = Array.isArray(shown) ? shown : Object.values(shown as object).find(Array.isArray);
    return (list as { check: string; state: string; what: string }[]).filter(({ check }) =>
      check.startsWith('TLS'),
    );
  };
  const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);
  write(makeCertificate({ names: ['one.example'], notAfter: inDays(90) }));
  expect(await findings()).toEqual([
    expect.objectContaining({
      state: 'ok',
      what: expect.stringContaining('DNS:one.example, good until') as string,
    }),
  ]);
  write(makeCertificate({ notAfter: inDays(3.5) }));
  chmodSync(keyFile, 0o644);
  expect(await findings()).toMatchObject([
    { state: 'warning', what: expect.stringContaining('3 days left') as string },
    { check: 'TLS key', state: 'warning' },
  ]);
  write(makeCertificate({ notAfter: inDays(-1) }));
  expect(await findings()).toMatchObject([
    { state: 'problem', what: expect.stringContaining('expired') as string },
  ]);
  write({ ...makeCertificate(), pem: 'nothing' });
  expect(await findings()).toMatchObject([{ state: 'problem' }]);
});

test('a start with files that cannot serve ends with 2 and says what is wrong', async () => {
  write({ ...makeCertificate(), keyPem: makeCertificate().keyPem });
  const { code, stdout, stderr } = await gatehouse(['serve'], {
    ...env,
    DATA_DIR: path.join(folder.path, 'new'),
  });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('TLS_KEY_FILE is not the key of the first certificate');
  expect(existsSync(path.join(folder.path, 'new'))).toBe(false);
  const half = await gatehouse(['config'], { TLS_CERT_FILE: certFile });
  expect(half).toMatchObject({ code: 2, stderr: expect.stringContaining('set both or none') as string });
});

test('several processes serve it, and all take a new pair', async () => {
  write(makeCertificate({ names: ['three.example'] }));
  const port = String(server.port);
  server.kill('SIGTERM');
  expect((await server.ended).code).toBe(0);
  server = await startServer({ ...env, PORT: port, WORKERS: '2' });
  const names = async (): Promise<Set<string | undefined>> => {
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => post(server.port, number)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    return new Set(answers.map(({ serverNames }) => serverNames));
  };
  expect(await names()).toEqual(new Set(['DNS:three.example']));
  write(makeCertificate({ names: ['four.example'] }));
  server.kill('SIGHUP');
  const news = (): number => server.printed().split('serving with the new TLS certificate').length - 1;
  await expectSoon(() => Promise.resolve(news() === 2));
  expect(await names()).toEqual(new Set(['DNS:four.example']));
});

test('the effective settings show the files and no content', async () => {
  const shown = JSON.stringify(await gatehouseJson(['config'], env));
  expect(shown).toContain(keyFile);
  expect(shown).not.toContain('PRIVATE KEY');
});
