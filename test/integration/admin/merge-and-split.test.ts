import type { AssetView } from '../../../src/admin/assets';
import { deviceNumber, type Device } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { quarantineScene } from '../../support/quarantine';

let gateway: TestGateway;
const scene = quarantineScene(() => gateway);
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
});

const assetOf = async (device: Device) => (await scene.send(device)).assetId;
let next = 100;
const pairOfAssets = async () => {
  const [a, b] = [deviceNumber(next++), deviceNumber(next++)];
  const [kept, merged] = [String(await assetOf(a)), String(await assetOf(b))];
  expect(kept).not.toBe(merged);
  return { a, b, kept, merged };
};
const changed = (device: Device): Device => ({ ...device, softwares: [...(device.softwares ?? []), 'more'] });

it('tells of two live agents before it merges', async () => {
  const { kept, merged } = await pairOfAssets();
  expect(await scene.problemOf('POST', `/assets/${kept}/merge`, { from: [merged] })).toMatchObject({
    status: 409,
    code: 'merge_conflict',
  });
  expect(await scene.problemOf('POST', `/assets/${kept}/merge`, { from: [kept] })).toMatchObject({
    code: 'merge_conflict',
  });
});

it.each(['kept first', 'merged first'])('a merge is remembered, and taken back: %s', async (order) => {
  const { a, b, kept, merged } = await pairOfAssets();
  const two = order === 'kept first' ? [a, b] : [b, a];
  await gateway.api('POST', `/assets/${kept}/merge`, { from: [merged], force: true });
  for (const device of [...two, ...two.map(changed)]) expect(await assetOf(device)).toBe(kept);
  expect(await gateway.api('GET', `/assets/${merged}`)).toMatchObject({ status: 'merged', mergedInto: kept });
  expect(await scene.problemOf('PATCH', `/assets/${merged}`, { status: 'retired' })).toMatchObject({
    code: 'asset_merged',
  });

  await gateway.api('POST', `/assets/${merged}/unmerge`);
  for (const device of [...two, ...two.map(changed)])
    expect(await assetOf(device)).toBe(device.serial === a.serial ? kept : merged);
});

it('what was retired before a merge is retired after it was taken back, unless the record is an old one', async () => {
  const { b, kept, merged } = await pairOfAssets();
  await gateway.api('PATCH', `/assets/${merged}`, { status: 'retired' });
  const merge = () => gateway.api('POST', `/assets/${kept}/merge`, { from: [merged], force: true });
  await merge();
  expect(await assetOf(b)).toBe(kept);
  expect(await gateway.api('POST', `/assets/${merged}/unmerge`)).toMatchObject({ status: 'retired' });
  expect(await scene.send(changed(b))).toMatchObject({ verdict: 'refused', reason: 'asset_retired' });

  await merge();
  await gateway.sql(`UPDATE asset SET merge = merge - 'status' WHERE asset_id = '${merged}'`);
  expect(await gateway.api('POST', `/assets/${merged}/unmerge`)).toMatchObject({ status: 'active' });
});

it.each(['stayed first', 'left first'])(
  'a split is remembered, and taken back by a merge: %s',
  async (order) => {
    const { a, b, kept, merged } = await pairOfAssets();
    await gateway.api('POST', `/assets/${kept}/merge`, { from: [merged], force: true });
    const value = String(b.macs[0]);
    const { asset, split } = await gateway.api<{ asset: AssetView; split: AssetView }>(
      'POST',
      `/assets/${kept}/split`,
      {
        identifiers: [
          { kind: 'mac', value },
          { kind: 'deviceid', value: b.deviceid },
        ],
      },
    );
    expect([asset.id, split.id]).toEqual([kept, merged]);
    for (const device of order === 'stayed first' ? [a, b, a] : [b, a, b])
      expect(await assetOf(changed(device))).toBe(device === a ? kept : merged);
    await gateway.api('POST', `/assets/${kept}/merge`, { from: [merged], force: true });
    for (const device of [b, a]) expect(await assetOf(device)).toBe(kept);
  },
);

it('what never was an asset of its own leaves for a new one, though everything else agrees', async () => {
  const one = deviceNumber(next++);
  const other = { ...one, macs: ['00:1b:21:aa:00:01'] };
  const kept = await assetOf(one);
  expect(await assetOf({ ...one, macs: [...one.macs, ...other.macs] })).toBe(kept);
  const { split } = await gateway.api<{ split: AssetView }>('POST', `/assets/${String(kept)}/split`, {
    identifiers: [{ kind: 'mac', value: other.macs[0] }],
  });
  expect(split.id).not.toBe(kept);
  expect(await assetOf(other)).toBe(split.id);
  expect(await assetOf(one)).toBe(kept);
});

const merge = (kept: string, merged: string) =>
  gateway.api('POST', `/assets/${kept}/merge`, { from: [merged], force: true });
const unmerge = (assetId: string) => gateway.api<AssetView>('POST', `/assets/${assetId}/unmerge`);

