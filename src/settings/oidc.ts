import { readFileSync } from 'node:fs';
import { isLoopback } from '../domain/upstream';
import type { OidcRole } from '../domain/oidc-role';
import { SettingsError, type Settings } from './settings';

/** Signing in with an OpenID provider, whole. Holds a secret. */
export interface OidcOfSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly scopes: string;
  readonly neededClaim: string;
  readonly roles: readonly OidcRole[];
  readonly label: string;
  readonly signsOutThere: boolean;
}

/** Undefined: it is not set up. @throws SettingsError, without any secret */
export function oidcOfSettings(settings: Settings): OidcOfSettings | undefined {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcRoles: roles } = settings;
  if (issuer === undefined) return undefined;
  if (clientId === undefined || roles === undefined) {
    throw new SettingsError('OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_ROLES.');
  }
  if (issuer.startsWith('http:') && !isLoopback(issuer)) {
    throw new SettingsError('OIDC_ISSUER is http: whoever is on the way could be anybody. Use https.');
  }
  return {
    ...{ issuer, clientId, roles },
    clientSecret: settings.oidcClientSecret ?? secretOfFile(settings.oidcClientSecretFile),
    scopes: settings.oidcScopes,
    neededClaim: settings.oidcClaim,
    label: settings.oidcLabel,
    signsOutThere: settings.oidcSignOut === 'provider',
  };
}

function secretOfFile(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new SettingsError(`OIDC_CLIENT_SECRET_FILE cannot be read (${code}): ${file}.`);
  }
}
