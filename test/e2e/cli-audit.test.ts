import { Client } from 'pg';
import {
  adminApi,
  buildProgram,
  gatehouse,
  gatehouseJson,
  gatehouseUnread,
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

test.each([
  ['a list whose reader is gone has been seen enough of', 'entity list', 'reader is gone', 0, /^$/],
  [
    'the log whose reader is gone was not read whole',
    'audit export',
    'reader is gone',
    1,
    /closed it before/,
  ],
  ['a list that no disk takes is a fault', 'entity list', 'disk is full', 1, /\(ENOSPC\)/],
  ['help that no disk takes is a fault', '--help', 'disk is full', 1, /\(ENOSPC\)/],
  ['a log that no disk takes is a fault', 'audit export', 'disk is full', 1, /\(ENOSPC\)/],
] as const)('%s', async (_what, command, why, expected, said) => {
  const { code, stderr } = await gatehouseUnread(command.split(' '), env, why);
  expect(stderr).toMatch(said);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(expected);
});

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

test('doctor tells in figures what does not fare well', async () => {
  await tamper(`
    UPDATE registration_key SET enrol_until = now() + interval '3 days' WHERE name = 'first key';
    UPDATE admin_token SET expires_at = now() + interval '3 days' WHERE entity_id IS NULL;
    INSERT INTO agent (instance_id, kid, sender, source_address, first_contact, last_contact)
      SELECT 1, (SELECT min(kid) FROM registration_key), 'doctor ' || n, '10.9.9.9', now(), now() FROM generate_series(1, 7) AS n;
    INSERT INTO quarantine (instance_id, case_id, kid, fingerprint, reason, identity, evidence, source_address, first_seen,
                            last_seen, last_submission)
      SELECT 1, gen_random_uuid(), min(kid), 'doctor', 'approval_needed', '{}', '{}', '10.9.9.9', now() - interval '50 h',
             now(), gen_random_uuid() FROM registration_key;
    INSERT INTO junk (instance_id, kind, value, kid, junk_id, origin, since, made_by, why)
      VALUES (1, 'serial', 'DOCTOR', 'k', gen_random_uuid(), 'learned', now(), 'gatehouse', '{}');
    INSERT INTO event (instance_id, at, kind, detail) VALUES (1, now() - interval '90 days', 'upstream.up', '{}');
    UPDATE audit SET actor = 'somebody else' WHERE instance_id = 1 AND seq = 2`);
  const { code, stdout } = await run('doctor', '--json');
  const { findings } = JSON.parse(stdout) as { findings: { check: string; state: string; what: string }[] };
  const bad = findings.filter(({ state }) => state === 'warning' || state === 'problem');
  expect(bad.map(({ check, what }) => `${check}: ${what}`)).toEqual([
    expect.stringMatching(/^admin tokens: the last one that may do everything ends on 2/),
    expect.stringMatching(
      /^keys: end within 14 days, or take no new devices from then on: 1 \(\w+ first key\)$/,
    ),
    'proxies: all 7 agents of the last day seem to come from 10.9.9.9',
    'quarantine: 1 device waits for a decision, the first for 2 days',
    expect.stringMatching(/^junk: 1 identifier was learned to be junk/),
    expect.stringMatching(/^audit: the log is not as it was written \(changed\)/),
    expect.stringMatching(/^housekeeping: events of .* are still there/),
  ]);
  expect(findings).toContainEqual({
    check: 'public URL',
    state: 'ok',
    what: `http://localhost:${server.port} leads here`,
  });
  expect(code).toBe(1);
});
