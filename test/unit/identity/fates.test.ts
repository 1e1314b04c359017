import { against, assetOf, inventoryOf, laptop, matchOf, stranger, type Machine } from './machines';

function lacking(machine: Machine, ...names: (keyof Machine)[]): Machine {
  return Object.fromEntries(
    Object.entries(machine).filter(([name]) => !names.includes(name as keyof Machine)),
  );
}

const filler = { serial: 'Default string', uuid: '00000000-0000-0000-0000-000000000000' };
const whitebox: Machine = { ...laptop, ...filler };
const vm: Machine = {
  ...lacking(laptop, 'serial'),
  macs: ['52:54:00:6a:4e:19'],
  vmsystem: 'QEMU',
  manufacturer: 'QEMU',
};
const newAgent = { deviceid: 'anna-2026-09-09-09-09-09', agentid: '5e0cbb1e-31aa-4d0d-8a0a-000000000009' };
/** Of a container: SHA-1 of its machine-id. */
const machineId = '9b1c5f0e7a2d4c6b8e0f1a2b3c4d5e6f70819203';
const dock = '3c:18:a0:7e:55:d1';
const randomWifi = (mac: string): Machine['content'] => ({
  networks: [{ description: 'wlp2s0', type: 'wifi', mac }],
});

describe('one machine stays one asset', () => {
  const rows: [string, Machine, Machine][] = [
    ['daily inventory', laptop, laptop],
    ['partial without networks', laptop, { ...lacking(laptop, 'macs'), partial: true }],
    ['partial with nothing but its deviceid', laptop, { deviceid: laptop.deviceid!, partial: true }],
    ['hostname change', laptop, { ...laptop, name: 'anna-new' }],
    ['re-image', laptop, { ...laptop, ...newAgent }],
    ['re-image with a new name', laptop, { ...laptop, ...newAgent, name: 'anna-new' }],
    ['network card replaced', laptop, { ...laptop, macs: ['00:1b:21:00:00:77'] }],
    [
      'mainboard replaced under the same chassis serial',
      laptop,
      { ...laptop, uuid: stranger.uuid!, macs: stranger.macs! },
    ],
    ['mainboard replaced, card kept', laptop, { ...laptop, uuid: stranger.uuid! }],
    [
      'random Wi-Fi address',
      { ...laptop, content: randomWifi('ae:ed:e7:56:9b:a0')! },
      { ...laptop, content: randomWifi('5a:11:22:33:44:55')! },
    ],
    [
      'random Wi-Fi address, re-image with a new name',
      { ...laptop, content: randomWifi('ae:ed:e7:56:9b:a0')! },
      { ...laptop, ...newAgent, name: 'new', content: randomWifi('5a:11:22:33:44:55')! },
    ],
    [
      'upper-case MACs and uuid, padded serial, full name, other deviceid',
      laptop,
      {
        serial: ' LAP0001X  ',
        uuid: laptop.uuid!.toUpperCase(),
        macs: laptop.macs!.map((mac) => mac.toUpperCase()),
        deviceid: 'anna.corp.example-2026-05-05-05-05-05',
        name: 'ANNA.corp.example',
      },
    ],
    ['another agent reads another serial', laptop, { ...laptop, ...newAgent, serial: 'BOARD-778899' }],
    ['uuid in the other byte order', laptop, { ...laptop, uuid: 'a2d0c511-107f-1b4a-9c3d-0a1b2c3d4e01' }],
    [
      'uuid in the other byte order, re-image with a new name',
      laptop,
      { ...laptop, ...newAgent, name: 'new', uuid: 'a2d0c511-107f-1b4a-9c3d-0a1b2c3d4e01' },
    ],
    ['virtual machine without serial, re-imaged', vm, { ...vm, ...newAgent }],
    ['virtual machine without serial, re-imaged with a new name', vm, { ...vm, ...newAgent, name: 'new' }],
    ['virtual machine moved to another hypervisor', vm, { ...vm, uuid: stranger.uuid! }],
    ['filler numbers, same card', whitebox, { ...whitebox, ...newAgent }],
    ['filler numbers, card replaced', whitebox, { ...whitebox, macs: ['00:1b:21:00:00:77'] }],
    [
      'container that changes from GLPI Agent to OCS',
      { ...lacking(laptop, 'serial'), uuid: machineId },
      { ...lacking(laptop, 'serial', 'uuid'), ...newAgent },
    ],

    ['inventory that lost its numbers once', laptop, lacking(laptop, 'serial', 'uuid')],
    ['first seen without numbers', lacking(laptop, 'serial', 'uuid'), laptop],
  ];

  test.each(rows)('%s', (_title, known, submitted) => {
    expect(against(known, submitted)).toBe('same');
  });

  test('machine without numbers, renamed with a new deviceid and the same agentid', () => {
    const known = assetOf(inventoryOf(whitebox));
    const asset = { ...known, identity: { ...known.identity, agentids: [laptop.agentid!] } };
    const renamed = inventoryOf({ ...whitebox, name: 'new', deviceid: 'new-2026-09-09-09-09-09' });
    expect(matchOf(renamed, [asset], laptop.agentid).result).toBe('same');
    expect(matchOf(renamed, [asset], stranger.agentid).result).toBe('conflict');
  });

  test('two network cards seen alternately', () => {
    const [first, second] = [
      { ...laptop, macs: [laptop.macs![0]!] },
      { ...laptop, macs: [laptop.macs![1]!] },
    ];
    expect(against([first, second], first)).toBe('same');
    expect(against([first], second)).toBe('same');
  });

  test('docking stations passed between laptops move no asset', () => {
    const docked = [
      { ...laptop, macs: [...laptop.macs!, dock] },
      { ...stranger, macs: [...stranger.macs!, dock] },
    ];
    const assets = docked.map((machine, i) => assetOf(inventoryOf(machine), { assetId: `asset-${i}` }));
    for (const [i, machine] of docked.entries()) {
      expect(matchOf(inventoryOf(machine), assets)).toMatchObject({
        result: 'same',
        asset: { assetId: `asset-${i}` },
      });
      // Seen by the dock's address alone, it still is itself.
      const onlyDock = inventoryOf({ ...machine, macs: [dock] });
      expect(matchOf(onlyDock, assets)).toMatchObject({ result: 'same', asset: { assetId: `asset-${i}` } });
    }
  });
});

