import { randomBytes } from 'node:crypto';
import type { Registry } from 'prom-client';
import type { IncomingMessage } from 'node:http';
import { v7 as timeOrderedId } from 'uuid';

import type { AdminDeps } from './admin/admin-deps';
import type { OidcSignIn } from './admin/oidc';
import type { EffectiveSettings } from './admin/settings';
import { createSummary } from './admin/forwarding/summary';
import type { SessionRules } from './admin/sessions';
import type { WebhookSettings } from './admin/webhook-settings';
import { createHeldPipeline, type HeldPipeline } from './admin/held-pipeline';
import { createRematcher, type Rematcher } from './admin/rematcher';
import { hashesOf, type Peppers } from './domain/pepper';
import { Problem } from './domain/problem';
import { proxyIdOf } from './domain/proxy-id';
import type { TlsSource } from './domain/tls-pair';
import { createAdminRouter, type AdminRouterDeps } from './http/admin/admin-router';
import type { EventStreams } from './http/admin/send-events';
import type { ForwarderSettings } from './forward/forwarder';
import type { OnDelivered } from './forward/ports';
import { createAgentEndpoint, type AgentEndpointDeps } from './http/agent-endpoint';
import { createApiDocsRouter } from './http/api-docs';
import { createApp, type GatewayApp } from './http/app';
import { createCertificateReader, type ClientCertHeader } from './http/client-certificate';
import { createConsoleRouter } from './http/console';
import { createHealthRouter } from './http/health';
import { createLateRefusals, type LateRefusalLimits, type LateRefusals } from './http/late-refusals';
import { createRegistrationEndpoint, type AnswerPlace } from './http/registration-endpoint';
import { createOriginResolver, type OriginRules } from './http/request-origin';
import { startServer, type RunningServer, type ServerAddress } from './http/server';
import { createServerNameCheck } from './http/tls/server-name';
import type { TlsServing } from './http/tls/tls-server';
import { issueToken } from './ingest/access-token';
import { explain, type Explained } from './ingest/explain';
import { createIngest, type Ingest } from './ingest/ingest';
import type { FactsRequest } from './ingest/ports';
import type { RequestOrigin } from './ingest/received-submission';
import { createRateLimits, type RateLimitSettings } from './ingest/rate-limits';
import { createValidator, type Validator } from './ingest/validate';
import type { RegistrationRules } from './registration/answer-registration';
import type { RelayCredential } from './registration/relay-credential';
import type { Log } from './observability/log';
import { createOidcProvider, type OidcClientSettings } from './oidc/provider';
import { createMetrics, type Metrics } from './observability/metrics';
import type { DecodeLimits } from './protocol/limits';
import { startPassingOn } from './passing-on';
import { startSearching } from './searching';
import { startTelling } from './telling';
import { createProbe } from './upstream/create-probe';
import { isDatabaseUnavailable, openDatabase, type Database } from './store/database';
import type { JobPass } from './jobs/pass-jobs';
import { openPassingJobs } from './passing-jobs';
import { openIngestStore, type IngestStore, type IngestStoreDeps } from './store/ingest-store';
import { createEventFeed, type EventFeed } from './store/event-feed';
import { countHouse } from './store/house-counts';
import { createKidCheck } from './store/known-kids';
import { findKeyByKid } from './store/registration-keys';
import { SettleQueueFull } from './store/settle/settle-queue';

/** What a gateway is opened with; src/cli makes it from the settings, tests by hand. */
export interface GatewayOptions {
  readonly databaseUrl: string;
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly peppers: Peppers;
  readonly origin: OriginRules;
  /** Header in which trusted proxies pass client certificates on. */
  readonly clientCertHeader: ClientCertHeader;
  /** Undefined: plain HTTP. */
  readonly tls?: { readonly source: TlsSource; readonly reloadMs: number } | undefined;
  readonly decodeLimits: DecodeLimits;
  readonly storeLimits: IngestStoreDeps['limits'];
  readonly rateLimits: RateLimitSettings;
  readonly lateRefusals: LateRefusalLimits;
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  readonly maxInFlight: number;
  readonly maxBufferedBytes: number;
  readonly expirationHours: number;
  readonly glpiVersion: string;
  readonly sessionRules: SessionRules;
  readonly agentsSilentDays: number;
  readonly maxEventStreams: number;
  readonly registration: RegistrationRules;
  /** Undefined: nobody signs in with an OpenID provider. */
  readonly oidc?: (OidcClientSettings & Pick<OidcSignIn, 'roles' | 'label' | 'signsOutThere'>) | undefined;
  /** For admins to read. */
  readonly effectiveSettings?: EffectiveSettings['items'];
  /** Of the program, as installations that register are told. */
  readonly version: string;
  /** Undefined: this process passes nothing on. */
  readonly forwarding?: (ForwarderSettings & { readonly idleMs?: number }) | undefined;
  /** Undefined: this process sends no webhooks. */
  readonly webhooks?: (WebhookSettings & { readonly idleMs?: number }) | undefined;
  /** Undefined: this process makes no software searchable. */
  readonly software?: { readonly idleMs?: number } | undefined;
  /** Of a relay: what it hands on under. Default: it is none. */
  readonly relayCredential?: () => RelayCredential;
  /** Told of each inventory that the upstream has taken. */
  readonly onDelivered?: OnDelivered;
  /** Of several processes, from the registry of this one; undefined: there is only this one. */
  readonly metricsOf?: (own: Registry) => () => Promise<string>;
  readonly log: Log;
  readonly now?: () => Date;
}

