import { mayActAs, roles, type Role } from '../../../src/domain/role';
import { roleOf, type AdminRoute } from '../../../src/http/admin/admin-route';
import { adminRoutes } from '../../../src/http/admin/admin-routes';
import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';
import { anAsset, aSubmission } from '../../support/admin-rows';
import { aSite, type Site } from '../../support/admin-tree';

let api: AdminApi;
/** Two neighbours, one with a site below it. */
let paris: Site, lyon: Site, quarter: Site;
beforeAll(async () => {
  api = await startAdminApi();
  paris = await aSite(api, api.rootEntityId);
  lyon = await aSite(api, api.rootEntityId);
  quarter = await aSite(api, paris.entityId);
});
afterAll(async () => {
  await api.close();
});

const nobody = '019a0000-0000-7000-8000-000000000000';
/** A second variable part is the number of a key's generation. */
const at = (path: string, id: string) => path.replace(/\{\w+\}/, id).replace(/\{\w+\}/, '1');
const named = adminRoutes.map((one) => ({ ...one, title: `${one.method} ${one.path}` }));
const withBody = ({ method, body }: AdminRoute) =>
  body === undefined || method === 'get' ? {} : { body: {} };

/** Without limit; made once, for the log of changes is looked at below. */
const tokensByRole = new Map<Role, Promise<string>>();
function tokenOf(role: Role): Promise<string> {
  const known = tokensByRole.get(role);
  if (known !== undefined) return known;
  const made = api.expect(201, 'post', '/tokens', { name: role, role }).then(({ token }) => token as string);
  tokensByRole.set(role, made);
  return made;
}

describe.each(named)('$title', (one) => {
  it.each(roles)('asks for its role: %s', async (role) => {
    const options = { ...withBody(one), token: await tokenOf(role) };
    const answer = await api.call(one.method, at(one.path, nobody), options);
    const isRefused = (answer.body as Json).code === 'role_insufficient';
    expect(isRefused).toBe(!mayActAs(role, roleOf(one)));
    expect(answer.status === 403).toBe(isRefused);
    expect(answer.status).not.toBe(401);
  });

  it('asks for a token without limit when it concerns the whole instance', async () => {
    const answer = await api.call(one.method, at(one.path, nobody), {
      ...withBody(one),
      token: paris.tokens.admin,
    });
    expect((answer.body as Json).code === 'role_insufficient').toBe(one.wholeInstance === true);
  });
});

/** The part of a path with an id says what it is an id of. A new kind of path must be added here. */
const idOf: Readonly<Record<string, (site: Site) => string>> = {
  '/entities/': ({ entityId }) => entityId,
  '/keys/': ({ kid }) => kid,
  '/assets/': ({ assetId }) => assetId,
  '/submissions/': ({ submissionId }) => submissionId,
  '/quarantine/': ({ heldId }) => heldId,
  '/tokens/': ({ tokenId }) => tokenId,
  '/registrations/': ({ registrationId }) => registrationId,
  '/junk/': ({ junkId }) => junkId,
};

/** Bodies that would do, so that nothing but the place is wrong. */
const bodies: Readonly<Record<string, unknown>> = {
  changeEntity: { tag: null },
  changeKey: { note: 'x' },
  changeAsset: { status: 'active' },
  // Itself, and what it is not recognised by: refused, but only where the asset is there.
  mergeAssets: ({ assetId }: Site) => ({ from: [assetId] }),
  splitAsset: { identifiers: [{ kind: 'serial', value: 'none' }] },
  rebindKey: { url: 'https://inventory.example' },
  resolveQuarantined: { action: 'reject' },
};
const queries: Readonly<Record<string, string>> = { getKeyConfig: '?for=glpi-agent' };

const withId = named.filter(({ path, wholeInstance }) => path.includes('{') && wholeInstance !== true);

