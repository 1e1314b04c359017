import { oidcRoleText, readOidcRole, type OidcRole } from '../domain/oidc-role';
import { choice, filePath, httpUrl, text, type Kind } from './setting-kinds';
import { optional, secret, setting } from './setting';

const maxRoles = 100;

const oidcRoles: Kind<readonly OidcRole[]> = {
  label: '`value=role` or `value=role@entity`, separated by `;`',
  read: (given) => {
    const rows = given
      .split(';')
      .filter((row) => row.trim() !== '')
      .map(readOidcRole);
    const bad = rows.indexOf(undefined);
    if (bad !== -1)
      return { ok: false, why: `row ${bad + 1} is not like admins=admin or help=operator@Root > Paris` };
    if (rows.length > maxRoles) return { ok: false, why: `has more than ${maxRoles} rows` };
    return { ok: true, value: rows.filter((row) => row !== undefined) };
  },
  show: (rows) => rows.map(oidcRoleText).join('; '),
};

/** Signing in to the console with an OpenID provider: part of the one table. */
export const oidcSettings = {
  oidcIssuer: optional(
    'OIDC_ISSUER',
    httpUrl,
    'the console takes admin tokens only',
    'OpenID provider that people sign in to the console with. https, but for this machine. Needs OIDC_CLIENT_ID and OIDC_ROLES.',
  ),
  oidcClientId: optional(
    'OIDC_CLIENT_ID',
    text('text'),
    'none',
    'Client that is registered there for Gatehouse.',
  ),
  oidcClientSecret: secret(
    'OIDC_CLIENT_SECRET',
    1,
    'OIDC_CLIENT_SECRET_FILE, else a public client',
    'Its secret.',
  ),
  oidcClientSecretFile: optional('OIDC_CLIENT_SECRET_FILE', filePath, 'none', 'File with that secret.'),
  oidcScopes: setting('OIDC_SCOPES', text('text'), 'openid profile email', 'Scopes that are asked for.'),
  oidcClaim: setting(
    'OIDC_CLAIM',
    text('text'),
    'groups',
    'Claim that says what somebody may do: a text or a list; `realm_access.roles` is a path.',
  ),
  oidcRoles: optional(
    'OIDC_ROLES',
    oidcRoles,
    'nobody gets in',
    'Which values of the claim may do what: viewer, operator or admin, everywhere or in an entity (id or complete name) and below. The first row that fits counts; without one nobody gets in.',
  ),
  oidcSignOut: setting(
    'OIDC_SIGN_OUT',
    choice('provider', 'here'),
    'provider',
    'Whether signing out of the console signs out at the provider too, where it has a place for it, or ends the session of Gatehouse alone.',
  ),
  oidcLabel: setting('OIDC_LABEL', text('text'), 'single sign-on', 'Name of the provider on the button.'),
} as const;
