import {
  expectUntouched,
  openScene,
  snapshotOf,
  type Machine,
  type Scene,
  type Victim,
} from '../../support/abuse';
import type { Device } from '../../support/devices';
import { submissionOf } from '../../support/refusals';

/** Who holds the key of the victim's site and makes its numbers junk, to split the victim off its asset or to become it. */
let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(async () => {
  await scene.close();
});

const marks = ['serial', 'uuid', 'macs', 'deviceid'] as const;

async function send(machine: Machine, key = scene.paris.key) {
  return await submissionOf(scene.gateway, await scene.post(machine, key));
}

/** As many made-up machines as it takes, each with one mark of the victim. */
async function spoil({ machine: { device } }: Victim, key?: string): Promise<void> {
  for (const mark of marks) {
    for (let n = 0; n < 4; n++) {
      const other = scene.machine();
      await send({ ...other, device: { ...other.device, [mark]: device[mark] } }, key);
    }
  }
}

async function junkOf({ machine: { device } }: Victim): Promise<string[]> {
  const values = [device.serial, device.uuid, ...device.macs, device.deviceid.toLowerCase(), device.deviceid];
  const rows = await scene.gateway.sql<{ kind: string }>(
    'SELECT kind FROM junk WHERE value = ANY($1) ORDER BY kind',
    [values],
  );
  return rows.map(({ kind }) => kind);
}

const assetCount = async () =>
  (await scene.gateway.sql<{ n: number }>('SELECT count(*)::int AS n FROM asset'))[0]?.n;

/** As the victim's own machine, changed in some of its marks. */
function changed({ machine }: Victim, over: Partial<Device>, versionclient = 'GLPI-Agent_v1.12'): Machine {
  const device = { ...machine.device, ...over } as Machine['device'];
  return { ...machine, device, content: { ...machine.content, versionclient } };
}

describe('K30: a victim whose numbers somebody made junk', () => {
  let victim: Victim;
  beforeAll(async () => {
    victim = await scene.settle(scene.machine());
    await spoil(victim);
  });

  it('has lost nothing of its asset, though every number is junk', async () => {
    expect(await junkOf(victim)).toEqual(['deviceid', 'mac', 'serial', 'uuid']);
    expect(await snapshotOf(scene.gateway, victim.assetId)).toEqual(victim.before);
  });

  it('is recognised: the same day, with another card, and under a new name', async () => {
    const before = await assetCount();
    for (const over of [{}, { softwares: ['more'] }]) {
      const row = await send(changed(victim, over));
      expect(row).toMatchObject({ verdict: 'accepted', assetId: victim.assetId });
    }
    // What can no longer be told for sure is asked, and never becomes a second asset.
    for (const over of [{ name: 'renamed' }, { deviceid: 'new-2026-09-09-09-09-09' }]) {
      const row = await send(changed(victim, over));
      expect([row.verdict, row.assetId]).toEqual([
        expect.stringMatching(/accepted|quarantined/),
        victim.assetId,
      ]);
    }
    expect(await assetCount()).toBe(before);
  });

  it('does not become anybody who shows those numbers', async () => {
    const before = await snapshotOf(scene.gateway, victim.assetId);
    const { device } = victim.machine;
    const shows = [
      ['serial', 'uuid'],
      ['serial', 'uuid', 'macs'],
      ['serial', 'macs'],
      ['serial', 'name'],
      ['uuid', 'macs', 'name'],
      ['deviceid'],
      ['deviceid', 'serial'],
    ] as const;
    for (const shown of shows) {
      const attacker = scene.machine();
      const forged = Object.fromEntries(shown.map((mark) => [mark, device[mark]]));
      const row = await send({ ...attacker, device: { ...attacker.device, ...forged } });
      expect([shown, row.assetId === victim.assetId && row.verdict === 'accepted']).toEqual([shown, false]);
    }
    expect(await snapshotOf(scene.gateway, victim.assetId)).toEqual(before);
  });
});

test('K30: by the key of another site nothing of the victim becomes junk', async () => {
  const victim = await scene.settle(scene.machine());
  await spoil(victim, scene.lyon.key);
  const rows = await scene.gateway.sql<{ kid: string }>('SELECT DISTINCT kid FROM junk WHERE value = $1', [
    victim.machine.device.serial,
  ]);
  expect(rows.map(({ kid }) => kid)).not.toContain(scene.paris.kid);
  await expectUntouched(scene.gateway, victim);
  const changedMuch = changed(victim, { deviceid: 'new-2026-09-09-09-09-09', name: 'renamed' });
  expect(await send(changedMuch)).toMatchObject({ verdict: 'accepted', assetId: victim.assetId });
});
