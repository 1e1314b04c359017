import { deviceNumber, type Device } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { quarantineScene } from '../../support/quarantine';

let gateway: TestGateway;
const { send, open, show, resolve } = quarantineScene(() => gateway);
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
});

let number = 100;
const anotherDevice = () => deviceNumber(number++);

/** A machine that is stored, and another that shows its serial and uuid under an own deviceid, card and name. */
async function victimAndClaimant() {
  const victim = anotherDevice();
  const { assetId } = await send(victim);
  if (assetId === null) throw new Error('the victim has no asset');
  const other = anotherDevice();
  const claimant: Device = { ...other, serial: victim.serial, uuid: victim.uuid, softwares: ['implant'] };
  return { victim, assetId, claimant, other };
}

const bodies = async (caseId: string) =>
  (
    await gateway.sql<{ id: string }>(
      `SELECT b.submission_id AS id FROM submission_body b JOIN submission s USING (instance_id, submission_id) WHERE s.case_id = $1`,
      [caseId],
    )
  ).map(({ id }) => id);

test('a device that is held again and again is one case with a counter, each submission keeps its verdict, and one body is kept', async () => {
  const { claimant, assetId } = await victimAndClaimant();
  const sent = [await send(claimant), await send(claimant), await send(claimant)];
  expect(sent.map(({ verdict, reason }) => [verdict, reason])).toEqual(
    Array(3).fill(['quarantined', 'identity_conflict']),
  );
  const caseId = sent[0]?.id ?? '';
  const items = await open(`asset=${assetId}`);
  expect(items).toMatchObject([
    {
      id: caseId,
      count: 3,
      reason: 'identity_conflict',
      lastSubmission: sent[2]?.id,
      conflictsWith: { id: assetId },
    },
  ]);
  const [first] = items;
  expect((first?.firstSeen ?? '') < (first?.lastSeen ?? '')).toBe(true);
  expect(await bodies(caseId)).toEqual([sent[2]?.id]);
  for (const { id } of sent) {
    expect(await gateway.api('GET', `/submissions/${id}`)).toMatchObject({ caseId, resolution: null });
    expect(await show(id)).toMatchObject({ id: caseId });
  }
});

test('many at a time of one device are one case, and each is counted', async () => {
  const { claimant, assetId } = await victimAndClaimant();
  const sent = await Promise.all(Array.from({ length: 12 }, () => send(claimant)));
  expect(new Set(sent.map(({ reason }) => reason))).toEqual(new Set(['identity_conflict']));
  const items = await open(`asset=${assetId}`);
  expect(items).toMatchObject([{ count: 12 }]);
  expect(await bodies(items[0]?.id ?? '')).toEqual([items[0]?.lastSubmission]);
});

test('the order of its cards makes no other device; one card more does', async () => {
  const { claimant, assetId } = await victimAndClaimant();
  const macs = ['00:1b:21:aa:00:01', '00:1b:21:aa:00:02'];
  await send({ ...claimant, macs });
  await send({ ...claimant, macs: [...macs].reverse() });
  expect(await open(`asset=${assetId}`)).toMatchObject([{ count: 2 }]);
  await send({ ...claimant, macs: [...macs, '00:1b:21:aa:00:03'] });
  expect(await open(`asset=${assetId}`)).toHaveLength(2);
});

test('opening a case is in the audit, repeating it is not', async () => {
  const { claimant, assetId } = await victimAndClaimant();
  const { id } = await send(claimant);
  await send(claimant);
  const { items } = await gateway.api<{ items: object[] }>('GET', `/audit?object=${id}`);
  expect(items).toMatchObject([
    {
      action: 'quarantine.hold',
      actor: expect.stringMatching(/^key:/) as string,
      detail: { reason: 'identity_conflict', assetId },
    },
  ]);
});

test('a case shows the device side by side with the asset, in identity and in content', async () => {
  const { victim, claimant, other, assetId } = await victimAndClaimant();
  const { id } = await send(claimant);
  const { compared, conflictsWith } = await show(id);
  expect(conflictsWith).toMatchObject({ id: assetId, entity: 'Root' });
  const marks = Object.fromEntries((compared?.identity ?? []).map(({ field, mark }) => [field, mark]));
  expect(marks).toMatchObject({
    serial: 'equal',
    uuid: 'equal',
    macs: 'differs',
    deviceid: 'differs',
    hostname: 'differs',
    agentid: 'missing on both',
  });
  expect(compared?.identity.find(({ field }) => field === 'deviceid')).toMatchObject({
    device: [other.deviceid],
    asset: [victim.deviceid],
  });
  expect(compared?.content?.differences).toContainEqual({
    section: 'softwares',
    change: 'added',
    row: 'implant',
  });
  expect(compared?.content?.sections.map(({ section }) => section)).toEqual(
    expect.arrayContaining(['softwares', 'hardware', 'networks']),
  );
});

test('cases are listed latest seen first, in pages without gap or repetition, and found by key, reason and resolution', async () => {
  const { kid, key } = await gateway.newKey({ mode: 'approve' });
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push((await send(anotherDevice(), { key })).id);
  const paged: string[] = [];
  let after = '';
  for (;;) {
    const page = await gateway.api<{ items: { id: string }[]; next: string | null }>(
      'GET',
      `/quarantine?key=${kid}&limit=2${after}`,
    );
    paged.push(...page.items.map(({ id }) => id));
    if (page.next === null) break;
    after = `&after=${page.next}`;
  }
  expect(paged).toEqual(ids.toReversed());
  expect(await open(`key=${kid}&reason=identity_conflict`)).toEqual([]);
  await resolve(ids[0] ?? '', { action: 'reject' });
  expect((await open(`key=${kid}`)).map(({ id }) => id)).toEqual(ids.slice(1).toReversed());
  expect((await open(`key=${kid}&resolved=true`)).map(({ id }) => id)).toEqual([ids[0]]);
  expect(await open(`key=${kid}&resolved=all`)).toHaveLength(5);
});
