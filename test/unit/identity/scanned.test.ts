import { identityOf } from '../../../src/identity/device-identity';
import type { Match, MatchableAsset } from '../../../src/identity/match';
import { assetOf, inventoryOf, laptop, matchOf, scanOf, stranger, type Scanned } from './machines';

const printer: Scanned = { serial: 'PRN4711', mac: '00:80:77:d9:51:c3', name: 'prn-1', ips: ['10.0.0.9'] };

function scanAgainst(known: Scanned, seen: Scanned): Match<MatchableAsset>['result'] {
  return matchOf(scanOf(seen), [assetOf(scanOf(known))]).result;
}

describe('devices seen by a scan', () => {
  const rows: [string, Scanned, Scanned, 'same' | 'none' | 'conflict'][] = [
    ['seen again', printer, printer, 'same'],
    ['a printer that changes its address', printer, { ...printer, ips: ['10.0.7.7'] }, 'same'],
    ['renamed and moved', printer, { ...printer, name: 'prn-2', ips: ['10.0.7.7'] }, 'same'],
    [
      'discovered by card, then asked for its serial',
      { mac: printer.mac!, ips: ['10.0.0.9'] },
      printer,
      'same',
    ],
    ['print server card replaced', printer, { ...printer, mac: '00:80:77:00:00:01' }, 'same'],
    ['stack led by another member', printer, { ...printer, serial: 'PRN4712' }, 'same'],
    [
      'switch replaced under the same address and name',
      printer,
      { ...printer, serial: 'X99999', mac: '00:80:77:00:00:01' },
      'none',
    ],
    [
      'address and name only',
      { name: 'prn-1', ips: ['10.0.0.9'] },
      { name: 'PRN-1.corp.example', ips: ['10.0.0.9'] },
      'same',
    ],
    ['address only, twice', { ips: ['10.0.0.9'] }, { ips: ['10.0.0.9'] }, 'same'],
    [
      'another device at the address',
      printer,
      { serial: 'Z81', mac: '00:80:77:00:00:01', ips: ['10.0.0.9'] },
      'none',
    ],
    ['an address alone does not take over a printer', printer, { ips: ['10.0.0.9'] }, 'none'],
    ['a name alone', printer, { name: 'prn-1', ips: ['10.0.0.77'] }, 'none'],
    [
      'a serial with another card, address and name',
      printer,
      { serial: 'PRN4711', mac: '00:80:77:00:00:01', name: 'x', ips: ['10.9.9.9'] },
      'conflict',
    ],
    [
      'a card with another serial and address',
      printer,
      { ...printer, serial: 'X99999', ips: ['10.9.9.9'] },
      'conflict',
    ],
  ];

  test.each(rows)('%s', (_title, known, seen, result) => {
    expect(scanAgainst(known, seen)).toBe(result);
  });
});

describe('a stack of switches', () => {
  const members = ['FOC0001A', 'FOC0002B', 'FOC0003C'];
  const stack = (lead: string, seen: Scanned = {}, chassis = members) => {
    const inventory = scanOf(
      { serial: lead, mac: '00:1e:14:00:00:01', name: 'core', ips: ['10.0.0.2'], ...seen },
      'NetworkEquipment',
    );
    const components = [
      { type: 'stack', serial: lead },
      ...chassis.map((serial) => ({ type: 'chassis', serial })),
    ];
    return { ...inventory, content: { ...inventory.content, network_components: components } };
  };
  const known = assetOf(stack('FOC0001A'));

  test.each([
    ['led by another member', stack('FOC0002B'), 'same'],
    ['led by another member with its own card', stack('FOC0003C', { mac: '00:1e:14:00:00:03' }), 'same'],
    ['another stack in its place', stack('X1', { mac: '00:1e:14:00:00:99' }, ['X100', 'X200']), 'none'],
    [
      'a member that became a switch of its own',
      scanOf({ serial: 'FOC0003C', mac: '00:1e:14:00:00:03', name: 'sw-3', ips: ['10.0.0.3'] }),
      'conflict',
    ],
  ])('%s', (_title, seen, result) => {
    expect(matchOf(seen, [known]).result).toBe(result);
  });

  test('the parts of a single switch are no members', () => {
    expect(identityOf(stack('FOC0001A', {}, ['FOC0001A'])).memberSerials).toBeUndefined();
  });

  test('no more members are looked up than stacks have', () => {
    const many = Array.from({ length: 9 }, (_, i) => `FOC1000${i}`);
    expect(identityOf(stack('FOC10000', {}, many)).memberSerials).toEqual(many.slice(0, 8));
  });
});

describe('a scan and a machine that reports itself', () => {
  const own = assetOf(inventoryOf(laptop));
  const [mac] = laptop.macs!;

  test.each([
    ['card and name', { mac: mac!, name: 'ANNA' }, 'same'],
    ['serial and card', { serial: laptop.serial!, mac: mac! }, 'same'],
    ['a card alone', { mac: mac!, name: 'other' }, 'none'],
    ['a serial alone', { serial: laptop.serial!, mac: '00:80:77:00:00:01' }, 'conflict'],
    ['card and name with another serial', { serial: 'X99999', mac: mac!, name: 'anna' }, 'conflict'],
  ])('%s', (_title, seen, result) => {
    expect(matchOf(scanOf(seen, 'Unmanaged'), [own]).result).toBe(result);
  });

  test('discovered first, it takes over what discovery made', () => {
    const nameless = assetOf(scanOf({ mac: mac!, ips: ['10.0.0.4'] }, 'Unmanaged'));
    expect(matchOf(inventoryOf(laptop), [nameless]).result).toBe('same');
    const named = assetOf(scanOf({ mac: mac!, name: 'anna', ips: ['10.0.0.4'] }, 'Unmanaged'));
    expect(matchOf(inventoryOf(laptop), [named]).result).toBe('same');
    const other = assetOf(scanOf({ mac: mac!, name: 'bert', ips: ['10.0.0.4'] }, 'Unmanaged'));
    expect(matchOf(inventoryOf(laptop), [other]).result).toBe('none');
  });
});

test('the scanning agent’s deviceid and agentid do not identify what it scanned', () => {
  const identity = identityOf(scanOf(printer), { agentid: laptop.agentid });
  expect([identity.deviceid, identity.agentid]).toEqual([undefined, undefined]);
});

test('a hypervisor asked over its API is recognised although its deviceid is new each time', () => {
  const esx = (deviceid: string): ReturnType<typeof inventoryOf> =>
    inventoryOf({
      ...stranger,
      deviceid,
      content: { operatingsystem: { name: 'VMware ESXi', version: '8.0' } },
    });
  const identity = identityOf(esx('esx-2026-01-01-00-00-00'), { agentid: laptop.agentid });
  expect([identity.deviceid, identity.agentid]).toEqual([undefined, undefined]);
  expect(matchOf(esx('esx-2026-02-02-00-00-00'), [assetOf(esx('esx-2026-01-01-00-00-00'))]).result).toBe(
    'same',
  );
});
