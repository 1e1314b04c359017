import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readlinkSync, realpathSync, symlinkSync, unlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EmbeddedDatabaseError } from './embedded-error';
import type { ServerAccount } from './server-account';

export interface ClusterPaths {
  /** Absolute, links resolved. */
  readonly dataDir: string;
  readonly clusterDir: string;
  readonly pidFile: string;
  readonly logFile: string;
}

/** Bytes of sun_path without its final zero: 108 on Linux, 104 on macOS and the BSDs. */
const maxSocketPathBytes = process.platform === 'linux' ? 107 : 103;
const socketName = '.s.PGSQL.5432';
export const serverPort = 5432;
export const superuser = 'gatehouse';
export const databaseName = 'gatehouse';

/** Makes DATA_DIR when it is missing, closed to others: it holds secrets. */
export function clusterPaths(dataDir: string): ClusterPaths {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new EmbeddedDatabaseError(`DATA_DIR ${dataDir} cannot be made: ${(error as Error).message}`);
  }
  const real = realpathSync(dataDir);
  const clusterDir = path.join(real, 'postgres');
  return {
    dataDir: real,
    clusterDir,
    pidFile: path.join(clusterDir, 'postmaster.pid'),
    logFile: path.join(real, 'postgres.log'),
  };
}

/**
 * How PostgreSQL is told where its cluster is. A user other than ours may be unable to enter the directories above it
 * (a clone in root's home). The server is started with the cluster as working directory, which is entered while the
 * process is still root, and /proc/self/cwd leads there without passing the directories above.
 */
export function clusterArgument(clusterDir: string, account: ServerAccount): string {
  return account.isForeign && process.platform === 'linux' ? '/proc/self/cwd' : clusterDir;
}

/**
 * The directory under which clients find the socket. The server makes it in the cluster under a relative name, so no
 * length limits it there; clients with a long DATA_DIR reach it by a short link in a directory only we can enter.
 */
export function socketDirectory(clusterDir: string, tempDir = os.tmpdir()): string {
  if (fits(clusterDir)) return clusterDir;
  const privateDir = path.join(tempDir, `gatehouse-${process.getuid?.() ?? 'user'}`);
  const link = path.join(privateDir, createHash('sha256').update(clusterDir).digest('hex').slice(0, 16));
  if (!fits(link))
    throw new EmbeddedDatabaseError(`DATA_DIR and ${tempDir} are both too long for a socket's name`);
  makePrivateDirectory(privateDir);
  pointLink(link, clusterDir);
  return link;
}

function fits(directory: string): boolean {
  return Buffer.byteLength(path.join(directory, socketName)) <= maxSocketPathBytes;
}

/** Everybody may write to the temporary directory: what somebody else put there is not used. */
function makePrivateDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = lstatSync(directory);
  const isOurs = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
  if (!isOurs)
    throw new EmbeddedDatabaseError(`${directory} is not ours alone: remove it or use a shorter DATA_DIR`);
}

function pointLink(link: string, target: string): void {
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() === true && readlinkSync(link) === target) return;
  if (found !== undefined) unlinkSync(link);
  try {
    symlinkSync(target, link);
  } catch (error) {
    // Another process was faster with the same link: its name is made from the target.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

export function serverUrl(directory: string, database: string): string {
  return `postgresql://${superuser}@localhost:${serverPort}/${database}?host=${encodeURIComponent(directory)}`;
}