/** Three machines, the first an asset that was merged into that of the second, and that into the third's. */
async function chainOfMerges() {
  const devices = [deviceNumber(next++), deviceNumber(next++), deviceNumber(next++)] as const;
  const own: string[] = [];
  for (const device of devices) own.push(String(await assetOf(device)));
  const [a = '', b = '', c = ''] = own;
  await merge(b, a);
  for (const device of devices) expect(await assetOf(device)).toBe(device === devices[2] ? c : b);
  await merge(c, b);
  for (const device of devices) expect(await assetOf(device)).toBe(c);
  const arriveAt = async (...homes: readonly string[]) => {
    for (const [i, device] of [...devices, ...devices.map(changed)].entries())
      expect(await assetOf(device)).toBe(homes[i % 3]);
  };
  return { a, b, c, arriveAt };
}

it.each(['the inner one first', 'the outer one first'])(
  'merges of merged assets are taken back in any order, and inventories keep arriving: %s',
  async (order) => {
    const { a, b, c, arriveAt } = await chainOfMerges();
    await arriveAt(c, c, c);
    const [first, second] = order === 'the inner one first' ? [a, b] : [b, a];
    await unmerge(first);
    await arriveAt(...(first === a ? [a, c, c] : [b, b, c]));
    expect(await gateway.api('GET', `/assets/${second}`)).toMatchObject({
      status: 'merged',
      mergedInto: first === a ? c : b,
    });
    await unmerge(second);
    await arriveAt(a, b, c);
    // What the merges brought has left with them.
    for (const assetId of [a, b, c]) {
      expect(await gateway.api('GET', `/assets/${assetId}`)).toMatchObject({
        status: 'active',
        mergedInto: null,
      });
      const { identity } = await scene.assetRow(assetId);
      expect(identity).toMatchObject({ serials: [expect.anything()], macs: [expect.anything()] });
    }
    await chainAgain({ a, b, c }, arriveAt);
  },
);

/** The same once more, another way round: what is remembered of the first time is in nobody's way. */
async function chainAgain(
  { a, b, c }: Record<'a' | 'b' | 'c', string>,
  arriveAt: (...homes: readonly string[]) => Promise<void>,
) {
  await merge(a, c);
  await merge(b, a);
  await arriveAt(b, b, b);
  await unmerge(c);
  await arriveAt(b, b, c);
}

it('a part of a part goes where the asset goes', async () => {
  const { a, c } = await chainOfMerges();
  const { id } = await gateway.api<{ id: string }>('POST', '/entities', { name: `moved-${next}` });
  await gateway.api('PATCH', `/assets/${c}`, { entityId: id });
  expect(await gateway.api('GET', `/assets/${a}`)).toMatchObject({ entityId: id });
});

it('what left an asset stays apart from a part that left it later', async () => {
  const { a, b, c } = await chainOfMerges();
  await unmerge(b);
  await unmerge(a);
  const { separated } = await scene.assetRow(a);
  expect(separated).toEqual(
    expect.arrayContaining(
      [b, c].map((assetId): unknown => expect.objectContaining({ assetId, side: 'left' })),
    ),
  );
});

it('a merge by force does not decide on who claims to be one of them, and a contest goes back with its asset', async () => {
  const { kept, merged } = await pairOfAssets();
  const contested = { since: '2026-01-05T08:00:00.000Z', why: 'a test', submissionId: kept };
  await gateway.sql(
    `UPDATE asset SET contested = '${JSON.stringify(contested)}' WHERE asset_id = '${merged}'`,
  );
  expect(await scene.problemOf('POST', `/assets/${kept}/merge`, { from: [merged] })).toMatchObject({
    code: 'merge_conflict',
  });
  await merge(kept, merged);
  expect(await scene.assetRow(kept)).toMatchObject({ contested });
  await unmerge(merged);
  expect(await scene.assetRow(kept)).toMatchObject({ contested: null });
  expect(await scene.assetRow(merged)).toMatchObject({ contested });
});

it('a submission is split off by what it brought itself, though another came in the same millisecond', async () => {
  const { a, b, kept, merged } = await pairOfAssets();
  await gateway.sql(
    `UPDATE submission SET received_at = '2026-01-05T08:00:00.123Z' WHERE asset_id IN ('${kept}', '${merged}')`,
  );
  await gateway.sql(
    `UPDATE asset_identifier SET first_seen = '2026-01-05T08:00:00.123Z' WHERE asset_id IN ('${kept}', '${merged}')`,
  );
  const { lastSubmission } = await gateway.api<AssetView>('GET', `/assets/${merged}`);
  await merge(kept, merged);
  const { split } = await gateway.api<{ split: AssetView }>('POST', `/assets/${kept}/split`, {
    submissionId: lastSubmission,
  });
  expect(split).toMatchObject({ id: merged, serial: b.serial, status: 'active' });
  for (const device of [b, a, changed(b)]) expect(await assetOf(device)).toBe(device === a ? kept : merged);
});
