import type { ForwardedAsset } from '../../../src/admin/forwarding/list';
import { deviceNumber, jsonInventory, type Device } from '../../support/devices';
import { startFakeGlpi, type FakeGlpi } from '../../support/fake-glpi';
import { arrivals, startForwardingGateway } from '../../support/forwarding';
import type { TestGateway } from '../../support/gateway';
import { eventually, submissionOf } from '../../support/refusals';

let glpi: FakeGlpi;
let gateway: TestGateway;
beforeAll(async () => {
  glpi = await startFakeGlpi();
  gateway = await startForwardingGateway(glpi);
});
afterAll(async () => {
  await gateway.close();
  await glpi.close();
});

const standing = (assetId: string) => gateway.api<ForwardedAsset>('GET', `/assets/${assetId}/forwarding`);
const post = async (device: Device): Promise<string> => {
  const answer = await gateway.post('/front/inventory.php', { body: jsonInventory(device) });
  return String((await submissionOf(gateway, answer)).assetId);
};
const delivered = (assetId: string) =>
  eventually('delivered', async () => {
    const one = await standing(assetId);
    return one.state === 'done' && one.deliveredAt !== null ? one : undefined;
  });
const paused = async (work: () => Promise<void>) => {
  await gateway.api('POST', '/forward/pause', {});
  await work();
  await gateway.api('POST', '/forward/resume');
};

test('an asset that is moved goes again, with the tag of its new entity', async () => {
  const { id } = await gateway.api<{ id: string }>('POST', '/entities', { name: 'North', tag: 'NORTH' });
  const device = deviceNumber(1);
  const assetId = await post(device);
  await delivered(assetId);
  await gateway.api('PATCH', `/assets/${assetId}`, { entityId: id });
  const seen = await arrivals(glpi, device.deviceid, 2);
  expect(seen.map(({ body }) => body.tag)).toEqual([undefined, 'NORTH']);
});

test('assets go again when the tag is changed that they go under, those of entities below it that have none too', async () => {
  const entity = (name: string, parentId: string | undefined, tag?: string) =>
    gateway.api<{ id: string }>('POST', '/entities', { name, parentId, tag });
  const { id: top } = await entity('South', undefined, 'SOUTH');
  const { id: heir } = await entity('Nice', top);
  const { id: own } = await entity('Marseille', top, 'MRS');
  const devices = [11, 12, 13].map(deviceNumber);
  for (const [i, entityId] of [top, heir, own].entries()) {
    const { key } = await gateway.newKey({ entityId });
    const answer = await gateway.post('/', { body: jsonInventory(devices[i] ?? {}), key });
    await delivered(String((await submissionOf(gateway, answer)).assetId));
  }
  const tagsOf = async (n: number, times: number) =>
    (await arrivals(glpi, deviceNumber(n).deviceid, times)).map(({ body }) => body.tag);
  const change = async (id: string, patch: object) => {
    await gateway.api('PATCH', `/entities/${id}`, patch);
    const { items } = await gateway.api<{ items: { detail: object }[] }>('GET', '/audit?limit=1');
    return items[0]?.detail;
  };
  expect(await change(top, { tag: 'SUD' })).toMatchObject({ resent: 2 });
  expect(await tagsOf(11, 2)).toEqual(['SOUTH', 'SUD']);
  expect(await tagsOf(12, 2)).toEqual(['SOUTH', 'SUD']);
  // Another name and the same tag: for nobody anything has changed.
  expect(await change(top, { name: 'Sud', tag: 'SUD' })).not.toHaveProperty('resent');
  // Moved, it goes under the tag of its new place.
  expect(await change(heir, { parentId: own })).toMatchObject({ resent: 1 });
  expect(await tagsOf(12, 3)).toEqual(['SOUTH', 'SUD', 'MRS']);
  expect(await tagsOf(13, 1)).toEqual(['MRS']);
});

test('of a retired asset nothing more is sent, not even what waits; when it is back it goes again', async () => {
  const device = deviceNumber(2);
  let assetId = '';
  await paused(async () => {
    assetId = await post(device);
    await gateway.api('PATCH', `/assets/${assetId}`, { status: 'retired' });
    expect(await standing(assetId)).toMatchObject({ state: 'done', sends: null });
    await gateway.api('POST', '/forward/resend', { all: true });
    expect(await standing(assetId)).toMatchObject({ state: 'done', sends: null });
  });
  const last = deviceNumber(3);
  await post(last);
  await arrivals(glpi, last.deviceid);
  expect(glpi.stored.filter(({ body }) => body.deviceid === device.deviceid)).toEqual([]);
  await gateway.api('PATCH', `/assets/${assetId}`, { status: 'active' });
  await arrivals(glpi, device.deviceid);
});

test('of a merged asset nothing more is sent, until it is one of its own again', async () => {
  const [one, other] = [deviceNumber(4), deviceNumber(5)];
  let parts: readonly string[] = [];
  await paused(async () => {
    parts = [await post(one), await post(other)];
    const [into, from] = parts;
    await gateway.api('POST', `/assets/${String(into)}/merge`, { from: [from], force: true });
    expect(await standing(String(from))).toMatchObject({ state: 'done', sends: null });
  });
  await arrivals(glpi, one.deviceid);
  expect(glpi.stored.filter(({ body }) => body.deviceid === other.deviceid)).toEqual([]);
  await gateway.api('POST', `/assets/${String(parts[1])}/unmerge`);
  await arrivals(glpi, other.deviceid);
});

test('the asset tells what GLPI made of it', async () => {
  const assetId = await post(deviceNumber(6));
  await delivered(assetId);
  expect((await standing(assetId)).glpi).toBeNull();
  await gateway.sql(
    `UPDATE forwarding SET remote_state = 'refused', remote_id = '5', remote_itemtype = 'RefusedEquipment',
       remote_entity = 'Computer import denied', looked_up_at = now() WHERE asset_id = $1`,
    [assetId],
  );
  expect((await standing(assetId)).glpi).toMatchObject({
    state: 'refused',
    id: '5',
    entity: 'Computer import denied',
  });
});
