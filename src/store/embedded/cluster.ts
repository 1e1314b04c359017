import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { clusterArgument, superuser, type ClusterPaths } from './cluster-paths';
import { EmbeddedDatabaseError, explainFailure } from './embedded-error';
import type { NativeBinaries } from './native-binaries';
import type { ServerAccount } from './server-account';
import { serverEnvironment } from './server-environment';

/** initdb takes about 1 s, 3 s on a loaded machine. */
const initTimeoutMs = 120_000;
/** What a killed initdb left behind is removed once nobody can be writing it any more. */
const leftoverAgeMs = 2 * initTimeoutMs;
const leftoverPrefix = 'postgres.new-';
const maxSaidBytes = 64 * 1024;

/** Written to postgresql.conf once; a person may change them there. */
const initialSettings: Readonly<Record<string, string>> = {
  shared_buffers: '128MB',
  max_connections: '100',
  // Queries here are short, and some kernels and containers have little /dev/shm for parallel ones.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Makes the cluster when there is none. It is made aside and moved into place whole: a kill in between leaves no half
 * cluster, and of two processes one wins.
 * @throws EmbeddedDatabaseError when what is there is of another version, or initdb fails
 */
export async function ensureCluster(
  paths: ClusterPaths,
  account: ServerAccount,
  binaries: NativeBinaries,
): Promise<'made' | 'found'> {
  if (hasCluster(paths, binaries)) return 'found';
  removeLeftovers(paths.dataDir);
  const aside = path.join(paths.dataDir, leftoverPrefix + randomBytes(6).toString('hex'));
  try {
    mkdirSync(aside, { mode: 0o700 });
    if (account.isForeign) chownSync(aside, account.uid, account.gid);
    await runInitdb(aside, account, binaries);
    renameSync(aside, paths.clusterDir);
    syncDirectory(paths.dataDir);
    return 'made';
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (error instanceof EmbeddedDatabaseError) throw error;
    // Another process was faster, and a cluster that is there is never replaced.
    if (hasCluster(paths, binaries)) return 'found';
    throw explainFailure(`no database can be made in ${paths.dataDir}`, (error as Error).message);
  }
}

function hasCluster({ clusterDir }: ClusterPaths, { majorVersion }: NativeBinaries): boolean {
  let content: string;
  try {
    content = readFileSync(path.join(clusterDir, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return refuseOther(clusterDir);
    throw explainFailure(`the cluster in ${clusterDir} cannot be read`, (error as Error).message);
  }
  if (content === String(majorVersion)) return true;
  const isNewer = Number(content) > majorVersion;
  throw new EmbeddedDatabaseError(
    `${clusterDir} was written by PostgreSQL ${content}, this version of Gatehouse brings ${majorVersion}. ` +
      (isNewer
        ? 'Run the newer Gatehouse that made it'
        : 'Run the older Gatehouse, or upgrade it with pg_upgrade') +
      ', or set DATABASE_URL to a server that holds a copy.',
  );
}

/** A directory with something else in it is not ours to fill; false when there is none, or an empty one. */
function refuseOther(clusterDir: string): false {
  const found = statSync(clusterDir, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (found.isDirectory() && readdirSync(clusterDir).length === 0) return false;
  throw new EmbeddedDatabaseError(`${clusterDir} is there but holds no PostgreSQL cluster: move it away`);
}

async function runInitdb(directory: string, account: ServerAccount, binaries: NativeBinaries): Promise<void> {
  const settings = Object.entries(initialSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  // Only who can enter the cluster reaches the socket in it, and could read the files as well: no password adds to that.
  const login = [`--username=${superuser}`, '--auth-local=trust', '--auth-host=reject'];
  const target = ['-D', clusterArgument(directory, account)];
  const child = spawn(binaries.initdb, [...target, '--data-checksums', ...locale, ...login, ...settings], {
    ...(account.isForeign ? { uid: account.uid, gid: account.gid } : {}),
    cwd: directory,
    env: serverEnvironment(),
    timeout: initTimeoutMs,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-maxSaidBytes);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status !== 0) throw explainFailure('no database can be made', said);
}

function removeLeftovers(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith(leftoverPrefix)) continue;
    const full = path.join(dataDir, name);
    const found = statSync(full, { throwIfNoEntry: false });
    if (found !== undefined && Date.now() - found.mtimeMs > leftoverAgeMs) {
      rmSync(full, { recursive: true, force: true });
    }
  }
}

/** The move must outlive a power cut as well as what was moved. */
function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
