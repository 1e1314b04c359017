import type { JunkDetail, JunkView } from '../../src/admin/junk-view';
import type { ReplayedChange } from '../../src/admin/rematcher';
import {
  buildProgram,
  gatehouse,
  gatehouseJson,
  inventoryOf,
  postInventory,
  startServer,
  throwAwayFolder,
  type ServerProcess,
} from '../support/built-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

jest.setTimeout(180_000);

describe('junk at the command line, beside a running server', () => {
  const folder = throwAwayFolder();
  let database: TestDatabase;
  let env: Record<string, string>;
  let server: ServerProcess;
  let key: string;

  const json = <T>(...args: string[]): Promise<T> => gatehouseJson<T>(args, env);
  const run = (...args: string[]) => gatehouse(args, env);
  /** A board with the number that its maker writes on all, and no uuid. */
  const post = (n: number) => {
    const name = `pc-${String(n).padStart(6, '0')}`;
    return postInventory(
      server.port,
      key,
      inventoryOf(n, { bios: { ssn: 'WBX-MODEL-7' }, hardware: { name } }),
    );
  };
  const openCases = async () =>
    (await json<{ items: readonly unknown[] }>('quarantine', 'list')).items.length;

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

  test('is tried, said, shown, and taken back; the server goes by it at once', async () => {
    await post(21);
    await post(22);
    expect(await openCases()).toBe(1);
    const tried = await json<{ changes: ReplayedChange[]; isWhole: boolean }>(
      ...['match', 'replay', '--junk', 'serial=wbx-model-7'],
    );
    expect(tried).toMatchObject({
      isWhole: true,
      changes: [{ question: 'held', would: { decision: 'new' } }],
    });
    const text = await run('match', 'replay', '--junk', 'serial=wbx-model-7');
    expect(text.stdout).toContain('1 changes in 1 assets and 1 held devices.');
    expect(await openCases()).toBe(1);
    const said = await json<JunkDetail>('junk', 'add', 'serial', 'wbx-model-7', '--note', 'on every box');
    expect(said).toMatchObject({ value: 'WBX-MODEL-7', kid: null, state: 'declared', assetCount: 1 });
    await post(22);
    expect(await openCases()).toBe(0);
    const { items } = await json<{ items: JunkView[] }>('junk', 'list', '--state', 'declared');
    expect(items.map(({ id }) => id)).toEqual([said.id]);
    const asset = said.assets[0]?.id ?? '';
    expect((await run('asset', 'show', asset)).stdout).toContain('serial WBX-MODEL-7: an admin says');
    expect(await json('asset', 'show', asset)).toMatchObject({
      junk: [{ kind: 'serial', state: 'declared' }],
    });
    expect((await run('junk', 'show', said.id)).stdout).toContain('on every box');
    await json('junk', 'forget', said.id);
    expect((await run('junk', 'list')).stdout).toContain('No value is junk');
  });

  test('a filler is allowed by force only, and it is said what that means', async () => {
    const refused = await run('junk', 'allow', 'serial', 'To be filled by O.E.M.');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('taken for one machine');
    const allowed = await json<JunkDetail>('junk', 'allow', 'serial', 'To be filled by O.E.M.', '--force');
    expect(allowed).toMatchObject({ state: 'allowed', filler: 'filler text' });
  });
});
