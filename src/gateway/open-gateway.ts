import { randomBytes } from 'node:crypto';
import type { AdminDeps } from '../admin/admin-deps';
import { createHeldPipeline, type HeldPipeline } from '../admin/held-pipeline';
import { createRematcher, type Rematcher } from '../admin/rematcher';
import type { GatewayApp } from '../http/app';
import { startServer, type RunningServer, type ServerAddress } from '../http/server';
import type { TlsServing } from '../http/tls/tls-server';
import { createValidator } from '../ingest/validate';
import { createMetrics, type Metrics } from '../observability/metrics';
import type { Database } from '../store/database';
import { createApplication, type Application } from './application';
import { createExplain, type Explain } from './explaining';
import type { GatewayOptions } from './gateway-options';
import { layGround, openFeed, openStore, type Ground } from './ground';
import { openPassingJobs } from './passing-jobs';
import { startPassingOn } from './passing-on';
import { startSearching } from './searching';
import { startTelling } from './telling';

export interface Gateway {
  readonly app: GatewayApp;
  readonly admin: AdminDeps;
  readonly database: Database;
  readonly explain: Explain;
  readonly held: HeldPipeline;
  readonly rematcher: Rematcher;
  listen(where: ServerAddress): Promise<RunningServer>;
  /** Finishes what was taken in, then closes the database. Requests must have ended before. */
  close(): Promise<void>;
}

/** Wires the rooms together. The database must be migrated and set up (`bootstrap`) before. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const ground = layGround(options);
  const { database, settleDatabase } = ground;
  const store = await openStore(options, ground);
  const validate = createValidator();
  const admin = adminDepsOf(options, ground);
  const pipeline = { ...ground, validate, decodeLimits: options.decodeLimits };
  const forAdmins = {
    explain: createExplain(options, ground, store, validate),
    held: createHeldPipeline(pipeline),
    rematcher: createRematcher(pipeline),
  };
  const feed = openFeed(options, ground);
  const jobs = openPassingJobs({ ...ground, log: options.log });
  const metrics = createMetrics();
  let isServing = true;
  const application = createApplication(options, ground, {
    ...{ store, validate, admin, ...forAdmins, feed, jobs, metrics },
    isServing: () => isServing,
  });
  const background = startBackground(options, ground, admin, metrics);
  return {
    app: application.app,
    admin,
    database,
    ...forAdmins,
    listen: (where) => listen(options, application, where),
    close: async () => {
      isServing = false;
      await feed.close();
      await background.close();
      await jobs.close();
      await store.close();
      await Promise.all([database.close(), settleDatabase.close()]);
    },
  };
}

function adminDepsOf({ log, registration, webhooks }: GatewayOptions, ground: Ground): AdminDeps {
  const { database, peppers, now, newId } = ground;
  return {
    ...{ db: database.db, peppers, now, newId, random: randomBytes, log },
    registrationTimes: registration,
    ...(webhooks === undefined ? {} : { webhookSettings: webhooks }),
  };
}

/** What goes on by itself, as far as this process does it. */
function startBackground(options: GatewayOptions, ground: Ground, admin: AdminDeps, metrics: Metrics) {
  const { forwarding: settings, onDelivered, relayCredential, log, webhooks, software } = options;
  const { database } = ground;
  const passingOn =
    settings && startPassingOn({ ...ground, settings, log, metrics, onDelivered, relayCredential });
  const telling = webhooks && startTelling(admin, database, metrics, webhooks.idleMs);
  const searching = software && startSearching(database, log, software.idleMs);
  return {
    close: async () => {
      await passingOn?.close();
      await Promise.all([telling?.close(), searching?.close()]);
    },
  };
}

async function listen(
  options: GatewayOptions,
  { app, streams }: Application,
  where: ServerAddress,
): Promise<RunningServer> {
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