describe.each(withId)('$title', (one) => {
  const call = async (site: Site, token: string) => {
    const idFor = Object.entries(idOf).find(([start]) => one.path.startsWith(start))?.[1];
    if (idFor === undefined) throw new Error(`of what is the id in ${one.path}?`);
    const path = at(one.path, idFor(site)) + (queries[one.operationId] ?? '');
    const wanted = bodies[one.operationId];
    const body = typeof wanted === 'function' ? (wanted as (site: Site) => unknown)(site) : wanted;
    return await api.call(one.method, path, { body, token });
  };

  it('knows nothing of what lies in the entity beside, above or below another', async () => {
    const missing = [404, 'not_found'];
    for (const [site, by] of [
      [lyon, paris],
      [paris, lyon],
      [quarter, lyon],
      [paris, quarter],
    ] as const) {
      const answer = await call(site, by.tokens.admin);
      expect([answer.status, (answer.body as Json).code]).toEqual(missing);
    }
  });

  it('knows what lies in the own entity and below', async () => {
    for (const site of [await aSite(api, paris.entityId), await aSite(api, quarter.entityId)]) {
      expect([400, 401, 403, 404, 415, 422]).not.toContain((await call(site, paris.tokens.admin)).status);
    }
  });
});

describe('lists', () => {
  const lists = named.filter(
    ({ item, path, wholeInstance }) => item !== undefined && !path.includes('{') && wholeInstance !== true,
  );
  /** Who did something is told, also when it was an admin of an entity above. */
  const actor = /\w+ of site\d+ \(token \w+\)/g;
  const namesIn = (text: string) =>
    [...new Set(text.replace(actor, '').match(/\bsite\d+\b/g) ?? [])].toSorted();

  /** Page after page; CSV is whole at once. */
  const whole = async (path: string, options: Parameters<AdminApi['call']>[2]): Promise<string> => {
    const pages: string[] = [];
    let after = '';
    do {
      const answer = await api.call('get', `${path}?limit=500${after}`, options);
      pages.push(answer.text);
      const body: unknown = answer.body;
      const { next = null } = (typeof body === 'object' ? body : {}) as { next?: string | null };
      after = next === null ? '' : `&after=${next}`;
    } while (after !== '');
    return pages.join('\n');
  };

  it.each(lists)(
    '$title shows what lies in the subtree and nothing else, as JSON and as CSV',
    async ({ path }) => {
      for (const headers of [{ Accept: 'application/json' }, { Accept: 'text/csv' }]) {
        const seen = async (site: Site) => namesIn(await whole(path, { token: site.tokens.viewer, headers }));
        const all = namesIn(await whole(path, { headers }));
        expect(all).toEqual(expect.arrayContaining([paris.name, lyon.name, quarter.name]));
        expect(await seen(lyon)).toEqual([lyon.name]);
        expect(await seen(quarter)).toContain(quarter.name);
        expect(await seen(quarter)).not.toContain(paris.name);
        const inParis = await seen(paris);
        expect(inParis).toEqual(expect.arrayContaining([paris.name, quarter.name]));
        expect(inParis).not.toContain(lyon.name);
      }
    },
  );

  it('know no filter that leads outside', async () => {
    const token = paris.tokens.viewer;
    for (const path of [
      `/assets?entity=${lyon.entityId}`,
      `/assets?entity=${api.rootEntityId}&recursive=true`,
      `/keys?entity=${lyon.entityId}`,
    ]) {
      expect((await api.call('get', path, { token })).body).toMatchObject({ code: 'query_invalid' });
    }
    for (const path of [
      `/assets?key=${lyon.kid}`,
      `/assets?name=asset+of+${lyon.name}`,
      `/submissions?key=${lyon.kid}`,
      `/submissions?asset=${lyon.assetId}`,
      `/agents?key=${lyon.kid}`,
      `/quarantine?key=${lyon.kid}`,
      `/junk?key=${lyon.kid}`,
      `/audit?object=${lyon.entityId}`,
    ]) {
      expect((await api.call('get', path, { token })).body).toMatchObject({ items: [] });
    }
  });

  it('show names of entities from the own one down', async () => {
    const token = paris.tokens.viewer;
    const entity = await api.call('get', `/entities/${quarter.entityId}`, { token });
    expect(entity.body).toMatchObject({ completeName: `${paris.name} > ${quarter.name}` });
    const own = await api.call('get', `/entities/${paris.entityId}`, { token });
    expect(own.body).toMatchObject({ completeName: paris.name, parentId: null });
    const asset = await api.call('get', `/assets/${quarter.assetId}`, { token });
    expect(asset.body).toMatchObject({ entity: `${paris.name} > ${quarter.name}` });
  });
});

