import { sql } from 'kysely';
import { lookUpDelivered } from '../../../src/admin/glpi/look-up-delivered';
import { startAdminApi, type AdminApi } from '../../support/admin-api';
import { anAsset } from '../../support/admin-rows';
import { entityRow, startFakeGlpiApi, type FakeGlpiApi } from '../../support/fake-glpi-api';

let api: AdminApi;
let glpi: FakeGlpiApi;
beforeAll(async () => {
  api = await startAdminApi();
  glpi = await startFakeGlpiApi();
  glpi.state.entities.push(entityRow(3, 0, 'France'));
  const { userToken, appToken } = glpi.state;
  await api.expect(200, 'post', '/glpi/api', { url: glpi.url, userToken, appToken });
});
afterAll(async () => {
  await api.close();
  await glpi.close();
});

/** An asset that was delivered so long ago. */
async function delivered(
  serial: string,
  secondsAgo = 60,
  deviceid: string | null = null,
  itemtype = 'Computer',
): Promise<string> {
  const home = { instanceId: 1, kid: api.firstKid, entityId: api.rootEntityId };
  const assetId = await anAsset(api, home, { name: `pc ${serial}` });
  const at = new Date(api.deps.now().getTime() - secondsAgo * 1000);
  await sql`UPDATE asset SET serial = ${serial}, itemtype = ${itemtype} WHERE asset_id = ${assetId}::uuid`.execute(
    api.deps.db,
  );
  await sql`INSERT INTO forwarding (instance_id, asset_id, sender, forwarded_at)
            VALUES (1, ${assetId}::uuid, ${JSON.stringify({ deviceid })}::jsonb, ${at})`.execute(api.deps.db);
  return assetId;
}

async function known(assetId: string): Promise<unknown> {
  const { rows } = await sql`SELECT remote_state, remote_id, remote_itemtype, remote_entity FROM forwarding
                              WHERE asset_id = ${assetId}::uuid`.execute(api.deps.db);
  return Object.values(rows[0] as object);
}

it('keeps what each delivered asset is in GLPI, or that its rules refused it', async () => {
  glpi.state.items.Computer = [
    { id: 7, serial: 'S1', uuid: null, name: 'x', entities_id: 3 },
    { id: 8, serial: 'other', uuid: null, name: 'y', entities_id: 0 },
  ];
  glpi.state.agents = [{ id: 1, deviceid: 'pc-2-2026-11-28', itemtype: 'Computer', items_id: 8 }];
  glpi.state.refused = [{ id: 5, serial: 'S3', itemtype: 'Computer', rules_id: 'Computer import denied' }];
  const bySerial = await delivered('S1');
  const byAgent = await delivered('S2', 60, 'pc-2-2026-11-28');
  const refused = await delivered('S3');
  const absent = await delivered('S4');
  const justNow = await delivered('S1 too', 1);
  expect(await lookUpDelivered(api.deps)).toBe(4);
  expect(await known(bySerial)).toEqual(['found', '7', 'Computer', '3']);
  expect(await known(byAgent)).toEqual(['found', '8', 'Computer', '0']);
  expect(await known(refused)).toEqual(['refused', '5', 'RefusedEquipment', 'Computer import denied']);
  expect(await known(absent)).toEqual(['absent', null, null, null]);
  expect(await known(justNow)).toEqual([null, null, null, null]);
  // Once for each delivery.
  expect(await lookUpDelivered(api.deps)).toBe(0);
});

it('is not held up by assets that may not be read, nor by one that GLPI fails on', async () => {
  glpi.state.forbidden = ['Phone'];
  glpi.state.failsOn = 'evil';
  for (let n = 0; n < 201; n++) await delivered(`phone ${n}`, 300, null, 'Phone');
  const evil = await delivered('evil', 200);
  const good = await delivered('S1', 100);
  expect(await lookUpDelivered(api.deps)).toBe(2);
  expect(api.log.join()).toContain('what was delivered could not be looked up');
  expect(await known(good)).toEqual(['found', '7', 'Computer', '3']);
  expect(await known(evil)).toEqual([null, null, null, null]);
  // Where all fail, it is GLPI, and where nothing may be read, its profile: they are looked up later.
  for (let n = 0; n < 6; n++) await delivered(`evil ${n}`, 100);
  expect(await lookUpDelivered(api.deps)).toBe(0);
  Object.assign(glpi.state, { failsOn: undefined, forbidden: [] });
  expect([await lookUpDelivered(api.deps), await lookUpDelivered(api.deps)]).toEqual([200, 7]);
});

it('asks nothing of GLPI when nothing was delivered', async () => {
  const before = glpi.requests.length;
  await lookUpDelivered(api.deps);
  expect(glpi.requests).toHaveLength(before);
});

it('looks up 200 a turn and no more, and goes on where GLPI broke off', async () => {
  for (let i = 0; i < 201; i++) await delivered(`many ${i}`, 1000 - i);
  expect(await lookUpDelivered(api.deps)).toBe(200);
  await delivered('late', 30);
  glpi.state.mode = 'maintenance';
  expect(await lookUpDelivered(api.deps)).toBe(0);
  expect(api.log.join()).toContain('what was delivered could not be looked up');
  glpi.state.mode = 'normal';
  expect(await lookUpDelivered(api.deps)).toBe(2);
});
