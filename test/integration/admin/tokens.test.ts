import { bootstrap } from '../../../src/admin/bootstrap';
import { createToken, revokeToken } from '../../../src/admin/tokens';
import type { Role } from '../../../src/domain/role';
import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';

let api: AdminApi;
/** Moved on by the tests that make tokens expire. */
const start = new Date('2030-01-01T00:00:00Z');
const later = (hours: number) => new Date(start.getTime() + hours * 3_600_000);
beforeEach(async () => {
  api = await startAdminApi();
  api.clock.now = start;
});
afterEach(async () => {
  await api.close();
});

interface Made {
  readonly id: string;
  readonly token: string;
}

const make = async (over: Json = {}, token?: string): Promise<Made> => {
  const answer = await api.call('post', '/tokens', { body: { name: 't', ...over }, ...(token && { token }) });
  expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
  return answer.body as Made;
};
const refusal = async (body: Json, token: string) => {
  const answer = await api.call('post', '/tokens', { body: { name: 't', ...body }, token });
  return (answer.body as Json).code;
};
const revoke = async (id: string, token?: string) =>
  await api.call('post', `/tokens/${id}/revoke`, token === undefined ? {} : { token });
const firstTokenId = async () => {
  const { items } = await api.expect(200, 'get', '/tokens');
  return (items as Json[]).find(({ name }) => name === 'first token')?.id as string;
};
const isGood = async (token: string) => (await api.call('get', '/instance', { token })).status === 200;

describe('a token', () => {
  it('shows its role, its entity, when it ends and when it was used last', async () => {
    const { id: entityId } = await api.expect(201, 'post', '/entities', { name: 'Paris' });
    const expiresAt = later(1).toISOString();
    const made = await make({ role: 'operator', entityId, expiresAt });
    const shown = { role: 'operator', entityId, entity: 'Root > Paris', expiresAt, fromSettings: false };
    expect(made).toMatchObject({ ...shown, lastUsedAt: null });
    expect(await isGood(made.token)).toBe(true);
    const { items } = await api.expect(200, 'get', '/tokens');
    expect((items as Json[])[0]).toMatchObject({ ...shown, lastUsedAt: start.toISOString() });
  });

  it('makes no token of a higher role, none outside its subtree, and none that outlives it', async () => {
    const { id: paris } = await api.expect(201, 'post', '/entities', { name: 'Paris' });
    const { id: lyon } = await api.expect(201, 'post', '/entities', { name: 'Lyon' });
    const { id: quarter } = await api.expect(201, 'post', '/entities', { name: 'Marais', parentId: paris });
    const limited = await make({ entityId: paris, expiresAt: later(2).toISOString() });
    for (const body of [
      { entityId: null },
      { entityId: lyon },
      { entityId: api.rootEntityId },
      { expiresAt: null },
      { expiresAt: later(3).toISOString() },
    ]) {
      expect([body, await refusal(body, limited.token)]).toEqual([body, 'body_invalid']);
    }
    expect(await make({}, limited.token)).toMatchObject({
      entityId: paris,
      entity: 'Paris',
      expiresAt: later(2).toISOString(),
    });
    const shorter = { entityId: quarter, expiresAt: later(1).toISOString(), role: 'viewer' };
    expect(await make(shorter, limited.token)).toMatchObject(shorter);
  });

  it.each<[Role, Role]>([
    ['viewer', 'operator'],
    ['operator', 'admin'],
  ])('of a %s cannot stand for a %s, whoever calls the use case', async (role, wanted) => {
    const token = { tokenId: 't', role, entityId: null, expiresAt: null };
    const making = createToken(api.deps, { ...api.caller, token }, { name: 'x', role: wanted });
    await expect(making).rejects.toMatchObject({ code: 'role_insufficient' });
  });

  it('cannot be limited to an entity that is not there', async () => {
    const entityId = '019a0000-0000-7000-8000-000000000000';
    expect(await refusal({ entityId }, api.token)).toBe('body_invalid');
    expect(await refusal({ entityId: api.other.rootEntityId }, api.token)).toBe('body_invalid');
  });

  it('that is limited sees and ends only tokens of its subtree', async () => {
    const { id: entityId } = await api.expect(201, 'post', '/entities', { name: 'Paris' });
    const [mine, beside] = [await make({ entityId }), await make({ entityId })];
    const listed = await api.call('get', '/tokens', { token: mine.token });
    const ids = (listed.body as { items: Json[] }).items.map(({ id }) => id);
    expect(ids.toSorted()).toEqual([mine.id, beside.id].toSorted());
    expect((await revoke(await firstTokenId(), mine.token)).status).toBe(404);
    expect((await revoke(beside.id, mine.token)).status).toBe(200);
  });

  it('keeps the entity that it is limited to from being deleted', async () => {
    const { id: entityId } = await api.expect(201, 'post', '/entities', { name: 'Paris' });
    await make({ entityId });
    const answer = await api.expect(409, 'delete', `/entities/${String(entityId)}`);
    expect(answer).toMatchObject({ code: 'entity_in_use' });
    expect(answer.detail).toContain('admin tokens');
  });
});

