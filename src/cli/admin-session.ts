import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { v7 as timeOrderedId } from 'uuid';
import type { AdminDeps, Caller } from '../admin/admin-deps';
import { listInstances } from '../admin/instances';
import { checkPepper } from '../admin/pepper';
import type { Peppers } from '../domain/pepper';
import type { Log } from '../observability/log';
import type { Settings } from '../settings/settings';
import { readPeppers } from '../settings/pepper';
import { openDatabase, type Database } from '../store/database';
import { clusterPaths } from '../store/embedded/cluster-paths';
import { readSchemaState } from '../store/schema-state';
import { CommandFailure, exitCodes } from './exit-code';
import { openDatabaseServer } from './open-database-server';

export interface SessionOptions {
  readonly settings: Settings;
  readonly actor: string;
  /** Id or name; undefined: the first. */
  readonly instance: string | undefined;
  readonly log: Log;
  readonly note: (line: string) => void;
}

/** A command runs one query at a time, and some of them two. */
const maxConnections = 2;

/** Use cases on a database, for the time of one command. The database must have been set up by a first start. */
export async function withAdminSession<T>(
  options: SessionOptions,
  work: (admin: AdminDeps, caller: Caller) => Promise<T>,
): Promise<T> {
  const { settings, note } = options;
  if (settings.databaseUrl === undefined && !hasEmbeddedCluster(settings.dataDir)) {
    throw notSetUp(`There is no database in ${settings.dataDir} yet.`);
  }
  const server = await openDatabaseServer(settings, { waitMs: 0, note });
  try {
    const database = openDatabase(server.url, {
      maxConnections,
      connectTimeoutMs: settings.databaseConnectTimeoutMs,
      statementTimeoutMs: settings.databaseStatementTimeoutMs,
    });
    try {
      await requireSetUp(database);
      const admin = adminDepsOf(database, readPeppers(settings), options.log, settings);
      await checkPepper(admin);
      return await work(admin, await callerOf(admin, options));
    } finally {
      await database.close();
    }
  } finally {
    await server.release();
  }
}

const hourMs = 3_600_000;

export function adminDepsOf(database: Database, peppers: Peppers, log: Log, settings?: Settings): AdminDeps {
  return {
    db: database.db,
    peppers,
    now: () => new Date(),
    newId: () => timeOrderedId(),
    random: randomBytes,
    log,
    ...(settings === undefined
      ? {}
      : {
          registrationTimes: {
            validateEveryMs: settings.registrationValidateHours * hourMs,
            graceMs: settings.registrationGraceDays * 24 * hourMs,
          },
          webhookSettings: settings,
        }),
  };
}

export function hasEmbeddedCluster(dataDir: string): boolean {
  // Asked first: looking for the cluster's paths makes DATA_DIR.
  return existsSync(dataDir) && existsSync(path.join(clusterPaths(dataDir).clusterDir, 'PG_VERSION'));
}

async function requireSetUp({ pool }: Database): Promise<void> {
  const { applied, known, isSetUp } = await readSchemaState(pool);
  if (applied > known) {
    throw new CommandFailure(
      exitCodes.refused,
      `The database is at migration ${applied}, this version knows ${known}: a newer version has used it.`,
      'Use the newer version.',
    );
  }
  if (applied < known || !isSetUp) throw notSetUp('The database is not set up for this version yet.');
}

function notSetUp(message: string): CommandFailure {
  return new CommandFailure(
    exitCodes.refused,
    message,
    'Start Gatehouse once: npm start (or gatehouse serve)',
  );
}

async function callerOf(admin: AdminDeps, { instance, actor }: SessionOptions): Promise<Caller> {
  const instances = await listInstances(admin);
  const chosen =
    instance === undefined
      ? instances[0]
      : (instances.find(({ id }) => String(id) === instance) ??
        instances.find(({ name }) => name === instance));
  if (chosen !== undefined) return { instanceId: chosen.id, actor };
  throw new CommandFailure(
    exitCodes.refused,
    `There is no instance "${instance ?? ''}".`,
    'See what there is: gatehouse instance list',
  );
}
