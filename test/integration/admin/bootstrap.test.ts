import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { bootstrap } from '../../../src/admin/bootstrap';
import { createInstance, listInstances } from '../../../src/admin/instances';
import { createLog } from '../../../src/observability/log';
import { createKey } from '../../../src/admin/keys';
import { checkPepper, PepperMismatch } from '../../../src/admin/pepper';
import { createToken, revokeToken, verifyToken } from '../../../src/admin/tokens';
import { parseSecret } from '../../../src/domain/key-format';
import { hashOf, peppersOf } from '../../../src/domain/pepper';
import { Problem } from '../../../src/domain/problem';
import { openDatabase, type Database } from '../../../src/store/database';
import { findKeyByKid } from '../../../src/store/keys/find-key-by-kid';
import { createTestDatabase } from '../../support/test-database';

const publicUrls = ['http://localhost:8080'];
const log = createLog({ level: 'silent', format: 'json' });
let database: Awaited<ReturnType<typeof createTestDatabase>>;
const opened: Database[] = [];

/** As a process of its own would: with its own connections. */
function aProcess(pepper: Buffer) {
  const one = openDatabase(database.url, {
    maxConnections: 3,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 30_000,
  });
  opened.push(one);
  return {
    db: one.db,
    peppers: peppersOf(pepper),
    now: () => new Date(),
    newId: () => v7(),
    random: randomBytes,
    log,
  };
}

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await database.drop();
});

describe('an empty database', () => {
  it('gets one instance, one root, one token and one key that works, whoever of eight is first', async () => {
    const pepper = randomBytes(32);
    const processes = Array.from({ length: 8 }, () => aProcess(pepper));
    const results = await Promise.all(processes.map((deps) => bootstrap(deps, { publicUrls })));
    const created = results.filter((result) => result.created);
    expect(created).toHaveLength(1);
    expect(results.filter((result) => !result.created)).toEqual(Array(7).fill({ created: false }));

    const deps = processes[0]!;
    const { adminToken = '', registrationKey = '' } = created[0]!;
    expect(parseSecret('gra', adminToken).form).toBe('ok');
    expect(await verifyToken(deps, adminToken)).toMatchObject({ instanceId: 1 });
    const parsed = parseSecret('grk', registrationKey);
    const key = parsed.form === 'ok' ? await findKeyByKid(deps.db, parsed.id) : undefined;
    expect(key).toMatchObject({ name: 'first key', mode: 'auto', instanceId: 1 });
    expect(key?.generations).toMatchObject([{ generation: 1, ...hashOf(deps.peppers, registrationKey) }]);
    const entities = await deps.db.selectFrom('entity').select(['name', 'parent_id']).execute();
    expect(entities).toEqual([{ name: 'Root', parent_id: null }]);
  });

  it('takes the ADMIN_TOKEN that is given and shows none', async () => {
    const deps = aProcess(randomBytes(32));
    const adminToken = 'a token of my own, 32 characters';
    const made = await bootstrap(deps, { publicUrls, adminToken });
    expect(Object.keys(made)).toEqual(['created', 'registrationKey']);
    expect(await verifyToken(deps, adminToken)).toMatchObject({ instanceId: 1 });
  });

  it('refuses an ADMIN_TOKEN of 31 characters and a URL that is none, and stays empty', async () => {
    const deps = aProcess(randomBytes(32));
    await expect(bootstrap(deps, { publicUrls, adminToken: 'x'.repeat(31) })).rejects.toThrow(RangeError);
    await expect(bootstrap(deps, { publicUrls: ['localhost:8080'] })).rejects.toThrow(Problem);
    expect(await listInstances(deps)).toEqual([]);
  });
});

