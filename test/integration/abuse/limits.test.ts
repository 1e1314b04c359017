import {
  expectGoesOn,
  expectUntouched,
  openScene,
  snapshotOf,
  storedInventoryOf,
  type Machine,
  type Scene,
} from '../../support/abuse';
import { basic } from '../../support/gateway';
import { submissionOf } from '../../support/refusals';

/**
 * What is not prevented today. These tests say what happens instead, so that nobody learns it from an incident, and so
 * that whoever closes one of them sees it here. docs/threat-model.md lists them.
 */
let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(async () => {
  await scene.close();
});

const implanted = (machine: Machine): Machine => ({
  ...machine,
  device: { ...machine.device, softwares: [...(machine.device.softwares ?? []), 'implant'] },
});

test('L1: today, whoever holds the key and shows everything that the device shows, is the device', async () => {
  const { gateway, paris } = scene;
  const victim = await scene.settle(scene.machine());
  const copy = { ...implanted(victim.machine), address: scene.machine().address };
  const answer = await submissionOf(gateway, await scene.post(copy, paris.key));
  expect(answer).toMatchObject({ verdict: 'accepted', outcome: 'updated', assetId: victim.assetId });
  // What is left to see: the address that it came from, in the submission.
  expect(answer).toMatchObject({ sourceAddress: copy.address });
});

test('L2: today, who shows serial and UUID of a machine before it comes takes its place, and the machine is held', async () => {
  const { gateway, paris } = scene;
  const [machine, squatter] = [scene.machine(), scene.machine()];
  const { serial, uuid } = machine.device;
  const first = await scene.settle({ ...squatter, device: { ...squatter.device, serial, uuid } });
  const held = await submissionOf(gateway, await scene.post(machine, paris.key));
  expect([held.verdict, held.reason, held.assetId]).toEqual([
    'quarantined',
    'identity_conflict',
    first.assetId,
  ]);
  // An admin settles it, and from then on the machine has an asset of its own.
  await gateway.api('POST', `/quarantine/${held.id}/resolve`, { action: 'new' });
  const again = await submissionOf(gateway, await scene.post(implanted(machine), paris.key));
  expect(again.verdict).toBe('accepted');
  expect(again.assetId).not.toBe(first.assetId);
});

test('L3: today, who holds the key and the state of the agent can freeze the asset, but not change it', async () => {
  const { gateway, paris, lyon } = scene;
  const victim = await scene.settle(scene.machine());
  const { deviceid, name } = victim.machine.device;
  const thief = (): Machine => {
    const { device, address } = scene.machine();
    return { ...victim.machine, device: { ...device, deviceid, name }, address };
  };
  // With the key of another site not even that.
  await scene.post(thief(), lyon.key);
  await expectUntouched(gateway, victim, false);
  await scene.post(thief(), paris.key);
  await expectUntouched(gateway, victim, true);
  await expectGoesOn(scene, victim, thief(), true);
});

test('L4: today, the recording of the newest inventory, with the key, lets a machine seem alive', async () => {
  const { gateway, paris } = scene;
  const victim = await scene.settle(scene.machine());
  const before = await storedInventoryOf(gateway, victim.assetId);
  const recording = { ...victim.machine, address: scene.machine().address };
  const answer = await submissionOf(gateway, await scene.post(recording, paris.key));
  expect(answer).toMatchObject({ verdict: 'accepted', outcome: 'unchanged', assetId: victim.assetId });
  expect(await storedInventoryOf(gateway, victim.assetId)).toEqual(before);
});

test('L5: today, the URL that a key is bound to is what the sender writes into Host', async () => {
  const { gateway } = scene;
  const { key } = await gateway.newKey({ url: 'https://inventory.example' });
  const headers = { host: 'inventory.example', 'x-forwarded-proto': 'https', authorization: basic(key) };
  // Through the trusted proxy, which passes Host on as it came.
  const answer = await gateway.post('/', {
    body: '{"action":"contact","deviceid":"x"}',
    headers,
    key: false,
  });
  expect(answer.status).toBe(200);
});

test('L6: today, half of a secret without its prefix is not known for one and is kept as the agent sent it', async () => {
  const { gateway, paris } = scene;
  const machine = scene.machine();
  const half = paris.key.split('_')[2]?.slice(0, 12) ?? '';
  const processes = [
    { cmd: `curl -u ${half}`, pid: '7', user: 'root' },
    { cmd: `curl -u ${paris.key}`, pid: '8', user: 'root' },
  ];
  const sent = { ...machine, content: { ...machine.content, processes } };
  const { assetId } = await submissionOf(gateway, await scene.post(sent, paris.key));
  const stored = JSON.stringify(await storedInventoryOf(gateway, assetId ?? ''));
  expect(stored).toContain(`curl -u ${half}`);
  expect(stored).toContain(`curl -u grk_${paris.kid}_***`);
  expect(stored).not.toContain(paris.key);
});

test('L7: today, machines whose agents have one id share one row in the list of agents: that of the last', async () => {
  const { gateway, paris } = scene;
  const victim = await scene.settle(scene.machine());
  // As from a disk image with an agent in it: everything else is the machine's own, so it gets an asset of its own.
  const other = { ...scene.machine(), agentid: victim.machine.agentid };
  const { assetId } = await submissionOf(gateway, await scene.post(other, paris.key));
  expect(assetId).not.toBe(victim.assetId);
  const rows = await gateway.sql('SELECT asset_id AS id FROM agent WHERE sender = $1', [other.agentid]);
  expect(rows).toEqual([{ id: assetId }]);
  const { asset, asset_inventory } = victim.before;
  expect(await snapshotOf(gateway, victim.assetId)).toMatchObject({ asset, asset_inventory });
  await expectGoesOn(scene, victim, other);
});
