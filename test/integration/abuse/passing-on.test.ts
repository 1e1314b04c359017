import { setUpstream } from '../../../src/admin/upstream';
import { expectUntouched, messageOf, openScene, type Scene, type Victim } from '../../support/abuse';
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

const post = (machine: ReturnType<Scene['machine']>) =>
  scene.gateway.post('/', { body: messageOf(machine), key: scene.lyon.key });
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
