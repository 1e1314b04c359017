import { against, assetOf, inventoryOf, laptop, matchOf, stranger, type Machine } from './machines';

/** Without the named properties. */
function lacking(machine: Machine, ...names: (keyof Machine)[]): Machine {
  return Object.fromEntries(
    Object.entries(machine).filter(([name]) => !names.includes(name as keyof Machine)),
  );
}

const filler = { serial: 'To Be Filled By O.E.M.', uuid: '03000200-0400-0500-0006-000700080009' };
const nameless = lacking(laptop, 'serial', 'uuid');

/** What an attacker or accident takes from the victim, and what comes of it. The victim's asset is never touched. */
const rows: [string, Machine, Machine, 'none' | 'conflict'][] = [
  ['T1 the deviceid only', laptop, { ...stranger, deviceid: laptop.deviceid! }, 'none'],
  ['T2 the serial only', laptop, { ...stranger, serial: laptop.serial! }, 'none'],
  ['T3 the uuid only', laptop, { ...stranger, uuid: laptop.uuid! }, 'none'],
  ['T4, A2 serial and uuid', laptop, { ...stranger, serial: laptop.serial!, uuid: laptop.uuid! }, 'conflict'],
  [
    'A2 serial and uuid, showing no card',
    laptop,
    { ...lacking(stranger, 'macs'), serial: laptop.serial!, uuid: laptop.uuid! },
    'conflict',
  ],
  [
    'A2 serial, uuid and name, showing no card',
    laptop,
    { ...lacking(laptop, 'macs'), deviceid: stranger.deviceid! },
    'conflict',
  ],
  [
    'A2 serial, uuid and name, with an own card',
    laptop,
    { ...stranger, serial: laptop.serial!, uuid: laptop.uuid!, name: laptop.name! },
    'conflict',
  ],
  [
    'A2 serial and name of an asset without uuid, with an own card',
    lacking(laptop, 'uuid'),
    { ...stranger, serial: laptop.serial!, name: laptop.name! },
    'conflict',
  ],
  [
    'A2 serial, card and name, with an own uuid and agent',
    laptop,
    { ...stranger, serial: laptop.serial!, macs: laptop.macs!, name: laptop.name! },
    'conflict',
  ],
  [
    'A2 card and name of a virtual machine without serial, its uuid left out',
    { ...lacking(laptop, 'serial'), vmsystem: 'QEMU' },
    { ...lacking(stranger, 'serial', 'uuid'), macs: laptop.macs!, name: laptop.name!, vmsystem: 'QEMU' },
    'conflict',
  ],
  [
    'all cards of a machine without numbers, under another name and agent',
    lacking(laptop, 'serial', 'uuid'),
    { ...lacking(stranger, 'serial', 'uuid'), macs: laptop.macs! },
    'conflict',
  ],
  ['T5, A9 a MAC, with own numbers', laptop, { ...stranger, macs: laptop.macs! }, 'none'],
  ['T6 the name, with own numbers', laptop, { ...stranger, name: laptop.name! }, 'none'],
  [
    'T7, A9 a MAC, without numbers',
    laptop,
    { ...lacking(stranger, 'serial', 'uuid'), macs: laptop.macs! },
    'none',
  ],
  [
    'T8, A1 the name, without anything else',
    laptop,
    { ...lacking(stranger, 'serial', 'uuid', 'macs'), name: laptop.name! },
    'none',
  ],
  ['T8 name and a guessed deviceid', laptop, { name: laptop.name!, deviceid: laptop.deviceid! }, 'conflict'],
  [
    'T8 name, a guessed deviceid and an own card',
    laptop,
    { name: laptop.name!, deviceid: laptop.deviceid!, macs: stranger.macs! },
    'conflict',
  ],
  ['T9 the uuid, no serial', laptop, { ...lacking(stranger, 'serial'), uuid: laptop.uuid! }, 'conflict'],
  ['T10 the serial, no uuid', laptop, { ...lacking(stranger, 'uuid'), serial: laptop.serial! }, 'conflict'],
  [
    'T10 serial and name, no uuid',
    laptop,
    { ...lacking(stranger, 'uuid'), serial: laptop.serial!, name: laptop.name! },
    'conflict',
  ],
  [
    'A3 serial of an asset known by nothing else',
    { serial: laptop.serial! },
    { ...stranger, serial: laptop.serial! },
    'conflict',
  ],
  ['T11 the same filler numbers', { ...laptop, ...filler }, { ...stranger, ...filler }, 'none'],
  [
    'T12 a clone with another name and card',
    laptop,
    { ...laptop, name: 'clone', macs: stranger.macs! },
    'conflict',
  ],
  [
    'T13 two hosts without numbers, one name',
    nameless,
    { ...lacking(stranger, 'serial', 'uuid'), name: laptop.name! },
    'none',
  ],
];

test.each(rows)('%s: the known machine keeps its asset', (_title, known, submitted, result) => {
  expect(against(known, submitted)).toBe(result);
});

test('none of them can be turned into an update by sending it as a partial', () => {
  for (const [title, known, submitted] of rows) {
    if (submitted.deviceid === known.deviceid) continue;
    expect([title, against(known, { ...submitted, partial: true })]).toEqual([title, 'none']);
  }
});

test('a partial that names the deviceid but another serial, uuid, or card and name is not taken', () => {
  expect(against(laptop, { ...laptop, serial: 'OTHER99', partial: true })).toBe('none');
  expect(against(laptop, { ...laptop, uuid: stranger.uuid!, partial: true })).toBe('none');
  expect(against(laptop, { ...laptop, macs: stranger.macs!, name: 'clone', partial: true })).toBe('none');
});

test('a partial is taken from the agentid that sent the full one only, whatever hardware it names', () => {
  const whole = assetOf(inventoryOf(laptop));
  const asset = { ...whole, identity: { ...whole.identity, agentids: [laptop.agentid!] } };
  const partial = inventoryOf({ ...lacking(laptop, 'serial', 'uuid', 'macs'), partial: true });
  for (const sent of [partial, inventoryOf({ ...laptop, partial: true })]) {
    const result = (agentid: string | undefined) => matchOf(sent, [asset], agentid).result;
    expect([result(laptop.agentid), result(stranger.agentid), result(undefined)]).toEqual([
      'same',
      'none',
      'none',
    ]);
  }
  // Tools that send no agentid with the full one either are told by their deviceid, as there is nothing else.
  expect(matchOf(partial, [whole]).result).toBe('same');
});
