import type { AdminDeps } from '../../admin/admin-deps';
import { bootstrap, type Bootstrapped } from '../../admin/bootstrap';
import type { Log } from '../../observability/log';
import { oidcOfSettings } from '../../settings/oidc';
import { readPeppers } from '../../settings/pepper';
import { withPort, type Settings } from '../../settings/settings';
import { tlsSourceOf } from '../../settings/tls-files';
import { upstreamOfSettings } from '../../settings/upstream';
import { openDatabase, type Database } from '../../store/database';
import { migrate } from '../../store/migrate';
import { adminDepsOf } from '../admin-session';
import { freePort } from '../free-port';
import { openDatabaseServer, type DatabaseServer } from '../open-database-server';
import { programVersion } from '../program-version';
import type { Screen } from '../printing/table';
import { startHousekeeping } from './housekeeping';
import { registrationFollower, upstreamOfRegistration } from './relay-upstream';
import { startOwnRegistration } from './own-registration';
import { startGateway, type Running } from './start-gateway';
import type { StopRequest } from './stop-request';
import { firstStartBlock, servingBlock } from './welcome';
import { startWorkers } from './workers';

export interface ServeOptions {
  readonly settings: Settings;
  readonly log: Log;
  readonly screen: Screen;
  readonly stop: StopRequest;
  /** Lines for people on standard output. */
  readonly say: (text: string) => void;
  readonly note: (line: string) => void;
}

/** How long a DATABASE_URL may take to answer: a database started beside us is there within seconds. */
const databaseWaitMs = 30_000;
/** Of SHUTDOWN_TIMEOUT_MS, what requests get to end; the rest is for writing, and for stopping the database. */
const drainShare = 0.6;

/** Serves until it is asked to stop. Throws CommandFailure when it cannot start. */
export async function serve(options: ServeOptions): Promise<void> {
  const { stop, note, log } = options;
  // Before anything is started: what is wrong with the files that settings name is known within a moment.
  tlsSourceOf(options.settings)?.read();
  const upstream = upstreamOfSettings(options.settings) ?? upstreamOfRegistration(options.settings);
  oidcOfSettings(options.settings);
  const { host } = options.settings;
  const port = options.settings.port === 0 ? await freePort(host) : options.settings.port;
  const settings = withPort(options.settings, port);
  const server = await openDatabaseServer(settings, {
    waitMs: databaseWaitMs,
    note,
    isCancelled: stop.isRequested,
  });
  try {
    await migrate(server.url, { onProgress: note });
    const database = openDatabase(server.url, {
      maxConnections: 2,
      connectTimeoutMs: settings.databaseConnectTimeoutMs,
      statementTimeoutMs: settings.databaseStatementTimeoutMs,
    });
    try {
      const admin = adminDepsOf(database, readPeppers(settings), log);
      const made = await bootstrap(admin, {
        publicUrls: settings.publicUrls,
        upstream,
        ...(settings.adminToken === undefined ? {} : { adminToken: settings.adminToken }),
      });
      await serveSetUp({ ...options, settings }, server, { database, admin }, made);
    } finally {
      await database.close();
    }
  } finally {
    await server.release();
  }
}

async function serveSetUp(
  options: ServeOptions,
  server: DatabaseServer,
  { database, admin }: { readonly database: Database; readonly admin: AdminDeps },
  made: Bootstrapped,
): Promise<void> {
  const { settings, log, screen, stop, say } = options;
  const running =
    settings.workers > 1
      ? await startWorkers(settings, server.url, log)
      : await startGateway(settings, server.url, log);
  const reloadOnHangup = watchHangups(settings, running);
  const housekeeping = startHousekeeping(database, settings, admin);
  const registration = startOwnRegistration(settings, log, registrationFollower(admin, settings));
  if (made.created) say(firstStartBlock(made, screen));
  say(
    servingBlock(
      {
        version: programVersion(),
        address: running.address,
        publicUrl: settings.publicUrls[0] ?? '',
        workers: settings.workers,
        registrationKey: made.registrationKey,
      },
      screen,
    ),
  );
  try {
    await Promise.race([stop.requested, running.failed]);
  } finally {
    log.info('stopping');
    reloadOnHangup.stop();
    await running.close(settings.shutdownTimeoutMs * drainShare);
    await registration.stop();
    await housekeeping.stop();
  }
}

/**
 * SIGHUP asks for a look at the TLS files. Without TLS, and on a terminal, it keeps its meaning: the terminal is gone,
 * so end.
 */
function watchHangups({ tlsCertFile }: Settings, running: Running): { stop(): void } {
  if (tlsCertFile === undefined || process.stdout.isTTY) return { stop: () => undefined };
  const look = (): void => {
    running.checkTlsFiles();
  };
  process.on('SIGHUP', look);
  return {
    stop: () => {
      // Not taken away: a hang-up while stopping must not cut off what is being written.
      process.off('SIGHUP', look).on('SIGHUP', () => undefined);
    },
  };
}
