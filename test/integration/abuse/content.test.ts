import net, { type AddressInfo } from 'node:net';
import { once } from 'node:events';
import {
  expectFolded,
  expectUntouched,
  headersOf,
  messageOf,
  openScene,
  storedInventoryOf,
  type Machine,
  type Scene,
  type Victim,
} from '../../support/abuse';
import { jsonInventory } from '../../support/devices';
import { basic } from '../../support/gateway';
import { eventually, submissionOf } from '../../support/refusals';

/** What agents say of themselves decides nothing that their key does not allow, and makes the gateway do nothing. */
let scene: Scene;
let victim: Victim;
beforeAll(async () => {
  scene = await openScene();
  victim = await scene.settle(scene.machine());
});
afterEach(async () => {
  await expectUntouched(scene.gateway, victim);
});
afterAll(async () => {
  await scene.close();
});

const saying = (machine: Machine, words: object, content: object = {}): string =>
  JSON.stringify({
    ...(JSON.parse(messageOf(machine)) as object),
    ...words,
    content: { ...(JSON.parse(messageOf(machine)) as { content: object }).content, ...content },
  });

test('A6: the tag of another entity leads nobody out of the entity of his key', async () => {
  const { gateway, paris, lyon } = scene;
  const tag = 'PARIS';
  expect((await scene.post(scene.machine(), false, saying(scene.machine(), { tag }))).status).toBe(401);
  const one = scene.machine();
  const ignoring = await scene.post(
    one,
    lyon.key,
    saying(one, { tag, entity: 'Paris', entities_id: paris.entityId }),
  );
  expect(await submissionOf(gateway, ignoring)).toMatchObject({
    verdict: 'accepted',
    entityId: lyon.entityId,
  });
  const two = scene.machine();
  const mapping = await gateway.newKey({ entityId: lyon.entityId, tagPolicy: 'map' });
  const mapped = await scene.post(two, mapping.key, saying(two, { tag }));
  expect(await submissionOf(gateway, mapped)).toMatchObject({
    verdict: 'quarantined',
    reason: 'entity_not_found',
    assetId: null,
  });
  // A known asset is moved by nobody's tag, the right key included.
  const { machine, assetId } = await scene.settle(scene.machine());
  const all = await gateway.newKey({ name: 'of the root', tagPolicy: 'map' });
  for (const key of [lyon.key, paris.key, all.key])
    await scene.post(machine, key, saying(machine, { tag: 'LYON' }));
  expect(await gateway.api('GET', `/assets/${assetId}`)).toMatchObject({
    entityId: paris.entityId,
    kid: paris.kid,
  });
});

test('A8: addresses and ports that a device declares are never called', async () => {
  const calls: net.Socket[] = [];
  const listener = net
    .createServer((socket) => calls.push(socket.on('error', () => undefined)))
    .listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const { gateway, lyon, paris } = scene;
  for (const key of [false, lyon.key, paris.key] as const) {
    const machine = scene.machine();
    const where = { 'httpd-port': port, 'httpd-plugins': { proxy: [`http://127.0.0.1:${port}/`] } };
    const contact = { action: 'contact', deviceid: machine.device.deviceid, name: '127.0.0.1', ...where };
    await scene.post(machine, key, JSON.stringify(contact));
    const networks = [
      { description: 'eth0', ipaddress: '127.0.0.1', mac: machine.device.macs[0], type: 'ethernet' },
    ];
    const answer = await scene.post(machine, key, saying(machine, where, { networks }));
    if (key === false) continue;
    const { assetId } = await submissionOf(gateway, answer);
    // Whatever an admin opens of it.
    for (const view of ['', '/inventory', '/history', '/submissions']) {
      await gateway.api('GET', `/assets/${assetId ?? ''}${view}`);
    }
  }
  // Our own call arrives after any that was made before it.
  const own = net.connect(port, '127.0.0.1');
  await once(own, 'connect');
  await eventually('our own call', () => Promise.resolve(calls.length > 0 ? true : undefined));
  expect(calls.map(({ remotePort }) => remotePort)).toEqual([own.localPort]);
  own.destroy();
  for (const socket of calls) socket.destroy();
  listener.close();
});

test('A11: a loop of new names makes no more than the key allows, and without a key nothing', async () => {
  const { gateway, lyon } = scene;
  const { key, kid } = await gateway.newKey({ entityId: lyon.entityId, maxAssets: 5, newAssetsPerHour: 3 });
  const from = scene.machine().address;
  for (let n = 0; n < 12; n++) {
    const machine = { ...scene.machine(), address: from };
    expect((await scene.post(machine, false)).status).toBe(401);
    await scene.post(machine, key);
  }
  expect(await gateway.sql('SELECT FROM asset WHERE kid = $1', [kid])).toHaveLength(3);
  const held = await gateway.sql<{ reason: string; n: number }>(
    `SELECT reason, count(*)::int AS n FROM submission WHERE kid = $1 AND reason IS NOT NULL GROUP BY 1`,
    [kid],
  );
  expect(held).toEqual([{ reason: 'enrolment_burst', n: 9 }]);
  const folded = await eventually('twelve counted', async () => {
    const row = await expectFolded(gateway, 'key_missing', from);
    return row.folded >= 12 ? row : undefined;
  });
  expect(folded.folded).toBe(12);
});

