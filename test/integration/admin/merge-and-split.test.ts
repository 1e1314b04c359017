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
