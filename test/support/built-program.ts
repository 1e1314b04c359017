import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';

const root = path.resolve(__dirname, '../..');
const program = path.join(root, 'dist/cli/gatehouse.js');
/** Compiled once for all starts of the suite: a fifth of what a start costs. */
const compiled = path.join(root, 'node_modules/.cache/compiled');
const buildLock = path.join(root, 'node_modules/.gatehouse-building');
const buildWaitMs = 180_000;

/** Builds dist when it is older than src; test files that start together build it once. */
export async function buildProgram(): Promise<void> {
  const deadline = Date.now() + buildWaitMs;
  while (newestMs(path.join(root, 'src')) > builtMs()) {
    if (takeLock()) {
      try {
        const built = spawnSync(
          process.execPath,
          ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
          {
            cwd: root,
            encoding: 'utf8',
          },
        );
        if (built.status !== 0) throw new Error(`the build failed:\n${built.stdout}`);
      } finally {
        rmSync(buildLock, { recursive: true });
      }
      return;
    }
    if (Date.now() > deadline) throw new Error(`another build never ended; remove ${buildLock}`);
    await sleep(100);
  }
  while (isLocked()) await sleep(100);
}

function takeLock(): boolean {
  try {
    mkdirSync(buildLock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // A run that was killed left it behind: no build takes that long.
    if (Date.now() - statSync(buildLock).mtimeMs > buildWaitMs)
      rmSync(buildLock, { recursive: true, force: true });
    return false;
  }
}

function isLocked(): boolean {
  return statSync(buildLock, { throwIfNoEntry: false }) !== undefined;
}

function builtMs(): number {
  return statSync(program, { throwIfNoEntry: false }) === undefined ? 0 : newestMs(path.join(root, 'dist'));
}

function newestMs(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Math.max(0, ...files.map((file) => statSync(path.join(file.parentPath, file.name)).mtimeMs));
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Environment = Readonly<Record<string, string>>;

/** Only what a test gives: no setting of the person who runs the tests, no .env of the checkout. */
function environment(env: Environment): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: os.tmpdir(), TZ: 'UTC', NODE_COMPILE_CACHE: compiled, ...env };
}

/** Runs a command to its end. */
export async function gatehouse(args: readonly string[], env: Environment, input?: string): Promise<Ended> {
  const child = start(args, env);
  child.stdin.end(input);
  return await ended(child);
}

/** Runs a command whose output nobody takes: its reader is gone, or the disk is full. */
export async function gatehouseUnread(
  args: readonly string[],
  env: Environment,
  why: 'reader is gone' | 'disk is full',
): Promise<Ended> {
  if (why === 'reader is gone') {
    const child = start(args, env);
    child.stdout.destroy();
    return await ended(child);
  }
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], {
    ...{ cwd: os.tmpdir(), env: environment(env), encoding: 'utf8' },
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
  });
  return { code: status, stdout: '', stderr };
}

/** Runs a command that must succeed, and reads the JSON document that it prints. */
export async function gatehouseJson<T = Record<string, unknown>>(
  args: readonly string[],
  env: Environment,
): Promise<T> {
  const { code, stdout, stderr } = await gatehouse([...args, '--json'], env);
  if (code !== 0) throw new Error(`gatehouse ${args.join(' ')} ended with ${String(code)}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

function start(args: readonly string[], env: Environment): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [program, ...args], { cwd: os.tmpdir(), env: environment(env) });
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return await new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

/** A server as a process of its own. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  /** What it has printed so far. */
  printed(): string;
  printedErrors(): string;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

const startWaitMs = 60_000;

/** Starts `gatehouse serve` and waits until it has printed its last line. */
export async function startServer(env: Environment): Promise<ServerProcess> {
  const server = startProcess(['serve'], env);
  await server.until(() => /Admin API: \S+\n/.test(server.printed()));
  const port = Number(/listens on \S+?:(\d+)[.,]/.exec(server.printed())?.[1]);
  return { ...server, port };
}

/** Starts a command that goes on; `until` waits for a condition, and throws when the process ends first. */
export function startProcess(args: readonly string[], env: Environment) {
  const child = start(args, env);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  let isEnded = false;
  const whenEnded = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      isEnded = true;
      resolve({ code, stdout, stderr });
    });
  });
  return {
    pid: child.pid ?? 0,
    printed: () => stdout,
    printedErrors: () => stderr,
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    ended: whenEnded,
    until: async (condition: () => boolean): Promise<void> => {
      const deadline = Date.now() + startWaitMs;
      while (!condition()) {
        if (isEnded) throw new Error(`the process ended: ${stdout}${stderr}`);
        if (Date.now() > deadline) throw new Error(`waited too long: ${stdout}${stderr}`);
        await sleep(20);
      }
    },
  };
}

/** A folder of a test's own, outside of the checkout. */
export function throwAwayFolder(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-test-'));
  return {
    path: folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A small full inventory of a made-up machine, as GLPI Agent sends it. */
export function inventoryOf(number: number, over: Record<string, unknown> = {}): Buffer {
  const digits = String(number).padStart(6, '0');
  const mac = `b8:ca:3a:${digits.replace(/(..)(..)(..)/, '$1:$2:$3')}`;
  const content = {
    bios: { smanufacturer: 'Dell Inc.', smodel: 'OptiPlex 7090', ssn: `7QX${digits}` },
    hardware: { name: `pc-${digits}`, uuid: `4c4c4544-0051-5810-8034-b7c04f${digits}`, memory: 16384 },
    networks: [{ description: 'eth0', mac, type: 'ethernet', virtualdev: false, ipaddress: '192.0.2.7' }],
    operatingsystem: { name: 'Debian GNU/Linux', full_name: 'Debian GNU/Linux 12 (bookworm)' },
    versionclient: 'GLPI-Agent_v1.11',
    ...over,
  };
  const message = {
    action: 'inventory',
    content,
    deviceid: `pc-${digits}-2026-02-11-09-30-12`,
    itemtype: 'Computer',
  };
  return deflateSync(JSON.stringify(message, null, 3));
}

export interface PostAnswer {
  readonly status: number;
  readonly phrase: string;
  readonly submissionId: string | undefined;
}

/** Posts as GLPI Agent does, the key in the URL. With `pause`, half of the body waits for it. */
export async function postInventory(
  port: number,
  key: string,
  body: Buffer,
  pause?: () => Promise<void>,
): Promise<PostAnswer> {
  return await new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path: '/front/inventory.php',
        method: 'POST',
        agent: false,
        headers: {
          Host: `localhost:${port}`,
          'User-Agent': 'GLPI-Agent_v1.11',
          'Content-Type': 'application/x-compress-zlib',
          'Content-Length': body.length,
          Authorization: `Basic ${Buffer.from(`${key}:x`).toString('base64')}`,
        },
      },
      (response: IncomingMessage) => {
        const id = response.headers['gatehouse-submission'];
        response.resume().once('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            phrase: response.statusMessage ?? '',
            submissionId: typeof id === 'string' ? id : undefined,
          });
        });
      },
    );
    sent.once('error', reject);
    if (pause === undefined) {
      sent.end(body);
      return;
    }
    const half = Math.floor(body.length / 2);
    sent.write(body.subarray(0, half), () => {
      pause().then(() => sent.end(body.subarray(half)), reject);
    });
  });
}

/** The admin API of a server, as JSON. */
export async function adminApi<T>(port: number, token: string, where: string): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1${where}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  if (answer.status !== 200) throw new Error(`${where} was answered ${answer.status}`);
  return (await answer.json()) as T;
}
