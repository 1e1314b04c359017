import { startFakeGlpi, type FakeGlpi } from '../support/fake-glpi';
import { eventually } from '../support/refusals';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
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

interface Case {
  readonly id: string;
  readonly reason: string;
  readonly count: number;
  readonly resolution: string | null;
  readonly result: { readonly assetId: string } | null;
  readonly conflictsWith: { readonly id: string; readonly name: string } | null;
}

interface Forwarded {
  readonly assetId: string;
  readonly name: string;
  readonly state: string;
}

describe('the quarantine at the command line, beside a running server', () => {
  const folder = throwAwayFolder();
  let database: TestDatabase;
  let env: Record<string, string>;
  let server: ServerProcess;
  let key: string;

  const json = <T>(...args: string[]): Promise<T> => gatehouseJson<T>(args, env);
  const run = (...args: string[]) => gatehouse(args, env);
  const open = async (...args: string[]) =>
    (await json<{ items: Case[] }>('quarantine', 'list', ...args)).items;

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

  /** A machine, and its agent copied to other hardware; resolves to the case of the copy. */
  async function copied(n: number): Promise<Case> {
    const hex = n.toString(16).padStart(2, '0');
    await postInventory(server.port, key, inventoryOf(n));
    const copy = inventoryOf(n, {
      bios: { ssn: `9SZ9999${n}` },
      hardware: {
        name: `pc-${String(n).padStart(6, '0')}`,
        uuid: `11111111-2222-4333-8444-5555666677${hex}`,
      },
      networks: [{ description: 'eth0', mac: `b8:ca:3a:ff:ff:${hex}`, type: 'ethernet', virtualdev: false }],
    });
    await postInventory(server.port, key, copy);
    await postInventory(server.port, key, copy);
    const found = (await open())[0];
    if (found === undefined) throw new Error('nothing is held');
    return found;
  }

  test('list says why, who, how often and against what; show sets the device beside the asset and says what to type', async () => {
    const held = await copied(11);
    expect(held).toMatchObject({
      reason: 'identity_conflict',
      count: 2,
      conflictsWith: { name: 'pc-000011' },
    });
    const { stdout } = await run('quarantine', 'list');
    expect(stdout).toMatch(new RegExp(`${held.id} .*2 +identity_conflict +pc-000011 .*pc-000011`));
    const shown = await run('quarantine', 'show', held.id);
    expect(shown.stdout).toMatch(/serial +9SZ999911 +\S+ +differs/i);
    expect(shown.stdout).toMatch(/hostname +pc-000011 +pc-000011 +equal/);
    expect(shown.stdout).toContain(`gatehouse quarantine resolve ${held.id} new`);
    expect((await run('quarantine', 'show', 'nothing')).code).toBe(1);
  });

  test('resolve runs the held inventory through the pipeline; a second time it says who was first', async () => {
    const held = await copied(12);
    const made = await json<Case>('quarantine', 'resolve', held.id, 'new', '--note', 'a copy that stays');
    expect(made).toMatchObject({ resolution: 'new', note: 'a copy that stays' });
    expect(await json('asset', 'show', made.result?.assetId ?? '')).toMatchObject({ name: 'pc-000012' });
    const again = await run('quarantine', 'resolve', held.id, 'same');
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('It was decided already: new by cli:');
    expect((await run('quarantine', 'resolve', held.id, 'perhaps')).code).toBe(1);
  });

  test('several at once; each has its own answer', async () => {
    const held = await copied(13);
    const bulk = await run(
      'quarantine',
      'resolve',
      `${held.id},01900000-0000-7000-8000-00000000dead`,
      'reject',
    );
    expect(bulk.code).toBe(1);
    expect(bulk.stdout).toMatch(new RegExp(`${held.id} +resolved`));
    expect(bulk.stdout).toMatch(/dead +failed/);
    expect((await open('--resolved', 'true')).map(({ id }) => id)).toContain(held.id);
    await json('quarantine', 'reopen', held.id);
    expect((await open()).map(({ id }) => id)).toContain(held.id);
  });

  test('a ban is listed and lifted', async () => {
    const held = await copied(14);
    await json('quarantine', 'resolve', held.id, 'ban', '--note', 'stolen');
    const { items } = await json<{ items: { id: string; kind: string }[] }>('ban', 'list', '--case', held.id);
    expect(items.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['serial', 'uuid', 'mac']));
    for (const { id } of items) await json('ban', 'lift', id);
    expect((await run('ban', 'list')).stdout).toContain('Nothing is banned.');
    expect((await run('ban', 'lift', items[0]?.id ?? '')).code).toBe(1);
  });

  test('assets are merged, unmerged and split, once the conflicts were read', async () => {
    const idOf = async (number: number): Promise<string> => {
      await postInventory(server.port, key, inventoryOf(number));
      const { items } = await json<{ items: { id: string }[] }>(
        'asset',
        'list',
        '--serial',
        `7QX000${number}`,
      );
      return items[0]!.id;
    };
    const [kept, part] = [await idOf(303), await idOf(304)];
    const merge = ['asset', 'merge', kept, '--from', part];
    const refused = await run(...merge);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('agents of both sent an inventory');
    expect(await json(...merge, '--force', '--note', 'one office')).toMatchObject({ id: kept });
    expect(await json('asset', 'show', part)).toMatchObject({ status: 'merged', mergedInto: kept });
    expect(await json('asset', 'unmerge', part)).toMatchObject({ id: part, status: 'active' });
    const wrong = await run('asset', 'split', kept, '--identifier', 'mac');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('must be kind=value');
    const split = await json<{ asset: unknown; split: { id: string } }>(
      ...['asset', 'split', kept, '--identifier', 'mac=b8:ca:3a:00:03:03'],
    );
    expect(split).toMatchObject({ asset: { id: kept }, split: { macs: ['b8:ca:3a:00:03:03'] } });
    expect([kept, part]).not.toContain(split.split.id);
  });

  test('an upstream is set, tried and removed, and what waits for it is looked after', async () => {
    const glpi = await startFakeGlpi();
    try {
      const asset = 'pc-000077';
      expect(await json('upstream', 'set', '--url', glpi.url)).toMatchObject({ fromSettings: false });
      expect((await run('upstream', 'test')).stdout).toMatch(/result +it takes inventories/);
      expect(await json('forward', 'pause', '--why', 'upgrade')).toMatchObject({
        upstream: { state: 'paused' },
      });
      await postInventory(server.port, key, inventoryOf(77));
      const { items } = await json<{ items: Forwarded[] }>('forward', 'list', '--state', 'waiting');
      const { assetId = '' } = items.find(({ name }) => name === asset) ?? {};
      const seen = (await run('overview', '--entity', 'Root', '--days', '7')).stdout;
      expect(seen).toMatch(/last 7 days +\d+ accepted/);
      expect(seen).toMatch(
        /waiting for GLPI +\d+ inventories, 0 on their way, the oldest for \d+ s; 0 given up; paused\n/,
      );
      expect(await json('forward', 'resume')).toMatchObject({ upstream: { pause: null } });
      await passedOn(glpi, asset, 1);
      glpi.mood = 'schema';
      expect(await json('forward', 'resend', '--asset', assetId)).toEqual({ count: 1 });
      await eventually('a dead letter', async () => (await forwarded(assetId)).state === 'dead' || undefined);
      expect((await run('forward', 'status')).stdout).toMatch(/1 +dead +schema +\S/);
      glpi.mood = 'ok';
      expect(await json('forward', 'retry', '--reason', 'schema')).toEqual({ count: 1 });
      await passedOn(glpi, asset, 2);
      expect((await run('forward', 'drop', '--all')).stdout).toBe('0 were taken out.\n');
      expect((await run('forward', 'show', assetId)).stdout).toMatch(/passed on +2\d{3}-/);
      expect((await run('upstream', 'show')).stdout).toContain(glpi.url);
      expect(await json('upstream', 'remove')).toEqual({ removed: true });
      expect((await run('upstream', 'test')).code).toBe(1);
    } finally {
      await glpi.close();
    }
  });

  const forwarded = (assetId: string) =>
    adminApi<Forwarded>(server.port, 'x'.repeat(40), `/assets/${assetId}/forwarding`);
  const passedOn = (glpi: FakeGlpi, name: string, times: number) =>
    eventually('it is passed on', () => {
      const seen = glpi.stored.filter(({ body }) => body.deviceid.startsWith(name));
      return Promise.resolve(seen.length >= times || undefined);
    });
});