describe('two machines never become one asset', () => {
  const rows: [string, Machine, Machine, 'none' | 'conflict'][] = [
    [
      'virtual machine cloned with its agent',
      vm,
      { ...vm, uuid: stranger.uuid!, macs: ['52:54:00:11:22:33'] },
      'conflict',
    ],
    [
      'the same, then renamed',
      vm,
      { ...vm, uuid: stranger.uuid!, macs: ['52:54:00:11:22:33'], name: 'vm-2' },
      'none',
    ],
    [
      'virtual machine cloned with its agent and uuid, which is all it is known by',
      vm,
      { ...vm, macs: ['52:54:00:11:22:33'] },
      'conflict',
    ],
    ['the same, going on with a partial', vm, { ...vm, macs: ['52:54:00:11:22:33'], partial: true }, 'none'],
    [
      'virtual machine cloned with its agent and serial',
      { ...vm, serial: 'VMSER123' },
      { ...vm, serial: 'VMSER123', uuid: stranger.uuid!, macs: ['52:54:00:11:22:33'] },
      'conflict',
    ],
    [
      'image deployed with an agent inside',
      laptop,
      { ...stranger, deviceid: laptop.deviceid!, agentid: laptop.agentid! },
      'none',
    ],
    [
      'the same in the same dock',
      { ...laptop, macs: [dock] },
      { ...stranger, macs: [dock], deviceid: laptop.deviceid! },
      'none',
    ],
    ['image with filler numbers', whitebox, { ...stranger, ...filler, deviceid: laptop.deviceid! }, 'none'],
    ['one serial on two machines', laptop, { ...stranger, serial: laptop.serial! }, 'none'],
    [
      'one serial and one name on two machines',
      laptop,
      { ...stranger, serial: laptop.serial!, name: laptop.name! },
      'conflict',
    ],
    ['new laptop on somebody’s dock', { ...laptop, macs: [dock] }, { ...stranger, macs: [dock] }, 'none'],
    [
      'new laptop on the old one’s dock with its name',
      { ...laptop, macs: [dock] },
      { ...stranger, macs: [dock], name: laptop.name! },
      'none',
    ],
    ['the same hostname at two sites', laptop, { ...stranger, name: laptop.name! }, 'none'],
    [
      'the same hostname, no numbers',
      lacking(laptop, 'serial', 'uuid'),
      { ...lacking(stranger, 'serial', 'uuid'), name: laptop.name! },
      'none',
    ],
    [
      'an agent moved to other hardware with its name',
      laptop,
      { ...stranger, deviceid: laptop.deviceid!, name: laptop.name! },
      'conflict',
    ],
  ];

  test.each(rows)('%s', (_title, known, submitted, result) => {
    expect(against(known, submitted)).toBe(result);
  });

  test.each([
    ['CPU id that OCS invents', 'BFEBFBFF000306C3'],
    ['CPU id as bytes', 'C3 06 03 00 FF FB EB BF'],
    ['zeros', '0000000'],
    ['one zero', '0'],
    ['filler text', 'To be filled by O.E.M.'],
  ])('machines whose serial is a %s', (_title, serial) => {
    expect(against({ ...laptop, serial, name: 'pos-1' }, { ...stranger, serial, name: 'pos-1' })).toBe(
      'none',
    );
  });

  test('shared virtual addresses listed before the own ones', () => {
    const junk = [
      '02:50:41:00:00:01',
      '20:41:53:59:4e:ff',
      '0a:00:27:00:00:00',
      '00:50:56:c0:00:08',
      '00:00:00:00:00:00',
    ];
    const with_ = (machine: Machine): Machine => ({
      ...lacking(machine, 'serial', 'uuid'),
      name: 'pc',
      macs: [...junk, ...machine.macs!],
    });
    expect(against(with_(laptop), with_(stranger))).toBe('none');
  });

  test('assets of another key are never the same', () => {
    const elsewhere = assetOf(inventoryOf(laptop), { kid: 'OTHER' });
    expect(matchOf(inventoryOf(laptop), [elsewhere]).result).toBe('same-elsewhere');
    expect(matchOf(inventoryOf({ ...stranger, serial: laptop.serial! }), [elsewhere]).result).toBe('none');
    expect(matchOf(inventoryOf({ ...laptop, partial: true }), [elsewhere]).result).toBe('none');
  });
});