describe('a limited admin', () => {
  const asParis = async (method: string, path: string, body: unknown) =>
    await api.call(method, path, { body, token: paris.tokens.admin });

  it('makes entities inside only, and below the own one unless told otherwise', async () => {
    const made = await asParis('post', '/entities', { name: 'made' });
    expect(made.body).toMatchObject({ parentId: paris.entityId, completeName: `${paris.name} > made` });
    for (const parentId of [null, lyon.entityId, api.rootEntityId]) {
      expect((await asParis('post', '/entities', { name: 'out', parentId })).status).toBe(422);
    }
    const { id } = made.body as Json;
    for (const parentId of [null, lyon.entityId]) {
      expect((await asParis('patch', `/entities/${String(id)}`, { parentId })).status).toBe(422);
    }
    expect((await asParis('patch', `/entities/${String(id)}`, { parentId: quarter.entityId })).status).toBe(
      200,
    );
  });

  it('names the own entity anew without moving it', async () => {
    const entity = await aSite(api, api.rootEntityId);
    const path = `/entities/${entity.entityId}`;
    const options = { body: { name: 'renamed', parentId: null }, token: entity.tokens.admin };
    expect((await api.call('patch', path, options)).status).toBe(200);
    expect(await api.expect(200, 'get', path)).toMatchObject({
      name: 'renamed',
      parentId: api.rootEntityId,
    });
    // The token itself stands in the way.
    expect((await api.call('delete', path, { token: entity.tokens.admin })).body).toMatchObject({
      code: 'entity_in_use',
    });
  });

  it('makes keys and rules inside only', async () => {
    const key = { name: 'k', entityId: lyon.entityId };
    expect((await asParis('post', '/keys', key)).status).toBe(422);
    const rules = [{ tag: 'x', entityId: lyon.entityId }];
    expect((await asParis('post', '/keys', { ...key, entityId: paris.entityId, rules })).status).toBe(422);
    expect((await asParis('patch', `/keys/${paris.kid}`, { rules })).status).toBe(422);
    expect((await asParis('post', '/keys', { ...key, entityId: quarter.entityId })).status).toBe(201);
  });

  it('moves assets inside only', async () => {
    const path = `/assets/${paris.assetId}`;
    expect((await asParis('patch', path, { entityId: lyon.entityId })).status).toBe(422);
    expect((await asParis('patch', path, { entityId: quarter.entityId })).status).toBe(200);
    expect((await asParis('patch', path, { entityId: paris.entityId })).status).toBe(200);
  });

  it('decides on held devices inside only, one by one or many at a time', async () => {
    const ids = [lyon.heldId, (await aSite(api, paris.entityId)).heldId];
    const answer = await asParis('post', '/quarantine/resolve', { ids, action: 'reject' });
    expect((answer.body as { items: Json[] }).items).toMatchObject([
      { id: ids[0], state: 'failed', code: 'not_found' },
      { id: ids[1], state: 'resolved' },
    ]);
  });

  it('does not ban, nor does an operator: a ban counts under every key', async () => {
    const { token } = await api.expect(201, 'post', '/tokens', { name: 'operator', role: 'operator' });
    const path = `/quarantine/${paris.heldId}/resolve`;
    for (const by of [paris.tokens.admin, token as string]) {
      const one = await api.call('post', path, { body: { action: 'ban' }, token: by });
      const many = { ids: [paris.heldId], action: 'ban' };
      const all = await api.call('post', '/quarantine/resolve', { body: many, token: by });
      expect([one.body, all.body]).toMatchObject(Array(2).fill({ code: 'role_insufficient' }));
    }
  });

  it('says what is junk under keys inside only, not for every key', async () => {
    const say = async (kid: string | null) =>
      (await asParis('post', '/junk', { kind: 'serial', value: 'ANY-1', state: 'declared', kid })).status;
    expect([await say(lyon.kid), await say(null), await say(quarter.kid)]).toEqual([422, 403, 200]);
    const { id } = (await api.expect(200, 'post', '/junk', {
      ...{ kind: 'serial', value: 'ANY-1', state: 'declared' },
    })) as { id: string };
    const path = `/junk/${id}`;
    // It concerns the own devices too: it may be seen, and not taken back.
    expect((await api.call('get', path, { token: paris.tokens.viewer })).status).toBe(200);
    expect((await asParis('post', `${path}/forget`, undefined)).body).toMatchObject({
      code: 'role_insufficient',
    });
  });

  it('takes no held device for an asset outside', async () => {
    const path = `/quarantine/${paris.heldId}/resolve`;
    const answer = await asParis('post', path, { action: 'same', assetId: lyon.assetId });
    expect([answer.status, (answer.body as Json).code]).toEqual([422, 'body_invalid']);
  });

  it('explains under keys inside only', async () => {
    const explain = async (kid: string) => (await asParis('post', '/explain', { kid, inventory: {} })).status;
    expect([await explain(lyon.kid), await explain(quarter.kid)]).toEqual([404, 200]);
  });

  it('sees a submission where it was assigned, else where its key is', async () => {
    const see = async (over: Json) => {
      const home = { instanceId: 1, kid: lyon.kid, entityId: lyon.entityId };
      const id = await aSubmission(api, home, over);
      return (await api.call('get', `/submissions/${id}`, { token: paris.tokens.viewer })).status;
    };
    expect(await see({ entity_id: paris.entityId })).toBe(200);
    expect(await see({ kid: paris.kid, verdict: 'refused', reason: 'schema_invalid' })).toBe(200);
    expect(await see({ kid: paris.kid, entity_id: lyon.entityId })).toBe(404);
    expect(await see({ kid: null, verdict: 'refused', reason: 'key_missing' })).toBe(404);
  });
});

