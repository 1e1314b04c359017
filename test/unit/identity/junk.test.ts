import fc from 'fast-check';
import type { JunkWord } from '../../../src/domain/junk';
import { identityOf } from '../../../src/identity/device-identity';
import { countMachines, honestLimits } from '../../../src/identity/honest-limits';
import { match, type MatchableAsset } from '../../../src/identity/match';
import {
  assetOf,
  inventoryOf,
  laptop as aLaptop,
  remembered,
  stranger as aStranger,
  type Machine,
} from './machines';

const laptop = aLaptop as Required<Omit<Machine, 'partial' | 'manufacturer' | 'vmsystem' | 'content'>>;
const stranger = aStranger as typeof laptop;

const learned = (...words: [JunkWord['kind'], string | undefined][]): JunkWord[] =>
  words.map(([kind, value = '']) => ({ kind, value, origin: 'learned' }));

function judged(machine: Machine, asset: MatchableAsset, junk: readonly JunkWord[]): string {
  const request = {
    kid: 'KEY',
    isPartial: machine.partial ?? false,
    isScanned: false,
    isVirtualMachine: false,
  };
  return match({ ...request, identity: identityOf(inventoryOf(machine)), junk }, [asset]).result;
}

const bare = ({ uuid: _uuid, ...machine }: Machine): Machine => machine;
const junkSerial = learned(['serial', laptop.serial]);

describe('a serial that is junk', () => {
  const asset = assetOf(inventoryOf(bare(laptop)));
  const other = { ...bare(stranger), serial: laptop.serial };

  it('makes nobody the machine that shows it too, and holds nobody up', () => {
    expect(judged(other, asset, [])).toBe('conflict');
    expect(judged(other, asset, junkSerial)).toBe('none');
  });

  it('does not merge two machines of one name, nor two at one dock, but asks', () => {
    expect(judged({ ...other, name: laptop.name }, asset, junkSerial)).toBe('conflict');
    const docked = { ...other, macs: laptop.macs };
    expect(judged(docked, asset, [])).toBe('same');
    expect(judged(docked, asset, junkSerial)).toBe('conflict');
  });

  it('is passed over where an admin says that it is junk', () => {
    const declared = junkSerial.map((word) => ({ ...word, origin: 'declared' as const }));
    expect(judged({ ...other, name: laptop.name }, asset, declared)).toBe('none');
  });

  it('counts in full where an admin says that it is none', () => {
    const allowed = junkSerial.map((word) => ({ ...word, origin: 'allowed' as const }));
    expect(judged(other, asset, allowed)).toBe('conflict');
  });

  it('still contradicts another serial', () => {
    const shown = { ...laptop, serial: 'LAP0003Z' };
    const whole = assetOf(inventoryOf(laptop));
    for (const machine of [shown, { ...shown, macs: stranger.macs }, { ...shown, uuid: stranger.uuid }])
      expect(judged(machine, whole, learned(['serial', 'LAP0003Z'], ['serial', laptop.serial]))).toBe(
        judged(machine, whole, []),
      );
  });

  it('leaves its own machine recognised: with a new agent, a new name, a partial', () => {
    const same: Machine[] = [
      bare(laptop),
      { ...bare(laptop), deviceid: 'other-2026-01-01-00-00-00', agentid: stranger.agentid },
      { ...bare(laptop), name: 'renamed' },
      { ...bare(laptop), macs: stranger.macs },
      { ...bare(laptop), partial: true },
    ];
    for (const machine of same) expect(judged(machine, asset, junkSerial)).toBe('same');
  });
});

const mark = <K extends keyof typeof laptop>(name: K) =>
  fc.constantFrom(laptop[name], stranger[name], undefined) as fc.Arbitrary<Machine[K]>;