describe('choosing among several', () => {
  const twin = (assetId: string): ReturnType<typeof assetOf> => assetOf(inventoryOf(laptop), { assetId });

  test('what fits two assets equally well is ambiguous', () => {
    expect(matchOf(inventoryOf(laptop), [twin('b'), twin('a')])).toMatchObject({ result: 'ambiguous' });
  });

  test('the one that agrees in more factors wins', () => {
    const weaker = assetOf(inventoryOf({ ...laptop, ...newAgent, name: 'old-name' }), { assetId: 'weaker' });
    expect(matchOf(inventoryOf(laptop), [weaker, twin('a')])).toMatchObject({
      result: 'same',
      asset: { assetId: 'a' },
    });
  });

  test('a retired asset is the device’s, unless an active one is', () => {
    const retired = assetOf(inventoryOf(laptop), { assetId: 'r', status: 'retired' });
    expect(matchOf(inventoryOf(laptop), [retired])).toMatchObject({
      result: 'same',
      asset: { assetId: 'r' },
    });
    expect(matchOf(inventoryOf(laptop), [retired, twin('a')])).toMatchObject({
      result: 'same',
      asset: { assetId: 'a' },
    });
  });

  test('claiming another machine’s numbers outweighs the own card and name', () => {
    const own = assetOf(inventoryOf(lacking(stranger, 'serial', 'uuid')), { assetId: 'own' });
    const thief = inventoryOf({ ...stranger, serial: laptop.serial!, uuid: laptop.uuid! });
    expect(matchOf(thief, [own, twin('victim')])).toMatchObject({
      result: 'conflict',
      asset: { assetId: 'victim' },
    });
  });

  test('the grounds name rule, factors and the rejected, and are plain JSON', () => {
    const found = matchOf(inventoryOf({ ...laptop, macs: [dock] }), [
      twin('a'),
      assetOf(inventoryOf({ ...stranger, macs: [dock] }), { assetId: 'b' }),
    ]);
    expect(JSON.parse(JSON.stringify(found.grounds))).toMatchObject({
      rule: 'network card replaced',
      assetId: 'a',
      agreed: ['serial', 'uuid', 'install', 'hostname'],
      contradicted: ['mac'],
      shared: [
        { kind: 'serial', value: 'LAP0001X' },
        { kind: 'uuid', value: laptop.uuid },
        { kind: 'deviceid', value: laptop.deviceid },
        { kind: 'hostname', value: 'anna' },
      ],
      candidateCount: 2,
      rejected: [
        { assetId: 'b', judgement: 'different', why: 'docking station or shared card', agreed: ['mac'] },
      ],
    });
  });

  test('of many candidates 20 are shown', () => {
    const many = Array.from({ length: 22 }, (_, i) =>
      assetOf(inventoryOf({ ...stranger, deviceid: laptop.deviceid! }), { assetId: `m${i}` }),
    );
    const { grounds } = matchOf(inventoryOf(laptop), many);
    expect([grounds.candidateCount, grounds.rejected.length]).toEqual([22, 20]);
  });
});