export interface Gateway {
  readonly app: GatewayApp;
  readonly admin: AdminDeps;
  readonly database: Database;
  explain(input: ExplainInput): Promise<Explained>;
  readonly held: HeldPipeline;
  readonly rematcher: Rematcher;
  listen(where: ServerAddress): Promise<RunningServer>;
  /** Finishes what was taken in, then closes the database. Requests must have ended before. */
  close(): Promise<void>;
}

export interface ExplainInput {
  readonly instanceId: number;
  readonly kid: string;
  /** An inventory: JSON or XML as text, or bytes as an agent sends them, also compressed. */
  readonly body: string | Buffer;
}

/** What all rooms share. */
interface Ground {
  readonly database: Database;
  /** Connections for settling only, so that look-ups never wait behind a batch. */
  readonly settleDatabase: Database;
  readonly peppers: Peppers;
  readonly now: () => Date;
  readonly newId: () => string;
}

/** Wires the rooms together. The database must be migrated and set up (`bootstrap`) before. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const ground = layGround(options);
  const { database, settleDatabase, peppers, now, newId } = ground;
  const store = await openStore(options, ground);
  const validate = createValidator();
  const admin: AdminDeps = {
    ...{ db: database.db, peppers, now, newId, random: randomBytes, log: options.log },
    registrationTimes: options.registration,
    ...(options.webhooks === undefined ? {} : { webhookSettings: options.webhooks }),
  };
  const explainInput = createExplain(options, ground, store, validate);
  const pipeline = { ...ground, validate, decodeLimits: options.decodeLimits };
  const again = { held: createHeldPipeline(pipeline), rematcher: createRematcher(pipeline) };
  const feed = openFeed(options, database);
  const jobs = openPassingJobs({ ...ground, log: options.log });
  let isServing = true;
  const { app, streams, metrics } = createGatewayApp(options, ground, store, {
    feed,
    validate,
    admin,
    explain: explainInput,
    ...again,
    isServing: () => isServing,
    jobs,
  });
  const { forwarding: settings, onDelivered, relayCredential, log, webhooks, software } = options;
  const forwarder =
    settings && startPassingOn({ ...ground, settings, log, metrics, onDelivered, relayCredential });
  const deliverer = webhooks && startTelling(admin, database, metrics, webhooks.idleMs);
  const searching = software && startSearching(database, log, software.idleMs);
  return {
    app,
    admin,
    database,
    explain: explainInput,
    ...again,
    listen: async (where) => {
      const rules = { bodyTimeoutMs: options.bodyTimeoutMs, tls: tlsServing(options) };
      const server = await startServer(app, where, rules);
      return {
        ...server,
        close: async (timeoutMs) => {
          // They would last as long as their clients.
          streams.close();
          await server.close(timeoutMs);
        },
      };
    },
    close: async () => {
      isServing = false;
      await feed.close();
      await forwarder?.close();
      await Promise.all([jobs.close(), deliverer?.close(), searching?.close()]);
      await store.close();
      await Promise.all([database.close(), settleDatabase.close()]);
    },
  };
}

function openFeed({ databaseUrl, log }: GatewayOptions, { db }: Database): EventFeed {
  return createEventFeed({
    databaseUrl,
    db,
    onTrouble: (error) => {
      log.warn({ err: error }, 'trouble hearing of events');
    },
  });
}

function tlsServing({ tls, log }: GatewayOptions): TlsServing | undefined {
  if (tls === undefined) return undefined;
  return {
    ...tls,
    onReloaded: ({ subject, names, notAfter }) => {
      log.info({ subject, names, notAfter }, 'serving with the new TLS certificate');
    },
    onTrouble: (error) => {
      log.warn({ err: error }, 'the changed TLS files cannot be used; the certificate before stays');
    },
  };
}

function layGround(options: GatewayOptions): Ground {
  const { databaseUrl, connectTimeoutMs, statementTimeoutMs } = options;
  const connection = { connectTimeoutMs, statementTimeoutMs };
  return {
    database: openDatabase(databaseUrl, { ...connection, maxConnections: options.maxConnections }),
    settleDatabase: openDatabase(databaseUrl, {
      ...connection,
      maxConnections: options.storeLimits.settleConnections,
      applicationName: 'gatehouse-settle',
      byKeyOnly: true,
    }),
    peppers: options.peppers,
    now: options.now ?? (() => new Date()),
    newId: () => timeOrderedId(),
  };
}

function openStore(options: GatewayOptions, ground: Ground): Promise<IngestStore> {
  const { database, settleDatabase, peppers, now, newId } = ground;
  const isKnownKid = createKidCheck(database.pool);
  return openIngestStore({
    pool: database.pool,
    db: database.db,
    settlePool: settleDatabase.pool,
    databaseUrl: options.databaseUrl,
    // Most ids that are not in the cache are invented.
    loadKey: async (kid) => ((await isKnownKid(kid)) ? findKeyByKid(database.db, kid) : undefined),
    hashesOf: (text) => hashesOf(peppers, text),
    now,
    newId,
    defaultInstanceId: 1,
    limits: options.storeLimits,
    onTrouble: (what, error) => {
      options.log.warn({ err: error }, `trouble ${what}`);
    },
    onCanary: ({ kid, sourceAddress }) => {
      options.log.warn({ kid, sourceAddress }, 'a canary key was used: somebody found it where it was laid');
    },
  });
}

function createExplain(options: GatewayOptions, ground: Ground, store: IngestStore, validate: Validator) {
  const { now, newId } = ground;
  const deps = {
    validate,
    decodeLimits: options.decodeLimits,
    now,
    newId,
    decideWithoutWriting: (request: FactsRequest) => store.decideWithoutWriting(request),
  };
  return async ({ instanceId, kid, body }: ExplainInput): Promise<Explained> => {
    const key = await store.findKey(kid);
    if (key?.instanceId !== instanceId) {
      throw new Problem('not_found', `There is no registration key ${kid}.`);
    }
    return explain(deps, key, typeof body === 'string' ? Buffer.from(body) : body);
  };
}

/** What is read off a connection, beside the request. */
function connectionReaders({ origin, clientCertHeader }: GatewayOptions, metrics: Metrics) {
  const { trustedProxies } = origin;
  return {
    checkServerName: createServerNameCheck(trustedProxies),
    readCertificate: createCertificateReader({
      clientCertHeader,
      trustedProxies,
      onIgnoredHeader: () => {
        metrics.ignoredClientCertificateHeader();
      },
    }),
  };
}

