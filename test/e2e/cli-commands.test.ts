import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/test-database';
import {
  adminApi,
  buildProgram,
  gatehouse,
  gatehouseJson,
  inventoryOf,
  postInventory,
  startServer,
  throwAwayFolder,
  type ServerProcess,
} from '../support/built-program';

jest.setTimeout(180_000);

interface Listed<T = Record<string, unknown>> {
  readonly items: readonly T[];
}

describe('commands beside a running server, on DATABASE_URL', () => {
  const folder = throwAwayFolder();
  let database: TestDatabase;
  let env: Record<string, string>;
  let server: ServerProcess;
  let key: string;

  const json = <T = Record<string, string>>(...args: string[]): Promise<T> => gatehouseJson<T>(args, env);
  const run = (...args: string[]) => gatehouse(args, env);

  beforeAll(async () => {
    await buildProgram();
    database = await createTestDatabase();
    env = { DATABASE_URL: database.url, DATA_DIR: folder.path, PORT: '0', ADMIN_TOKEN: 'x'.repeat(40) };
    server = await startServer(env);
    key = /--server=http:\/\/(grk_\w+):x@/.exec(server.printed())?.[1] ?? '';
    env.PORT = String(server.port);
  });

  afterAll(async () => {
    server.kill('SIGTERM');
    await server.ended;
    await database.drop();
    folder.remove();
  });

  test('a given ADMIN_TOKEN is used and never printed', async () => {
    expect(server.printed()).not.toContain('xxxx');
    await expect(adminApi(server.port, 'x'.repeat(40), '/entities')).resolves.toHaveProperty('items');
  });

  test('entities are named by id, complete name or unique name, and not guessed', async () => {
    const france = await json('entity', 'create', 'France', '--tag', 'FR');
    const spain = await json('entity', 'create', 'Spain');
    const paris = await json('entity', 'create', 'Centre', '--parent', 'root > FRANCE');
    await json('entity', 'create', 'Centre', '--parent', spain.id ?? '');
    expect(await json('entity', 'show', paris.id ?? '')).toEqual(paris);
    expect(await json('entity', 'show', 'Root>France>Centre')).toEqual(paris);
    expect(await json('entity', 'show', 'france')).toEqual(france);
    const { code, stderr } = await run('entity', 'show', 'Centre');
    expect(code).toBe(1);
    expect(stderr).toContain('2 entities have the name "Centre"');
    expect(stderr).toContain('"Root > France > Centre"');
  });

  test('entities change, and go only when nothing uses them', async () => {
    await json('entity', 'create', 'Brussels', '--tag', 'BRU');
    const changed = await json(
      'entity',
      'update',
      'Brussels',
      '--name',
      'Bruxelles',
      '--parent',
      'France',
      '--no-tag',
    );
    expect(changed).toMatchObject({ completeName: 'Root > France > Bruxelles', tag: null });
    expect((await run('entity', 'delete', 'France')).code).toBe(1);
    expect((await run('entity', 'delete', 'Bruxelles')).code).toBe(0);
    const { items } = await json<Listed<{ name: string }>>('entity', 'list');
    expect(items.map(({ name }) => name)).not.toContain('Bruxelles');
  });

  test('a key is rotated under its id, shows who uses which secret, and an older one is retired', async () => {
    const made = await json('key', 'create', '--name', 'to rotate');
    const kid = made.kid ?? '';
    const rotated = await json<Record<string, unknown>>('key', 'rotate', kid, '--grace-days', '3');
    expect(rotated).toMatchObject({ kid, generation: 2 });
    expect(rotated.key).not.toBe(made.key);
    expect(JSON.stringify(rotated.agents)).toContain(String(rotated.key));
    expect((await run('key', 'rotate', kid, '--grace-days', '3', '--emergency')).code).toBe(2);
    expect((await run('key', 'rotate', kid, '--grace-days', '3651')).code).toBe(2);

    const shown = await json<Listed<{ generation: number; state: string }>>('key', 'generations', kid);
    expect(shown.items.map(({ generation, state }) => [generation, state])).toEqual([
      [2, 'current'],
      [1, 'grace'],
    ]);
    const { stdout } = await run('key', 'generations', kid);
    expect(stdout).toMatch(/SAFE TO RETIRE/);
    expect(stdout).not.toContain(String(rotated.key).slice(17, -6));
    expect(await json('key', 'retire', kid, '1')).toMatchObject({ generation: 1, state: 'retired' });
    const refused = await run('key', 'retire', kid, '2');
    expect([refused.code, refused.stderr.includes('newest')]).toEqual([1, true]);
    expect(await json('key', 'rotate', kid, '--emergency')).toMatchObject({
      generation: 3,
      graceUntil: null,
    });
    expect((await json<Listed>('agent', 'list', '--key', kid, '--generation', '1')).items).toEqual([]);
  });

  test('what still needs the former pepper is told by doctor and by the list of keys', async () => {
    const former = readFileSync(path.join(folder.path, 'secrets', 'key-pepper'), 'utf8').trim();
    const changed = { ...env, KEY_PEPPER: 'p'.repeat(40), KEY_PEPPER_PREVIOUS: former };
    const { stdout } = await gatehouse(['key', 'list'], changed);
    expect(stdout).toMatch(
      /KEY_PEPPER_PREVIOUS is still needed for \d+ registration keys? and 1 admin token/,
    );
    expect((await gatehouse(['doctor'], changed)).stdout).toMatch(/still need KEY_PEPPER_PREVIOUS/);
    const alone = await gatehouse(['key', 'list'], { ...env, KEY_PEPPER: 'p'.repeat(40) });
    expect([alone.code, alone.stderr.includes('KEY_PEPPER_PREVIOUS')]).toEqual([1, true]);
    expect(alone.stderr + stdout).not.toContain(former);
  });

  test('a key takes every restriction by flag, shows its secret once and ready command lines', async () => {
    const created = await json<Record<string, unknown>>(
      ...['key', 'create', '--entity', 'France', '--name', 'all of it', '--mode', 'observe'],
      ...['--enrol-until', '2031-01-01', '--use-until', '2032-01-01T00:00:00Z', '--max-assets', '7'],
      ...['--cidr', '127.0.0.0/8,10.0.0.0/8', '--itemtype', 'Computer,Printer', '--carrier', 'basic,path'],
      ...[
        '--tag',
        'FR',
        '--tag-policy',
        'require',
        '--url',
        'https://one.example',
        '--url',
        'https://two.example/a',
      ],
      ...[
        '--rule',
        '{"hostname":"par-*","entity":"Root > France > Centre"}',
        '--owner',
        'Ada',
        '--note',
        'test',
      ],
    );
    const { key: secret, agents, ...view } = created;
    expect(secret).toMatch(/^grk_\w{62}$/);
    expect(agents).toHaveLength(3);
    expect(JSON.stringify(agents)).toContain(`https://${String(secret)}:x@one.example/ --tag=FR`);
    expect(view).toMatchObject({
      mode: 'observe',
      enrolUntil: '2031-01-01T00:00:00.000Z',
      useUntil: '2032-01-01T00:00:00.000Z',
      maxAssets: 7,
      cidrs: ['127.0.0.0/8', '10.0.0.0/8'],
      itemtypes: ['Computer', 'Printer'],
      carriers: ['basic', 'path'],
      tag: 'FR',
      tagPolicy: 'require',
      urls: ['https://one.example', 'https://two.example/a'],
      rules: [{ hostname: 'par-*' }],
      owner: 'Ada',
      note: 'test',
    });
    expect(await json('key', 'show', String(view.kid))).toEqual(view);
    const again = await run('key', 'show', String(view.kid));
    expect(again.stdout).not.toContain(String(secret).slice(17, -6));

    const opened = await json<Record<string, unknown>>(
      ...[
        'key',
        'update',
        String(view.kid),
        '--no-use-until',
        '--no-max-assets',
        '--no-cidr',
        '--no-rule',
        '--no-url',
      ],
    );
    expect(opened).toMatchObject({
      useUntil: null,
      maxAssets: null,
      cidrs: [],
      rules: [],
      urlsOf: 'instance',
    });
    expect(await json('key', 'revoke', String(view.kid))).toMatchObject({ state: 'revoked' });
    expect((await run('key', 'update', String(view.kid), '--name', 'x')).code).toBe(1);
    const { items } = await json<Listed>('key', 'list', '--entity', 'France');
    expect(items).toHaveLength(1);
  });

  test('what is not valid is named by its option, all of it, with exit code 1', async () => {
    const { code, stdout, stderr } = await run(
      ...['key', 'create', '--mode', 'wild', '--carrier', 'fax', '--tag-policy', 'maybe'],
    );
    expect(code).toBe(1);
    expect(stdout).toBe('');
    for (const option of ['mode', 'carriers/0', 'tag-policy'])
      expect(stderr).toContain(`- ${option} must be one of`);
  });

  test('an asset is found, shown, retired, brought back and moved, and remembers it all', async () => {
    await postInventory(server.port, key, inventoryOf(101));
    const { items } = await json<Listed<{ id: string }>>('asset', 'list', '--mac', 'B8-CA-3A-00-01-01');
    expect(items).toHaveLength(1);
    const id = items[0]!.id;
    expect(await json('asset', 'show', id)).toMatchObject({
      name: 'pc-000101',
      entity: 'Root',
      status: 'active',
    });
    const inventory = await json<{ content: { bios: unknown } }>('asset', 'inventory', id);
    expect(inventory.content.bios).toMatchObject({ ssn: '7QX000101' });
    expect(await json('asset', 'retire', id)).toMatchObject({ status: 'retired' });
    expect(await postInventory(server.port, key, inventoryOf(101))).toMatchObject({
      phrase: 'Device retired',
    });
    expect(await json('asset', 'reactivate', id)).toMatchObject({ status: 'active' });
    expect(await json('asset', 'move', id, 'France')).toMatchObject({ entity: 'Root > France' });
    const history = await json<Listed<{ kind: string; actor: string | null }>>('asset', 'history', id);
    expect(history.items.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['created', 'retired', 'reactivated', 'moved']),
    );
    expect(history.items[0]?.actor).toMatch(/^cli:./);
    const audit = await json<Listed<{ actor: string }>>('audit', 'list', '--object', id);
    expect(audit.items[0]?.actor).toMatch(/^cli:./);
    const all = await json<Listed>('asset', 'list', '--entity', 'Root', '--status', 'active');
    expect(all.items).toHaveLength(1);
  });

  test('submissions, held ones and agents are listed; one is shown with its evidence', async () => {
    const refused = await json<Listed<{ id: string; reason: string }>>(
      ...['submission', 'list', '--verdict', 'refused', '--reason', 'asset_retired'],
    );
    expect(refused.items).toHaveLength(1);
    const shown = await run('submission', 'show', refused.items[0]!.id);
    expect(shown.stdout).toContain('The asset was retired by an admin');
    expect(shown.stdout).toMatch(/evidence +\{/);
    // The same machine copied: its agent on other hardware.
    const other = {
      bios: { ssn: '9SZ999999' },
      hardware: { name: 'pc-000101', uuid: '11111111-2222-4333-8444-555566667777' },
    };
    const mac = {
      networks: [{ description: 'eth0', mac: 'b8:ca:3a:ff:ff:01', type: 'ethernet', virtualdev: false }],
    };
    await postInventory(server.port, key, inventoryOf(101, { ...other, ...mac }));
    const held = await json<Listed<{ reason: string; conflictsWith: { name: string } }>>(
      'quarantine',
      'list',
    );
    expect(held.items).toMatchObject([{ reason: 'identity_conflict', conflictsWith: { name: 'pc-000101' } }]);
    expect((await json<Listed>('agent', 'list')).items).toHaveLength(1);
    expect((await json<Listed>('agent', 'list', '--silent')).items).toHaveLength(0);
  });

  test('text of an agent cannot steer the terminal', async () => {
    const evil = 'evil\u202egpj.exe';
    const hardware = { name: evil, uuid: '4c4c4544-0051-5810-8034-b7c04f000202' };
    await postInventory(
      server.port,
      key,
      inventoryOf(202, { hardware, softwares: [{ name: evil, version: '1' }] }),
    );
    const { items } = await json<Listed<{ id: string }>>('asset', 'list', '--serial', '7QX000202');
    const id = items[0]!.id;
    for (const args of [
      ['asset', 'list'],
      ['submission', 'list'],
      ['asset', 'show', id],
      ['asset', 'inventory', id],
    ]) {
      const { stdout } = await run(...args);
      expect(stdout).toContain('gpj.exe');
      expect(stdout).not.toContain('\u202e');
    }
    const { content } = await json<{ content: { softwares: unknown } }>('asset', 'inventory', id);
    expect(content.softwares).toMatchObject([{ name: evil }]);
  });

  test('explain says what would become of an inventory, and writes nothing', async () => {
    const { kid } = (await json<Listed<{ kid: string }>>('key', 'list')).items.at(-1)!;
    const before = await json<Listed>('submission', 'list');
    const message = {
      action: 'inventory',
      deviceid: 'new-2026-01-01-00-00-00',
      content: { bios: { ssn: 'NEW12345' } },
    };
    const explained = await gatehouse(['explain', '-', '--key', kid, '--json'], env, JSON.stringify(message));
    expect(explained.code).toBe(0);
    expect(JSON.parse(explained.stdout)).toMatchObject({ verdict: 'accepted', outcome: 'created' });
    const nonsense = await gatehouse(['explain', '-', '--key', kid], env, '{"nothing"');
    expect(nonsense.code).toBe(1);
    expect(nonsense.stdout).toContain('payload_malformed');
    expect((await gatehouse(['explain', '-', '--key', 'nobody123456'], env, '{}')).code).toBe(1);
    expect((await run('explain', '/nonexistent', '--key', kid)).code).toBe(2);
    expect(await json<Listed>('submission', 'list')).toEqual(before);
  });

  test('explain reads no more than an agent may send', async () => {
    const { kid } = (await json<Listed<{ kid: string }>>('key', 'list')).items.at(-1)!;
    const small = { ...env, MAX_BODY_BYTES: '100' };
    const exact = await gatehouse(['explain', '-', '--key', kid], small, '{'.padEnd(100));
    expect(exact.stdout).toContain('payload_malformed');
    const more = await gatehouse(['explain', '-', '--key', kid], small, '{'.padEnd(101));
    expect(more.code).toBe(1);
    expect(more.stderr).toContain('MAX_BODY_BYTES');
  });

  test.each(['token', 'admin'])('%s create, list, revoke', async (group) => {
    const { token, id } = await json(group, 'create', '--name', 'Grace');
    await expect(adminApi(server.port, token ?? '', '/entities')).resolves.toHaveProperty('items');
    await json(group, 'revoke', id ?? '');
    await expect(adminApi(server.port, token ?? '', '/entities')).rejects.toThrow('401');
    const { stdout } = await run(group, 'list');
    expect(stdout).toContain(id);
    expect(stdout).not.toContain(token);
  });

  test('a second instance has entities of its own', async () => {
    const made = await json('instance', 'create', 'north', '--url', 'https://north.example');
    expect(made.adminToken).toMatch(/^gra_/);
    expect(await json('instance', 'list')).toMatchObject({ items: [{ name: 'default' }, { name: 'north' }] });
    const { items } = await json<Listed<{ name: string }>>('entity', 'list', '--instance', 'north');
    expect(items.map(({ name }) => name)).toEqual(['Root']);
    const url = `http://localhost:${server.port}`;
    expect(
      await json('instance', 'update', '--instance', 'north', '--name', 'nord', '--url', url),
    ).toMatchObject({
      name: 'nord',
      publicUrls: [url],
    });
    expect((await run('entity', 'list', '--instance', 'south')).code).toBe(1);
  });

  test('config shows what is in effect and from where, and no secret', async () => {
    const { stdout } = await gatehouse(['config', '--json'], { ...env, KEY_PEPPER: 'p'.repeat(40) });
    const settings = JSON.parse(stdout) as { name: string; value: string; source: string }[];
    const rows = ['HOST', 'PORT'].map((name) => settings.find((one) => one.name === name));
    expect(rows).toMatchObject([
      { value: '127.0.0.1', source: 'default' },
      { value: env.PORT, source: 'env' },
    ]);
    expect(stdout).not.toMatch(/pppp|xxxx/);
  });

  test('doctor finds nothing here, and names what is wrong elsewhere', async () => {
    expect(await json<{ isWell: boolean }>('doctor')).toMatchObject({ isWell: true });
    const foreign = await gatehouse(['doctor', '--json'], { ...env, KEY_PEPPER: 'p'.repeat(40) });
    expect(foreign.code).toBe(1);
    expect(foreign.stdout).toContain('KEY_PEPPER is not the one');
    const away = await gatehouse(['doctor'], {
      ...env,
      DATABASE_URL: 'postgresql://a:secret-word@127.0.0.1:1/x',
    });
    expect(away.code).toBe(3);
    expect(away.stdout).toContain('problem  database');
    expect(away.stdout + away.stderr).not.toContain('secret-word');
    const outside = await gatehouse(['doctor', '--strict'], { ...env, HOST: '0.0.0.0', PORT: '1' });
    expect(outside.code).toBe(1);
    expect(outside.stdout).toContain('warning  public URL');
    expect(outside.stdout).toMatch(/warning +gateway +does not run here.*ECONNREFUSED/);
    const faulty = await gatehouse(['doctor'], { ...env, WORKERS: 'many' });
    expect([faulty.code, faulty.stdout]).toEqual([2, expect.stringMatching(/problem +settings +.*WORKERS/)]);
  });
});

