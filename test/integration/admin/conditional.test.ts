import { deleteOldIdempotencyKeys } from '../../../src/store/idempotency';
import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';
import { anAsset, homeOf } from '../../support/admin-rows';

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(async () => {
  await api.close();
});

const codeOf = ({ body }: { body: unknown }) => (body as Json).code;
const tagOf = async (path: string) => String((await api.call('get', path)).headers.etag);
const change = (path: string, body: unknown, tag: string) =>
  api.call('patch', path, { body, headers: { 'If-Match': tag } });

describe('If-Match', () => {
  it('lets change what is as it was seen, and nothing that was changed since', async () => {
    const path = `/keys/${api.firstKid}`;
    const seen = await tagOf(path);
    expect(seen).toMatch(/^"[\w-]{27}"$/);
    const first = await change(path, { note: 'first' }, seen);
    expect(first.status).toBe(200);
    const late = await change(path, { note: 'second' }, seen);
    expect([late.status, codeOf(late)]).toEqual([412, 'precondition_failed']);
    expect(await api.expect(200, 'get', path)).toMatchObject({ note: 'first' });
    // What a change answers is good for the next.
    expect((await change(path, { note: 'third' }, String(first.headers.etag))).status).toBe(200);
    expect((await change(path, { note: 'fourth' }, `"x", ${await tagOf(path)}`)).status).toBe(200);
    expect((await change(path, { note: 'fifth' }, '*')).status).toBe(200);
  });

  it('never matches a weak tag, another thing, or what is too long', async () => {
    const path = `/keys/${api.firstKid}`;
    const seen = await tagOf(path);
    for (const tag of [`W/${seen}`, '', '""', await tagOf('/instance'), `${'"x",'.repeat(300)}${seen}`])
      expect((await change(path, { note: 'x' }, tag)).status).toBe(412);
    expect((await change('/keys/nosuchkid000', { note: 'x' }, seen)).status).toBe(404);
  });

  it('is kept to where something is deleted, and answers 412 where there is nothing to compare', async () => {
    const { id } = await api.expect(201, 'post', '/entities', { name: 'short' });
    const path = `/entities/${String(id)}`;
    const seen = await tagOf(path);
    await api.expect(200, 'patch', path, { name: 'renamed' });
    const remove = (tag: string) => api.call('delete', path, { headers: { 'If-Match': tag } });
    expect((await remove(seen)).status).toBe(412);
    expect((await remove(await tagOf(path))).status).toBe(204);
    const created = await api.call('post', '/entities', {
      body: { name: 'x' },
      headers: { 'If-Match': seen },
    });
    expect(codeOf(created)).toBe('precondition_failed');
  });

  it('is not disturbed by what agents change by themselves', async () => {
    const asset = await anAsset(api, homeOf(api));
    const seen = await tagOf(`/assets/${asset}`);
    const set = (over: object) =>
      api.deps.db.updateTable('asset').set(over).where('asset_id', '=', asset).execute();
    await set({ last_seen: new Date(Date.now() + 1000) });
    expect(await tagOf(`/assets/${asset}`)).toBe(seen);
    await set({ name: 'another' });
    expect((await change(`/assets/${asset}`, { status: 'retired' }, seen)).status).toBe(412);
  });

  it('lets one of many at the same time through, each with its audit entry', async () => {
    const path = `/keys/${api.firstKid}`;
    const seen = await tagOf(path);
    const entries = async () =>
      ((await api.expect(200, 'get', `/audit?object=${api.firstKid}&limit=500`)).items as Json[]).length;
    const before = await entries();
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, n) => change(path, { note: `at once ${n}` }, seen)),
    );
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(7).fill(412)]);
    expect(await entries()).toBe(before + 1);
  });
});

describe('Idempotency-Key', () => {
  const create = (path: string, key: string, body: unknown, token = api.token) =>
    api.call('post', path, { body, token, headers: { 'Idempotency-Key': key } });
  const count = async (path: string) =>
    ((await api.expect(200, 'get', `${path}?limit=500`)).items as Json[]).length;

  it('creates once, however often and however much at once it is sent', async () => {
    const before = await count('/entities');
    const all = await Promise.all(
      Array.from({ length: 6 }, () => create('/entities', 'e1', { name: 'once' })),
    );
    expect(all.map(({ status }) => status)).toEqual(Array(6).fill(201));
    expect(new Set(all.map(({ body }) => (body as Json).id)).size).toBe(1);
    expect(all.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(5);
    expect(await count('/entities')).toBe(before + 1);
  });

  it('never shows a secret again, and stores none: it says what was made', async () => {
    const body = { name: 'k', entityId: api.rootEntityId };
    const first = await create('/keys', 'k1', body);
    const { kid, key } = first.body as { kid: string; key: string };
    const again = await create('/keys', 'k1', body);
    expect([again.status, codeOf(again)]).toEqual([409, 'idempotency_replayed']);
    expect((again.body as Json).detail).toContain(kid);
    expect(again.headers.location).toBe(`/api/v1/keys/${kid}`);
    const rows = JSON.stringify(await api.deps.db.selectFrom('idempotency').selectAll().execute());
    for (const text of [again.text, rows]) expect(text).not.toContain(key.split('_')[2]);
  });

  it('is of one caller and one operation, and refuses another body', async () => {
    const { token } = await api.expect(201, 'post', '/tokens', { name: 'another' });
    const one = await create('/entities', 'shared', { name: 'mine' });
    const other = await create('/entities', 'shared', { name: 'theirs' }, token as string);
    expect([one.status, other.status]).toEqual([201, 201]);
    expect((await create('/tokens', 'shared', { name: 't' })).status).toBe(201);
    const changed = await create('/entities', 'shared', { name: 'changed' });
    expect([changed.status, codeOf(changed)]).toEqual([422, 'idempotency_mismatch']);
    for (const key of ['', 'a b', 'é', 'x'.repeat(256)]) {
      const answer = await create('/entities', key, { name: `of ${key.length}` }).catch(() => undefined);
      expect(answer?.status ?? 422).toBe(422);
    }
    expect((await create('/entities', 'x'.repeat(255), { name: 'longest' })).status).toBe(201);
  });

  it('leaves nothing of a request that was refused, and is forgotten after a day', async () => {
    expect((await create('/entities', 'late', { name: 'Root', parentId: null })).status).toBe(409);
    expect((await create('/entities', 'late', { name: 'fine' })).status).toBe(201);
    const { db } = api.deps;
    await db
      .updateTable('idempotency')
      .set({ made_at: new Date(Date.now() - 24 * 3_600_000 - 1) })
      .execute();
    expect((await create('/entities', 'late', { name: 'another day' })).status).toBe(201);
    const left = async () => (await db.selectFrom('idempotency').select('digest').execute()).length;
    await deleteOldIdempotencyKeys(db, new Date(Date.now() - 24 * 3_600_000));
    expect(await left()).toBe(1);
  });
});

it('settings are for admins of the whole first instance, and hold no secret', async () => {
  const { token } = await api.expect(201, 'post', '/tokens', { name: 'v', role: 'viewer' });
  expect(codeOf(await api.call('get', '/settings', { token: token as string }))).toBe('role_insufficient');
  const elsewhere = await api.call('get', '/settings', { token: api.other.token });
  expect([elsewhere.status, codeOf(elsewhere)]).toEqual([403, 'role_insufficient']);
  expect(await api.expect(200, 'get', '/settings')).toMatchObject({ version: '0.1.0' });
});
