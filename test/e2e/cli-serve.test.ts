import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  adminApi,
  buildProgram,
  gatehouse,
  gatehouseJson,
  inventoryOf,
  postInventory,
  startProcess,
  startServer,
  throwAwayFolder,
  type ServerProcess,
} from '../support/built-program';

jest.setTimeout(180_000);

/** Where the worker processes are found. */
const testWithProc = existsSync('/proc/self/stat') ? test : test.skip;

const secretOf = (prefix: 'grk' | 'gra', printed: string): string =>
  new RegExp(`${prefix}_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}`).exec(printed)?.[0] ?? '';

describe('gatehouse serve, on its embedded database', () => {
  const folder = throwAwayFolder();
  const env = { DATA_DIR: folder.path, PORT: '0', LOG_FORMAT: 'json' };
  let first: ServerProcess;
  let port: string;

  beforeAll(async () => {
    await buildProgram();
    first = await startServer(env);
    port = String(first.port);
  });

  afterAll(async () => {
    first.kill('SIGKILL');
    await first.ended;
    // Whatever is left of the embedded server stops with the last command that used it.
    await gatehouse(['key', 'list'], env);
    folder.remove();
  });

  test('a first start shows entity, token and key, and ends with what to do next', async () => {
    const printed = first.printed();
    const key = secretOf('grk', printed);
    const token = secretOf('gra', printed);
    expect(printed).toMatch(/Entity\s+Root\n/);
    expect(printed.split(token)).toHaveLength(2);
    expect(printed).toContain(`glpi-agent --server=http://${key}:x@localhost:${port}/ --force`);
    expect(printed.trimEnd().split('\n').at(-1)).toBe(`Admin API: http://localhost:${port}/api/v1`);

    const answer = await postInventory(first.port, key, inventoryOf(1));
    expect(answer).toMatchObject({ status: 200, phrase: 'OK' });
    const { items } = await adminApi<{ items: { name: string; entity: string }[] }>(
      first.port,
      token,
      '/assets',
    );
    expect(items).toMatchObject([{ name: 'pc-000001', entity: 'Root' }]);
  });

  test('commands work while it runs, and it learns of new keys at once', async () => {
    const fixed = { ...env, PORT: port };
    await gatehouseJson(['entity', 'create', 'Paris'], fixed);
    const { key, kid } = await gatehouseJson<{ key: string; kid: string }>(
      ['key', 'create', '--entity', 'Paris', '--name', 'while it runs'],
      fixed,
    );
    expect(await postInventory(first.port, key, inventoryOf(2))).toMatchObject({ status: 200 });
    await gatehouseJson(['key', 'revoke', kid], fixed);
    await expectSoon(async () => {
      const { status, phrase } = await postInventory(first.port, key, inventoryOf(2));
      return `${status} ${phrase}` === '403 Registration key revoked';
    });
  });

  test('SIGTERM lets a request end that has begun; then the process ends with 0', async () => {
    const key = secretOf('grk', first.printed());
    const answer = await postInventory(first.port, key, inventoryOf(3), async () => {
      first.kill('SIGTERM');
      await expectSoon(async () => await isRefused(first.port));
    });
    expect(answer.status).toBe(200);
    expect((await first.ended).code).toBe(0);
  });

  test('commands work while it does not run', async () => {
    const { items } = await gatehouseJson<{ items: { name: string }[] }>(['asset', 'list'], {
      ...env,
      PORT: port,
    });
    expect(items.map(({ name }) => name).sort()).toEqual(['pc-000001', 'pc-000002', 'pc-000003']);
  });

  test('a later start shows no secret, and serves what is there', async () => {
    const second = await startServer({ ...env, PORT: port });
    try {
      expect(secretOf('grk', second.printed())).toBe('');
      expect(secretOf('gra', second.printed())).toBe('');
      expect(second.printed()).toContain('<registration key>');
      const token = secretOf('gra', first.printed());
      const { items } = await adminApi<{ items: unknown[] }>(second.port, token, '/assets');
      expect(items).toHaveLength(3);
    } finally {
      second.kill('SIGTERM');
    }
    expect((await second.ended).code).toBe(0);
  });

  test('kill -9 in the middle of writing loses nothing that was answered 200', async () => {
    const key = secretOf('grk', first.printed());
    const token = secretOf('gra', first.printed());
    const server = await startServer({ ...env, PORT: port });
    const acknowledged: string[] = [];
    let number = 1000;
    const post = async (): Promise<void> => {
      for (;;) {
        const answer = await postInventory(server.port, key, inventoryOf(number++)).catch(() => undefined);
        if (answer?.submissionId === undefined) return;
        acknowledged.push(answer.submissionId);
        if (acknowledged.length === 60) server.kill('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: 8 }, post));
    await server.ended;
    expect(acknowledged.length).toBeGreaterThanOrEqual(60);

    const again = await startServer({ ...env, PORT: port });
    for (const id of acknowledged) {
      const { verdict, assetId } = await adminApi<{ verdict: string; assetId: string }>(
        again.port,
        token,
        `/submissions/${id}`,
      );
      expect(verdict).toBe('accepted');
      await adminApi(again.port, token, `/assets/${assetId}/inventory`);
    }
    again.kill('SIGTERM');
    expect((await again.ended).code).toBe(0);
  });

  testWithProc('several workers share the port, and one that dies is replaced', async () => {
    const key = secretOf('grk', first.printed());
    const server = await startServer({ ...env, PORT: port, WORKERS: '2' });
    expect(server.printed()).toContain('2 processes');
    const answers = await Promise.all(
      [10, 11, 12, 13].map((i) => postInventory(server.port, key, inventoryOf(i))),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    // Whichever process answers, it tells of all.
    const scrape = async () => (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
    for (const text of await Promise.all([scrape(), scrape(), scrape(), scrape()])) {
      const inventories =
        /^gatehouse_agent_requests_total\{kind="inventory",status="200",reason=""\} (\d+)$/m;
      expect(inventories.exec(text)?.[1]).toBe('4');
    }

    const [worker] = await childrenNamed(server.pid, 'serve');
    expect(worker).toBeDefined();
    process.kill(worker!, 'SIGKILL');
    await expectSoon(async () => {
      const now = await childrenNamed(server.pid, 'serve');
      return now.length === 2 && !now.includes(worker!);
    });
    await expectSoon(async () => {
      const answer = await postInventory(server.port, key, inventoryOf(14)).catch(() => undefined);
      return answer?.status === 200;
    });
    server.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
  });

  test('a second signal ends it at once', async () => {
    const key = secretOf('grk', first.printed());
    const server = await startServer({ ...env, PORT: port });
    const answer = postInventory(server.port, key, inventoryOf(20), async () => {
      server.kill('SIGTERM');
      await expectSoon(async () => await isRefused(server.port));
      let isEnded = false;
      void server.ended.then(() => (isEnded = true));
      // Two that come together are one wish, forwarded twice: repeated until one counts as the second.
      await expectSoon(async () => {
        server.kill('SIGINT');
        return await Promise.resolve(isEnded);
      });
    });
    await expect(answer).rejects.toThrow();
    expect((await server.ended).code).toBe(1);
  });
});

describe('gatehouse serve that cannot start', () => {
  const folder = throwAwayFolder();

  beforeAll(buildProgram);

  afterAll(() => {
    folder.remove();
  });

  test('names all wrong settings at once and ends with 2', async () => {
    const { code, stdout, stderr } = await gatehouse(['serve'], {
      DATA_DIR: folder.path,
      PORT: '99999',
      WORKERS: 'many',
      PUBLIC_URL: 'ftp://x',
    });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    for (const name of ['PORT', 'WORKERS', 'PUBLIC_URL']) expect(stderr).toContain(`- ${name} `);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('says which setting to change when the port is taken, and ends with 3', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await gatehouse(['serve'], { DATA_DIR: folder.path, PORT: String(port) });
    other.close();
    expect(code).toBe(3);
    expect(stderr).toContain(`Port ${port}`);
    expect(stderr).toContain('Set PORT');
  });

  test('waits for a database that is away, says so, and stops waiting when asked', async () => {
    const waiting = startProcess(['serve'], {
      DATA_DIR: folder.path,
      DATABASE_URL: 'postgresql://nobody:hidden-password@127.0.0.1:1/none',
      PORT: '0',
    });
    await waiting.until(() => (waiting.printedErrors().match(/Waiting for the database/g) ?? []).length >= 2);
    waiting.kill('SIGTERM');
    const { code, stderr } = await waiting.ended;
    expect(code).toBe(3);
    expect(stderr).toContain('DATABASE_URL');
    expect(stderr).not.toContain('hidden-password');
  });
});

async function expectSoon(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error('what was expected did not come to be');
}

/** A new connection: one that a client has kept may still be served while the server drains. */
async function isRefused(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => {
      resolve(true);
    });
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
}

/** Process ids of children with a word among their arguments. */
async function childrenNamed(pid: number, word: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const [stat, arguments_] = await Promise.all(
      ['stat', 'cmdline'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')),
    );
    const parent = Number(/\) \S (\d+)/.exec(stat ?? '')?.[1]);
    if (parent === pid && arguments_?.split('\0').includes(word) === true) found.push(Number(name));
  }
  return found;
}
