import { upstreamOfSettings } from '../../../src/settings/upstream';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { checkNodeVersion } from '../../../src/settings/check-node-version';
import { hashOf } from '../../../src/domain/pepper';
import { readPepper, readPeppers } from '../../../src/settings/pepper';
import { envExample, settingsMarkdown } from '../../../src/settings/settings-documents';
import type { Setting } from '../../../src/settings/setting';
import { settingsTable } from '../../../src/settings/settings-table';
import {
  describeSettings,
  readSettings,
  SettingsError,
  withPort,
  type Settings,
} from '../../../src/settings/settings';

const root = path.resolve(__dirname, '../../..');
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-settings-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function settingsOf(env: Record<string, string>, from = directory): Settings {
  const read = readSettings(env, from);
  if (!read.ok) throw new Error(read.faults.join('\n'));
  return read.settings;
}

function faultsOf(env: Record<string, string>): readonly string[] {
  const read = readSettings(env, directory);
  return read.ok ? [] : read.faults;
}

describe('reading settings', () => {
  test('needs none', () => {
    expect(settingsOf({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      publicUrls: ['http://localhost:8080'],
      databaseUrl: undefined,
      dataDir: path.resolve('data'),
      trustedProxies: [],
      workers: 1,
      maxBodyBytes: 16_777_216,
    });
  });

  test('lists all faults at once', () => {
    const faults = faultsOf({
      PORT: '70000',
      WORKERS: 'many',
      PUBLIC_URL: 'https://ok,ftp://no',
      LOG_LEVEL: 'loud',
    });
    expect(faults).toEqual([
      'PORT must be a whole number from 0 to 65535.',
      'PUBLIC_URL item 2 is not an http or https URL without user, query and #.',
      'WORKERS must be a whole number from 1 to 64, or auto.',
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent.',
    ]);
  });

  test('lists what contradicts itself beside what cannot be read, but nothing about what cannot be read', () => {
    expect(faultsOf({ PORT: '70000', TLS_CERT_FILE: '/cert', CLIENT_CERT_HEADER: 'client-cert' })).toEqual([
      'PORT must be a whole number from 0 to 65535.',
      'TLS_CERT_FILE and TLS_KEY_FILE belong together: set both or none.',
      'CLIENT_CERT_HEADER needs TRUSTED_PROXIES: from anybody else the header does not count.',
    ]);
    expect(faultsOf({ TRUSTED_PROXIES: 'proxy', CLIENT_CERT_HEADER: 'client-cert' })).toHaveLength(1);
  });

  test.each(
    Object.values(settingsTable).map((setting) => [setting.name, setting as Setting<unknown>] as const),
  )('%s takes its bounds and nothing one step past them', (name, { kind }) => {
    const [, min, max] = /^number, (\d+) to (\d+)$/.exec(kind.label) ?? [];
    if (min === undefined || max === undefined) return;
    expect(kind.read(min)).toEqual({ ok: true, value: Number(min) });
    expect(kind.read(max)).toEqual({ ok: true, value: Number(max) });
    const past = [String(Number(max) + 1), ...(Number(min) > 0 ? [String(Number(min) - 1)] : ['-1'])];
    for (const text of [...past, '1.5', '1e1', '0x1', '١']) expect(kind.read(text).ok).toBe(false);
    expect(faultsOf({ [name]: String(Number(max) + 1) })).toHaveLength(1);
  });

  test('never throws, and quotes no value', () => {
    const names = Object.values(settingsTable).map(({ name }) => name);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string({ maxLength: 60 })), (env) => {
        readSettings(env, directory);
      }),
    );
    const secret = 'postgres:/me:hunter2@example.org/x';
    expect(
      JSON.stringify(faultsOf({ DATABASE_URL: secret, ADMIN_TOKEN: 'hunter2', KEY_PEPPER: 'hunter2' })),
    ).not.toContain('hunter2');
  });

  test('refuses half of a credential for GLPI, two of them, and any without GLPI_URL', () => {
    const withUrl = (more: Record<string, string>) => faultsOf({ GLPI_URL: 'https://glpi.example', ...more });
    expect(withUrl({ GLPI_USER: 'agent' })[0]).toMatch(/GLPI_PASSWORD belong together/);
    expect(withUrl({ GLPI_OAUTH_CLIENT_ID: 'a' })[0]).toMatch(/GLPI_OAUTH_CLIENT_SECRET belong together/);
    expect(withUrl({ GLPI_CLIENT_CERT_FILE: '/c' })[0]).toMatch(/belong together/);
    expect(
      withUrl({
        GLPI_USER: 'a',
        GLPI_PASSWORD: 'b',
        GLPI_OAUTH_CLIENT_ID: 'c',
        GLPI_OAUTH_CLIENT_SECRET: 'd',
      })[0],
    ).toMatch(/takes one of them/);
    expect(faultsOf({ GLPI_PROXY: 'http://proxy:3128' })[0]).toMatch(/GLPI_PROXY: no use without GLPI_URL/);
    expect(faultsOf({ GLPI_URL: 'https://user:hunter2@glpi.example' })[0]).toMatch(/without user/);
    expect(faultsOf({ GLPI_URL: 'https://user:hunter2@glpi.example' })[0]).not.toContain('hunter2');
  });

  test('reads where it forwards to, with every fault of the files at once', () => {
    const settingsOf = (more: Record<string, string>) => {
      const read = readSettings({ GLPI_URL: 'https://glpi.example/glpi', ...more });
      if (!read.ok) throw new Error(read.faults.join(' '));
      return read.settings;
    };
    expect(upstreamOfSettings(settingsOf({ GLPI_USER: 'agent', GLPI_PASSWORD: 'secret' }))).toMatchObject({
      kind: 'glpi',
      url: 'https://glpi.example/glpi/front/inventory.php',
      credential: { kind: 'basic', user: 'agent', password: 'secret' },
    });
    const missing = settingsOf({
      GLPI_CLIENT_CERT_FILE: '/missing/cert',
      GLPI_CLIENT_KEY_FILE: '/missing/key',
      GLPI_CA_FILE: '/missing/ca',
    });
    expect(() => upstreamOfSettings(missing)).toThrow(
      /GLPI_CA_FILE cannot be read.*GLPI_CLIENT_CERT_FILE cannot be read.*GLPI_CLIENT_KEY_FILE cannot be read/,
    );
    const readable = settingsOf({
      GLPI_URL: 'http://glpi.example',
      GLPI_USER: 'a',
      GLPI_PASSWORD: 'hunter2',
    });
    expect(() => upstreamOfSettings(readable)).toThrow(/Use https/);
    const client = { GLPI_OAUTH_CLIENT_ID: 'a', GLPI_OAUTH_CLIENT_SECRET: 'b' };
    const tokenElsewhere = settingsOf({ ...client, GLPI_OAUTH_TOKEN_URL: 'http://login.example/token' });
    expect(() => upstreamOfSettings(tokenElsewhere)).toThrow(/GLPI_OAUTH_TOKEN_URL must be https/);
  });

  test('finds contradictions', () => {
    expect(faultsOf({ KEY_PEPPER: 'x'.repeat(32), KEY_PEPPER_FILE: '/p' })[0]).toMatch(/both set/);
    expect(faultsOf({ MAX_BUFFERED_BYTES: '1000', MAX_BODY_BYTES: '1001' })[0]).toMatch(/MAX_BUFFERED_BYTES/);
    const relay = { REGISTRATION_KIND: 'relay', REGISTRATION_SERVER: 'http://central.example' };
    expect(faultsOf(relay)).toEqual([expect.stringMatching(/REGISTRATION_SERVER is http: .*Use https/)]);
    expect(faultsOf({ ...relay, REGISTRATION_SERVER: 'https://central.example' })).toEqual([]);
    expect(faultsOf({ ...relay, REGISTRATION_SERVER: 'http://127.0.0.1:8080' })).toEqual([]);
    expect(faultsOf({ REGISTRATION_SERVER: 'http://central.example' })).toEqual([]);
    expect(faultsOf({ WORKERS: '7' })[0]).toMatch(/is 91; the embedded database has 90/);
    expect(faultsOf({ WORKERS: '7', DATABASE_MAX_CONNECTIONS: '9' })).toEqual([]);
    expect(faultsOf({ WORKERS: '7', DATABASE_URL: 'postgresql://db/x' })).toEqual([]);
  });

  test('takes a file, over which the environment wins, and counts empty values as not set', () => {
    const file = path.join(directory, '.env');
    writeFileSync(file, 'PORT=9000\nHOST="0.0.0.0"\n# PORT=1\nLOG_LEVEL=\n');
    const settings = settingsOf({ PORT: '9001', HOST: '' });
    expect(settings).toMatchObject({
      port: 9001,
      host: '0.0.0.0',
      logLevel: 'info',
      publicUrls: ['http://localhost:9001'],
    });
    expect(settings.sources).toMatchObject({
      port: 'env',
      host: 'file',
      logLevel: 'default',
      keyPepper: 'generated',
    });
    rmSync(file);
    mkdirSync(file);
    expect(readSettings({}, directory)).toEqual({ ok: false, faults: [`${file} cannot be read (EISDIR).`] });
  });

  test('gives addresses and URLs one spelling', () => {
    const settings = settingsOf({
      TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.7,2001:db8::1',
      PUBLIC_URL: 'HTTPS://Inventory.Example.org:443/agents/,https://inventory.example.org/agents',
    });
    expect(settings.trustedProxies).toEqual(['10.0.0.0/8', '192.0.2.7/32', '2001:db8::1/128']);
    expect(settings.publicUrls).toEqual(['https://inventory.example.org/agents']);
    expect(faultsOf({ TRUSTED_PROXIES: '10.0.0.0/33' })).toHaveLength(1);
  });

  test('lets a PUBLIC_URL that was not given follow the port found', () => {
    expect(withPort(settingsOf({ PORT: '0' }), 4711).publicUrls).toEqual(['http://localhost:4711']);
    expect(withPort(settingsOf({ PUBLIC_URL: 'https://a.example' }), 4711)).toMatchObject({
      port: 4711,
      publicUrls: ['https://a.example'],
    });
  });

  test('shows every setting and no secret', () => {
    const env = {
      ADMIN_TOKEN: 'secret-of-admin-'.repeat(2),
      KEY_PEPPER: 'secret-of-pepper'.repeat(2),
      DATABASE_URL: 'postgresql://me:secret-word@db:5433/x?password=secret-two',
    };
    const shown = describeSettings(settingsOf(env));
    expect(shown.map(({ name }) => name)).toEqual(Object.values(settingsTable).map(({ name }) => name));
    expect(JSON.stringify(shown)).not.toMatch(/secret-/);
    expect(shown).toContainEqual(
      expect.objectContaining({
        name: 'DATABASE_URL',
        value: 'postgresql://me:***@db:5433/x?password=***',
        source: 'env',
      }),
    );
  });
});

