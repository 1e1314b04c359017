import { setUpstream } from '../../../src/admin/upstream';
import { deviceNumber, jsonInventory, xmlInventory } from '../../support/devices';
import { startFakeGlpi, type FakeGlpi } from '../../support/fake-glpi';
import { forwardingSettings } from '../../support/forwarding';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { eventually } from '../../support/refusals';

let glpi: FakeGlpi;
let gateway: TestGateway;
const path = '/front/inventory.php';
const password = 'upstream-password-of-the-test';

beforeAll(async () => {
  glpi = await startFakeGlpi();
  gateway = await startTestGateway({
    forwarding: forwardingSettings,
  });
  await setUpstream(
    gateway.gateway.admin,
    { instanceId: 1, actor: 'test' },
    { url: glpi.url, credential: { kind: 'basic', user: 'gatehouse', password } },
  );
});

afterAll(async () => {
  await gateway.close();
  await glpi.close();
});

beforeEach(async () => {
  glpi.mood = 'ok';
  glpi.latencyMs = 0;
  // Whatever a mood before did to the breaker.
  await gateway.sql(`UPDATE upstream SET breaker = '{}', version = version + 1`);
});

const storedOf = (deviceid: string) => glpi.stored.filter(({ body }) => body.deviceid === deviceid);
const arrived = (deviceid: string, count = 1) =>
  eventually(`${count} of ${deviceid}`, () => {
    const found = storedOf(deviceid);
    return Promise.resolve(found.length >= count ? found : undefined);
  });
const rowOf = async (deviceid: string) => {
  const rows = await gateway.sql<Record<string, unknown>>(
    `SELECT f.* FROM forwarding f JOIN asset_identifier i ON i.asset_id = f.asset_id
      WHERE i.kind = 'deviceid' AND i.value = lower($1)`,
    [deviceid],
  );
  return rows[0];
};
const post = (body: string, headers: Record<string, string> = {}) => gateway.post(path, { body, headers });

