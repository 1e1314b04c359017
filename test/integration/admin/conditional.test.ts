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

  it('holds for what is done to a thing as for what is changed of it', async () => {
    const key = await api.expect(201, 'post', '/keys', { name: 'k', entityId: api.rootEntityId });
    const [kept, part] = [await anAsset(api, homeOf(api)), await anAsset(api, homeOf(api))];
    const hook = await api.expect(201, 'post', '/webhooks', { url: 'https://hooks.invalid/x' });
    const [kid, id] = [String(key.kid), String(hook.id)];
    for (const [path, action, body] of [
      [`/keys/${kid}`, '/rebind', { url: 'https://new.example' }],
      [`/keys/${kid}`, '/rotate', {}],
      [`/keys/${kid}`, '/revoke', undefined],
      [`/assets/${kept}`, '/merge', { from: [part] }],
      [`/webhooks/${id}`, '/rotate', {}],
      ['/instance', '/rebind', { keepOldUntil: null }],
    ] as const) {
      const act = (tag: string) =>
        api.call('post', `${path}${action}`, { body, headers: { 'If-Match': tag } });
      const before = await api.expect(200, 'get', path);
      expect([action, codeOf(await act('"x"'))]).toEqual([action, 'precondition_failed']);
      expect(await api.expect(200, 'get', path)).toEqual(before);
      const done = await act(await tagOf(path));
      expect([action, done.status]).toEqual([action, 200]);
      // The tag of what it became, where that is the answer.
      if (done.headers.etag?.startsWith('"') === true) expect(done.headers.etag).toBe(await tagOf(path));
    }
  });

  it('never replaces what is set as a whole unseen, nor sets it where nothing was', async () => {
    const set = (tag: string, password: string) =>
      api.call('post', '/upstream', {
        body: { url: 'https://glpi.example/', user: 'u', password },
        headers: { 'If-Match': tag },
      });
    expect(codeOf(await set('*', 'a'))).toBe('precondition_failed');
    await api.expect(200, 'post', '/upstream', { url: 'https://glpi.example/' });
    const seen = await tagOf('/upstream');
    const first = await set(seen, 'b');
    expect([first.status, first.headers.etag]).toEqual([200, await tagOf('/upstream')]);
    expect((await set(seen, 'c')).status).toBe(412);
    const remove = (tag: string) => api.call('delete', '/upstream', { headers: { 'If-Match': tag } });
    expect([(await remove(seen)).status, (await remove(await tagOf('/upstream'))).status]).toEqual([
      412, 204,
    ]);
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

  it('is taken by everything that creates', async () => {
    for (const [path, body] of [
      ['/keys', { name: 'k', entityId: api.rootEntityId }],
      ['/tokens', { name: 't' }],
      ['/webhooks', { url: 'https://hooks.invalid/x' }],
    ] as const) {
      const before = await count(path);
      const statuses = [await create(path, 'all', body), await create(path, 'all', body)];
      expect([path, ...statuses.map(({ status }) => status)]).toEqual([path, 201, 409]);
      expect(await count(path)).toBe(before + 1);
    }
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

  it('rotates a secret once, of one key apart from another, and leads to what was rotated', async () => {
    const kids = [];
    for (const name of ['one', 'two']) {
      const { kid } = await api.expect(201, 'post', '/keys', { name, entityId: api.rootEntityId });
      kids.push(String(kid));
    }
    const [one = '', two = ''] = kids;
    const rotate = (kid: string) => create(`/keys/${kid}/rotate`, 'r1', { graceDays: 1 });
    expect((await rotate(one)).body).toMatchObject({ generation: 2 });
    const again = await rotate(one);
    expect([again.status, codeOf(again), again.headers.location]).toEqual([
      ...[409, 'idempotency_replayed', `/api/v1/keys/${one}`],
    ]);
    expect(await api.expect(200, 'get', `/keys/${one}`)).toMatchObject({ generation: 2 });
    expect((await rotate(two)).body).toMatchObject({ generation: 2 });
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