const anyMachine = fc.record({
  ...{ serial: mark('serial'), uuid: mark('uuid'), macs: mark('macs'), name: mark('name') },
  ...{ deviceid: mark('deviceid'), agentid: mark('agentid') },
});
const anyJunk = fc.subarray(
  learned(
    ['serial', laptop.serial],
    ['uuid', laptop.uuid],
    ['mac', laptop.macs[0]],
    ['mac', laptop.macs[1]],
    ['deviceid', laptop.deviceid],
  ),
);

it('junk never makes a machine the same as an asset that it was not', () => {
  const asset = assetOf(inventoryOf(laptop));
  fc.assert(
    fc.property(anyMachine, anyJunk, (machine, junk) => {
      const given = Object.fromEntries(
        Object.entries(machine).filter(([, value]) => value !== undefined),
      ) as Machine;
      if (judged(given, asset, junk) === 'same') expect(judged(given, asset, [])).toBe('same');
    }),
    { numRuns: 2000 },
  );
});

describe('machines that share an identifier are counted', () => {
  const holder = (machine: Machine) => ({ identity: remembered(identityOf(inventoryOf(machine))) });
  const number = (n: number): Machine => ({
    serial: `SER000${n}X`,
    uuid: `11c5d0a2-7f10-4a1b-9c3d-0a1b2c3d4e1${n}`,
    macs: [`00:1b:21:00:01:0${n}`],
    deviceid: `pc${n}-2026-01-05-08-00-00`,
    name: `pc${n}`,
  });
  const count = (kind: 'serial' | 'mac' | 'uuid' | 'deviceid', value: string, machines: readonly Machine[]) =>
    countMachines({ kind, value }, machines.map(holder));
  const some = [1, 2, 3, 4, 5, 6].map(number);

  it.each([
    ['serial', { serial: 'SHARED-1' }, 'SHARED-1'],
    ['uuid', { uuid: '7a11aaaa-0001-4a1b-9c3d-0a1b2c3d4e5f' }, '0100aaaa-117a-1b4a-9c3d-0a1b2c3d4e5f'],
    ['mac', { macs: ['00:e0:4c:00:00:01'] }, '00:e0:4c:00:00:01'],
    ['deviceid', { deviceid: 'golden-2026-01-01-00-00-00' }, 'golden-2026-01-01-00-00-00'],
  ] as const)('a %s is junk at its limit, and not one before', (kind, shared, value) => {
    const machines = some.map((machine) => ({ ...machine, ...shared }));
    const limit = honestLimits[kind];
    expect(count(kind, value, machines.slice(0, limit)).isJunk).toBe(true);
    expect(count(kind, value, machines.slice(0, limit - 1)).isJunk).toBe(false);
  });

  it('one machine counts once, however it changes', () => {
    const [machine = laptop] = some;
    const changes: Machine[] = [
      machine,
      { ...machine, deviceid: 'new-2026-03-01-00-00-00', name: 'new' },
      { ...machine, macs: ['00:1b:21:00:09:01'] },
      { ...machine, macs: ['00:1b:21:00:09:02'], name: 'again' },
      { ...machine, uuid: '33c5d0a2-7f10-4a1b-9c3d-0a1b2c3d4e03' },
    ];
    expect(count('serial', machine.serial ?? '', changes).devices).toHaveLength(1);
  });

  it('where the same machines share another number, more of them are asked for', () => {
    const shared = { serial: 'SHARED-1', uuid: '7a11aaaa-0001-4a1b-9c3d-0a1b2c3d4e5f' };
    const machines = some.map((machine) => ({ ...machine, ...shared }));
    expect(count('serial', 'SHARED-1', machines.slice(0, 4))).toMatchObject({ isJunk: false, limit: 5 });
    expect(count('serial', 'SHARED-1', machines.slice(0, 5)).isJunk).toBe(true);
  });

  it('laptops that share a dock as well are not told apart by it', () => {
    const docked = some.map(({ uuid: _uuid, ...machine }) => ({
      ...machine,
      ...{ serial: 'SHARED-1', macs: ['00:e0:4c:00:00:01'] },
    }));
    expect(count('serial', 'SHARED-1', docked).devices).toHaveLength(1);
  });
});