describe('the pepper', () => {
  const none = { keyPepper: undefined, keyPepperFile: undefined };

  test('is generated once, for its owner alone', () => {
    const dataDir = path.join(directory, 'data');
    const first = readPepper({ ...none, dataDir });
    expect(first).toHaveLength(64);
    expect(readPepper({ ...none, dataDir })).toEqual(first);
    const file = path.join(dataDir, 'secrets/key-pepper');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    // Moved to a setting it is the same secret.
    expect(readPepper({ ...none, dataDir, keyPepperFile: file })).toEqual(first);
    expect(readPepper({ ...none, dataDir, keyPepper: readFileSync(file, 'utf8').trim() })).toEqual(first);
  });

  test('is refused when it is too short or cannot be read, without a new one being made', () => {
    const file = path.join(directory, 'short');
    writeFileSync(file, `${'x'.repeat(31)}\n`);
    expect(() => readPepper({ ...none, dataDir: directory, keyPepperFile: file })).toThrow(SettingsError);
    writeFileSync(file, `${'x'.repeat(32)}\n`);
    expect(readPepper({ ...none, dataDir: directory, keyPepperFile: file }).toString()).toBe('x'.repeat(32));
    const missing = path.join(directory, 'missing');
    expect(() => readPepper({ ...none, dataDir: directory, keyPepperFile: missing })).toThrow(
      /KEY_PEPPER_FILE.*ENOENT/,
    );
    expect(existsSync(path.join(directory, 'secrets'))).toBe(false);
  });

  test('may have another one beside it, as text or in a file, and only one of these', () => {
    const [active, former] = ['a'.repeat(32), 'f'.repeat(32)];
    const file = path.join(directory, 'former');
    writeFileSync(file, `${former}\n`);
    const read = (more: Record<string, string>) => {
      const result = readSettings({ KEY_PEPPER: active, ...more });
      if (!result.ok) throw new Error(result.faults.join(' '));
      return readPeppers(result.settings);
    };
    const asText = read({ KEY_PEPPER_PREVIOUS: former });
    const asFile = read({ KEY_PEPPER_PREVIOUS_FILE: file });
    expect(asText.previous?.id).toBe(asFile.previous?.id);
    expect(asText.previous?.id).toBe(read({ KEY_PEPPER: former }).active.id);
    expect(hashOf(asText, 'x')).toEqual(hashOf(read({}), 'x'));
    expect(read({}).previous).toBeUndefined();
    expect(read({ KEY_PEPPER_PREVIOUS: active }).previous).toBeUndefined();
    expect(() => read({ KEY_PEPPER_PREVIOUS: former, KEY_PEPPER_PREVIOUS_FILE: file })).toThrow(/keep one/);
    expect(() => read({ KEY_PEPPER_PREVIOUS: 'f'.repeat(31) })).toThrow(/KEY_PEPPER_PREVIOUS.*32/);
  });
});