function openLateRefusals(options: GatewayOptions, metrics: Metrics): LateRefusals {
  const lateRefusals = createLateRefusals(options.lateRefusals);
  metrics.watchLateRefusals(() => lateRefusals.waiting);
  return lateRefusals;
}

function createPlaces(
  { registration, version }: GatewayOptions,
  { peppers, now }: Ground,
  store: IngestStore,
  ingest: Ingest,
): AnswerPlace {
  const deps = { ingest, ports: store, peppers, random: randomBytes, now };
  return createRegistrationEndpoint({ ...deps, rules: registration, version });
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof SettleQueueFull || isDatabaseUnavailable(error);

interface AppParts {
  readonly jobs: JobPass;
  readonly feed: EventFeed;
  readonly validate: Validator;
  readonly admin: AdminDeps;
  readonly explain: (input: ExplainInput) => Promise<Explained>;
  readonly held: HeldPipeline;
  readonly rematcher: Rematcher;
  readonly isServing: () => boolean;
}

function createGatewayApp(
  options: GatewayOptions,
  ground: Ground,
  store: IngestStore,
  parts: AppParts,
): { readonly app: GatewayApp; readonly streams: EventStreams; readonly metrics: Metrics } {
  const { log, decodeLimits, expirationHours, glpiVersion } = options;
  const { database, peppers, now } = ground;
  const metrics = createMetrics();
  const summary = createSummary({ db: database.db, now });
  metrics.watchUpstreams(summary);
  metrics.watchQueue(() => store.queueLength);
  metrics.watchHouse(() => countHouse(database.db, database.pool, now(), options.agentsSilentDays));
  metrics.watchCanaryUses(() => store.canaryUses);
  metrics.watchAgentsLeftOut(() => store.agentsLeftOut);
  const resolveOrigin = createOriginResolver(options.origin, (why) => {
    metrics.ignoredForwarding(why);
  });
  const ingest = createIngest({
    ports: store,
    validate: parts.validate,
    limits: createRateLimits(options.rateLimits),
    ownProxyIds: [peppers.active, peppers.previous].flatMap((pepper) =>
      pepper === undefined ? [] : [proxyIdOf(pepper)],
    ),
    onUrlMismatch: (kid) => {
      metrics.urlMismatch(kid);
    },
    settings: { decodeLimits, expirationHours, glpiVersion },
    jobs: parts.jobs,
  });
  const issue: AgentEndpointDeps['issueToken'] = (proved, at) => issueToken(proved, at, peppers.active.macOf);
  const admin = createAdminRouter(
    adminRouterDeps(options, store, parts, { metrics, resolveOrigin, isUnavailable }),
  );
  metrics.watchEventStreams(admin.streams.count);
  const app = createApp({
    agentEndpoint: createAgentEndpoint({
      ...{ ingest, resolveOrigin, ...connectionReaders(options, metrics), now, log, metrics, isUnavailable },
      ...{ issueToken: issue, lateRefusals: openLateRefusals(options, metrics), jobs: parts.jobs },
      tickets: { macOf: (text) => peppers.active.macOf(text), hashesOf: (text) => hashesOf(peppers, text) },
      answerPlace: createPlaces(options, ground, store, ingest),
      limits: options,
    }),
    healthRouter: createHealthRouter({
      pingDatabase: async () => {
        await database.pool.query('SELECT 1');
      },
      isServing: parts.isServing,
      upstreamStates: async () => (await summary()).map(({ state }) => state),
      metrics: options.metricsOf?.(metrics.registry) ?? (() => metrics.registry.metrics()),
    }),
    apiDocsRouter: createApiDocsRouter(),
    consoleRouter: createConsoleRouter(),
    adminRouter: admin.router,
  });
  return { app, streams: admin.streams, metrics };
}

function adminRouterDeps(
  options: GatewayOptions,
  store: IngestStore,
  { admin, explain: explainInput, held, rematcher, feed }: AppParts,
  shared: {
    readonly metrics: Metrics;
    readonly resolveOrigin: ReturnType<typeof createOriginResolver>;
    readonly isUnavailable: (error: unknown) => boolean;
  },
): AdminRouterDeps {
  return {
    ...admin,
    ...{
      explain: explainInput,
      held,
      rematcher,
      feed,
      probeUpstream: createProbe(admin.now, options.relayCredential),
    },
    sessionRules: options.sessionRules,
    agentsSilentDays: options.agentsSilentDays,
    oidc: options.oidc && oidcSignIn(options.oidc),
    effectiveSettings: { version: options.version, items: options.effectiveSettings ?? [] },
    maxEventStreams: options.maxEventStreams,
    onChanged: () => {
      store.forgetKeys();
    },
    isUnavailable: shared.isUnavailable,
    onTokenRefused: () => {
      shared.metrics.adminTokenRefused();
    },
    ...adminOrigin(shared.resolveOrigin),
  };
}

function oidcSignIn(oidc: NonNullable<GatewayOptions['oidc']>): OidcSignIn {
  const { roles, label, signsOutThere, neededClaim: claim } = oidc;
  return { provider: createOidcProvider(oidc), claim, roles, label, signsOutThere };
}

/**
 * Where a request to the admin API came from, by the same rules as an agent's: refused tokens are counted by it.
 * Worked out once for each request, because what is ignored in it is counted.
 */
function adminOrigin(resolve: ReturnType<typeof createOriginResolver>) {
  const known = new WeakMap<IncomingMessage, RequestOrigin>();
  const originOf = (request: IncomingMessage): RequestOrigin => {
    const { rawHeaders, url: target = '', socket } = request;
    const line = { rawHeaders, target, path: '', peerAddress: socket.remoteAddress ?? '' };
    const origin = known.get(request) ?? resolve({ ...line, isTls: 'encrypted' in socket });
    known.set(request, origin);
    return origin;
  };
  return {
    clientAddressOf: (request: IncomingMessage) => originOf(request).clientAddress,
    isHttps: (request: IncomingMessage) => {
      const origin = originOf(request);
      return origin.ok ? origin.url.scheme === 'https' : 'encrypted' in request.socket;
    },
  };
}
