import {
  expectFate,
  expectGoesOn,
  expectUntouched,
  messageOf,
  openScene,
  snapshotOf,
  storedInventoryOf,
  systemOf,
  type Fate,
  type Machine,
  type Scene,
  type Victim,
} from '../../support/abuse';
import type { JsonObject } from '../../../src/domain/inventory';
import { makeCertificate } from '../../support/certificates';
import { submissionOf } from '../../support/refusals';

/** Recordings and copies: who shows the whole identity of a device, rightly or not. */
let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ clientCertHeader: 'client-cert' });
});
afterAll(async () => {
  await scene.close();
});

const withSoftware = (machine: Machine, ...softwares: string[]): Machine => ({
  ...machine,
  device: { ...machine.device, softwares },
});

/** Of its own system, but for what is given. */
const withSystem = (machine: Machine, over: JsonObject): Machine => ({
  ...machine,
  content: { operatingsystem: { ...(machine.content.operatingsystem as JsonObject), ...over } },
});

async function expectHeld(as: Machine, fate: Fate, victim: Victim, isFrozen: boolean): Promise<void> {
  const answer = await scene.post(as, scene.paris.key);
  await expectFate(scene, await submissionOf(scene.gateway, answer), fate, victim);
  await expectUntouched(scene.gateway, victim, isFrozen);
}

/** A device that has sent an old inventory and a newer one since. */
async function grownVictim(): Promise<{ old: Machine; victim: Victim }> {
  const old = scene.machine();
  await scene.settle(old);
  const victim = await scene.settle(withSoftware(old, 'editor', 'patch 2026-11'));
  return { old, victim };
}

test('A13: the recording of an old inventory does not roll the asset back', async () => {
  const { gateway, paris, lyon } = scene;
  const { old, victim } = await grownVictim();
  const { address } = scene.machine();
  expect((await scene.post({ ...old, address }, false)).status).toBe(401);
  await expectUntouched(gateway, victim);
  const elsewhere = await scene.post({ ...old, address }, lyon.key);
  await expectFate(scene, await submissionOf(gateway, elsewhere), 'asset_of_other_key', victim);
  await expectUntouched(gateway, victim);
  const answer = await scene.post({ ...old, address }, paris.key);
  await expectFate(scene, await submissionOf(gateway, answer), 'replay_suspected', victim);
  await expectUntouched(gateway, victim);
  await expectGoesOn(scene, victim, scene.machine());
});

test('K23: the recording of an old inventory, compressed anew, changes nothing from any address', async () => {
  const { gateway, paris } = scene;
  const { old, victim } = await grownVictim();
  const stored = await storedInventoryOf(gateway, victim.assetId);
  const body = Buffer.from(messageOf(old));
  for (const address of [scene.machine().address, old.address]) {
    const headers = {
      'glpi-agent-id': old.agentid,
      'x-forwarded-for': address,
      'content-type': 'application/json',
    };
    const answer = await gateway.post('/', { body, headers, key: paris.key });
    const { verdict, outcome, reason } = await submissionOf(gateway, answer);
    // From its own address it may be the agent itself, which lost its state; still nothing is rolled back.
    const expected =
      address === old.address ? ['accepted', 'unchanged', null] : ['quarantined', null, 'replay_suspected'];
    expect([verdict, outcome, reason]).toEqual(expected);
    expect(await storedInventoryOf(gateway, victim.assetId)).toEqual(stored);
  }
});

test('K19: two machines that take turns under one identity are both held, and neither overwrites', async () => {
  const { gateway, paris } = scene;
  const original = scene.machine();
  const victim = await scene.settle(original);
  // The disk was copied with the agent's state; numbers and cards of the machine are other ones.
  const other = scene.machine();
  const copy: Machine = {
    ...withSoftware(original, 'editor', 'of the copy'),
    address: other.address,
  };
  const twin = {
    ...copy,
    device: { ...copy.device, serial: other.device.serial, uuid: other.device.uuid, macs: other.device.macs },
  };
  await expectHeld(twin, 'identity_conflict', victim, true);
  await expectHeld(withSoftware(original, 'editor', 'of the original'), 'asset_contested', victim, true);
  await expectHeld(withSoftware(twin, 'more of the copy'), 'identity_conflict', victim, true);
  expect(
    await gateway.sql('SELECT FROM asset WHERE kid = $1 AND name = $2', [paris.kid, original.device.name]),
  ).toHaveLength(1);
});

test('K19: a machine with the same numbers and name, but another card and agent, is held', async () => {
  const original = scene.machine();
  const victim = await scene.settle(original);
  const other = scene.machine();
  const { deviceid, macs } = other.device;
  const twin: Machine = {
    ...other,
    content: original.content,
    device: { ...original.device, deviceid, macs },
  };
  await expectHeld(twin, 'identity_conflict', victim, false);
  await expectGoesOn(scene, victim, twin);
});

test('K19: a copy with everything but its card is told apart when the first machine comes back', async () => {
  const { gateway, paris } = scene;
  const original = scene.machine();
  const { assetId } = await scene.settle(original);
  const { device, address } = scene.machine();
  const copied = { ...original, address, device: { ...original.device, macs: device.macs } };
  const twin = withSystem(copied, { boot_time: '2026-11-12 08:00:00' });
  // The limit: once, this is what a machine looks like whose network card was replaced.
  const first = await submissionOf(gateway, await scene.post(twin, paris.key));
  expect([first.verdict, first.assetId]).toEqual(['accepted', assetId]);
  const victim = { machine: original, assetId, before: await snapshotOf(gateway, assetId) };
  await expectHeld(withSoftware(original, 'editor', 'of the original'), 'clone_suspected', victim, true);
  await expectHeld(withSoftware(twin, 'editor', 'of the copy'), 'asset_contested', victim, true);
});

test('K20: a machine whose time of start goes backwards is held as a copy', async () => {
  const victim = await scene.settle(scene.machine());
  const older = withSystem(victim.machine, { boot_time: '2026-05-02 07:30:00' });
  await expectHeld(withSoftware(older, 'implant'), 'clone_suspected', victim, true);
});

test('K20: a machine whose time of installation goes backwards is held as a copy', async () => {
  const victim = await scene.settle(scene.machine());
  const older = withSystem(victim.machine, { install_date: '2024-03-04 10:11:12' });
  await expectHeld(withSoftware(older, 'implant'), 'clone_suspected', victim, true);
});

test('K22: the same machine with another ssh host key, or with none, is held', async () => {
  for (const ssh_key of [systemOf(77_777).operatingsystem, undefined]) {
    const victim = await scene.settle(scene.machine());
    const system = { ...(victim.machine.content.operatingsystem as JsonObject) };
    delete system.ssh_key;
    const shown = ssh_key === undefined ? {} : { ssh_key: (ssh_key as JsonObject).ssh_key ?? '' };
    const forged = { ...victim.machine, content: { operatingsystem: { ...system, ...shown } } };
    await expectHeld(withSoftware(forged, 'implant'), 'pin_downgraded', victim, false);
    await expectGoesOn(scene, victim, forged);
  }
});

test('K22: a device that is pinned to a client certificate is held with another one, or without', async () => {
  const shown = () => ({ 'client-cert': `:${makeCertificate({}).der.toString('base64')}:` });
  for (const headers of [shown(), {}]) {
    const victim = await scene.settle(scene.machine({ headers: shown() }));
    const forged = { ...victim.machine, headers };
    await expectHeld(withSoftware(forged, 'implant'), 'pin_downgraded', victim, false);
    await expectGoesOn(scene, victim, forged);
  }
});
