import { createHmac, randomBytes } from 'node:crypto';
import { v7 as timeOrderedId } from 'uuid';
import type { Express } from 'express';
import type { AdminDeps } from './admin/admin-deps';
import { Problem } from './domain/problem';
import { createAdminRouter } from './http/admin/admin-router';
import { createAgentEndpoint } from './http/agent-endpoint';
import { createApp } from './http/app';
import { createHealthRouter } from './http/health';
import { createOriginResolver, type OriginRules } from './http/request-origin';
import { startServer, type RunningServer, type ServerAddress } from './http/server';
import { issueToken } from './ingest/access-token';
import { explain, type Explained } from './ingest/explain';
import { createIngest } from './ingest/ingest';
import { createValidator } from './ingest/validate';
import type { Log } from './observability/log';
import { createMetrics } from './observability/metrics';
import type { DecodeLimits } from './protocol/limits';
import { isDatabaseUnavailable, openDatabase, type Database } from './store/database';
import { openIngestStore, type IngestStore, type IngestStoreDeps } from './store/ingest-store';
import { findKeyByKid } from './store/registration-keys';
import { SettleQueueFull } from './store/settle/settle-queue';

/** What a gateway is opened with; src/cli makes it from the settings, tests by hand. */
export interface GatewayOptions {
  readonly databaseUrl: string;
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** Secret that key hashes depend on. */
  readonly pepper: Buffer;
  readonly origin: OriginRules;
  readonly decodeLimits: DecodeLimits;
  readonly storeLimits: IngestStoreDeps['limits'];
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  readonly maxInFlight: number;
  readonly maxBufferedBytes: number;
  readonly expirationHours: number;
  readonly glpiVersion: string;
  readonly log: Log;
  readonly now?: () => Date;
}

export interface Gateway {
  readonly app: Express;
  readonly admin: AdminDeps;
  readonly database: Database;
  explain(input: ExplainInput): Promise<Explained>;
  listen(where: ServerAddress): Promise<RunningServer>;
  /** Finishes what was taken in, then closes the database. Requests must have ended before. */
  close(): Promise<void>;
}

export interface ExplainInput {
  readonly instanceId: number;
  readonly kid: string;
  /** An inventory as text: JSON or XML. */
  readonly body: string;
}

/** Wires the rooms together. The database must be migrated and set up (`bootstrap`) before. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, pepper } = options;
  const now = options.now ?? (() => new Date());
  const newId = (): string => timeOrderedId();
  const macOf = (text: string): Buffer => createHmac('sha256', pepper).update(text).digest();
  const connection = {
    connectTimeoutMs: options.connectTimeoutMs,
    statementTimeoutMs: options.statementTimeoutMs,
  };
  const database = openDatabase(options.databaseUrl, {
    ...connection,
    maxConnections: options.maxConnections,
  });
  const settleDatabase = openDatabase(options.databaseUrl, {
    ...connection,
    maxConnections: options.storeLimits.settleConnections,
  });
  const store = await openStore(options, { database, settleDatabase, macOf, now, newId });
  const validate = createValidator();
  const metrics = createMetrics();
  metrics.watchQueue(() => store.queueLength);
  const { decodeLimits, expirationHours, glpiVersion } = options;
  const ingest = createIngest({
    ports: store,
    validate,
    settings: { decodeLimits, expirationHours, glpiVersion },
  });
  const admin: AdminDeps = { db: database.db, macOf, now, newId, random: randomBytes, log };
  const explainDeps = {
    validate,
    decodeLimits,
    now,
    newId,
    decideWithoutWriting: store.decideWithoutWriting,
  };
  const explainInput = async ({ instanceId, kid, body }: ExplainInput): Promise<Explained> => {
    const key = await store.findKey(kid);
    if (key?.instanceId !== instanceId)
      throw new Problem('not_found', `There is no registration key ${kid}.`);
    return explain(explainDeps, key, Buffer.from(body));
  };
  const resolveOrigin = createOriginResolver(options.origin);
  let isServing = true;
  const app = createApp({
    agentEndpoint: createAgentEndpoint({
      ingest,
      resolveOrigin,
      issueToken: (key, at) => issueToken(key, at, macOf),
      now,
      log,
      metrics,
      isUnavailable: (error) => error instanceof SettleQueueFull || isDatabaseUnavailable(error),
      limits: options,
    }),
    healthRouter: createHealthRouter({
      pingDatabase: async () => {
        await database.pool.query('SELECT 1');
      },
      isServing: () => isServing,
      registry: metrics.registry,
    }),
    adminRouter: createAdminRouter({
      ...admin,
      explain: explainInput,
      isUnavailable: isDatabaseUnavailable,
      clientAddressOf: (request) => {
        const { rawHeaders, url = '/', socket } = request;
        const peerAddress = socket.remoteAddress ?? '';
        const isTls = 'encrypted' in socket;
        return resolveOrigin({ rawHeaders, target: url, path: '', peerAddress, isTls }).clientAddress;
      },
    }),
  });
  return {
    app,
    admin,
    database,
    explain: explainInput,
    listen: (where) => startServer(app, where, options.bodyTimeoutMs),
    close: async () => {
      isServing = false;
      await store.close();
      await Promise.all([database.close(), settleDatabase.close()]);
    },
  };
}

interface StoreParts {
  readonly database: Database;
  readonly settleDatabase: Database;
  readonly macOf: (text: string) => Buffer;
  readonly now: () => Date;
  readonly newId: () => string;
}

function openStore(options: GatewayOptions, parts: StoreParts): Promise<IngestStore> {
  return openIngestStore({
    pool: parts.database.pool,
    settlePool: parts.settleDatabase.pool,
    databaseUrl: options.databaseUrl,
    loadKey: (kid) => findKeyByKid(parts.database.db, kid),
    macOf: parts.macOf,
    now: parts.now,
    newId: parts.newId,
    defaultInstanceId: 1,
    limits: options.storeLimits,
    onTrouble: (what, error) => {
      options.log.warn({ err: error }, `trouble ${what}`);
    },
  });
}
