import { readFileSync, statSync } from 'node:fs';
import { parseX509 } from '../domain/client-certificate';
import { readTlsPair } from '../domain/tls-pair';
import {
  isLoopback,
  postUrlOf,
  tokenUrlFault,
  type Upstream,
  type UpstreamCredential,
} from '../domain/upstream';
import { SettingsError, type Settings } from './settings';

/** Largest file of a secret or certificate, in bytes. */
const maxFileBytes = 1024 * 1024;

export type UpstreamOfSettings = Omit<Upstream, 'instanceId' | 'version'>;

/**
 * Where the settings say that the first instance forwards to; undefined: nowhere. Reads the files.
 * @throws SettingsError that names every fault, without any secret
 */
export function upstreamOfSettings(settings: Settings): UpstreamOfSettings | undefined {
  if (settings.glpiUrl === undefined) return undefined;
  const faults: string[] = [];
  const url = postUrlOf('glpi', settings.glpiUrl);
  if (url === undefined) faults.push('GLPI_URL must be an http or https URL of at most 2048 characters.');
  const credential = credentialOf(settings, faults);
  const tls = tlsOf(settings, faults);
  const sendsSecret = credential.kind !== 'none';
  if (sendsSecret && url?.startsWith('http:') === true && !isLoopback(url)) {
    faults.push('GLPI_URL is http: the credential would be readable on the way. Use https.');
  }
  const { glpiOauthTokenUrl: tokenUrl } = settings;
  const tokenFault = tokenUrl === undefined ? undefined : tokenUrlFault(tokenUrl);
  if (tokenFault !== undefined) faults.push(`GLPI_OAUTH_TOKEN_URL ${tokenFault}.`);
  if (faults.length > 0 || url === undefined) throw new SettingsError(faults.join(' '));
  return { kind: 'glpi', url, credential, tls, proxy: settings.glpiProxy };
}

function credentialOf(settings: Settings, faults: string[]): UpstreamCredential {
  const { glpiUser, glpiOauthClientId } = settings;
  if (glpiUser !== undefined) {
    const password =
      settings.glpiPassword ?? secretOf('GLPI_PASSWORD_FILE', settings.glpiPasswordFile, faults);
    if (glpiUser.includes(':')) faults.push('GLPI_USER must not have a colon in it.');
    return { kind: 'basic', user: glpiUser, password };
  }
  if (glpiOauthClientId === undefined) return { kind: 'none' };
  const clientSecret =
    settings.glpiOauthClientSecret ??
    secretOf('GLPI_OAUTH_CLIENT_SECRET_FILE', settings.glpiOauthClientSecretFile, faults);
  return { kind: 'oauth', clientId: glpiOauthClientId, clientSecret, tokenUrl: settings.glpiOauthTokenUrl };
}

function tlsOf(settings: Settings, faults: string[]): Upstream['tls'] {
  const { glpiCaFile, glpiClientCertFile, glpiClientKeyFile } = settings;
  const ca = glpiCaFile === undefined ? undefined : textOf('GLPI_CA_FILE', glpiCaFile, faults);
  if (ca !== undefined && ca !== '' && parseX509(ca) === undefined) {
    faults.push('GLPI_CA_FILE holds no certificate in PEM.');
  }
  if (glpiClientCertFile === undefined || glpiClientKeyFile === undefined) {
    return { ca, certificate: undefined, key: undefined };
  }
  const certificate = textOf('GLPI_CLIENT_CERT_FILE', glpiClientCertFile, faults);
  const key = textOf('GLPI_CLIENT_KEY_FILE', glpiClientKeyFile, faults);
  const read = readTlsPair(certificate, key);
  if (!read.ok && certificate !== '' && key !== '') {
    faults.push(...read.faults.map((fault) => fault.replaceAll('TLS_', 'GLPI_CLIENT_')));
  }
  return { ca, certificate, key };
}

function secretOf(name: string, file: string | undefined, faults: string[]): string {
  const secret = file === undefined ? '' : textOf(name, file, faults).trim();
  if (secret === '' && faults.length === 0) faults.push(`${name} is empty.`);
  return secret;
}

function textOf(name: string, file: string, faults: string[]): string {
  try {
    if (statSync(file).size <= maxFileBytes) return readFileSync(file, 'utf8');
    faults.push(`${name} is larger than ${maxFileBytes} bytes: ${file}.`);
  } catch (error) {
    faults.push(`${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}): ${file}.`);
  }
  return '';
}