describe('what a decision says of assets of other sites', () => {
  const secret = 'SERIAL-OF-LYON';

  it('is not in the evidence that a limited admin sees', async () => {
    const home = { instanceId: 1, kid: paris.kid, entityId: paris.entityId };
    const evidence = {
      candidates: [
        { assetId: lyon.assetId, stored: { serial: secret } },
        { assetId: paris.assetId, stored: { serial: 'own' } },
      ],
      deep: { deeper: [{ more: { assetId: lyon.assetId, why: secret } }] },
    };
    const beside = await aSubmission(api, home, { evidence: JSON.stringify(evidence) });
    const claimed = await aSubmission(api, home, {
      ...{ verdict: 'quarantined', reason: 'pin_downgraded', asset_id: lyon.assetId },
      evidence: JSON.stringify({ pinned: secret }),
    });
    for (const id of [beside, claimed]) {
      const path = `/submissions/${id}`;
      expect((await api.call('get', path)).text).toContain(secret);
      const shown = await api.call('get', path, { token: paris.tokens.viewer });
      expect(shown.status).toBe(200);
      expect(shown.text).not.toContain(secret);
    }
    const shown = await api.call('get', `/submissions/${beside}`, { token: paris.tokens.viewer });
    expect(shown.text).toContain('own');
    const listed = await api.call('get', '/submissions?limit=500', { token: paris.tokens.viewer });
    expect(listed.text).not.toContain(secret);
    const held = await api.call('get', `/submissions/${claimed}`, { token: paris.tokens.viewer });
    expect((held.body as Json).assetId).toBeNull();
  });

  it('is not in an explanation', async () => {
    const facts = { candidates: [{ assetId: lyon.assetId, stored: secret }] };
    const explaining = await startAdminApi({
      explain: () =>
        Promise.resolve({
          ...{ verdict: 'quarantined', outcome: null, reason: null, meaning: null, entityId: null },
          assetId: lyon.assetId,
          steps: [{ stage: 'decide', result: 'x', facts }],
        }),
    });
    const site = await aSite(explaining, explaining.rootEntityId);
    const body = { kid: site.kid, inventory: {} };
    expect((await explaining.call('post', '/explain', { body })).text).toContain(secret);
    const shown = await explaining.call('post', '/explain', { body, token: site.tokens.operator });
    expect(shown.status).toBe(200);
    expect(shown.text).not.toContain(secret);
    await explaining.close();
  });

  it('is shown as soon as the asset is inside', async () => {
    const home = { instanceId: 1, kid: lyon.kid, entityId: lyon.entityId };
    const assetId = await anAsset(api, home);
    const id = await aSubmission(
      api,
      { ...home, kid: paris.kid },
      { asset_id: assetId, entity_id: paris.entityId },
    );
    const see = async () =>
      ((await api.call('get', `/submissions/${id}`, { token: paris.tokens.viewer })).body as Json).assetId;
    expect(await see()).toBeNull();
    await api.expect(200, 'patch', `/assets/${assetId}`, { entityId: quarter.entityId });
    expect(await see()).toBe(assetId);
  });
});
