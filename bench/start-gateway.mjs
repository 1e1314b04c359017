// The built gateway as a process on a throw-away data folder, with its embedded PostgreSQL (fsync on).
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = path.resolve(import.meta.dirname, '..');

/** `settings`: environment variables; `nodeFlags`: before the program. */
export async function startGateway(port, settings = {}, nodeFlags = []) {
  const dataFolder = mkdtempSync(path.join(tmpdir(), 'gatehouse-bench-'));
  const environment = {
    ...process.env,
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
    DATA_DIR: dataFolder,
    LOG_LEVEL: 'warn',
    // One driver plays a whole fleet from one address; a few hundred devices stand for thousands.
    MAX_PER_MINUTE_PER_KEY: '1000000000',
    MAX_PER_MINUTE_PER_ADDRESS: '1000000000',
    MAX_PER_MINUTE_PER_DEVICE: '1000000000',
    ...settings,
  };
  // The flag of `npm start` and of the image.
  const program = ['--max-semi-space-size=16', path.join(root, 'dist/cli/gatehouse.js')];
  const gateway = spawn(process.execPath, [...nodeFlags, ...program, 'serve'], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (let i = 0; ; i++) {
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) break;
    if (i > 300 || gateway.exitCode !== null) throw new Error('the gateway did not start');
    await sleep(100);
  }
  return {
    pid: gateway.pid,
    dataFolder,
    postmasterPid: () =>
      Number(readFileSync(path.join(dataFolder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]),
    /** The answer of `key create`: kid and key. */
    createKey: () => {
      const made = spawnSync(
        process.execPath,
        [...program, 'key', 'create', '--name', 'bench', '--entity', 'Root', '--json'],
        { env: environment, encoding: 'utf8' },
      );
      if (made.status !== 0) throw new Error(`no key: ${made.stderr}`);
      return JSON.parse(made.stdout);
    },
    stop: async () => {
      gateway.kill('SIGTERM');
      if (gateway.exitCode === null) await new Promise((resolve) => gateway.once('exit', resolve));
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
