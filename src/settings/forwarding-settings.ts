import { filePath, httpUrl, integer, text } from './setting-kinds';
import { optional, secret, setting } from './setting';

/** Where accepted inventories go, and how: part of the one table. */
export const forwardingSettings = {
  glpiUrl: optional(
    'GLPI_URL',
    httpUrl,
    'inventories are stored here only',
    'GLPI server that accepted inventories of the first instance are passed on to: its root, or the URL that its agents had.',
  ),
  glpiUser: optional(
    'GLPI_USER',
    text('text'),
    'none',
    'User of the Basic credential that GLPI or the web server before it asks for. Needs GLPI_PASSWORD.',
  ),
  glpiPassword: secret('GLPI_PASSWORD', 1, 'GLPI_PASSWORD_FILE, else none', 'Password of that user.'),
  glpiPasswordFile: optional('GLPI_PASSWORD_FILE', filePath, 'none', 'File with that password.'),
  glpiOauthClientId: optional(
    'GLPI_OAUTH_CLIENT_ID',
    text('text'),
    'none',
    'OAuth client of GLPI 11 with the scope inventory. Needs GLPI_OAUTH_CLIENT_SECRET.',
  ),
  glpiOauthClientSecret: secret(
    'GLPI_OAUTH_CLIENT_SECRET',
    1,
    'GLPI_OAUTH_CLIENT_SECRET_FILE, else none',
    'Secret of that client.',
  ),
  glpiOauthClientSecretFile: optional(
    'GLPI_OAUTH_CLIENT_SECRET_FILE',
    filePath,
    'none',
    'File with that secret.',
  ),
  glpiOauthTokenUrl: optional(
    'GLPI_OAUTH_TOKEN_URL',
    httpUrl,
    '`/api.php/token` of GLPI_URL',
    'Where GLPI gives out access tokens.',
  ),
  glpiClientCertFile: optional(
    'GLPI_CLIENT_CERT_FILE',
    filePath,
    'none',
    'Client certificate to show to GLPI, PEM; read at the start. Needs GLPI_CLIENT_KEY_FILE.',
  ),
  glpiClientKeyFile: optional(
    'GLPI_CLIENT_KEY_FILE',
    filePath,
    'none',
    'Private key of that certificate: PEM, without passphrase.',
  ),
  glpiCaFile: optional(
    'GLPI_CA_FILE',
    filePath,
    'the usual CAs',
    'CA certificates that the certificate of GLPI must come from, PEM; read at the start.',
  ),
  glpiProxy: optional('GLPI_PROXY', httpUrl, 'none: directly', 'HTTP proxy on the way to GLPI.'),
  upstreamSecret: secret(
    'UPSTREAM_SECRET',
    1,
    'a file or standard input',
    'For the command gatehouse upstream set only: password, client secret or bearer token, where no file is named.',
  ),
  forwardMaxConcurrency: setting(
    'FORWARD_MAX_CONCURRENCY',
    integer(1, 64),
    '8',
    'Inventories on their way to one upstream at once, at most; how many it is at a time follows what it can digest.',
  ),
  forwardMaxPerMinute: optional(
    'FORWARD_MAX_PER_MINUTE',
    integer(1, 1_000_000),
    'no limit but what it can digest',
    'Inventories and contacts sent to one upstream in a minute, at most.',
  ),
  forwardTimeoutMs: setting(
    'FORWARD_TIMEOUT_MS',
    integer(1000, 600_000),
    '120000',
    'Time for the upstream to answer. GLPI takes up to 20 s for 20 MB, and waits for locks.',
  ),
  forwardMaxAttempts: setting(
    'FORWARD_MAX_ATTEMPTS',
    integer(1, 100),
    '8',
    'Tries of one inventory that the upstream fails on; then it waits as a dead letter. An upstream that is down costs none.',
  ),
  forwardRefreshHours: setting(
    'FORWARD_REFRESH_HOURS',
    integer(1, 8760),
    '20',
    'An asset that was seen, but unchanged, has its last contact refreshed in GLPI so often at most.',
  ),
} as const;
