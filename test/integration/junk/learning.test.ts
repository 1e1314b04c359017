import { deviceNumber, type Device } from '../../support/devices';
import { startTestGateway, storeLimits, type TestGateway } from '../../support/gateway';
import { quarantineScene } from '../../support/quarantine';

let gateway: TestGateway;
const { send, open } = quarantineScene(() => gateway);
beforeAll(async () => {
  gateway = await startTestGateway({ storeLimits: { ...storeLimits, maxJunkLearnedPerKeyPerDay: 2 } });
});
afterAll(async () => {
  await gateway.close();
});

let number = 4000;
const another = () => deviceNumber(number++);
const without = (device: Device, ...marks: (keyof Device)[]): Device =>
  Object.fromEntries(Object.entries(device).filter(([mark]) => !marks.includes(mark as keyof Device)));
/** Boards of a maker that writes the same number on all, and no uuid. */
const board = (serial: string): Device => ({ ...without(another(), 'uuid'), serial });

interface JunkRow {
  readonly junk_id: string;
  readonly kind: string;
  readonly value: string;
  readonly origin: string;
  readonly why: { limit: number; devices: { assetId?: string; caseId?: string; submissionId?: string }[] };
}
const learned = (kid: string) =>
  gateway.sql<JunkRow>('SELECT * FROM junk WHERE kid = $1 ORDER BY junk_id', [kid]);
const assetsOf = async (kid: string) =>
  (await gateway.sql<{ n: number }>('SELECT count(*)::int AS n FROM asset WHERE kid = $1', [kid]))[0]?.n;

describe('a serial that the third machine shows', () => {
  const boards = Array.from({ length: 4 }, () => board('WBX-MODEL-7'));
  let kid = '';
  let key = '';
  beforeAll(async () => {
    ({ key, kid } = await gateway.newKey({}));
  });

  it('is junk from then on: the third comes in, and the record says why', async () => {
    const [first, second, third] = boards as [Device, Device, Device, Device];
    const known = await send(first, { key });
    expect(known.outcome).toBe('created');
    const held = await send(second, { key });
    expect(held).toMatchObject({ verdict: 'quarantined', reason: 'identity_conflict' });
    expect(await learned(kid)).toEqual([]);
    const taught = await send(third, { key });
    expect(taught).toMatchObject({ outcome: 'created' });
    expect(taught.evidence.droppedIdentifiers).toContainEqual(
      expect.objectContaining({ kind: 'serial', value: 'WBX-MODEL-7' }),
    );
    expect(await learned(kid)).toMatchObject([
      {
        ...{ kind: 'serial', value: 'WBX-MODEL-7', origin: 'learned' },
        why: {
          limit: 3,
          submissionId: taught.id,
          devices: [{ submissionId: taught.id }, { assetId: known.assetId }, { caseId: held.id }],
        },
      },
    ]);
  });

  it('keeps those who were recognised, and lets in who was held, whose case it answers', async () => {
    const [first, second, third, fourth] = boards as [Device, Device, Device, Device];
    expect(await send(fourth, { key })).toMatchObject({ outcome: 'created' });
    expect(await open(`key=${kid}`)).toHaveLength(1);
    const now = await send(second, { key });
    expect(now).toMatchObject({ outcome: 'created' });
    expect(await open(`key=${kid}`)).toEqual([]);
    for (const device of [first, second, third, fourth])
      expect(await send(device, { key })).toMatchObject({ outcome: 'unchanged' });
    expect(await assetsOf(kid)).toBe(4);
    const reinstalled = { ...first, deviceid: 'again-2026-06-01-00-00-00' };
    const content = { versionclient: 'GLPI-Agent_v1.12' };
    expect(await send(reinstalled, { key, content })).toMatchObject({ outcome: 'updated' });
    expect(await assetsOf(kid)).toBe(4);
  });

  it('is junk for this key only, and stands in the audit with the case that it answered', async () => {
    const { key: other, kid: otherKid } = await gateway.newKey({});
    const [first, second] = [board('WBX-MODEL-7'), board('WBX-MODEL-7')];
    expect(await send(first, { key: other })).toMatchObject({ outcome: 'created' });
    expect(await send(second, { key: other })).toMatchObject({ reason: 'identity_conflict' });
    expect(await learned(otherKid)).toEqual([]);
    const [row] = await learned(kid);
    const { items } = await gateway.api<{ items: { action: string; actor: string }[] }>(
      'GET',
      `/audit?object=${row?.junk_id}`,
    );
    expect(items).toMatchObject([{ action: 'junk.learn', actor: `key:${kid}` }]);
  });
});

