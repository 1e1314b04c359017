import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { isLoopback } from '../domain/upstream';
import type { Setting } from './setting';
import { settingsTable, type SettingKey } from './settings-table';

export type Source = 'env' | 'file' | 'default' | 'generated';

type Values = { readonly [K in SettingKey]: (typeof settingsTable)[K] extends Setting<infer T> ? T : never };

export interface Settings extends Values {
  /** Where each value comes from. `generated`: made at the first start and kept in DATA_DIR or the database. */
  readonly sources: Readonly<Record<SettingKey, Source>>;
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  /** Every fault at once, one sentence each, without any secret. */
  | { readonly ok: false; readonly faults: readonly string[] };

/** Settings that cannot be used; for faults found after they were read. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What is worked out in the end from other values. */
const keptElsewhere = new Set<SettingKey>(['keyPepper', 'adminToken']);

/** max_connections of the embedded server, less those for administration and one-off commands. */
const embeddedConnections = 90;

/**
 * The one reader of the environment, and of a file `.env` in the directory; what the environment says wins.
 * Without arguments: of this process, and of its working directory. With an environment alone: of no file.
 */
export function readSettings(env?: Environment, directory?: string): SettingsResult {
  return env === undefined ? readFrom(process.env, process.cwd()) : readFrom(env, directory);
}

function readFrom(env: Environment, directory: string | undefined): SettingsResult {
  const file = directory === undefined ? {} : readEnvFile(path.join(directory, '.env'));
  if (typeof file === 'string') return { ok: false, faults: [file] };
  const faults: string[] = [];
  const faulty: string[] = [];
  const values: Record<string, unknown> = {};
  const sources: Record<string, Source> = {};
  for (const [key, setting] of Object.entries(settingsTable)) {
    const { text, source } = lookUp(setting.name, env, file);
    sources[key] = source === 'default' && keptElsewhere.has(key as SettingKey) ? 'generated' : source;
    const given = text ?? setting.fallback;
    if (given === undefined) continue;
    const read = setting.kind.read(given);
    const usable = read.ok || setting.fallback === undefined ? read : setting.kind.read(setting.fallback);
    if (usable.ok) values[key] = usable.value;
    if (read.ok) continue;
    faulty.push(setting.name);
    faults.push(`${setting.name} ${read.why}.`);
  }
  const settings = complete(values, sources as Settings['sources']);
  // What is said of a setting that cannot be read would be of another value than the one that was given.
  faults.push(...findContradictions(settings).filter((fault) => !faulty.some((name) => names(fault, name))));
  return faults.length === 0 ? { ok: true, settings } : { ok: false, faults };
}

function names(fault: string, name: string): boolean {
  return fault.split(/\W+/).includes(name);
}

/** An empty variable counts as not set: compose files pass `NAME=` for what is missing. */
function lookUp(
  name: string,
  env: Environment,
  file: Environment,
): { text: string | undefined; source: Source } {
  const fromEnv = env[name]?.trim();
  if (fromEnv !== undefined && fromEnv !== '') return { text: fromEnv, source: 'env' };
  const fromFile = file[name]?.trim();
  if (fromFile !== undefined && fromFile !== '') return { text: fromFile, source: 'file' };
  return { text: undefined, source: 'default' };
}

/** A text is a fault. */
function readEnvFile(file: string): Environment | string {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? {} : `${file} cannot be read (${code ?? 'not a file of settings'}).`;
  }
}

function complete(values: Record<string, unknown>, sources: Settings['sources']): Settings {
  const none = Object.fromEntries(Object.keys(settingsTable).map((key) => [key, undefined]));
  const derived = {
    trustedProxies: [],
    webhookAllowedNetworks: [],
    publicUrls: [defaultPublicUrl(Number(values.port), values.tlsCertFile !== undefined)],
    logFormat: process.stdout.isTTY ? 'text' : 'json',
  };
  return { ...none, ...derived, ...values, sources } as unknown as Settings;
}

function defaultPublicUrl(port: number, isTls: boolean): string {
  const [scheme, usualPort] = isTls ? ['https', 443] : ['http', 80];
  return `${scheme}://localhost${port === usualPort ? '' : `:${port}`}`;
}

/** The settings with the port that a PORT of 0 came to be; a PUBLIC_URL that was not given follows it. */
export function withPort(settings: Settings, port: number): Settings {
  const isUrlGiven = settings.sources.publicUrls !== 'default';
  const isTls = settings.tlsCertFile !== undefined;
  return {
    ...settings,
    port,
    publicUrls: isUrlGiven ? settings.publicUrls : [defaultPublicUrl(port, isTls)],
  };
}

