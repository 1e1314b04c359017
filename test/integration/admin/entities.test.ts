import { sql } from 'kysely';
import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';
import { anAsset, homeOf } from '../../support/admin-rows';
import { keyChangesDuring } from '../../support/key-changes';

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi();
});
afterAll(async () => {
  await api.close();
});

let counter = 0;
const freshName = () => `entity ${++counter}`;
const create = async (over: Json = {}) =>
  (await api.expect(201, 'post', '/entities', { name: freshName(), ...over })) as Json & { id: string };

describe('creating an entity', () => {
  it('puts it below the root, and names its way from the top', async () => {
    const france = await create({ name: 'France', tag: 'FR' });
    const paris = await create({ name: 'Paris', parentId: france.id });
    expect(france).toMatchObject({ parentId: api.rootEntityId, completeName: 'Root > France', tag: 'FR' });
    expect(paris).toMatchObject({ completeName: 'Root > France > Paris', tag: null });
    expect(await api.expect(200, 'get', `/entities/${paris.id}`)).toEqual(paris);
  });

  it('takes null as parent for an entity beside the root', async () => {
    const beside = await create({ name: 'Beside', parentId: null });
    expect(beside).toMatchObject({ parentId: null, completeName: 'Beside' });
  });

  it('leaves an audit row that names who did it', async () => {
    const { id } = await create();
    const { items } = await api.expect(200, 'get', `/audit?object=${id}`);
    expect(items).toMatchObject([{ action: 'entity.create', object: id }]);
    expect((items as Json[])[0]?.actor).toMatch(/^first token \(token \w{12}\)$/);
  });

  it('refuses a second one of the same name there, whatever the case, also when both come at once', async () => {
    const name = freshName();
    const answers = await Promise.all(
      [name, name.toUpperCase(), name].map((one) => api.call('post', '/entities', { body: { name: one } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'entity_exists' });
  });

  it('refuses a tag that another entity has', async () => {
    await create({ tag: 'north' });
    const problem = await api.expect(409, 'post', '/entities', { name: freshName(), tag: 'NORTH' });
    expect(problem).toMatchObject({ code: 'entity_tag_taken' });
  });

  it('refuses a parent that is not in the instance', async () => {
    for (const parentId of ['019a0000-0000-7000-8000-000000000000', api.other.rootEntityId]) {
      const problem = await api.expect(422, 'post', '/entities', { name: freshName(), parentId });
      expect(problem).toMatchObject({ code: 'body_invalid', errors: [{ field: '/parentId' }] });
    }
  });

  it('goes 32 levels deep and not one deeper', async () => {
    let parentId = api.rootEntityId;
    for (let depth = 2; depth <= 32; depth++) parentId = (await create({ parentId })).id;
    const problem = await api.expect(409, 'post', '/entities', { name: freshName(), parentId });
    expect(problem).toMatchObject({ code: 'entity_limit_reached' });
    const branch = await create();
    await create({ parentId: branch.id });
    const grandparent = (await api.expect(200, 'get', `/entities/${parentId}`)).parentId;
    await api.expect(409, 'patch', `/entities/${branch.id}`, { parentId: grandparent });
  });
});

it('takes 20,000 entities in an instance and not one more', async () => {
  const full = await startAdminApi();
  await sql`INSERT INTO entity (instance_id, entity_id, parent_id, name, created_at)
    SELECT 1, gen_random_uuid(), ${full.rootEntityId}::uuid, 'bulk ' || n, now()
      FROM generate_series(1, 19998) n`.execute(full.deps.db);
  await full.expect(201, 'post', '/entities', { name: 'the last' });
  const problem = await full.expect(409, 'post', '/entities', { name: 'one more' });
  expect(problem).toMatchObject({ code: 'entity_limit_reached' });
  await full.close();
});

describe('changing an entity', () => {
  it('changes what is said and leaves the rest', async () => {
    const entity = await create({ tag: 'keep' });
    const renamed = await api.expect(200, 'patch', `/entities/${entity.id}`, { name: 'renamed' });
    expect(renamed).toEqual({ ...entity, name: 'renamed', completeName: 'Root > renamed' });
    expect(await api.expect(200, 'patch', `/entities/${entity.id}`, { tag: null })).toMatchObject({
      tag: null,
    });
  });

  it('moves it with everything below', async () => {
    const [from, to] = [await create(), await create()];
    const leaf = await create({ parentId: from.id });
    await api.expect(200, 'patch', `/entities/${from.id}`, { parentId: to.id });
    const moved = await api.expect(200, 'get', `/entities/${leaf.id}`);
    expect(moved.completeName).toBe(['Root', to.name, from.name, leaf.name].join(' > '));
  });

  it('never lets it get below itself, also when two moves cross', async () => {
    const [a, b] = [await create(), await create()];
    const below = await create({ parentId: a.id });
    for (const parentId of [a.id, below.id]) {
      const problem = await api.expect(409, 'patch', `/entities/${a.id}`, { parentId });
      expect(problem).toMatchObject({ code: 'entity_cycle' });
    }
    const crossing = await Promise.all([
      api.call('patch', `/entities/${a.id}`, { body: { parentId: b.id } }),
      api.call('patch', `/entities/${b.id}`, { body: { parentId: a.id } }),
    ]);
    expect(crossing.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it("does not carry the target of a key's rule out of the key's entity", async () => {
    const [home, elsewhere] = [await create(), await create()];
    const target = await create({ parentId: home.id });
    const rules = [{ tag: 'x', entityId: target.id }];
    const { kid } = await api.expect(201, 'post', '/keys', { name: 'k', entityId: home.id, rules });
    const problem = await api.expect(409, 'patch', `/entities/${target.id}`, { parentId: elsewhere.id });
    expect(problem).toMatchObject({ code: 'entity_in_use' });
    expect(problem.detail).toContain(kid);
    await api.expect(200, 'patch', `/entities/${home.id}`, { parentId: elsewhere.id });
  });
});

describe('deleting an entity', () => {
  it('removes one that nothing uses', async () => {
    const { id } = await create();
    await api.expect(204, 'delete', `/entities/${id}`);
    await api.expect(404, 'get', `/entities/${id}`);
    await api.expect(404, 'delete', `/entities/${id}`);
  });

  it('refuses while it has children, keys, rules leading to it, or assets', async () => {
    const [parent, keyed, target, stocked] = [await create(), await create(), await create(), await create()];
    await create({ parentId: parent.id });
    await api.expect(201, 'post', '/keys', { name: 'k', entityId: keyed.id });
    const rules = [{ tag: 'x', entityId: target.id }];
    await api.expect(201, 'post', '/keys', { name: 'k', entityId: api.rootEntityId, rules });
    await anAsset(api, { ...homeOf(api), entityId: stocked.id });
    for (const { id } of [parent, keyed, target, stocked]) {
      expect(await api.expect(409, 'delete', `/entities/${id}`)).toMatchObject({ code: 'entity_in_use' });
    }
  });
});

it('tells holders of keys about every change', async () => {
  const heard = await keyChangesDuring(api, async () => {
    const { id } = await create();
    await api.expect(200, 'patch', `/entities/${id}`, { tag: 'heard' });
    await api.expect(204, 'delete', `/entities/${id}`);
  });
  expect(heard).toEqual(['*', '*', '*']);
});

describe('listing entities', () => {
  it('gives every entity once, newest first, page by page', async () => {
    const all = await api.expect(200, 'get', '/entities?limit=500');
    const ids = (all.items as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().reverse());
    const paged: string[] = [];
    let next = '';
    do {
      const page = await api.expect(200, 'get', `/entities?limit=7${next === '' ? '' : `&after=${next}`}`);
      paged.push(...(page.items as { id: string }[]).map(({ id }) => id));
      next = (page.next ?? '') as string;
    } while (next !== '');
    expect(paged).toEqual(ids);
  });
});

describe('another instance', () => {
  it('neither sees nor touches an entity of the first', async () => {
    const { id } = await create();
    const { token } = api.other;
    const answers = await Promise.all([
      api.call('get', `/entities/${id}`, { token }),
      api.call('patch', `/entities/${id}`, { token, body: { name: 'stolen' } }),
      api.call('delete', `/entities/${id}`, { token }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    const { items } = (await api.call('get', '/entities', { token })).body as { items: Json[] };
    expect(items).toMatchObject([{ id: api.other.rootEntityId, completeName: 'Root' }]);
  });
});