test('an accepted inventory goes on under the agent’s headers and the upstream’s credential, without the agent’s', async () => {
  const device = deviceNumber(1);
  const agentid = '3e0b7a52-1c1f-11ee-8f00-0242ac110002';
  const answer = await post(jsonInventory(device, { evil: { a: ['x'] } }), {
    'glpi-agent-id': agentid,
    'user-agent': 'GLPI-Agent_v1.11',
  });
  expect(answer.status).toBe(200);
  const [seen] = await arrived(device.deviceid);
  expect(seen?.headers).toMatchObject({
    'glpi-agent-id': agentid,
    'user-agent': 'GLPI-Agent_v1.11',
    'x-forwarded-for': '127.0.0.1',
    authorization: `Basic ${Buffer.from(`gatehouse:${password}`).toString('base64')}`,
  });
  expect(seen?.headers['glpi-proxy-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(seen?.body).toMatchObject({ action: 'inventory', itemtype: 'Computer', deviceid: device.deviceid });
  expect(seen?.body.content).not.toHaveProperty('evil');
  expect(JSON.stringify(seen)).not.toContain('grk_');
});

test('XML arrives as JSON, and what is unchanged is not sent again', async () => {
  const device = deviceNumber(2);
  await post(xmlInventory(device));
  const [seen] = await arrived(device.deviceid);
  expect(seen?.body.content).toMatchObject({ bios: { ssn: device.serial }, hardware: { name: device.name } });
  await eventually('written', async () =>
    (await rowOf(device.deviceid))?.forwarded === null ? undefined : true,
  );
  await post(xmlInventory(device));
  const last = deviceNumber(3);
  await post(jsonInventory(last));
  await arrived(last.deviceid);
  expect(storedOf(device.deviceid)).toHaveLength(1);
});

test('of one asset one is on its way at a time, and the latest wins', async () => {
  const before = glpi.requests;
  let release = (): void => undefined;
  glpi.hold = new Promise((resolve) => (release = resolve));
  const device = deviceNumber(4);
  await post(jsonInventory(device));
  await eventually('the first on its way', () => Promise.resolve(glpi.requests > before || undefined));
  for (const name of ['pen', 'ink', 'nib', 'latest-tool']) {
    const answer = await post(jsonInventory({ ...device, softwares: ['editor', name] }));
    expect({ name, status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  }
  glpi.hold = undefined;
  release();
  const sent = await arrived(device.deviceid, 2);
  expect(JSON.stringify(sent[1])).toContain('latest-tool');
  await eventually('nothing left', async () =>
    (await rowOf(device.deviceid))?.due_at === null ? true : undefined,
  );
  expect(storedOf(device.deviceid)).toHaveLength(2);
  expect(glpi.mostOfOneDevice).toBe(1);
  expect(glpi.mostAtOnce).toBeLessThanOrEqual(4);
});

test.each(['maintenance', 'disabled', 'database_down', 'unauthorized'] as const)(
  'nothing is lost and no try is burnt while GLPI answers with %s',
  async (mood) => {
    const device = deviceNumber(10 + mood.length * 7);
    glpi.mood = mood;
    await post(jsonInventory(device));
    const row = await eventually('put off', async () => {
      const found = await rowOf(device.deviceid);
      return typeof found?.trouble === 'string' ? found : undefined;
    });
    expect(row).toMatchObject({ attempts: 0, dead_at: null, forwarded: null });
    expect(row.due_at).toBeInstanceOf(Date);
    glpi.mood = 'ok';
    await gateway.sql(`UPDATE forwarding SET due_at = now() WHERE due_at IS NOT NULL`);
    await gateway.sql(`UPDATE upstream SET breaker = '{}', version = version + 1`);
    await arrived(device.deviceid);
  },
);

test.each([
  ['schema', 'schema'],
  ['too_large', 'too_large'],
] as const)('what GLPI refuses with %s is a dead letter with its reason', async (mood, trouble) => {
  const device = deviceNumber(200 + mood.length);
  glpi.mood = mood;
  await post(jsonInventory(device));
  const row = await eventually('given up', async () => {
    const found = await rowOf(device.deviceid);
    return found?.dead_at instanceof Date ? found : undefined;
  });
  expect(row).toMatchObject({ trouble, due_at: null });
  expect(row.wanted).not.toBeNull();
});

test.each(['half', 'reset', 'wrong_encoding', 'error_after_commit'] as const)(
  'an answer that says nothing for sure costs one try: %s',
  async (mood) => {
    const device = deviceNumber(300 + mood.length * 3);
    glpi.mood = mood;
    await post(jsonInventory(device));
    const row = await eventually('tried', async () => {
      const found = await rowOf(device.deviceid);
      return found?.attempts === 1 ? found : undefined;
    });
    expect(row).toMatchObject({ dead_at: null, lease: null });
    await gateway.sql(`UPDATE forwarding SET due_at = NULL WHERE due_at IS NOT NULL`);
  },
);

test('an outage is told of once as it begins and once as it ends, whatever is tried meanwhile', async () => {
  const told = async () =>
    await gateway.sql<{ kind: string; why: string | null }>(
      `SELECT kind, detail ->> 'why' AS why FROM event WHERE kind LIKE 'upstream.%' ORDER BY event_id`,
    );
  await gateway.sql(`DELETE FROM event WHERE kind LIKE 'upstream.%'`);
  /** Whatever waits is over. */
  const hourLater = (hours: number) => void (gateway.clock.now = new Date(Date.now() + hours * 3_600_000));
  glpi.mood = 'maintenance';
  const device = deviceNumber(390);
  await post(jsonInventory(device));
  await eventually('down', async () => ((await told()).length > 0 ? true : undefined));
  hourLater(1);
  // Noted, too: what is noted after the clock was set on is due an hour after that.
  await eventually('another try', async () => {
    const { trouble_at: at } = (await rowOf(device.deviceid)) ?? {};
    return at instanceof Date && at.getTime() > Date.now() + 1_800_000 ? true : undefined;
  });
  glpi.mood = 'ok';
  hourLater(2);
  await arrived(device.deviceid);
  await eventually('up', async () => ((await told()).length > 1 ? true : undefined));
  expect(await told()).toEqual([
    { kind: 'upstream.down', why: 'maintenance' },
    { kind: 'upstream.up', why: null },
  ]);
  gateway.clock.now = undefined;
});

test('a pause holds everything back until it ends', async () => {
  await gateway.sql(`UPDATE upstream SET paused_at = now(), paused_by = 'test'`);
  // A turn that has begun does not know of it yet, and sends what the hours set on in the test before made due.
  await new Promise((resolve) => setTimeout(resolve, 3 * forwardingSettings.idleMs));
  const device = deviceNumber(400);
  await post(jsonInventory(device));
  await eventually('queued', () => rowOf(device.deviceid));
  await new Promise((resolve) => setTimeout(resolve, 3 * forwardingSettings.idleMs));
  expect(storedOf(device.deviceid)).toEqual([]);
  await gateway.sql(`UPDATE upstream SET paused_at = NULL`);
  await arrived(device.deviceid);
});

test('an asset that was seen but unchanged has its contact refreshed', async () => {
  const device = deviceNumber(401);
  await post(jsonInventory(device));
  await arrived(device.deviceid);
  await eventually('written', async () =>
    (await rowOf(device.deviceid))?.forwarded === null ? undefined : true,
  );
  await gateway.sql(
    `UPDATE forwarding f SET refreshed_at = a.last_seen - interval '2 hours' FROM asset_identifier i, asset a
      WHERE i.asset_id = f.asset_id AND a.asset_id = f.asset_id AND i.value = lower($1)`,
    [device.deviceid],
  );
  // A new lead looks at once.
  await gateway.sql('UPDATE upstream SET version = version + 1');
  const seen = await arrived(device.deviceid, 2);
  expect(seen.at(-1)?.body).toMatchObject({ action: 'contact', deviceid: device.deviceid });
});

test('the credential stands nowhere to be read', async () => {
  const rows = await gateway.sql<{ text: string }>(`SELECT u::text AS text FROM upstream u`);
  expect(rows[0]?.text).toContain('gatehouse');
  expect(rows[0]?.text).not.toContain(password);
  expect(rows[0]?.text).not.toContain(Buffer.from(password).toString('hex'));
  expect(gateway.log.join('\n')).not.toContain(password);
});

test('a lead that was taken under a clock that was ahead holds up nobody', async () => {
  await gateway.sql(
    `UPDATE upstream SET leader = gen_random_uuid(), leader_until = now() + interval '1 day'`,
  );
  const device = deviceNumber(990);
  await post(jsonInventory(device));
  await arrived(device.deviceid);
});
