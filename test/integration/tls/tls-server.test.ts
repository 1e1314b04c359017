import { once } from 'node:events';
import { chmodSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { startServer, type RunningServer } from '../../../src/http/server';
import { isTlsKeyExposed, tlsSourceOf } from '../../../src/settings/tls-files';
import { makeCertificate, type TestCertificate } from '../../support/certificates';
import { askOverTls, idleConnection } from '../../support/tls-client';

let directory: string;
let server: RunningServer | undefined;
let reloaded: string[];
let troubles: unknown[];
const certificateFor = (name: string): TestCertificate => makeCertificate({ names: [name] });

beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-tls-'));
  reloaded = [];
  troubles = [];
});
afterEach(async () => {
  await server?.close(100);
  server = undefined;
  rmSync(directory, { recursive: true, force: true });
});

const fileOf = (name: string): string => path.join(directory, name);
const settings = () => ({ tlsCertFile: fileOf('cert.pem'), tlsKeyFile: fileOf('key.pem') });

function write({ pem, keyPem }: Pick<TestCertificate, 'pem' | 'keyPem'>): void {
  writeFileSync(fileOf('cert.pem'), pem);
  writeFileSync(fileOf('key.pem'), keyPem, { mode: 0o600 });
}

/** Looks at the files only when told to, unless `reloadMs` is given. */
async function serveTls(reloadMs = 3_600_000): Promise<number> {
  const source = tlsSourceOf(settings());
  if (source === undefined) throw new Error('no source');
  server = await startServer(
    (request, response) => {
      const socket: Socket = request.socket;
      const { subject } = (socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined) ?? {};
      response.end(subject ?? 'no certificate');
    },
    { host: '127.0.0.1', port: 0 },
    {
      bodyTimeoutMs: 5000,
      tls: {
        source,
        reloadMs,
        onReloaded: ({ names }) => reloaded.push(names),
        onTrouble: (error) => troubles.push(error),
      },
    },
  );
  return server.address.port;
}

describe('TLS', () => {
  test('is spoken from 1.2 on, and not below', async () => {
    write(certificateFor('one.example'));
    const port = await serveTls();
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const answer = await askOverTls({ port, options: { minVersion: version, maxVersion: version } });
      expect(answer).toMatchObject({ status: 200, protocol: version, serverNames: 'DNS:one.example' });
    }
    // SECLEVEL=0, because the client's own library would not even try otherwise.
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(askOverTls({ port, options: old })).rejects.toThrow(/alert|protocol|version/i);
  });

  test('asks for a client certificate and turns nobody away for it', async () => {
    write(certificateFor('one.example'));
    const port = await serveTls();
    expect(await askOverTls({ port })).toMatchObject({ status: 200, text: 'no certificate' });
    const anybodys = makeCertificate({ subject: [['CN', 'pc-7']] });
    expect(await askOverTls({ port, certificate: anybodys })).toMatchObject({ status: 200, text: 'CN=pc-7' });
    const past = new Date(Date.now() - 1000);
    const expired = makeCertificate({ subject: [['CN', 'old']], notAfter: past });
    expect(await askOverTls({ port, certificate: expired })).toMatchObject({ status: 200, text: 'CN=old' });
  });

  test('plain HTTP on its port gets no answer', async () => {
    write(certificateFor('one.example'));
    const port = await serveTls();
    const socket = await idleConnection(port);
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'close');
    expect(Buffer.concat(chunks).toString()).not.toContain('HTTP/1.1 200');
  });
});