describe('commands that cannot do their work', () => {
  const folder = throwAwayFolder();
  const env = { DATA_DIR: `${folder.path}/data` };

  beforeAll(buildProgram);

  afterAll(() => {
    folder.remove();
  });

  test.each([
    ['an unknown command', ['frobnicate']],
    ['a group without a command', ['key']],
    ['an unknown option', ['key', 'list', '--wings']],
    ['a number out of range', ['key', 'list', '--limit', '0']],
    ['a number one step past its range', ['key', 'list', '--limit', '10001']],
    ['a rule that is no JSON', ['key', 'create', '--rule', '{']],
    ['an option left out', ['token', 'create']],
    ['no key on standard input', ['register', '-', '--server', 'http://localhost']],
  ])('%s ends with 2 and a word on standard error', async (_what, args) => {
    const { code, stdout, stderr } = await gatehouse(args, env);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('a database that was never made is not made by looking', async () => {
    const { code, stderr } = await gatehouse(['key', 'list'], env);
    expect(code).toBe(1);
    expect(stderr).toContain('npm start');
    expect((await gatehouse(['doctor', '--json'], env)).stdout).not.toContain('problem');
  });

  test('a database out of reach ends with 3; with --json the fault is a document', async () => {
    const away = { ...env, DATABASE_URL: 'postgresql://a:secret-word@127.0.0.1:1/x' };
    const { code, stdout, stderr } = await gatehouse(['key', 'list', '--json'], away);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ error: { exitCode: 3 } });
    expect(stderr).not.toContain('secret-word');
  });

  test('an empty database is migrated by command, and then waits for its first start', async () => {
    const empty = await createEmptyDatabase();
    const there = { ...env, DATABASE_URL: empty.url };
    try {
      const before = await gatehouse(['key', 'list'], there);
      expect(before.code).toBe(1);
      const result = await gatehouseJson<{ applied: number[]; schemaNumber: number }>(['migrate'], there);
      expect(result.applied).toHaveLength(result.schemaNumber);
      expect((await gatehouse(['migrate'], there)).stdout).toContain('Nothing to do');
      expect((await gatehouse(['key', 'list'], there)).stderr).toContain('not set up');
    } finally {
      await empty.drop();
    }
  });
});
