import {
  choice,
  cidrs,
  filePath,
  hostName,
  integer,
  postgresUrl,
  urls,
  version,
  workers,
} from './setting-kinds';
import { forwardingSettings } from './forwarding-settings';
import { oidcSettings } from './oidc-settings';
import { registrationSettings } from './registration-settings';
import { derived, optional, secret, setting } from './setting';
import { webhookSettings } from './webhook-settings';

export type { Setting } from './setting';

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;
const hourMs = 60 * 60 * 1000;
const levels = choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent');
const bytes = (mebibytes: number): string => String(mebibytes * mebibyte);

/** Every setting. Names are fixed: deployments rely on them. */
export const settingsTable = {
  host: setting('HOST', hostName, '127.0.0.1', 'Address to listen on. 0.0.0.0 is all of IPv4.'),
  port: setting('PORT', integer(0, 65_535), '8080', 'Port to listen on. 0 takes a free one.'),
  publicUrls: derived(
    'PUBLIC_URL',
    urls,
    '`http://localhost:$PORT`, with TLS_CERT_FILE `https`',
    'URLs under which agents reach the gateway; keys are bound to them. The first is the primary one.',
  ),
  databaseUrl: optional(
    'DATABASE_URL',
    postgresUrl,
    'embedded PostgreSQL below DATA_DIR',
    'PostgreSQL 15 or newer to use.',
  ),
  dataDir: setting(
    'DATA_DIR',
    filePath,
    './data',
    'Embedded database and generated secrets. Belongs in the backup.',
  ),
  keyPepper: secret(
    'KEY_PEPPER',
    32,
    'KEY_PEPPER_FILE, else generated in DATA_DIR/secrets',
    'Secret that key hashes depend on. Without it no stored key can be recognised.',
  ),
  keyPepperFile: optional(
    'KEY_PEPPER_FILE',
    filePath,
    'generated in DATA_DIR/secrets',
    'File with that secret, at least 32 characters; a line end after it does not count.',
  ),
  keyPepperPrevious: secret(
    'KEY_PEPPER_PREVIOUS',
    32,
    'KEY_PEPPER_PREVIOUS_FILE, else none',
    'Another pepper that counts beside it, while one is replaced by the other (docs/deployment.md).',
  ),
  keyPepperPreviousFile: optional(
    'KEY_PEPPER_PREVIOUS_FILE',
    filePath,
    'none',
    'File with that other pepper, read as KEY_PEPPER_FILE.',
  ),
  adminToken: secret(
    'ADMIN_TOKEN',
    32,
    'generated and printed once',
    'The first admin token. Added at a start when it is not known yet; the one that it was before is then revoked.',
  ),
  trustedProxies: derived(
    'TRUSTED_PROXIES',
    cidrs,
    'none',
    'Reverse proxies whose forwarding headers count. Everybody else could write these headers.',
  ),
  forwardedHeaders: setting(
    'FORWARDED_HEADERS',
    choice('x-forwarded', 'forwarded'),
    'x-forwarded',
    'The one family of forwarding headers that the proxies set; the other is ignored.',
  ),
  tlsCertFile: optional(
    'TLS_CERT_FILE',
    filePath,
    'plain HTTP, for a proxy that does TLS',
    'Certificate to serve TLS with: PEM, followed by those between it and a root. Needs TLS_KEY_FILE.',
  ),
  tlsKeyFile: optional(
    'TLS_KEY_FILE',
    filePath,
    'plain HTTP, for a proxy that does TLS',
    'Private key of that certificate: PEM, without passphrase, readable for Gatehouse alone.',
  ),
  tlsReloadMs: setting(
    'TLS_RELOAD_MS',
    integer(100, hourMs),
    '10000',
    'How often these two files are looked at. A pair that changed is used without restart, a broken one is not.',
  ),
  clientCertHeader: setting(
    'CLIENT_CERT_HEADER',
    choice('none', 'client-cert', 'x-ssl-client-cert'),
    'none',
    'Header in which trusted proxies pass client certificates on: client-cert as in RFC 9440, or x-ssl-client-cert with percent-encoded PEM.',
  ),
  ...forwardingSettings,
  workers: setting('WORKERS', workers, '1', 'Processes that share the port. auto: one a core.'),
  logLevel: setting('LOG_LEVEL', levels, 'info', 'Least important lines that are logged.'),
  logFormat: derived(
    'LOG_FORMAT',
    choice('json', 'text'),
    '`text` on a terminal, else `json`',
    'JSON for machines, text for people.',
  ),
  maxBodyBytes: setting(
    'MAX_BODY_BYTES',
    integer(1, gibibyte),
    bytes(16),
    'Body as sent. The largest real ones are about 0.4 MB compressed.',
  ),
  bodyTimeoutMs: setting(
    'BODY_TIMEOUT_MS',
    integer(1000, hourMs),
    '120000',
    'Time for a whole body to arrive. Agents give up after 180 s.',
  ),
  maxInflatedBytes: setting(
    'MAX_INFLATED_BYTES',
    integer(1, gibibyte),
    bytes(32),
    'Body after decompression. SNMP inventories of 20 MB exist.',
  ),
  maxInflateRatio: setting(
    'MAX_INFLATE_RATIO',
    integer(1, 2000),
    '200',
    'Decompressed to compressed size; judged beyond 1 MiB. Real inventories have 14; a bomb has 1000.',
  ),
  maxDepth: setting(
    'MAX_DEPTH',
    integer(4, 1000),
    '32',
    'Nesting of XML elements or JSON values. Real inventories have 7.',
  ),
  maxElements: setting(
    'MAX_ELEMENTS',
    integer(1, 100_000_000),
    '500000',
    'Elements and attributes, or JSON values, in one message. Real inventories have up to 20,000.',
  ),
  maxListLength: setting('MAX_LIST_LENGTH', integer(1, 10_000_000), '50000', 'Items in one list.'),
  maxTextBytes: setting('MAX_TEXT_BYTES', integer(1, gibibyte), bytes(1), 'UTF-8 bytes of one value.'),
  maxInFlight: setting(
    'MAX_IN_FLIGHT',
    integer(1, 100_000),
    '512',
    'Requests of agents worked on at once; more get 503.',
  ),
  maxBufferedBytes: setting(
    'MAX_BUFFERED_BYTES',
    integer(1, 64 * gibibyte),
    bytes(256),
    'Bodies held in memory at once, by one process; more get 503.',
  ),
  inventoryExpirationHours: setting(
    'INVENTORY_EXPIRATION_HOURS',
    integer(1, 8760),
    '24',
    'When agents are told to come again.',
  ),
  glpiVersion: setting(
    'GLPI_VERSION',
    version,
    '10.0.16',
    'Version of GLPI that agents are told they talk to.',
  ),
  databaseMaxConnections: setting(
    'DATABASE_MAX_CONNECTIONS',
    integer(1, 1000),
    '10',
    'Connections of one process, beside those for settling.',
  ),
  databaseConnectTimeoutMs: setting(
    'DATABASE_CONNECT_TIMEOUT_MS',
    integer(100, 600_000),
    '5000',
    'Time to connect, or to wait for a free connection; then 503.',
  ),
  databaseStatementTimeoutMs: setting(
    'DATABASE_STATEMENT_TIMEOUT_MS',
    integer(100, hourMs),
    '30000',
    'Time for one statement.',
  ),
  settleConnections: setting(
    'SETTLE_CONNECTIONS',
    integer(1, 16),
    '2',
    'Connections of one process that write submissions, each one batch at a time.',
  ),
  settleMaxBatch: setting('SETTLE_MAX_BATCH', integer(1, 1000), '64', 'Submissions in one transaction.'),
  settleMaxQueue: setting(
    'SETTLE_MAX_QUEUE',
    integer(1, 1_000_000),
    '2000',
    'Submissions waiting to be written; more get 503.',
  ),
  keyCacheTtlMs: setting(
    'KEY_CACHE_TTL_MS',
    integer(0, 30_000),
    '30000',
    'How long a changed key may go unnoticed while the database cannot tell of the change.',
  ),
  keyCacheMaxKeys: setting(
    'KEY_CACHE_MAX_KEYS',
    integer(1, 10_000_000),
    '10000',
    'Keys remembered by one process.',
  ),
  refusalFoldMaxSources: setting(
    'REFUSAL_FOLD_MAX_SOURCES',
    integer(1, 1_000_000),
    '1000',
    'Sources told apart in a minute among refusals before authentication; the rest count as one.',
  ),
  maxPerMinutePerKey: setting(
    'MAX_PER_MINUTE_PER_KEY',
    integer(1, 1_000_000_000),
    '300000',
    'Requests with one registration key that names no limit of its own; more get 429. Divided among WORKERS, as the next four.',
  ),
  maxPerMinutePerAddress: setting(
    'MAX_PER_MINUTE_PER_ADDRESS',
    integer(1, 1_000_000_000),
    '180000',
    'Requests from one client address, IPv6 by /64; more get 429. High, because a whole site may stand behind one address.',
  ),
  maxPerMinutePerDevice: setting(
    'MAX_PER_MINUTE_PER_DEVICE',
    integer(1, 1_000_000_000),
    '600',
    'Messages of one device about itself; more get 429. A run of an agent has two to four.',
  ),
  maxRefusedPerMinutePerAddress: setting(
    'MAX_REFUSED_PER_MINUTE_PER_ADDRESS',
    integer(1, 1_000_000_000),
    '600',
    'Requests with a bad key or token from one address; more get 429 at once. Good keys from there pass.',
  ),
  maxRefusedPerMinutePerKey: setting(
    'MAX_REFUSED_PER_MINUTE_PER_KEY',
    integer(1, 1_000_000_000),
    '600',
    'Requests with a wrong secret for one key id, from all addresses; more get 429. The right secret passes. Of a key that is revoked, expired or used wrongly, as many get a row each; more are counted.',
  ),
  maxPromptRefusalsPerSecond: setting(
    'MAX_PROMPT_REFUSALS_PER_SECOND',
    integer(1, 1_000_000),
    '100',
    'Requests with a bad key that one process answers: as many at once, then evenly as many a second. In a flood the others wait for their turn.',
  ),
  maxLateRefusals: setting(
    'MAX_LATE_REFUSALS',
    integer(0, 1_000_000),
    '5000',
    'How many wait at a time in one process, each with its connection; beyond them they are answered at once. 0 lets none wait.',
  ),
  rateLimitMaxRemembered: setting(
    'RATE_LIMIT_MAX_REMEMBERED',
    integer(1, 10_000_000),
    '20000',
    'Keys, addresses and devices whose requests one process counts, of each so many; the longest silent is forgotten.',
  ),
  maxAgentsWithoutAssetPerKey: setting(
    'MAX_AGENTS_WITHOUT_ASSET_PER_KEY',
    integer(1, 10_000_000),
    '10000',
    'Agents of one key that said hello and have no asset; further ones are answered, but not listed.',
  ),
  agentRetentionDays: setting(
    'AGENT_RETENTION_DAYS',
    integer(1, 36_500),
    '30',
    'Agents without asset, and older installations of one asset, are deleted so long after their last contact.',
  ),
  submissionRetentionDays: setting(
    'SUBMISSION_RETENTION_DAYS',
    integer(1, 36_500),
    '90',
    'Older submissions are deleted; assets and their history stay, and so does what waits in the quarantine.',
  ),
  maxChangesPerAsset: setting(
    'MAX_CHANGES_PER_ASSET',
    integer(10, 100_000),
    '200',
    "Events in the history of one asset, beyond which older changes by inventories are deleted. Admins' acts stay.",
  ),
  quarantineRetentionDays: setting(
    'QUARANTINE_RETENTION_DAYS',
    integer(1, 36_500),
    '365',
    'A held device that was not seen for so long, and on which nobody has decided, is forgotten.',
  ),
  importEntitiesEveryHours: setting(
    'GLPI_ENTITIES_EVERY_HOURS',
    integer(0, 8760),
    '0',
    'How often the entities of GLPI are taken over, where its API is known (docs/glpi.md). 0: only when an admin does it.',
  ),
  maxOpenCasesPerKey: setting(
    'MAX_OPEN_CASES_PER_KEY',
    integer(1, 10_000_000),
    '10000',
    'Devices of one key that wait in the quarantine; what more of them send is held and recorded, but its content is not kept.',
  ),
  sessionHours: setting(
    'SESSION_HOURS',
    integer(1, 8760),
    '12',
    'How long a signed-in session of the console lasts at most; it never outlasts its admin token.',
  ),
  sessionIdleMinutes: setting(
    'SESSION_IDLE_MINUTES',
    integer(1, 525_600),
    '60',
    'A session of the console ends when it was not used for so long.',
  ),
  maxSessionsPerToken: setting(
    'MAX_SESSIONS_PER_TOKEN',
    integer(1, 10_000),
    '10',
    'Sessions of the console with one admin token, or of one person, at a time; the one not used for longest makes room.',
  ),
  ...oidcSettings,
  agentsSilentDays: setting(
    'AGENTS_SILENT_DAYS',
    integer(1, 3650),
    '14',
    'Assets not heard of for so long count as silent: on the overview, and as an event when they become so.',
  ),
  eventRetentionDays: setting(
    'EVENT_RETENTION_DAYS',
    integer(1, 3650),
    '30',
    'Events that admins were told of are deleted after so long.',
  ),
  maxEventStreams: setting(
    'MAX_EVENT_STREAMS',
    integer(1, 10_000),
    '100',
    'Streams of events that one process keeps open; a tenth of them for one admin token. More get 429.',
  ),
  ...registrationSettings,
  ...webhookSettings,
  maxJunkLearnedPerKeyPerDay: setting(
    'MAX_JUNK_LEARNED_PER_KEY_PER_DAY',
    integer(0, 1_000_000),
    '100',
    'Identifiers of one kind that the devices of one key can make junk within 24 hours; what more of them share is held. 0: nothing is learned.',
  ),
  shutdownTimeoutMs: setting(
    'SHUTDOWN_TIMEOUT_MS',
    integer(0, hourMs),
    '20000',
    'Time for open requests to end after SIGTERM.',
  ),
} as const;

export type SettingKey = keyof typeof settingsTable;
