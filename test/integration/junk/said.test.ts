import type { AssetIdentifiers } from '../../../src/admin/asset-identifiers';
import type { JunkDetail, JunkView } from '../../../src/admin/junk-view';
import { jsonInventory, deviceNumber, type Device } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { quarantineScene } from '../../support/quarantine';
import { submissionOf } from '../../support/refusals';

/** What admins say of junk, over HTTP, and what the next submission of an agent makes of it. */
let gateway: TestGateway;
const { send, open, problemOf } = quarantineScene(() => gateway);
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
});

let number = 6000;
const another = () => deviceNumber(number++);
/** A board whose maker writes the same number on all, and no uuid. */
const board = (serial: string): Device => {
  const { uuid: _uuid, ...device } = another();
  return { ...device, serial };
};
const say = (body: Record<string, unknown>) => gateway.api<JunkDetail>('POST', '/junk', body);
const list = async (query: string) =>
  (await gateway.api<{ items: JunkView[] }>('GET', `/junk?${query}`)).items;
const forget = (id: string) => gateway.api<JunkView>('POST', `/junk/${id}/forget`);
const identifiersOf = async (assetId: string | null) =>
  (await gateway.api<AssetIdentifiers>('GET', `/assets/${assetId}/identifiers`)).items;

describe('a value that an admin declares junk', () => {
  it('no longer holds the next machine that shows it, under every key, in every process', async () => {
    const twin = await gateway.twin();
    const keys = [await gateway.newKey({}), await gateway.newKey({})];
    for (const { key } of keys) {
      await send(board('WBX-SAID-1'), { key });
      expect(await send(board('WBX-SAID-1'), { key })).toMatchObject({ reason: 'identity_conflict' });
    }
    const said = await say({ kind: 'serial', value: 'wbx-said-1', state: 'declared', note: 'all boards' });
    expect(said).toMatchObject({ value: 'WBX-SAID-1', kid: null, filler: null, note: 'all boards' });
    expect(said.meaning).toContain('2 active assets');
    for (const { key } of keys) {
      expect(await send(board('WBX-SAID-1'), { key })).toMatchObject({ outcome: 'created' });
      const answer = await twin.post('/', { body: jsonInventory(board('WBX-SAID-1')), key });
      expect(await submissionOf(gateway, answer)).toMatchObject({ outcome: 'created' });
    }
    await twin.close();
  });

  it('for one key counts for this key only, and before what is said for all', async () => {
    const [one, other] = [await gateway.newKey({}), await gateway.newKey({})];
    for (const { key } of [one, other]) await send(board('WBX-SAID-2'), { key });
    await say({ kind: 'serial', value: 'WBX-SAID-2', state: 'declared', kid: one.kid });
    expect(await send(board('WBX-SAID-2'), { key: one.key })).toMatchObject({ outcome: 'created' });
    expect(await send(board('WBX-SAID-2'), { key: other.key })).toMatchObject({
      reason: 'identity_conflict',
    });
    await say({ kind: 'serial', value: 'WBX-SAID-2', state: 'declared' });
    await say({ kind: 'serial', value: 'WBX-SAID-2', state: 'allowed', kid: one.kid });
    expect(await send(board('WBX-SAID-2'), { key: one.key })).toMatchObject({ reason: 'identity_conflict' });
    expect(await send(board('WBX-SAID-2'), { key: other.key })).toMatchObject({ outcome: 'created' });
    expect((await list('kind=serial&value=wbx-said-2')).map(({ kid, state }) => [kid, state])).toEqual([
      [null, 'declared'],
      [one.kid, 'allowed'],
    ]);
  });
});