describe('the last admin', () => {
  const code = async (answer: Promise<{ status: number; body: unknown }>) => {
    const { status, body } = await answer;
    return status === 200 ? 'done' : (body as Json).code;
  };

  it('cannot end the own token, and can when there is another', async () => {
    const first = await firstTokenId();
    expect(await code(revoke(first))).toBe('last_admin');
    expect(await isGood(api.token)).toBe(true);
    const second = await make();
    expect(await code(revoke(first, second.token))).toBe('done');
    expect(await code(revoke(second.id, second.token))).toBe('last_admin');
  });

  it('is not replaced by a lesser role, a limited token, one that ends sooner or has ended', async () => {
    const first = await firstTokenId();
    const { id: entityId } = await api.expect(201, 'post', '/entities', { name: 'Paris' });
    await make({ role: 'operator' });
    await make({ entityId });
    await make({ expiresAt: later(1).toISOString() });
    const gone = await make();
    expect(await code(revoke(gone.id))).toBe('done');
    expect(await code(revoke(first))).toBe('last_admin');
  });

  it('may always take away what is less: other roles, limited tokens, what ends sooner, what has ended', async () => {
    const { id: entityId } = await api.expect(201, 'post', '/entities', { name: 'Paris' });
    const expiresAt = later(1).toISOString();
    for (const over of [{ role: 'viewer' }, { entityId }, { expiresAt }]) {
      expect(await code(revoke((await make(over)).id))).toBe('done');
    }
    const ended = await make({ expiresAt });
    api.clock.now = later(1);
    expect(await code(revoke(ended.id))).toBe('done');
  });

  it('is left when two revoke each other at the same time, however often', async () => {
    let last = { id: await firstTokenId(), token: api.token };
    for (let round = 0; round < 10; round++) {
      const pair = [await make({}, last.token), await make({}, last.token)] as const;
      await revoke(last.id, pair[0].token);
      const answers = await Promise.all([
        revoke(pair[1].id, pair[0].token),
        revoke(pair[0].id, pair[1].token),
      ]);
      // Who came second was refused as the last one, or was out already.
      const codes = answers.map(({ body }) => (body as Json).code ?? 'done').toSorted();
      expect([
        ['done', 'last_admin'],
        ['done', 'token_refused'],
      ]).toContainEqual(codes);
      const good = await Promise.all(pair.map(({ token }) => isGood(token)));
      expect(good.toSorted()).toEqual([false, true]);
      last = pair[good[0] === true ? 0 : 1];
    }
  });

  it('is kept by the command line too, which can always make another', async () => {
    const operator = { instanceId: 1, actor: 'cli:ada' };
    const first = await firstTokenId();
    await expect(revokeToken(api.deps, operator, first)).rejects.toMatchObject({ code: 'last_admin' });
    const { token } = await createToken(api.deps, operator, { name: 'way back' });
    expect(await isGood(token)).toBe(true);
    await revokeToken(api.deps, operator, first);
  });
});

describe('the setting ADMIN_TOKEN', () => {
  const set = async (adminToken: string) =>
    await bootstrap(api.deps, { publicUrls: ['https://inventory.example'], adminToken });
  const [one, two] = ['one'.repeat(12), 'two'.repeat(12)] as const;

  it('ends the token that it was before when it changes, and says so in the audit log', async () => {
    await set(one);
    await set(one);
    expect(await isGood(one)).toBe(true);
    await set(two);
    expect([await isGood(one), await isGood(two), await isGood(api.token)]).toEqual([false, true, true]);
    const { items } = await api.expect(200, 'get', '/tokens');
    const marked = (items as Json[]).filter(({ fromSettings }) => fromSettings);
    // Both may be of the same millisecond, so that either may be listed first.
    expect(marked).toHaveLength(2);
    const [ended, ...others] = marked.filter(({ revokedAt }) => revokedAt !== null);
    expect(others).toEqual([]);
    const { items: entries } = await api.expect(200, 'get', `/audit?object=${String(ended?.id)}`);
    expect((entries as Json[])[0]).toMatchObject({
      action: 'token.revoke',
      actor: 'gatehouse start',
      detail: { why: 'ADMIN_TOKEN was changed' },
    });
  });

  it('brings back no revoked token, and then ends none', async () => {
    await set(one);
    await set(two);
    await set(one);
    expect([await isGood(one), await isGood(two)]).toEqual([false, true]);
  });

  it('ends nothing when it names a token that may do less', async () => {
    await set(one);
    const viewer = await make({ role: 'viewer' });
    const { id: entityId } = await api.expect(201, 'post', '/entities', { name: 'Paris' });
    const limited = await make({ entityId });
    const ending = await make({ expiresAt: later(1).toISOString() });
    for (const { token } of [viewer, limited, ending]) await set(token);
    expect(await isGood(one)).toBe(true);
  });

  it('marks a token of a version that did not mark it', async () => {
    const { token } = await make();
    await set(token);
    await set(two);
    expect(await isGood(token)).toBe(false);
  });

  it('left out, ends nothing', async () => {
    await set(one);
    await bootstrap(api.deps, { publicUrls: ['https://inventory.example'] });
    expect(await isGood(one)).toBe(true);
  });
});
