import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { isDatabaseUnavailable } from '../database-unavailable';
import { ensureCluster } from './cluster';
import { clusterPaths, databaseName, serverUrl, socketDirectory, type ClusterPaths } from './cluster-paths';
import { EmbeddedDatabaseError, explainFailure } from './embedded-error';
import { findBinaries, type BinaryOptions } from './native-binaries';
import { readPid, startPostmaster, whoseIs, type ServerSettings, type StartedPostmaster } from './postmaster';
import { isLastOne, knock } from './presence';
import { chooseAccount } from './server-account';
import { boundLog, readLogSince } from './server-log';

export type EmbeddedEvent = 'cluster-made' | 'started' | 'adopted' | 'lost' | 'stopped' | 'left-running';

export interface EmbeddedOptions extends BinaryOptions {
  /** Settings of PostgreSQL on top of ours, e.g. fsync off for tests. */
  readonly extraSettings?: ServerSettings;
  /** Recovery after a crash may take a while: as long as the log since the last checkpoint is (at most 1 GB). */
  readonly startTimeoutMs?: number;
  readonly onEvent?: (event: EmbeddedEvent) => void;
  /** Why a server that died could not be brought back yet; it is tried again. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface EmbeddedServer {
  /** Of the database `gatehouse`, which is there; the same after every restart. */
  readonly url: string;
  /** Process id of the server at this moment. */
  pid(): number | undefined;
  /** Stops the server unless another process uses it. Close your own connections first. */
  release(): Promise<void>;
}

const defaultStartTimeoutMs = 120_000;
/** A fast stop writes a checkpoint first. */
const stopTimeoutMs = 60_000;
/** Between two looks at a server that starts: it takes 80 to 300 ms. */
const pollMs = 25;
/** A process that may be our server but does not listen gets this long: it may be starting or stopping. */
const silentServerMs = 10_000;
const logCheckMs = 60_000;
/** Wait between attempts to bring back a server that died under us. */
const reviveDelayMs = 1_000;

/**
 * Uses the embedded server of this DATA_DIR: the one that runs (another process started it, or outlived its gateway),
 * else a new one. Any number of processes may ask at once. While held, a server that dies is started again.
 * @throws EmbeddedDatabaseError with what to do about it
 */
export async function acquireEmbedded(
  dataDir: string,
  options: EmbeddedOptions = {},
): Promise<EmbeddedServer> {
  const paths = clusterPaths(dataDir);
  const socketDir = socketDirectory(paths.clusterDir);
  let isReleased = false;
  let client = await enter(paths, socketDir, options);

  const watch = (current: Client): void => {
    current.once('end', () => {
      if (!isReleased) void revive();
    });
  };
  const revive = async (): Promise<void> => {
    options.onEvent?.('lost');
    while (!mayStop()) {
      try {
        client = await enter(paths, socketDir, options);
        if (mayStop()) await leave(paths, client);
        else watch(client);
        return;
      } catch (error) {
        // What stands in the way, such as a full disk, may pass.
        options.onTrouble?.(error);
        await sleep(reviveDelayMs, undefined, { ref: false });
      }
    }
  };
  const mayStop = (): boolean => isReleased;

  watch(client);
  const logTimer = setInterval(() => {
    boundLog(paths.logFile);
  }, logCheckMs).unref();
  return {
    url: serverUrl(socketDir, databaseName),
    pid: () => readPid(paths.pidFile),
    release: async () => {
      if (isReleased) return;
      isReleased = true;
      clearInterval(logTimer);
      const isStopped = await leave(paths, client);
      options.onEvent?.(isStopped ? 'stopped' : 'left-running');
    },
  };
}

/** Connects to the running server or starts one, until it lets us in. PostgreSQL's own pid file decides who starts. */
async function enter(paths: ClusterPaths, socketDir: string, options: EmbeddedOptions): Promise<Client> {
  const deadline = Date.now() + (options.startTimeoutMs ?? defaultStartTimeoutMs);
  let started: StartedPostmaster | undefined;
  let silentSince: number | undefined;
  while (Date.now() < deadline) {
    const knocked = await knock(socketDir);
    if (knocked.answer === 'in') {
      options.onEvent?.(started === undefined ? 'adopted' : 'started');
      return knocked.client;
    }
    if (started !== undefined && hasEnded(started)) {
      refuseHopeless(paths, started);
      started = undefined;
    }
    if (knocked.answer === 'nobody' && started === undefined) {
      const pid = readPid(paths.pidFile);
      const holder = pid === undefined ? 'nobody' : whoseIs(pid, paths.clusterDir);
      if (holder !== 'postgres') silentSince = undefined;
      else silentSince ??= Date.now();
      const isSilentLong = silentSince !== undefined && Date.now() - silentSince > silentServerMs;
      if (silentSince === undefined || isSilentLong) {
        started = await start(paths, holder === 'nobody' ? undefined : pid, options);
      }
    }
    await sleep(pollMs);
  }
  throw explainFailure(
    'the embedded PostgreSQL did not become ready in time',
    readLogSince(paths.logFile, 0),
  );
}

async function start(
  paths: ClusterPaths,
  stalePid: number | undefined,
  options: EmbeddedOptions,
): Promise<StartedPostmaster> {
  const account = chooseAccount(paths.clusterDir);
  const binaries = findBinaries(account, paths.dataDir, options);
  const made = await ensureCluster(paths, account, binaries);
  if (made === 'made') options.onEvent?.('cluster-made');
  const started = startPostmaster(
    paths,
    chooseAccount(paths.clusterDir),
    binaries,
    options.extraSettings ?? {},
    stalePid,
  );
  await once(started.child, 'spawn').catch((error: unknown) => {
    throw explainFailure('the embedded PostgreSQL cannot be started', (error as Error).message);
  });
  return started;
}

function hasEnded({ child }: StartedPostmaster): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Another start was faster, or processes of a killed server are still ending: both pass. Everything else is told. */
function refuseHopeless(paths: ClusterPaths, started: StartedPostmaster): void {
  const said = readLogSince(paths.logFile, started.logOffset);
  const willPass =
    /lock file "[^"]*" already exists|pre-existing shared memory block|could not bind Unix address/;
  if (!willPass.test(said)) throw explainFailure('the embedded PostgreSQL stopped while starting', said);
}

/** True when the server was stopped. */
async function leave(paths: ClusterPaths, client: Client): Promise<boolean> {
  let isLast: boolean;
  try {
    isLast = await isLastOne(client);
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error;
    // The server is gone already; nothing of it is ours to stop.
    return false;
  }
  const pid = readPid(paths.pidFile);
  if (!isLast || pid === undefined) {
    await client.end();
    return false;
  }
  // SIGINT is the fast shutdown: open transactions are rolled back, everything is written, a checkpoint made.
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + stopTimeoutMs;
  while (readPid(paths.pidFile) === pid) {
    if (Date.now() > deadline) {
      throw new EmbeddedDatabaseError(
        `the embedded PostgreSQL (pid ${pid}) did not stop within ${stopTimeoutMs} ms`,
      );
    }
    await sleep(pollMs);
  }
  await client.end().catch(() => undefined);
  return true;
}
