import type { JsonObject } from '../../../src/domain/inventory';
import { setUpstream } from '../../../src/admin/upstream';
import {
  expectUntouched,
  headersOf,
  messageOf,
  openScene,
  type Scene,
  type Victim,
} from '../../support/abuse';
import { startFakeGlpi, type FakeGlpi, type GlpiMood } from '../../support/fake-glpi';
import { arrivals, forwardingSettings } from '../../support/forwarding';
import { eventually } from '../../support/refusals';

/** The server behind: what its troubles may not do to agents and assets. */
let scene: Scene;
let victim: Victim;
let glpi: FakeGlpi;
type Twin = Awaited<ReturnType<Scene['gateway']['twin']>>;
let forwarder: Twin;
/** A process that passes on, beside the one that the scene serves with. */
const startForwarder = () => scene.gateway.twin({ forwarding: forwardingSettings });

beforeAll(async () => {
  scene = await openScene();
  victim = await scene.settle(scene.machine());
  glpi = await startFakeGlpi();
  const caller = { instanceId: 1, actor: 'test' };
  await setUpstream(scene.gateway.gateway.admin, caller, { url: glpi.url, credential: { kind: 'none' } });
  forwarder = await startForwarder();
});
afterEach(async () => {
  await expectUntouched(scene.gateway, victim);
});
afterAll(async () => {
  await forwarder.close();
  await scene.close();
  await glpi.close();
});

const post = (machine: ReturnType<Scene['machine']>, body: string = messageOf(machine)) =>
  scene.gateway.post('/', { body, headers: headersOf(machine), key: scene.lyon.key });
/** Whatever a trouble before did to the breaker. */
const closeBreaker = () => scene.gateway.sql(`UPDATE upstream SET breaker = '{}', version = version + 1`);

test('K28: passing on is out while agents go on, and the process that passes on ends and another begins', async () => {
  glpi.mood = 'reset';
  const machines = [1, 2, 3, 4].map(() => scene.machine());
  for (const machine of machines) expect((await post(machine)).status).toBe(200);
  await forwarder.close();
  // Nobody passes on now, and what comes is kept all the same.
  const later = scene.machine();
  expect((await post(later)).status).toBe(200);
  glpi.mood = 'ok';
  forwarder = await startForwarder();
  await closeBreaker();
  for (const { device } of [...machines, later]) {
    expect(await arrivals(glpi, device.deviceid)).toHaveLength(1);
  }
}, 60_000);

test('K29: a GLPI that does not answer, breaks off, is down or says what it is not', async () => {
  let release = (): void => undefined;
  glpi.hold = new Promise((resolve) => (release = resolve));
  const first = scene.machine();
  // Answered although GLPI never does.
  expect((await post(first)).status).toBe(200);
  glpi.hold = undefined;
  release();
  await arrivals(glpi, first.device.deviceid);
  const moods: GlpiMood[] = ['half', 'wrong_encoding', 'maintenance', 'database_down', 'error_after_commit'];
  for (const mood of moods) {
    await closeBreaker();
    glpi.mood = mood;
    const before = glpi.requests;
    const machine = scene.machine();
    const answer = await post(machine);
    expect([mood, answer.status, answer.text]).toEqual([mood, 200, expect.stringContaining('ok')]);
    await eventually(`GLPI asked while ${mood}`, () => Promise.resolve(glpi.requests > before || undefined));
    glpi.mood = 'ok';
    await closeBreaker();
    await arrivals(glpi, machine.device.deviceid);
  }
}, 90_000);

const sleep = `x' OR IF(1=1,SLEEP(5),0)-- "\\`;

test('K35: the shapes of injections into GLPI arrive there as bounded texts of known fields, or not at all', async () => {
  const machine = scene.machine();
  const { deviceid, name, serial } = machine.device;
  const message = JSON.parse(messageOf(machine)) as { content: JsonObject };
  const inventory = (over: JsonObject, content: JsonObject = {}) =>
    JSON.stringify({ ...message, ...over, content: { ...message.content, ...content } });
  // Texts that XML hides in elements, and a question that GLPI answered from its database (CVE-2025-24799).
  const xml = (query: string, id: string) =>
    `<?xml version="1.0"?><REQUEST><QUERY>${query}</QUERY><DEVICEID>${id}</DEVICEID><CONTENT><HARDWARE><NAME>n</NAME></HARDWARE></CONTENT></REQUEST>`;
  // Answered without a look at anything.
  expect((await post(machine, xml('get_params', sleep))).text).toMatch(/<REPLY><\/REPLY>\s*$/);
  for (const refused of [
    xml('INVENTORY', `<A>${sleep}</A>`),
    inventory({ deviceid: { OR: [sleep] } }),
    inventory({ deviceid: [sleep] }),
    inventory({ tag: { raw: sleep } }),
    inventory({ partial: { raw: sleep } }),
    // Names of classes and columns (CVE-2025-66417 and those of 2023 came in through this endpoint too).
    inventory({ itemtype: `Computer\` WHERE ${sleep}` }),
    inventory({ itemtype: `Glpi\\CustomAsset\\${sleep}Asset` }),
    inventory({ itemtype: ['Computer', sleep] }),
  ]) {
    expect([refused, (await post(machine, refused)).status]).toEqual([refused, 400]);
  }
  const hostile = inventory(
    { autoupdatesystems_id: sleep, entities_id: sleep, [sleep]: 1, jobid: { raw: sleep } },
    {
      bios: {
        ssn: serial,
        msn: sleep,
        smodel: { OR: sleep },
        mmodel: ['LIKE', '%'],
        smanufacturer: `O'Neil`,
      },
      hardware: {
        name,
        memory: `1 OR ${sleep}`,
        winowner: { expression: sleep },
        [sleep]: 'x',
        entities_id: 1,
      },
      softwares: [{ name: { raw: sleep } }, { name: 'vim', version: 'v'.repeat(300_000), is_deleted: 1 }],
      networks: [{ description: 'eth0', mac: sleep, ipaddress: sleep, status: sleep }],
      glpi_users: [{ name: sleep }],
    },
  );
  expect((await post(machine, hostile)).status).toBe(200);
  const [arrived] = await arrivals(glpi, deviceid);
  expect(arrived?.body).toMatchObject({ action: 'inventory', deviceid, itemtype: 'Computer' });
  expect(Object.keys(arrived?.body ?? {}).sort()).toEqual([
    'action',
    'content',
    'deviceid',
    'itemtype',
    'tag',
  ]);
  const { bios, hardware, networks, softwares, glpi_users } = arrived?.body.content ?? {};
  expect({ bios, hardware, networks, softwares, glpi_users }).toEqual({
    bios: { ssn: serial, smanufacturer: `O'Neil`, mmodel: 'LIKE' },
    hardware: { name },
    networks: [{ description: 'eth0' }],
    softwares: [{ name: 'vim', version: 'v'.repeat(1024) }],
  });
  expect(JSON.stringify(glpi.stored)).not.toContain('SLEEP');
});
