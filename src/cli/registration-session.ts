import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { canonicalUrl, urlText } from '../domain/canonical-url';
import { maxSecretLength, parseSecret } from '../domain/key-format';
import { recogniseSecret } from '../domain/recognise-secret';
import type { InstallationKind } from '../domain/registered-instance';
import type { PathOptions } from '../reach/open-path';
import { KeyRefused } from '../registration/key-refused';
import type { Introduction } from '../registration/present';
import type { RegisterDeps } from '../registration/register';
import type { RegistrationRecord } from '../registration/registration-record';
import {
  registrationStore,
  RegistrationStoreError,
  type RegistrationStore,
} from '../registration/registration-store';
import { readPeppers } from '../settings/pepper';
import { readProxyEnvironment } from '../settings/proxy-environment';
import type { Settings } from '../settings/settings';
import { hasEmbeddedCluster } from './admin-session';
import type { Context } from './context';
import { CommandFailure, exitCodes } from './exit-code';
import { programVersion } from './program-version';

/** For each step of the way: name, connection, proxy, TLS, answer. */
const stepTimeoutMs = 10_000;

export function storeOf(settings: Settings): RegistrationStore {
  return registrationStore(settings.dataDir, () => readPeppers(settings));
}

export function registerDepsOf(settings: Settings, caFile?: string): RegisterDeps {
  return { path: pathOptionsOf(settings, caFile), now: () => new Date(), random: () => Math.random() };
}

export function pathOptionsOf(settings: Settings, caFile = settings.registrationCaFile): PathOptions {
  return {
    env: readProxyEnvironment(),
    ca: caFile === undefined ? undefined : readCa(caFile),
    timeoutMs: stepTimeoutMs,
  };
}

function readCa(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailure(
      exitCodes.usage,
      `${file} cannot be read (${code ?? 'unknown'}).`,
      'Check the path.',
      {
        cause: error,
      },
    );
  }
  throw new CommandFailure(
    exitCodes.usage,
    `${file} holds no certificate in PEM form.`,
    'Give the PEM of the authority.',
  );
}

/** What this installation says of itself. Its id is drawn once, and stays with another key. */
export function introductionOf(
  settings: Settings,
  known: RegistrationRecord | undefined,
  over: { readonly kind?: InstallationKind | undefined; readonly name?: string | undefined } = {},
): Introduction {
  const isGateway = settings.databaseUrl !== undefined || hasEmbeddedCluster(settings.dataDir);
  const kind = over.kind ?? (isGateway ? 'gatehouse' : 'host');
  return {
    installationId: known?.installationId ?? randomUUID(),
    kind,
    name: over.name ?? os.hostname().slice(0, 255),
    version: programVersion(),
    ownUrl: kind === 'host' ? null : (settings.publicUrls[0] ?? null),
  };
}

/** What is stored, or undefined; a file that cannot be opened counts as none, for whoever is about to replace it. */
export function readKnown(context: Context, store: RegistrationStore): RegistrationRecord | undefined {
  try {
    return store.read();
  } catch (error) {
    if (!(error instanceof RegistrationStoreError)) throw error;
    context.note(`${error.message} A new registration takes its place.`);
    return undefined;
  }
}

export interface KeySource {
  /** The argument of the command; `-` is standard input. */
  readonly argument: string | undefined;
  readonly keyFile: string | undefined;
}

/** The key, from the one place that was given: standard input, a file, the environment, or the command line. */
export async function readKey(
  context: Context,
  { argument, keyFile }: KeySource,
): Promise<string | undefined> {
  if (argument !== undefined && keyFile !== undefined) {
    throw new CommandFailure(
      exitCodes.usage,
      'The key is given twice: as an argument and by --key-file.',
      'Keep one.',
    );
  }
  if (argument !== undefined && argument !== '-') {
    context.note(
      'The key stood in the command line, where everybody on this host may read it: use - (standard input), --key-file or REGISTRATION_KEY.',
    );
    return argument.trim();
  }
  if (argument === '-' || keyFile !== undefined) {
    return (await context.readInput(keyFile ?? '-', 4 * maxSecretLength)).toString().trim();
  }
  const { registrationKey, registrationKeyFile } = context.settings();
  if (registrationKey !== undefined) return registrationKey;
  if (registrationKeyFile === undefined) return undefined;
  return (await context.readInput(registrationKeyFile, 4 * maxSecretLength)).toString().trim();
}

/** Checked without asking anybody. @throws KeyRefused that says what it is instead */
export function requireKeyForm(text: string): string {
  if (parseSecret('grk', text).form === 'ok') return text;
  const { needed, looksLike } = recogniseSecret(text);
  throw new KeyRefused(
    'key',
    `That is no registration key. ${needed}`,
    'Nobody was asked: form and checksum tell. Copy the key as it was shown.',
    looksLike,
  );
}

/** Canonical. @throws CommandFailure */
export function requireServer(text: string): string {
  const url = canonicalUrl(text);
  if (url !== undefined) return urlText(url);
  throw new CommandFailure(
    exitCodes.usage,
    'The server is no http or https URL without user, query and #.',
    'Write it like --server https://inventory.example.org',
  );
}
