import { Client } from 'pg';
import {
  adminApi,
  buildProgram,
  gatehouse,
  gatehouseJson,
  startServer,
  throwAwayFolder,
  type ServerProcess,
} from '../support/built-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

jest.setTimeout(180_000);

const folder = throwAwayFolder();
let database: TestDatabase;
let env: Record<string, string>;
let server: ServerProcess;

const json = <T = Record<string, unknown>>(...args: string[]): Promise<T> => gatehouseJson<T>(args, env);
const run = (...args: string[]) => gatehouse(args, env);

beforeAll(async () => {
  await buildProgram();
  database = await createTestDatabase();
  env = { DATABASE_URL: database.url, DATA_DIR: folder.path, PORT: '0' };
  server = await startServer(env);
  env.PORT = String(server.port);
});

afterAll(async () => {
  server.kill('SIGTERM');
  await server.ended;
  await database.drop();
  folder.remove();
});

async function tamper(sql: string): Promise<void> {
  const client = new Client(database.url);
  await client.connect();
  await client.query(sql);
  await client.end();
}

test('tokens are made with a role, for an entity, by its name', async () => {
  const entity = await json('entity', 'create', 'Paris');
  const made = await json(
    'token',
    'create',
    '--name',
    'Desk',
    '--role',
    'operator',
    '--entity',
    'Root > Paris',
  );
  expect(made).toMatchObject({ role: 'operator', entityId: entity.id, entity: 'Root > Paris' });
  const seen = await adminApi<{ items: unknown[] }>(server.port, String(made.token), '/entities');
  expect(seen.items).toEqual([expect.objectContaining({ id: entity.id, completeName: 'Paris' })]);
  const { stdout } = await run('token', 'list');
  expect(stdout).toMatch(/Desk +operator +Root > Paris/);
  for (const wrong of [
    ['--role', 'king'],
    ['--entity', 'Nowhere'],
  ]) {
    expect((await run('token', 'create', '--name', 'x', ...wrong)).code).toBe(1);
  }
});

test('the last token that may do everything cannot be revoked, and another one is made at the host', async () => {
  const { items } = await json<{ items: { id: string; name: string }[] }>('token', 'list');
  const first = items.find(({ name }) => name === 'first token')?.id ?? '';
  const refused = await run('admin', 'revoke', first);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('Create one')]);
  await json('admin', 'create', '--name', 'way back');
  expect((await run('admin', 'revoke', first)).code).toBe(0);
});

test('the audit log is exported, verified, and found out when it was changed', async () => {
  const check = await json<{ intact: boolean; entries: number; head: { hash: string } }>('audit', 'verify');
  expect(check.intact).toBe(true);
  const exported = await run('audit', 'export');
  expect(exported.code).toBe(0);
  const lines = exported.stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(check.entries);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ hash: check.head.hash });

  const text = await run('audit', 'verify', '--expect-head', check.head.hash);
  expect([text.code, text.stdout]).toEqual([0, expect.stringContaining(check.head.hash)]);
  const unknown = await run('audit', 'verify', '--expect-head', 'ab'.repeat(32));
  expect([unknown.code, unknown.stdout]).toEqual([1, expect.stringContaining('expected_head')]);
  expect((await run('audit', 'verify', '--expect-head', 'short')).code).toBe(2);

  await tamper(`UPDATE audit SET actor = 'somebody else' WHERE seq = 2 AND instance_id = 1`);
  const changed = await run('audit', 'verify');
  expect([changed.code, changed.stdout]).toEqual([
    1,
    expect.stringContaining('Entry 2 is not as it was written'),
  ]);
  const { code, stdout } = await run('audit', 'verify', '--json');
  expect([code, JSON.parse(stdout)]).toEqual([
    1,
    expect.objectContaining({
      intact: false,
      entries: 1,
      fault: expect.objectContaining({ seq: 2 }) as unknown,
    }),
  ]);
});
