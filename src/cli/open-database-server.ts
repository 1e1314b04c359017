import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../settings/settings';
import { isDatabaseUnavailable, openDatabase } from '../store/database';
import { acquireEmbedded } from '../store/embedded/acquire-embedded';
import { explainFault } from './failure';
import { CommandFailure, exitCodes } from './exit-code';

/** A database server that answers: the one of DATABASE_URL, or the embedded one. */
export interface DatabaseServer {
  readonly url: string;
  readonly isEmbedded: boolean;
  /** Stops the embedded one unless another process uses it. */
  release(): Promise<void>;
}

export interface WaitForDatabase {
  /** How long a DATABASE_URL that does not answer is tried again. 0: once. */
  readonly waitMs: number;
  readonly note: (line: string) => void;
  /** True when somebody asked to stop meanwhile. */
  readonly isCancelled?: () => boolean;
}

const attemptIntervalMs = 1000;

/** Throws CommandFailure (unreachable), EmbeddedDatabaseError, or what the server says against the login. */
export async function openDatabaseServer(settings: Settings, wait: WaitForDatabase): Promise<DatabaseServer> {
  const { databaseUrl } = settings;
  if (databaseUrl === undefined) {
    const server = await acquireEmbedded(settings.dataDir, {
      onEvent: (event) => {
        if (event === 'cluster-made') wait.note('Making the embedded database (once) …');
        if (event === 'lost') wait.note('The embedded database has ended; starting it again.');
      },
    });
    return { url: server.url, isEmbedded: true, release: () => server.release() };
  }
  const deadlineMs = Date.now() + wait.waitMs;
  for (;;) {
    const fault = await knock(databaseUrl, settings.databaseConnectTimeoutMs);
    if (fault === undefined) return { url: databaseUrl, isEmbedded: false, release: () => Promise.resolve() };
    const leftMs = deadlineMs - Date.now();
    if (leftMs <= 0 || wait.isCancelled?.() === true) {
      const { message } = explainFault(fault);
      throw new CommandFailure(
        exitCodes.unreachable,
        wait.waitMs === 0 ? message : `${message} Waited ${wait.waitMs / 1000} s for it.`,
        'Check DATABASE_URL and that the server runs, or leave DATABASE_URL out to use the embedded database.',
        { cause: fault },
      );
    }
    wait.note(`Waiting for the database (${Math.ceil(leftMs / 1000)} s left) …`);
    await sleep(Math.min(attemptIntervalMs, leftMs));
  }
}

/** What keeps us out for now; undefined when the server answers. Throws what waiting does not cure. */
async function knock(url: string, connectTimeoutMs: number): Promise<unknown> {
  const database = openDatabase(url, {
    maxConnections: 1,
    connectTimeoutMs,
    statementTimeoutMs: connectTimeoutMs,
  });
  try {
    await database.pool.query('SELECT 1');
    return undefined;
  } catch (error) {
    if (isDatabaseUnavailable(error)) return error;
    throw error;
  } finally {
    await database.close();
  }
}