function findContradictions(settings: Settings): string[] {
  const faults: string[] = [];
  if (settings.keyPepper !== undefined && settings.keyPepperFile !== undefined) {
    faults.push('KEY_PEPPER and KEY_PEPPER_FILE are both set: keep one.');
  }
  if (settings.keyPepperPrevious !== undefined && settings.keyPepperPreviousFile !== undefined) {
    faults.push('KEY_PEPPER_PREVIOUS and KEY_PEPPER_PREVIOUS_FILE are both set: keep one.');
  }
  if (settings.registrationKey !== undefined && settings.registrationKeyFile !== undefined) {
    faults.push('REGISTRATION_KEY and REGISTRATION_KEY_FILE are both set: keep one.');
  }
  if ((settings.tlsCertFile === undefined) !== (settings.tlsKeyFile === undefined)) {
    faults.push('TLS_CERT_FILE and TLS_KEY_FILE belong together: set both or none.');
  }
  if (settings.clientCertHeader !== 'none' && settings.trustedProxies.length === 0) {
    faults.push('CLIENT_CERT_HEADER needs TRUSTED_PROXIES: from anybody else the header does not count.');
  }
  if (settings.maxBufferedBytes < settings.maxBodyBytes) {
    faults.push(
      'MAX_BUFFERED_BYTES is less than MAX_BODY_BYTES: the largest bodies could never be taken in.',
    );
  }
  faults.push(...relayContradictions(settings), ...upstreamContradictions(settings));
  // Beside its pools each process listens for changes of keys.
  const perProcess = settings.databaseMaxConnections + settings.settleConnections + 1;
  const connections = settings.workers * perProcess;
  if (settings.databaseUrl === undefined && connections > embeddedConnections) {
    faults.push(
      `WORKERS x (DATABASE_MAX_CONNECTIONS + SETTLE_CONNECTIONS + 1) is ${connections}; the embedded database has ` +
        `${embeddedConnections}. Lower them or set DATABASE_URL.`,
    );
  }
  return faults;
}

function relayContradictions({ registrationKind, registrationServer: server, glpiUrl }: Settings): string[] {
  if (registrationKind !== 'relay') return [];
  const isReadable = server?.startsWith('http:') === true && !isLoopback(server);
  return [
    ...(glpiUrl === undefined
      ? []
      : ['REGISTRATION_KIND=relay and GLPI_URL are both set: inventories go to one of them.']),
    ...(isReadable
      ? [
          `REGISTRATION_KIND=relay and REGISTRATION_SERVER is http: what a relay hands on, and its token, would be ` +
            `readable on the way. Use https.`,
        ]
      : []),
  ];
}

/** Everything about GLPI needs GLPI_URL, and half of a credential is a mistake. */
function upstreamContradictions(settings: Settings): string[] {
  const faults: string[] = [];
  const isSet = (key: SettingKey): boolean => settings[key] !== undefined;
  const nameOf = (key: SettingKey): string => settingsTable[key].name;
  const twice = [
    ['glpiPassword', 'glpiPasswordFile'],
    ['glpiOauthClientSecret', 'glpiOauthClientSecretFile'],
  ] as const;
  for (const [a, b] of twice) {
    if (isSet(a) && isSet(b)) faults.push(`${nameOf(a)} and ${nameOf(b)} are both set: keep one.`);
  }
  const hasPassword = isSet('glpiPassword') || isSet('glpiPasswordFile');
  const hasSecret = isSet('glpiOauthClientSecret') || isSet('glpiOauthClientSecretFile');
  if (isSet('glpiUser') !== hasPassword) {
    faults.push('GLPI_USER and GLPI_PASSWORD belong together: set both or none.');
  }
  if (isSet('glpiOauthClientId') !== hasSecret) {
    faults.push('GLPI_OAUTH_CLIENT_ID and GLPI_OAUTH_CLIENT_SECRET belong together: set both or none.');
  }
  if (isSet('glpiUser') && isSet('glpiOauthClientId')) {
    faults.push('GLPI_USER and GLPI_OAUTH_CLIENT_ID are both set: GLPI takes one of them.');
  }
  if (isSet('glpiClientCertFile') !== isSet('glpiClientKeyFile')) {
    faults.push('GLPI_CLIENT_CERT_FILE and GLPI_CLIENT_KEY_FILE belong together: set both or none.');
  }
  const needUrl = (Object.keys(settingsTable) as SettingKey[]).filter(
    (key) => key.startsWith('glpi') && key !== 'glpiUrl' && key !== 'glpiVersion' && isSet(key),
  );
  if (!isSet('glpiUrl') && needUrl.length > 0) {
    faults.push(`${needUrl.map(nameOf).join(', ')}: no use without GLPI_URL.`);
  }
  return faults;
}

export interface ShownSetting {
  readonly name: string;
  /** Secrets are not shown, only whether they are set. */
  readonly value: string;
  readonly source: Source;
  readonly isSecret: boolean;
  readonly description: string;
}

/** The effective settings, in the order of the table, for `gatehouse config` and the API. */
export function describeSettings(settings: Settings): ShownSetting[] {
  return (Object.keys(settingsTable) as SettingKey[]).map((key) => {
    const { name, kind, isSecret, description } = settingsTable[key] as Setting<unknown>;
    const value: unknown = settings[key];
    const isUnset = value === undefined;
    const shown = isSecret ? '(secret)' : isUnset ? '' : kind.show(value);
    const source = settings.sources[key];
    return { name, value: isSecret && isUnset ? '' : shown, source, isSecret, description };
  });
}