describe('a later start', () => {
  it('brings the URLs up to date and adds an ADMIN_TOKEN once', async () => {
    const deps = aProcess(randomBytes(32));
    await bootstrap(deps, { publicUrls });
    const settings = {
      publicUrls: ['https://New.Example', 'https://alias.example'],
      adminToken: 'y'.repeat(32),
    };
    expect(await bootstrap(deps, settings)).toEqual({ created: false });
    await bootstrap(deps, settings);
    expect(await listInstances(deps)).toMatchObject([
      { id: 1, publicUrls: ['https://new.example', 'https://alias.example'] },
    ]);
    const tokens = await deps.db.selectFrom('admin_token').select('name').orderBy('created_at').execute();
    expect(tokens).toEqual([{ name: 'first token' }, { name: 'ADMIN_TOKEN' }]);
  });

  it('does not bring back an ADMIN_TOKEN that was revoked', async () => {
    const deps = aProcess(randomBytes(32));
    const settings = { publicUrls, adminToken: 'z'.repeat(32) };
    await bootstrap(deps, settings);
    const { token_id } = await deps.db.selectFrom('admin_token').select('token_id').executeTakeFirstOrThrow();
    const caller = { instanceId: 1, actor: 'test' };
    // The last one cannot be revoked.
    await createToken(deps, caller, { name: 'another' });
    await revokeToken(deps, caller, token_id);
    await bootstrap(deps, settings);
    expect(await verifyToken(deps, settings.adminToken)).toBeUndefined();
  });

  it('refuses a pepper that the keys were not hashed with, and changes nothing', async () => {
    await bootstrap(aProcess(randomBytes(32)), { publicUrls });
    const stranger = aProcess(randomBytes(32));
    await expect(checkPepper(stranger)).rejects.toThrow(PepperMismatch);
    await expect(bootstrap(stranger, { publicUrls: ['https://x.example'] })).rejects.toThrow(PepperMismatch);
    expect(await listInstances(stranger)).toMatchObject([{ publicUrls }]);
  });

  it('fits the pepper it was set up with', async () => {
    const pepper = randomBytes(32);
    await checkPepper(aProcess(pepper));
    await bootstrap(aProcess(pepper), { publicUrls });
    await expect(checkPepper(aProcess(pepper))).resolves.toBeUndefined();
  });
});

describe('a further instance', () => {
  it('has its own root, token and URLs; its keys are bound to them', async () => {
    const deps = aProcess(randomBytes(32));
    await bootstrap(deps, { publicUrls });
    const made = await createInstance(deps, 'operator', {
      name: 'two',
      publicUrls: ['https://two.example/'],
    });
    expect(made).toMatchObject({ id: 2, publicUrls: ['https://two.example'] });
    const caller = await verifyToken(deps, made.adminToken);
    expect(caller).toMatchObject({ instanceId: 2 });
    const { kid } = await createKey(deps, caller!, { name: 'k', entityId: made.rootEntityId });
    expect(await findKeyByKid(deps.db, kid)).toMatchObject({
      instanceId: 2,
      urls: [{ host: 'two.example' }],
    });
    const again = createInstance(deps, 'operator', { name: 'two', publicUrls: ['https://x.example'] });
    await expect(again).rejects.toMatchObject({ code: 'instance_exists' });
  });

  it('gets a number of its own when two are made at once', async () => {
    const deps = aProcess(randomBytes(32));
    await bootstrap(deps, { publicUrls });
    const made = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        createInstance(deps, 'operator', { name, publicUrls: ['https://x.example'] }),
      ),
    );
    expect(made.map(({ id }) => id).sort()).toEqual([2, 3, 4]);
  });
});

it('never writes a token or a key in clear', async () => {
  const deps = aProcess(randomBytes(32));
  const { adminToken = '', registrationKey = '' } = await bootstrap(deps, { publicUrls });
  const { token } = await createToken(deps, { instanceId: 1, actor: 'test' }, { name: 't' });
  const tables = ['admin_token', 'registration_key', 'audit', 'instance', 'installation'] as const;
  const rows = await Promise.all(tables.map((table) => deps.db.selectFrom(table).selectAll().execute()));
  const written = JSON.stringify(rows);
  for (const secret of [adminToken, registrationKey, token]) {
    expect(written).not.toContain(secret.split('_')[2]);
  }
});
