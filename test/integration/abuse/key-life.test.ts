import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { bootstrap } from '../../../src/admin/bootstrap';
import { PepperMismatch } from '../../../src/admin/pepper';
import { peppersOf, type Peppers } from '../../../src/domain/pepper';
import {
  expectUntouched,
  headersOf,
  messageOf,
  openScene,
  type Machine,
  type Scene,
} from '../../support/abuse';
import { basic, request, type TestGateway, type Twin } from '../../support/gateway';
import { eventually, expectRefusal } from '../../support/refusals';
import { createSecretSearch } from '../../support/secret-search';
import { rowsOf } from '../../support/secret-watch';

/** What becomes of a secret that changes, ends or gets out. */
let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(async () => {
  await scene.close();
});

const send = (
  on: Pick<TestGateway | Twin, 'post'>,
  as: Machine,
  credential: { key: string } | { bearer: string },
) =>
  on.post('/', {
    body: messageOf(as),
    headers: {
      ...headersOf(as),
      ...('bearer' in credential ? { authorization: `Bearer ${credential.bearer}` } : {}),
    },
    key: 'key' in credential ? credential.key : false,
  });

async function tokenOf(kid: string, key: string): Promise<string> {
  const port = Number(new URL(scene.gateway.url).port);
  const asked = { grant_type: 'client_credentials', client_id: kid, client_secret: key };
  const headers = { 'content-type': 'application/json', host: `localhost:${port}` };
  const answer = await request(port, 'POST', '/api.php/token', headers, Buffer.from(JSON.stringify(asked)));
  expect(answer.status).toBe(200);
  return (JSON.parse(answer.text) as { access_token: string }).access_token;
}

test('K16: a key and its access tokens end on every gateway when one of them revokes it', async () => {
  const { gateway, paris } = scene;
  const victim = await scene.settle(scene.machine());
  // Nothing but the notification can end it: what was read once counts for an hour.
  const { storeLimits } = gateway.options;
  const twin = await gateway.twin({ storeLimits: { ...storeLimits, keyCacheTtlMs: 3_600_000 } });
  const bearer = await tokenOf(paris.kid, paris.key);
  const thief = scene.machine();
  for (const credential of [{ key: paris.key }, { bearer }]) {
    expect((await send(twin, thief, credential)).status).toBe(200);
  }
  await gateway.api('POST', `/keys/${paris.kid}/revoke`, {});
  for (const credential of [{ key: paris.key }, { bearer }]) {
    const refused = await eventually('the end', async () => {
      const answer = await send(twin, thief, credential);
      return answer.status === 200 ? undefined : answer;
    });
    expectRefusal(refused, 'key_revoked', 'json');
  }
  await twin.close();
  await expectUntouched(gateway, victim);
});

test('K17: a stolen secret ends with the grace of its rotation, to the millisecond, and at once in an emergency', async () => {
  const { gateway, paris } = scene;
  const rotate = (graceDays: number) =>
    gateway.api<{ key: string; graceUntil: string }>('POST', `/keys/${paris.kid}/rotate`, { graceDays });
  const victim = await scene.settle(scene.machine());
  const bearer = await tokenOf(paris.kid, paris.key);
  const second = await rotate(7);
  const end = Date.parse(second.graceUntil);
  gateway.clock.now = new Date(end - 1);
  const thief = scene.machine();
  expect((await send(gateway, thief, { key: paris.key })).status).toBe(200);
  gateway.clock.now = new Date(end);
  expectRefusal(await send(gateway, thief, { key: paris.key }), 'key_rotated', 'json');
  expect((await send(gateway, thief, { bearer })).status).toBe(403);
  expect((await send(gateway, victim.machine, { key: second.key })).status).toBe(200);
  const third = await rotate(0);
  expectRefusal(await send(gateway, thief, { key: second.key }), 'key_rotated', 'json');
  expect((await send(gateway, victim.machine, { key: third.key })).status).toBe(200);
  gateway.clock.now = undefined;
});

test('K18: keys outlive a change of the pepper, and no gateway starts with a pepper that does not fit', async () => {
  const { gateway, paris } = scene;
  const victim = await scene.settle(scene.machine());
  const next = randomBytes(32);
  const both: Peppers = { active: peppersOf(next).active, previous: gateway.options.peppers.active };
  const { db } = gateway.gateway.admin;
  const start = (peppers: Peppers) =>
    bootstrap(
      { db, peppers, now: () => new Date(), newId: () => v7(), random: randomBytes },
      { publicUrls: [`http://localhost:${new URL(gateway.url).port}`] },
    );
  // Who has the database but not its pepper, and who has lost it.
  await expect(start(peppersOf(randomBytes(32)))).rejects.toThrow(PepperMismatch);
  await start(both);
  const twin = await gateway.twin({ peppers: both });
  expect((await send(twin, victim.machine, { key: paris.key })).status).toBe(200);
  await twin.close();
  const foreign = await gateway.twin({ peppers: peppersOf(randomBytes(32)) });
  expectRefusal(await send(foreign, scene.machine(), { key: paris.key }), 'key_wrong_secret', 'json');
  await foreign.close();
});

test('K27: no log line and no row holds a secret, whichever way it came', async () => {
  const { gateway, paris } = scene;
  const search = createSecretSearch();
  const bearer = await tokenOf(paris.kid, paris.key);
  for (const secret of [paris.key, gateway.adminToken, bearer]) search.add(secret);
  const body = Buffer.from('{');
  for (const secret of [paris.key, paris.key.slice(0, 40), gateway.adminToken, bearer]) {
    for (const path of [`/k/${secret}/`, `/x/${secret}/?key=${secret}`]) {
      for (const headers of [
        { authorization: basic(secret) },
        { authorization: `Bearer ${secret}` },
        { 'x-registration-key': secret, 'user-agent': secret },
        { 'x-registration-key': paris.key, 'user-agent': secret, host: 'other.example' },
      ]) {
        await gateway.post(path, { body, headers, key: false });
      }
    }
    await gateway.get(`/api/v1/keys/${secret}`, { authorization: `Bearer ${secret}` });
  }
  expect(gateway.log.length).toBeGreaterThan(32);
  expect(search.findIn(gateway.log.join('\n'))).toEqual([]);
  expect(search.findIn(await rowsOf(gateway.database.url))).toEqual([]);
});
