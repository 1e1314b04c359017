import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { clusterArgument, serverPort, type ClusterPaths } from './cluster-paths';
import { explainFailure } from './embedded-error';
import type { NativeBinaries } from './native-binaries';
import type { ServerAccount } from './server-account';
import { serverEnvironment } from './server-environment';
import { boundLog } from './server-log';

export type ServerSettings = Readonly<Record<string, string>>;

/** Given at every start, so that no edit of postgresql.conf opens a port or gives up an acknowledged commit. */
const fixedSettings: ServerSettings = {
  listen_addresses: '',
  port: String(serverPort),
  // Relative to the cluster: not longer than a socket's name may be, and reached without the directories above.
  unix_socket_directories: '.',
  unix_socket_permissions: '0700',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  logging_collector: 'off',
  log_destination: 'stderr',
  // Errors of statements are ours to report. They quote values, which may come from an agent or be a secret.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

export interface StartedPostmaster {
  readonly child: ChildProcess;
  /** Size of the log before this start. */
  readonly logOffset: number;
}

/**
 * Starts the server in a session of its own: it outlives us when we are killed, and Ctrl-C in the terminal does not
 * reach it while requests are still being answered.
 * @param stalePid from postmaster.pid: a living process that is known not to be this server
 */
export function startPostmaster(
  paths: ClusterPaths,
  account: ServerAccount,
  binaries: NativeBinaries,
  extraSettings: ServerSettings,
  stalePid: number | undefined,
): StartedPostmaster {
  const settings = Object.entries({ ...fixedSettings, ...extraSettings }).flatMap(([k, v]) => [
    '-c',
    `${k}=${v}`,
  ]);
  let logFd: number;
  try {
    boundLog(paths.logFile);
    logFd = openSync(paths.logFile, 'a', 0o600);
  } catch (error) {
    throw explainFailure('the log of PostgreSQL cannot be written', (error as Error).message);
  }
  try {
    const logOffset = statSync(paths.logFile).size;
    const child = spawn(binaries.postgres, ['-D', clusterArgument(paths.clusterDir, account), ...settings], {
      ...(account.isForeign ? { uid: account.uid, gid: account.gid } : {}),
      cwd: paths.clusterDir,
      env: serverEnvironment(stalePid),
      detached: true,
      stdio: ['ignore', logFd, logFd],
    });
    child.unref();
    return { child, logOffset };
  } finally {
    closeSync(logFd);
  }
}

/** The process that postmaster.pid names; undefined when there is no such file or it is being written. */
export function readPid(pidFile: string): number | undefined {
  let content: string;
  try {
    content = readFileSync(pidFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw explainFailure('the cluster cannot be read', (error as Error).message);
  }
  const pid = Math.abs(Number.parseInt(content, 10));
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

export type PidHolder = 'nobody' | 'stranger' | 'postgres';

/**
 * Whose pid it is. After the restart of a container or a machine the number often belongs to some other process, even
 * to ourselves. `postgres` means: a server that may be this cluster's.
 */
export function whoseIs(pid: number, clusterDir: string): PidHolder {
  if (pid === process.pid) return 'stranger';
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: alive, of another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'nobody';
  }
  const program = programOf(pid);
  if (path.basename(program) !== 'postgres') return 'stranger';
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === clusterDir ? 'postgres' : 'stranger';
  } catch {
    // No /proc (macOS), or no right to look (root in a container without ptrace): then the name has to do.
    return 'postgres';
  }
}

/** Empty for a dead process that its parent has not buried yet. */
function programOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '';
  } catch {
    // No /proc on this system, or the process ended just now; ps tells either.
    return spawnSync('/bin/ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  }
}