describe('a start', () => {
  test.each([
    ['no files', () => undefined, /TLS_CERT_FILE cannot be read \(ENOENT\).*TLS_KEY_FILE cannot be read/],
    [
      'a key of another certificate',
      () => {
        write({ pem: certificateFor('a').pem, keyPem: certificateFor('b').keyPem });
      },
      /TLS_KEY_FILE is not the key/,
    ],
    [
      'a file that is too large',
      () => {
        const made = certificateFor('a');
        write({ ...made, pem: made.pem.padEnd(1024 * 1024 + 1) });
      },
      /TLS_CERT_FILE is larger than 1048576 bytes/,
    ],
  ])('fails with %s, and says what is wrong', async (_what, prepare, says) => {
    prepare();
    await expect(serveTls()).rejects.toThrow(says);
  });

  test('takes a file of the largest size', async () => {
    const made = certificateFor('a');
    write({ ...made, pem: made.pem.padEnd(1024 * 1024) });
    expect(await askOverTls({ port: await serveTls() })).toMatchObject({ status: 200 });
  });

  test('knows a key that everybody may read', () => {
    write(certificateFor('a'));
    expect(isTlsKeyExposed(settings())).toBe(false);
    chmodSync(fileOf('key.pem'), 0o640);
    expect(isTlsKeyExposed(settings())).toBe(false);
    chmodSync(fileOf('key.pem'), 0o644);
    expect(isTlsKeyExposed(settings())).toBe(true);
  });
});

describe('files that change', () => {
  const shownAt = async (port: number): Promise<string | undefined> =>
    (await askOverTls({ port })).serverNames;

  test('are used from the next connection on; an open one goes on', async () => {
    write(certificateFor('one.example'));
    const port = await serveTls();
    const kept = new https.Agent({ keepAlive: true, maxSockets: 1 });
    expect(await askOverTls({ port, agent: kept })).toMatchObject({ serverNames: 'DNS:one.example' });
    write(certificateFor('two.example'));
    server?.checkTlsFiles();
    expect(reloaded).toEqual(['DNS:two.example']);
    expect(await shownAt(port)).toBe('DNS:two.example');
    expect(await askOverTls({ port, agent: kept })).toMatchObject({ status: 200, isReused: true });
    kept.destroy();
  });

  test('are noticed by themselves', async () => {
    write(certificateFor('one.example'));
    const port = await serveTls(10);
    write(certificateFor('two.example'));
    while (reloaded.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await shownAt(port)).toBe('DNS:two.example');
  });

  test('that stay broken leave the old pair and are complained of once', async () => {
    write(certificateFor('one.example'));
    const port = await serveTls();
    const next = certificateFor('two.example');
    writeFileSync(fileOf('cert.pem'), next.pem);
    for (let i = 0; i < 3; i++) server?.checkTlsFiles();
    expect(troubles.map(String)).toEqual([expect.stringContaining('is not the key')]);
    expect(await shownAt(port)).toBe('DNS:one.example');
    // The other half comes, as with every renewal.
    writeFileSync(fileOf('key.pem'), next.keyPem);
    server?.checkTlsFiles();
    expect(await shownAt(port)).toBe('DNS:two.example');
    expect(troubles).toHaveLength(1);
  });

  test('that are gone leave the old pair', async () => {
    write(certificateFor('one.example'));
    const port = await serveTls();
    unlinkSync(fileOf('key.pem'));
    server?.checkTlsFiles();
    expect(troubles).toHaveLength(1);
    expect(await shownAt(port)).toBe('DNS:one.example');
  });

  test('may be links that are turned to others, as certbot and Kubernetes do', async () => {
    const one = certificateFor('one.example');
    const two = certificateFor('two.example');
    for (const [name, made] of Object.entries({ one, two })) {
      writeFileSync(fileOf(`${name}-cert`), made.pem);
      writeFileSync(fileOf(`${name}-key`), made.keyPem);
    }
    symlinkSync('one-cert', fileOf('cert.pem'));
    symlinkSync('one-key', fileOf('key.pem'));
    const port = await serveTls();
    for (const kind of ['cert', 'key']) {
      symlinkSync(`two-${kind}`, fileOf('new'));
      renameSync(fileOf('new'), fileOf(`${kind}.pem`));
    }
    server?.checkTlsFiles();
    expect(await shownAt(port)).toBe('DNS:two.example');
  });
});

test('a server that stops does not wait for handshakes that never come', async () => {
  write(certificateFor('one.example'));
  const port = await serveTls();
  const idle = await idleConnection(port);
  const gone = once(idle, 'close');
  idle.on('error', () => undefined);
  await server?.close(50);
  server = undefined;
  await gone;
});