describe('a value that was learned', () => {
  let kid = '';
  let key = '';
  let learned: JunkView;
  const boards = Array.from({ length: 4 }, () => board('WBX-LEARNT'));
  beforeAll(async () => {
    ({ key, kid } = await gateway.newKey({}));
    for (const device of boards.slice(0, 3)) await send(device, { key });
    [learned = {} as JunkView] = await list(`key=${kid}&state=learned`);
  });

  it('tells which machines taught it, since when, and which assets show it', async () => {
    const detail = await gateway.api<JunkDetail>('GET', `/junk/${learned.id}`);
    expect(detail).toMatchObject({
      ...{ kind: 'serial', value: 'WBX-LEARNT', kid, state: 'learned', by: `key:${kid}`, machines: 3 },
      grounds: { limit: 3, isBesideAnother: false },
      assetCount: 2,
    });
    expect(detail.grounds?.devices.map(({ name }) => name)).toEqual([
      boards[2]?.name,
      boards[0]?.name,
      boards[1]?.name,
    ]);
    expect(detail.submissionId).toBe(detail.grounds?.devices[0]?.submissionId);
    const shown = await identifiersOf(detail.assets[0]?.id ?? '');
    expect(shown.filter(({ why }) => why !== null)).toEqual([
      {
        ...{ kind: 'serial', value: 'WBX-LEARNT', firstSeen: expect.any(String) as string },
        ...{ state: 'learned', junkId: learned.id },
        why: 'more machines of the key showed it than it can belong to',
      },
    ]);
  });

  it('is allowed by force only, after it was said what that means, and then holds again', async () => {
    const word = { kind: 'serial', value: 'WBX-LEARNT', state: 'allowed', kid };
    const problem = await problemOf('POST', '/junk', word);
    expect(problem).toMatchObject({ status: 409, code: 'junk_known' });
    expect(problem.detail).toContain('taken for one machine');
    const allowed = await say({ ...word, force: true });
    expect(await send(boards[3] ?? {}, { key })).toMatchObject({ reason: 'identity_conflict' });
    expect(await list(`key=${kid}`)).toHaveLength(2);
    await forget(allowed.id);
    expect(await list(`key=${kid}`)).toEqual([learned]);
    expect(await send(boards[3] ?? {}, { key })).toMatchObject({ outcome: 'created' });
  });

  it('is forgotten, and learned again from the next machine that is one too many', async () => {
    await forget(learned.id);
    expect(await list(`key=${kid}`)).toEqual([]);
    expect(await problemOf('GET', `/junk/${learned.id}`)).toMatchObject({ code: 'not_found' });
    await send(board('WBX-LEARNT'), { key });
    const [again] = await list(`key=${kid}`);
    expect(again).toMatchObject({ state: 'learned' });
    expect(again?.id).not.toBe(learned.id);
  });
});

describe('a filler that is built in', () => {
  const filler = 'To be filled by O.E.M.';

  it('counts again where an admin allows it, is shown, and holds who shares nothing else', async () => {
    const { key, kid } = await gateway.newKey({});
    const [first, second] = [board(filler), board(filler)];
    const made = await send(first, { key });
    expect(await identifiersOf(made.assetId)).toContainEqual(
      expect.objectContaining({ kind: 'serial', value: filler, state: 'filler', why: 'filler text' }),
    );
    const word = { kind: 'serial', value: filler, state: 'allowed', kid };
    expect(await problemOf('POST', '/junk', word)).toMatchObject({ status: 409, code: 'junk_known' });
    const allowed = await say({ ...word, force: true });
    expect(allowed).toMatchObject({ value: 'TO BE FILLED BY O.E.M.', filler: 'filler text' });
    const more = { ...first, softwares: ['more'] };
    expect(await send(more, { key })).toMatchObject({ outcome: 'updated', assetId: made.assetId });
    expect(await gateway.api('GET', `/assets/${made.assetId}`)).toMatchObject({ serial: filler });
    expect(await identifiersOf(made.assetId)).toContainEqual(
      expect.objectContaining({ kind: 'serial', value: 'TO BE FILLED BY O.E.M.', state: 'allowed' }),
    );
    expect(await send(second, { key })).toMatchObject({ reason: 'identity_conflict' });
    const { key: other } = await gateway.newKey({});
    await send(board(filler), { key: other });
    expect(await send(board(filler), { key: other })).toMatchObject({ outcome: 'created' });
    await forget(allowed.id);
    expect(await send(second, { key })).toMatchObject({ outcome: 'created' });
    expect(await open(`key=${kid}`)).toHaveLength(1);
  });

  it.each([
    ['mac', '00:00:00:00:00:00'],
    ['mac', 'no address'],
    ['serial', '-'],
    ['deviceid', 'foo'],
    ['certificate', 'abc'],
  ])('a %s "%s" can be no identifier, whoever says so', async (kind, value) => {
    expect(await problemOf('POST', '/junk', { kind, value, state: 'allowed', force: true })).toMatchObject({
      status: 422,
      code: 'body_invalid',
    });
  });

  it('is allowed 256 times and not once more', async () => {
    await gateway.sql(
      `INSERT INTO junk (instance_id, kind, value, kid, junk_id, origin, since, made_by)
       SELECT 1, 'serial', 'FULL-' || n, '', gen_random_uuid(), 'allowed', now(), 'test' FROM generate_series(1, $1) AS n`,
      [256 - (await list('state=allowed&limit=500')).length],
    );
    const word = { kind: 'serial', state: 'allowed' };
    expect(await problemOf('POST', '/junk', { ...word, value: 'FULL-0' })).toMatchObject({
      code: 'junk_limit_reached',
    });
    // What is said already can be said again.
    expect(await say({ ...word, value: 'FULL-1', note: 'again' })).toMatchObject({ note: 'again' });
  });
});
