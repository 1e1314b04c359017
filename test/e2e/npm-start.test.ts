import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

/** The README's first command, as a person types it. */
it('npm start serves, says what to type next, and stops when asked to', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-npm-start-'));
  const start = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, DATA_DIR: folder, PORT: '0', HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => (output += chunk.toString());
  start.stdout.on('data', keep);
  start.stderr.on('data', keep);
  const ended = new Promise((resolve) => start.once('exit', resolve));
  try {
    // The first start of a checkout builds as well.
    let api: string | undefined;
    for (let i = 0; i < 900 && api === undefined && start.exitCode === null; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      api = /^Admin API: (http:\S+)$/m.exec(output)?.[1];
    }
    if (api === undefined) throw new Error(`npm start did not serve:\n${output}`);
    expect(output).toMatch(/Admin token\s+gra_/);
    expect(output).toMatch(/glpi-agent --server=http:\/\/grk_/);
    expect((await fetch(new URL('/readyz', api))).status).toBe(200);
  } finally {
    start.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
  await expect(fetch(/http:\/\/localhost:\d+/.exec(output)?.[0] ?? '')).rejects.toThrow();
}, 120_000);

it('npx gatehouse runs the same program', () => {
  const { status, stdout } = spawnSync('node', ['bin/gatehouse', '--help'], { cwd: root, encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, expect.stringContaining('Usage: gatehouse')]);
});