test('serial and uuid that the same machines share take five of them, and both become junk', async () => {
  const { key, kid } = await gateway.newKey({});
  const twin = (): Device => ({
    ...another(),
    serial: 'WBX-PAIR-1',
    uuid: '7a11aaaa-0001-4a1b-9c3d-0a1b2c3d4e5f',
  });
  const verdicts: string[] = [];
  for (let n = 0; n < 6; n++) verdicts.push((await send(twin(), { key })).verdict);
  expect(verdicts).toEqual(['accepted', 'quarantined', 'quarantined', 'quarantined', 'accepted', 'accepted']);
  expect((await learned(kid)).map(({ kind, why }) => [kind, why.limit])).toEqual([
    ['serial', 5],
    ['uuid', 5],
  ]);
});

test('a docking station loses its weight at the fourth laptop, and each laptop stays one', async () => {
  const { key, kid } = await gateway.newKey({});
  const dock = '00:e0:4c:77:00:01';
  const laptops = Array.from({ length: 4 }, another);
  for (const laptop of laptops) await send(laptop, { key });
  const docked = laptops.map((laptop) => ({ ...laptop, macs: [dock] }));
  const seen: (string | null)[] = [];
  for (const laptop of docked) seen.push((await send(laptop, { key })).outcome);
  expect(seen).toEqual(Array(4).fill('updated'));
  expect(await learned(kid)).toMatchObject([{ kind: 'mac', value: dock, why: { limit: 4 } }]);
  for (const laptop of [...docked, ...laptops])
    expect(await send(laptop, { key })).toMatchObject({ verdict: 'accepted' });
  expect(await assetsOf(kid)).toBe(4);
});

test('an agent that came with an image no longer holds up the machines that have it', async () => {
  const { key, kid } = await gateway.newKey({});
  const image = { deviceid: 'golden-2026-01-01-00-00-00', name: 'win-setup' };
  const outcomes: (string | null)[] = [];
  for (let n = 0; n < 5; n++) outcomes.push((await send({ ...another(), ...image }, { key })).outcome);
  expect(outcomes).toEqual(['created', null, null, 'created', 'created']);
  expect(await learned(kid)).toMatchObject([{ kind: 'deviceid', value: image.deviceid }]);
});

test('a key teaches no more in a day than it may: what more its devices share is held', async () => {
  const { key, kid } = await gateway.newKey({});
  const third: string[] = [];
  for (const serial of ['WBX-A-0001', 'WBX-B-0001', 'WBX-C-0001']) {
    await send(board(serial), { key });
    await send(board(serial), { key });
    third.push((await send(board(serial), { key })).verdict);
  }
  expect(third).toEqual(['accepted', 'accepted', 'quarantined']);
  expect(await learned(kid)).toHaveLength(2);
  await gateway.sql(`UPDATE junk SET since = since - interval '25 hours' WHERE kid = $1`, [kid]);
  expect(await send(board('WBX-C-0001'), { key })).toMatchObject({ outcome: 'created' });
});

test('a key that lets in no new devices teaches nothing', async () => {
  const { key, kid } = await gateway.newKey({});
  await send(board('WBX-D-0001'), { key });
  await gateway.api('PATCH', `/keys/${kid}`, { enrolUntil: '2026-01-01T00:00:00Z' });
  for (let n = 0; n < 4; n++)
    expect(await send(board('WBX-D-0001'), { key })).toMatchObject({ reason: 'identity_conflict' });
  expect(await learned(kid)).toEqual([]);
});

test('sent all at once, the boards of a maker end as machines that are told apart', async () => {
  const { key, kid } = await gateway.newKey({});
  const boards = Array.from({ length: 12 }, () => board('WBX-AT-ONCE'));
  const sendAll = () => Promise.all(boards.map((device) => send(device, { key })));
  await sendAll();
  await sendAll();
  expect(await assetsOf(kid)).toBe(12);
  expect(await open(`key=${kid}`)).toEqual([]);
  expect((await sendAll()).map(({ outcome }) => outcome)).toEqual(Array(12).fill('unchanged'));
});
