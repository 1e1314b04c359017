// One entry for `npm start`, `npm test`, `npm run demo` and bin/gatehouse: installs and builds what is missing or out of
// date, then runs the program on the Node 24 of the package "node". Runs itself on Node 20 and without node_modules.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const inRoot = (...parts) => path.join(root, ...parts);
const neededNodeMajor = 24;
const program = 'dist/cli/gatehouse.js';

const usage = 'usage: node scripts/run.mjs start|demo|test|exec [arguments], or build-console';

/** Node lets garbage grow to 3 × 32 MiB before it looks; under load this halves that for 3 % more CPU. */
const youngHeap = '--max-semi-space-size=16';

/** What each word runs; arguments after it are handed on. */
const commands = {
  start: { needsConsole: true, flags: [youngHeap], args: [program, 'serve'] },
  demo: { needsConsole: true, args: [program, 'demo'] },
  exec: { needsConsole: false, args: [program] },
  // The end-to-end tests start the built program.
  test: { needsConsole: true, args: ['node_modules/jest/bin/jest.js'] },
};

/** Commands of the program that serve the console. */
const serving = new Set(['serve', 'demo']);

function say(text) {
  process.stderr.write(`${text}\n`);
}

class Stop extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** True when every package of the lock file is there in its version; packages for other platforms may be missing. */
function isInstalled() {
  const installedFile = inRoot('node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(([name, { version, optional }]) => {
    if (name === '') return true;
    const found = installed[name];
    return found === undefined ? optional === true : found.version === version;
  });
}

function install() {
  say('Installing packages (npm ci) …');
  // Under npm this is npm itself; the PATH may lead elsewhere. Development packages are needed to build.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const isNpm = npm !== undefined && /npm-cli\.[cm]?js$/.test(npm);
  const [command, all] = isNpm ? [process.execPath, [npm, ...args]] : ['npm', args];
  // Standard output belongs to the program: `gatehouse … --json` must stay JSON.
  runOrStop(command, all, 'npm ci failed');
}

function newestMtimeMs(directory) {
  let newest = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const full = path.join(directory, entry.name);
    // A directory's own time tells of files that were removed.
    newest = Math.max(newest, statSync(full).mtimeMs, entry.isDirectory() ? newestMtimeMs(full) : 0);
  }
  return newest;
}

/** True when the file is there and nothing that it is made from is newer. */
function isNewerThan(file, folders, files) {
  const built = statSync(inRoot(file), { throwIfNoEntry: false });
  if (built === undefined) return false;
  // An image may hold what was built alone.
  if (!folders.every((folder) => existsSync(inRoot(folder)))) return true;
  const sources = [
    ...folders.map((folder) => newestMtimeMs(inRoot(folder))),
    ...files.map((one) => statSync(inRoot(one)).mtimeMs),
  ];
  return Math.max(...sources) <= built.mtimeMs;
}

function isBuilt() {
  return isNewerThan(program, ['src'], ['tsconfig.json', 'tsconfig.build.json']);
}

function isConsoleBuilt() {
  const folders = ['web/src', 'web/public'];
  const files = ['web/index.html', 'web/api-docs.html', 'web/vite.config.mjs'];
  return isNewerThan('web/dist/index.html', folders, files);
}

/** True when the program can run with these arguments as it is. */
export function isReady([command]) {
  return isBuilt() && (!serving.has(command) || isConsoleBuilt());
}

/** Both are built aside and moved into place: a running gateway never sees half of one, nor one that was removed. */
function build(node) {
  say('Building …');
  const tsc = 'node_modules/typescript/bin/tsc';
  buildAside('dist', isBuilt, (aside) => {
    runOrStop(node, [tsc, '-p', 'tsconfig.build.json', '--outDir', aside], 'the build failed');
  });
}

function buildConsole(node) {
  say('Building the console …');
  const vite = 'node_modules/vite/bin/vite.js';
  buildAside('web/dist', isConsoleBuilt, (aside) => {
    const args = [vite, 'build', 'web', '--outDir', inRoot(aside), '--emptyOutDir', '--logLevel', 'warn'];
    runOrStop(node, args, 'the build of the console failed');
  });
}

function buildAside(place, isDone, make) {
  const aside = `.dist-${process.pid}`;
  try {
    make(aside);
    replaceBuild(aside, place, isDone);
  } finally {
    rmSync(inRoot(aside), { recursive: true, force: true });
  }
}

function replaceBuild(aside, place, isDone) {
  const old = `${aside}-old`;
  try {
    if (existsSync(inRoot(place))) renameSync(inRoot(place), inRoot(old));
    renameSync(inRoot(aside), inRoot(place));
  } catch (error) {
    // Another run built the same at the same moment.
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(error.code) || !isDone()) throw error;
  } finally {
    rmSync(inRoot(old), { recursive: true, force: true });
  }
}

function runOrStop(command, args, what) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error !== undefined) throw new Stop(`${what}: ${error.message}`, 1);
  if (signal !== null) throw new Stop(`${what}: ended by ${signal}`, 128 + os.constants.signals[signal]);
  if (status !== 0) throw new Stop(what, status ?? 1);
}

function findNode() {
  const installed = inRoot('node_modules/.bin/node');
  if (existsSync(installed)) return installed;
  if (Number(process.versions.node.split('.')[0]) === neededNodeMajor) return process.execPath;
  throw new Stop(
    `Node.js ${neededNodeMajor} is missing: the package "node" could not set it up, as npm's install scripts are off. ` +
      `Run "npm rebuild node --ignore-scripts=false", or use Node.js ${neededNodeMajor} yourself (this is ${process.version}).`,
    1,
  );
}

/** Installs and builds when needed; gives the path of the Node to use. */
function prepare({ needsConsole }, [first]) {
  if (!isInstalled()) install();
  const node = findNode();
  if (!isBuilt()) build(node);
  if ((needsConsole || serving.has(first)) && !isConsoleBuilt()) buildConsole(node);
  return node;
}

/** Between two looks at whether npm is still there. */
const parentCheckMs = 500;

/** Runs the program in the caller's directory, hands on signals, and ends as it ended. */
function run(node, args) {
  const child = spawn(node, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child as well: handing it on would count as pressing it twice.
      const isFromTerminal = signal === 'SIGINT' && (process.stdin.isTTY || process.stderr.isTTY);
      if (!isFromTerminal) child.kill(signal);
    });
  }
  // An npm that is killed tells nobody; the gateway would go on unseen and keep the port.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event !== undefined) {
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      child.kill('SIGTERM');
    }, parentCheckMs).unref();
  }
  child.on('error', (error) => {
    say(`${node} cannot be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (status, signal) => {
    process.exit(signal === null ? (status ?? 1) : 128 + os.constants.signals[signal]);
  });
}

export function main([word, ...rest]) {
  const command = commands[word];
  if (command === undefined && word !== 'build-console') {
    say(usage);
    process.exit(2);
  }
  try {
    if (command === undefined) {
      if (!isConsoleBuilt()) buildConsole(findNode());
      return;
    }
    const node = prepare(command, rest);
    const [file, ...first] = command.args;
    const given = rest[0] === '--' ? rest.slice(1) : rest;
    const isTest = word === 'test';
    if (isTest) process.chdir(root);
    run(node, [...(command.flags ?? []), inRoot(file), ...first, ...(isTest ? given : rest)]);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    say(error.message);
    process.exit(error.exitCode);
  }
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2));
}