test('a revoked key is refused within 30 seconds whatever is set', () => {
  expect(readSettings({ KEY_CACHE_TTL_MS: '30000' }).ok).toBe(true);
  expect(readSettings({ KEY_CACHE_TTL_MS: '30001' })).toMatchObject({ ok: false });
});

test('another Node.js than 24 is told', () => {
  expect(checkNodeVersion('v24.21.0')).toBeUndefined();
  expect(checkNodeVersion('v20.20.2')).toMatch(/needs Node.js 24, this is v20.20.2/);
  expect(checkNodeVersion('v25.0.0')).toBeDefined();
  expect(checkNodeVersion('')).toBeDefined();
});

test.each([
  ['docs/settings.md', settingsMarkdown],
  ['.env.example', envExample],
])('%s is what the table of settings says (npm run settings:write)', (file, content) => {
  expect(readFileSync(path.join(root, file), 'utf8')).toBe(content());
});

describe('TLS', () => {
  const both = { TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'key.pem' };

  test('makes the public URL that was not given https', () => {
    expect(settingsOf(both)).toMatchObject({
      publicUrls: ['https://localhost:8080'],
      tlsCertFile: path.resolve('cert.pem'),
    });
    expect(settingsOf({ ...both, PORT: '443' }).publicUrls).toEqual(['https://localhost']);
    expect(withPort(settingsOf({ ...both, PORT: '0' }), 8443).publicUrls).toEqual(['https://localhost:8443']);
    expect(settingsOf({ ...both, PUBLIC_URL: 'http://given.example' }).publicUrls).toEqual([
      'http://given.example',
    ]);
  });

  test('wants both files or none', () => {
    for (const name of ['TLS_CERT_FILE', 'TLS_KEY_FILE']) {
      expect(faultsOf({ [name]: 'a.pem' })).toEqual([
        'TLS_CERT_FILE and TLS_KEY_FILE belong together: set both or none.',
      ]);
    }
  });

  test('takes client certificates from a header only of proxies that are named', () => {
    expect(faultsOf({ CLIENT_CERT_HEADER: 'client-cert' })).toEqual([
      'CLIENT_CERT_HEADER needs TRUSTED_PROXIES: from anybody else the header does not count.',
    ]);
    expect(faultsOf({ CLIENT_CERT_HEADER: 'client-cert', TRUSTED_PROXIES: '127.0.0.1' })).toEqual([]);
    expect(faultsOf({ CLIENT_CERT_HEADER: 'ssl-client-cert' })).toHaveLength(1);
  });
});
