import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { bootstrap } from '../../../src/admin/bootstrap';
import { createKey, revokeKey } from '../../../src/admin/keys';
import { checkPepper, PepperMismatch, pepperReport } from '../../../src/admin/pepper';
import { createToken, verifyToken } from '../../../src/admin/tokens';
import { peppersOf, type Peppers } from '../../../src/domain/pepper';
import { deviceNumber, jsonInventory } from '../../support/devices';
import { startTestGateway, type TestGateway, type Twin } from '../../support/gateway';

let gateway: TestGateway;
let next: Buffer;
/** What processes are started with one after the other: the old pepper, the new one beside it, the new one alone. */
let both: Peppers;
let newAlone: Peppers;
const caller = { instanceId: 1, actor: 'test' };

beforeEach(async () => {
  gateway = await startTestGateway();
  next = randomBytes(32);
  newAlone = peppersOf(next);
  both = { active: newAlone.active, previous: gateway.options.peppers.active };
});
afterEach(async () => {
  await gateway.close();
});

const start = (peppers: Peppers) => {
  const { db } = gateway.gateway.admin;
  const publicUrls = [`http://localhost:${new URL(gateway.url).port}`];
  const deps = { db, peppers, now: () => new Date(), newId: () => v7(), random: randomBytes };
  return bootstrap(deps, { publicUrls });
};
const send = async (on: Pick<Twin, 'post'>, key = gateway.key) => {
  const headers = { 'content-type': 'application/json' };
  return (await on.post('/', { body: jsonInventory(deviceNumber(1)), key, headers })).status;
};
const pepperIds = (kid: string) =>
  gateway.sql('SELECT generation, pepper_id AS id FROM key_generation WHERE kid = $1 ORDER BY 1', [kid]);
const kidOf = (key: string) => key.split('_')[1] ?? '';

it('changes the pepper without a new key or token: hashes follow when they are used', async () => {
  const { key: idle, kid: idleKid } = await gateway.newKey();
  expect(await start(both)).toEqual({ created: false });
  const process = await gateway.twin({ peppers: both });
  expect(await send(process)).toBe(200);
  expect(await verifyToken(process.gateway.admin, gateway.adminToken)).toMatchObject({ instanceId: 1 });
  // Written when a process ends, else once a minute.
  await process.close();

  expect(await pepperIds(kidOf(gateway.key))).toEqual([{ generation: 1, id: newAlone.active.id }]);
  expect(await pepperIds(idleKid)).toEqual([{ generation: 1, id: both.previous?.id }]);
  const { admin } = gateway.gateway;
  expect(await pepperReport({ ...admin, peppers: both })).toEqual({
    previous: { keys: 1, tokens: 0 },
    missing: [],
  });
  await revokeKey(admin, caller, idleKid);

  await start(newAlone);
  const after = await gateway.twin({ peppers: newAlone });
  expect(await send(after)).toBe(200);
  expect(await send(after, idle)).toBe(403);
  expect(await verifyToken(after.gateway.admin, gateway.adminToken)).toMatchObject({ instanceId: 1 });
  await after.close();
});

it('writes one row of the audit, without any secret', async () => {
  await start(both);
  await start(both);
  const rows = await gateway.sql<{ detail: object }>(
    `SELECT detail FROM audit WHERE action = 'pepper.rotate'`,
  );
  expect(rows).toEqual([{ detail: { before: both.previous?.id, after: newAlone.active.id } }]);
  expect(JSON.stringify(rows)).not.toContain(next.toString('hex').slice(0, 16));
});

it('does not start without a pepper that something still needs, and says what needs it', async () => {
  const { admin } = gateway.gateway;
  const { kid } = await gateway.newKey();
  await start(both);
  const refused = start(newAlone);
  await expect(refused).rejects.toThrow(PepperMismatch);
  await expect(refused).rejects.toThrow(/^2 registration keys and 1 admin token still need an older pepper/);
  await expect(refused).rejects.toThrow(kid);
  // Commands still run, so that what is to end can be revoked.
  await expect(checkPepper({ ...admin, peppers: newAlone })).resolves.toBeUndefined();
});

it('needs no pepper for what is not good any more', async () => {
  const { admin } = gateway.gateway;
  const { token } = await createToken({ ...admin, peppers: both }, caller, { name: 'new' });
  const rotated = await gateway.api<{ kid: string }>('POST', `/keys/${kidOf(gateway.key)}/rotate`, {
    graceDays: 0,
  });
  await gateway.api('POST', `/keys/${rotated.kid}/revoke`);
  const { items } = await gateway.api<{ items: { id: string }[] }>('GET', '/tokens');
  for (const { id } of items.slice(1)) await gateway.api('POST', `/tokens/${id}/revoke`);
  await start(both);
  await expect(start(newAlone)).resolves.toEqual({ created: false });
  expect(await verifyToken({ ...admin, peppers: newAlone }, token)).toBeDefined();
});

it('rolls from process to process when each is first given the new pepper beside the old one', async () => {
  const oldFirst = { active: gateway.options.peppers.active, previous: newAlone.active };
  await start(oldFirst);
  const rolling = await gateway.twin({ peppers: oldFirst });
  await start(both);
  const rolled = await gateway.twin({ peppers: both });
  const { key } = await createOn(rolled);
  expect([await send(rolling, key), await send(rolled, key), await send(rolling)]).toEqual([200, 200, 200]);
  await rolled.close();
  await rolling.close();
});

it('does not start with a pepper of another installation, and changes nothing', async () => {
  const stranger = peppersOf(randomBytes(32), randomBytes(32));
  const before = await gateway.sql('SELECT pepper_check FROM installation');
  await expect(start(stranger)).rejects.toThrow(PepperMismatch);
  await expect(start(newAlone)).rejects.toThrow(PepperMismatch);
  expect(await gateway.sql('SELECT pepper_check FROM installation')).toEqual(before);
  expect(await gateway.sql(`SELECT FROM audit WHERE action = 'pepper.rotate'`)).toEqual([]);
});

it('keeps access tokens good over the start that changes the pepper', async () => {
  const fields = {
    grant_type: 'client_credentials',
    client_id: kidOf(gateway.key),
    client_secret: gateway.key,
  };
  const answer = await gateway.post('/api.php/token', {
    body: Buffer.from(JSON.stringify(fields)),
    key: false,
    headers: { 'content-type': 'application/json' },
  });
  const { access_token: token } = JSON.parse(answer.text) as { access_token: string };
  await start(both);
  const process = await gateway.twin({ peppers: both });
  // First the hash is replaced: the token does not hang on it.
  await send(process);
  await process.close();
  const again = await gateway.twin({ peppers: both });
  const body = '<REQUEST><DEVICEID>pc-2026-01-02-03-04-05</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>';
  const used = await again.post('/', { body, key: false, headers: { authorization: `Bearer ${token}` } });
  expect(used.status).toBe(200);
  await again.close();
});

async function createOn(twin: Twin): Promise<{ key: string }> {
  const [root] = await gateway.sql<{ id: string }>(
    'SELECT entity_id AS id FROM entity WHERE parent_id IS NULL',
  );
  return await createKey(twin.gateway.admin, caller, { name: 'of the new pepper', entityId: root?.id ?? '' });
}