test('A14: an itemtype that the key does not allow is refused, and a known machine keeps its own', async () => {
  const { gateway, paris, lyon } = scene;
  const { key, kid } = await gateway.newKey({ entityId: lyon.entityId, itemtypes: ['Computer'] });
  for (const itemtype of [
    'Printer',
    'NetworkEquipment',
    'Phone',
    'Unmanaged',
    'User',
    'computer; DROP TABLE asset',
  ]) {
    const machine = scene.machine();
    const words = { itemtype, autoupdatesystems_id: 'attacker', is_template: 1, id: 1 };
    expect((await scene.post(machine, key, saying(machine, words))).status).toBeGreaterThanOrEqual(400);
    const { assetId, machine: known } = await scene.settle(scene.machine());
    await scene.post(known, paris.key, saying(known, words));
    expect(await gateway.api('GET', `/assets/${assetId}`)).toMatchObject({ itemtype: 'Computer' });
  }
  expect(await gateway.sql('SELECT FROM asset WHERE kid = $1', [kid])).toEqual([]);
});

test('A15: who asks for jobs gets none, no credential of anything, and without a key no answer', async () => {
  const { gateway, lyon, paris } = scene;
  const { deviceid } = victim.machine.device;
  for (const where of ['/plugins/glpiinventory/b/esx/', '/plugins/fusioninventory/b/deploy/', '/']) {
    for (const action of ['getJobs', 'getConfig', 'setLog', 'getFilePart']) {
      const path = `${where}?action=${action}&machineid=${deviceid}`;
      const nobody = await gateway.get(path, { 'x-forwarded-for': '10.1.99.99' });
      expect([path, nobody.status]).toEqual([path, 401]);
      for (const key of [lyon.key, paris.key]) {
        const answer = await gateway.get(path, { ...headersOf(scene.machine()), authorization: basic(key) });
        expect(answer.status).toBe(200);
        const told = JSON.parse(answer.text) as { schedule?: unknown[]; jobs?: unknown[] };
        expect([told.schedule ?? [], told.jobs ?? []]).toEqual([[], []]);
        expect(Object.keys(told).every((name) => ['configValidityPeriod', 'schedule'].includes(name))).toBe(
          true,
        );
      }
    }
  }
});

test('A16: users that a device names are shown as its words, and make nobody', async () => {
  const { gateway, paris } = scene;
  const machine = scene.machine();
  const users = [{ login: 'Administrator', domain: 'CORP' }];
  const content = { users, hardware: { name: machine.device.name, lastloggeduser: 'Administrator' } };
  const answer = await scene.post(
    machine,
    paris.key,
    saying(machine, { users_id: 2, contact: 'CEO' }, content),
  );
  const { assetId } = await submissionOf(gateway, answer);
  const stored = await storedInventoryOf(gateway, assetId ?? '');
  expect(stored.users).toEqual([expect.objectContaining({ login: 'Administrator' })]);
  expect(JSON.stringify(await gateway.api('GET', `/assets/${assetId ?? ''}`))).not.toContain('users_id');
  // Nothing but the asset's own rows knows the name.
  for (const table of ['entity', 'admin_token', 'registration_key', 'agent']) {
    expect(await gateway.sql(`SELECT FROM ${table} t WHERE t::text ILIKE '%administrator%'`)).toEqual([]);
  }
});

test('A17: a device that an admin shut out stays out, whatever flags its agent sends', async () => {
  const { gateway, paris } = scene;
  const { assetId, machine } = await scene.settle(scene.machine());
  await gateway.api('PATCH', `/assets/${assetId}`, { status: 'retired' });
  for (const words of [{ locked: false }, { locked: 0, status: 'active' }, { retired: false, force: true }]) {
    const answer = await scene.post(machine, paris.key, saying(machine, words));
    expect([answer.status, answer.phrase]).toEqual([403, 'Device retired']);
    const contact = { action: 'contact', deviceid: machine.device.deviceid, name: 'GLPI-Agent', ...words };
    await scene.post(machine, paris.key, JSON.stringify(contact));
  }
  expect(await gateway.api('GET', `/assets/${assetId}`)).toMatchObject({ status: 'retired' });
});

test('K26: three hundred devices at half past eight get an answer each, and what was answered 200 is stored once', async () => {
  const { gateway, lyon } = scene;
  const { kid, key } = await gateway.newKey({ entityId: lyon.entityId });
  const machines = Array.from({ length: 300 }, () => scene.machine());
  const twin = await gateway.twin({
    storeLimits: {
      ...{ settleConnections: 1, settleMaxBatch: 8, settleMaxQueue: 20 },
      ...{ keyCacheTtlMs: 30_000, keyCacheMaxKeys: 10, refusalFoldMaxSources: 10 },
      maxAgentsWithoutAssetPerKey: 10_000,
    },
  });
  const send = (machine: Machine) =>
    twin.post('/', {
      body: jsonInventory(machine.device, machine.content),
      headers: headersOf(machine),
      key,
    });
  let waiting = machines;
  const statuses = new Set<number>();
  // Agents that were turned away come again.
  for (let round = 0; waiting.length > 0 && round < 60; round++) {
    const answers = await Promise.all(waiting.map(send));
    for (const { status } of answers) statuses.add(status);
    waiting = waiting.filter((_, i) => answers[i]?.status !== 200);
  }
  await twin.close();
  expect([...statuses].sort()).toEqual([200, 503]);
  const names = await gateway.sql<{ name: string }>('SELECT name FROM asset WHERE kid = $1 ORDER BY name', [
    kid,
  ]);
  expect(names.map(({ name }) => name)).toEqual(machines.map(({ device }) => device.name).sort());
});
