import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

/**
 * A process that uses the embedded server as a gateway does. It prints a line `url <url>`, then by mode: `hold` waits
 * for the end of its standard input and releases, `write` inserts rows and prints `row <n>` once n is committed.
 */
const program = `
  const { acquireEmbedded } = require('./src/store/embedded/acquire-embedded.ts');
  const { Client } = require('pg');
  const [dataDir, mode] = process.argv.slice(1);
  const say = (line) => require('node:fs').writeSync(1, line + '\\n');
  (async () => {
    const server = await acquireEmbedded(dataDir, { onEvent: (event) => say('event ' + event) });
    say('url ' + server.url);
    if (mode === 'write') {
      const client = new Client({ connectionString: server.url });
      await client.connect();
      await client.query('CREATE TABLE IF NOT EXISTS written (n integer PRIMARY KEY, filler text)');
      for (let n = 0; ; n += 1) {
        await client.query('INSERT INTO written VALUES ($1, $2)', [n, 'x'.repeat(2000)]);
        say('row ' + n);
      }
    }
    for await (const _ of process.stdin);
    await server.release();
  })().catch((error) => { say('error ' + error.name + ': ' + error.message.split('\\n')[0]); process.exitCode = 1; });`;

export interface EmbeddedChild {
  readonly process: ChildProcess;
  readonly lines: readonly string[];
  /** The rest of the first line, from now on or before, that starts with the word. */
  next(word: string): Promise<string>;
  readonly ended: Promise<number | null>;
}

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

export function startEmbeddedChild(
  dataDir: string,
  mode: 'hold' | 'write',
  identity?: Identity,
): EmbeddedChild {
  const args = ['--require', './test/support/run-typescript.cjs', '-e', program, dataDir, mode];
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(identity === undefined ? {} : { ...identity, env: { PATH: process.env.PATH } }),
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    for (const look of waiting) look();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const next = (word: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const line = lines.find((one) => one.startsWith(`${word} `));
        if (line === undefined) return;
        waiting.delete(look);
        resolve(line.slice(word.length + 1));
      };
      waiting.add(look);
      look();
      void ended.then(() => {
        reject(new Error(`the child ended without "${word}": ${lines.join(' | ')}`));
      });
    });
  return { process: child, lines, next, ended };
}

/** False when the checkout lies where that user may not read it, e.g. in root's home. */
export function canReadCheckout(identity: Identity): boolean {
  return spawnSync(process.execPath, ['-e', `require('@swc/core')`], { cwd: root, ...identity }).status === 0;
}
