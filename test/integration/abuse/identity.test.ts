import {
  expectFolded,
  expectGoesOn,
  expectUntouched,
  headersOf,
  lacking,
  openScene,
  playAttack,
  snapshotOf,
  type Attack,
  type Machine,
  type Scene,
} from '../../support/abuse';
import type { Device } from '../../support/devices';
import { submissionOf } from '../../support/refusals';

/** Who sends as if he were the victim, knowing some of its marks. The asset of the victim stays as it is. */
let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(async () => {
  await scene.close();
});

/** The attacker's own machine, with some of the victim's marks. */
function wearing(...marks: (keyof Device)[]): Attack['forged'] {
  return (victim, attacker) => ({
    ...attacker,
    device: {
      ...attacker.device,
      ...Object.fromEntries(marks.map((mark) => [mark, victim.device[mark]])),
      softwares: ['implant'],
    },
  });
}

/** As `wearing`, and nothing else that identifies but the attacker's deviceid. */
function wearingOnly(...marks: (keyof Device)[]): Attack['forged'] {
  return (victim, attacker) => {
    const forged = wearing(...marks)(victim, attacker);
    const others = (['serial', 'uuid', 'macs', 'name'] as const).filter((mark) => !marks.includes(mark));
    return { ...forged, device: lacking(forged.device, ...others) as Machine['device'] };
  };
}

test('A1: the name of the victim alone takes nothing of its asset', async () => {
  await playAttack(scene, { forged: wearing('name'), otherSite: 'new', sameKey: 'new' });
  await playAttack(scene, { forged: wearingOnly('name'), otherSite: 'new', sameKey: 'new' });
});

test('A2: serial and UUID, as printed on the case, are held against the asset that has them', async () => {
  await playAttack(scene, {
    forged: wearing('serial', 'uuid'),
    otherSite: 'asset_of_other_key',
    sameKey: 'identity_conflict',
  });
});

test('A3: the serial of an asset without UUID does not bring a UUID along', async () => {
  await playAttack(scene, {
    victim: (machine) => ({ ...machine, device: lacking(machine.device, 'uuid') as Machine['device'] }),
    forged: wearing('serial'),
    otherSite: 'new',
    sameKey: 'identity_conflict',
  });
});

test('A4: a contact in the name of the victim changes nothing of its agent', async () => {
  const { gateway, paris, lyon } = scene;
  for (const key of [false, lyon.key, paris.key] as const) {
    const victim = await scene.settle(scene.machine());
    const attacker = scene.machine();
    const contact = {
      ...{
        action: 'contact',
        deviceid: victim.machine.device.deviceid,
        name: 'GLPI-Agent',
        version: '9.9.9',
      },
      ...{ tag: 'STOLEN', 'httpd-port': 22, 'enabled-tasks': ['inventory'] },
    };
    const answer = await gateway.post('/', {
      body: JSON.stringify(contact),
      headers: headersOf(attacker),
      key,
    });
    expect(answer.status).toBe(key === false ? 401 : 200);
    await expectUntouched(gateway, victim);
    if (key === false) await expectFolded(gateway, 'key_missing', attacker.address);
    else {
      const { items } = await gateway.api<{ items: Record<string, unknown>[] }>('GET', '/agents?limit=200');
      expect(items).toContainEqual(
        expect.objectContaining({ agentid: attacker.agentid, tag: 'STOLEN', assetId: null }),
      );
    }
    await expectGoesOn(scene, victim, attacker);
  }
});

test('A5: an inventory for the victim under a new deviceid deletes no agent and no asset', async () => {
  await playAttack(scene, {
    forged: wearing('serial', 'uuid', 'name'),
    otherSite: 'asset_of_other_key',
    sameKey: 'identity_conflict',
  });
});

test('A9: the card of a neighbour alone lays no claim to it', async () => {
  await playAttack(scene, { forged: wearing('macs'), otherSite: 'new', sameKey: 'new' });
  await playAttack(scene, { forged: wearingOnly('macs'), otherSite: 'new', sameKey: 'new' });
});

test('A10: a retired machine is not brought back by whoever shows its identity', async () => {
  const { gateway, paris, lyon } = scene;
  for (const [key, reason] of [
    [false, null],
    [lyon.key, 'asset_of_other_key'],
    [paris.key, 'asset_retired'],
  ] as const) {
    const { machine, assetId } = await scene.settle(scene.machine());
    await gateway.api('PATCH', `/assets/${assetId}`, { status: 'retired' });
    const before = await snapshotOf(gateway, assetId);
    const device = { ...machine.device, softwares: ['implant'] };
    const answer = await scene.post({ ...machine, device, address: scene.machine().address }, key);
    await expectUntouched(gateway, { assetId, before });
    if (reason === null) expect(answer.status).toBe(401);
    else expect((await submissionOf(gateway, answer)).reason).toBe(reason);
    const named = await gateway.sql('SELECT FROM asset WHERE name = $1', [machine.device.name]);
    expect(named).toHaveLength(1);
  }
});

test('K21: the whole identity of a device of key A, under key B, is held and moves nothing', async () => {
  await playAttack(scene, {
    forged: (victim, attacker) => ({ ...victim, address: attacker.address }),
    otherSite: 'asset_of_other_key',
    // Word for word what the victim says of itself: a recording, see A13.
    sameKey: 'skip',
  });
});
