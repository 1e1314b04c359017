import { maxNotes } from '../../../src/ingest/validate';
import { maxDepth, maxKeyLength, maxTextLength } from '../../../src/ingest/validate/wholesome';
import { accepted, messageWith, sectionAfter } from './validating';

const fieldAfter = (section: string, field: string, value: unknown): unknown =>
  (sectionAfter(section, { [field]: value }).value as Record<string, unknown>)[field];

describe('fields of known sections', () => {
  test.each([
    [
      'whole numbers',
      'hardware',
      'memory',
      [
        [2048, 2048],
        ['2048', 2048],
        [' 12 ', 12],
        ['12.0', 12],
        ['1e3', 1000],
        ['-1', -1],
        [true, 1],
        ['-0', 0],
      ],
    ],
    [
      'what is no whole number',
      'hardware',
      'memory',
      [
        ['12.5', undefined],
        [12.5, undefined],
        ['12 MB', undefined],
        ['', undefined],
        ['0x10', undefined],
        [1e300, undefined],
        ['9'.repeat(41), undefined],
        [[12], undefined],
        [{}, undefined],
        [null, undefined],
      ],
    ],
    [
      'text',
      'bios',
      'ssn',
      [
        ['S1', 'S1'],
        [' S1 ', ' S1 '],
        [12, '12'],
        [true, 'true'],
        ['', ''],
        [['S1', 'S2'], 'S1'],
        [[{}, 7], '7'],
        [[], undefined],
        [{}, undefined],
        [null, undefined],
      ],
    ],
    [
      'words of a choice',
      'bios',
      'secure_boot',
      [
        ['enabled', 'enabled'],
        ['Enabled', 'enabled'],
        [' DISABLED ', 'disabled'],
        ['maybe', undefined],
        [1, undefined],
        ['constructor', undefined],
      ],
    ],
    [
      'dates',
      'bios',
      'bdate',
      [
        ['2021-03-15', '2021-03-15'],
        ['2021/3/5', '2021-03-05'],
        ['20210315', '2021-03-15'],
        ['31/12/2015', '2015-12-31'],
        ['12/31/2015', '2015-12-31'],
        ['01.01.2020', '2020-01-01'],
        ['2022-21-09', '2022-09-21'],
        ['2009-02-04T00:00:00Z', '2009-02-04T00:00:00Z'],
      ],
    ],
    [
      'what is no date, or two possible ones',
      'bios',
      'bdate',
      [
        ['03/04/2021', undefined],
        ['n/a', undefined],
        ['2021-13-32', undefined],
        ['2021-00-10', undefined],
        ['0', undefined],
        [`2021-01-01 ${' '.repeat(40)}`, undefined],
      ],
    ],
    [
      'dates with time',
      'operatingsystem',
      'boot_time',
      [
        ['2026-11-23 14:13:09', '2026-11-23 14:13:09'],
        ['2026-11-23', '2026-11-23 00:00:00'],
        ['2026-11-23 1:07:59', '2026-11-23 01:07:59'],
        ['2026/11/23 10:20', '2026-11-23 10:20:00'],
        ['2026-11-23 25:00:00', undefined],
        ['1605000000', undefined],
      ],
    ],
  ] as const)('%s', (_, section, field, cases) => {
    for (const [said, kept] of cases) expect([said, fieldAfter(section, field, said)]).toEqual([said, kept]);
  });

  test('truth values', () => {
    const after = (value: unknown): unknown => {
      const { value: rows } = sectionAfter('softwares', [{ name: 'x', no_remove: value }]);
      return (rows as Record<string, unknown>[])[0]?.no_remove;
    };
    for (const yes of [true, 1, '1', 'true', 'Yes', 'ON']) expect(after(yes)).toBe(true);
    for (const no of [false, 0, '0', 'false', 'No', 'off', '']) expect(after(no)).toBe(false);
    for (const neither of ['maybe', 2, {}, [], null, 'y'.repeat(50)]) expect(after(neither)).toBeUndefined();
  });

  test('a field that does not fit is dropped with a note, and nothing else', () => {
    const { value, notes } = sectionAfter('hardware', { memory: 'much', name: 'pc', swap: 5 });
    expect(value).toEqual({ name: 'pc', swap: 5 });
    expect(notes).toEqual([{ path: '/hardware/memory', note: 'not a whole number: dropped' }]);
  });

  test('a section without a fault is the very object that came in', () => {
    const content = { versionclient: 'v', bios: { ssn: 'S' }, softwares: [{ name: 'a' }] };
    const { bios, softwares } = content;
    const inventory = accepted(messageWith(content));
    expect(inventory.content).toBe(content);
    expect(inventory.content.bios).toBe(bios);
    expect(inventory.content.softwares).toBe(softwares);
    expect(inventory.notes).toEqual([]);
  });

  test('text one step past its limit is cut, never inside a character', () => {
    expect(fieldAfter('bios', 'ssn', 'x'.repeat(255))).toHaveLength(255);
    expect(sectionAfter('bios', { ssn: 'x'.repeat(256) })).toEqual({
      value: { ssn: 'x'.repeat(255) },
      notes: [{ path: '/bios/ssn', note: 'longer than 255 characters: cut' }],
    });
    expect(fieldAfter('bios', 'ssn', `${'x'.repeat(254)}😀`)).toBe('x'.repeat(254));
  });
});

describe('sections and rows', () => {
  test.each([
    ['one object for a list', 'softwares', { name: 'a' }, [{ name: 'a' }]],
    ['a list for one object', 'bios', [{ ssn: 'S' }, { ssn: 'T' }], { ssn: 'S' }],
    ['one text for a list of texts', 'versionprovider', { comments: 'built' }, { comments: ['built'] }],
    [
      'an object around a list of texts',
      'network_device',
      { type: 'Printer', ips: { ip: ['10.0.0.1', '10.0.0.2'] } },
      { type: 'Printer', ips: ['10.0.0.1', '10.0.0.2'] },
    ],
    ['a scalar for a list', 'softwares', 'a', undefined],
    ['a scalar for an object', 'bios', 7, undefined],
    ['an empty list for an object', 'bios', [], undefined],
    ['a list of lists for an object', 'bios', [['x']], undefined],
    ['null for a section', 'bios', null, undefined],
    [
      'rows that are none',
      'softwares',
      [null, 1, 'x', [], [{ name: 'n' }], { name: 'a' }],
      [{ name: 'n' }, { name: 'a' }],
    ],
    [
      'rows without what makes them rows',
      'softwares',
      [{ version: '1' }, { name: 'a' }, { name: {} }],
      [{ name: 'a' }],
    ],
    ['rows with a documented stand-in', 'ports', [{ name: 'USB1' }], [{ name: 'USB1', type: 'None' }]],
    ['a stand-in for what does not fit', 'network_device', { type: 'toaster' }, { type: 'Unmanaged' }],
    [
      'supplies of any name',
      'cartridges',
      [{ tonerblack: 20, waste: 'OK', x: {} }],
      [{ tonerblack: '20', waste: 'OK' }],
    ],
    ['counters of any name', 'pagecounters', { total: '9', odd: 'x' }, { total: 9 }],
  ])('%s', (_, section, said, kept) => {
    const { value, notes } = sectionAfter(section, said);
    expect(value).toEqual(kept);
    expect(notes.length).toBeGreaterThan(0);
  });

  test('what can be said in another way without loss needs no note', () => {
    const networks = [{ description: 'e', type: 'ether', status: 'UP', mtu: '1500', virtualdev: 'no' }];
    expect(sectionAfter('networks', networks)).toEqual({
      value: [{ description: 'e', type: 'ethernet', status: 'up', mtu: 1500, virtualdev: false }],
      notes: [],
    });
    const connections = [{ mac: 'a' }, { mac: ['a', 'b'] }, { mac: 7 }];
    expect(sectionAfter('network_ports', [{ connections }])).toEqual({
      value: [{ connections: [{ mac: 'a' }, { mac: ['a', 'b'] }, { mac: '7' }] }],
      notes: [],
    });
  });

  test('a list one step past its limit is cut with a note', () => {
    const rows = (count: number): unknown[] => Array.from({ length: count }, () => ({ name: 'b' }));
    expect(sectionAfter('batteries', rows(100)).notes).toEqual([]);
    const { value, notes } = sectionAfter('batteries', rows(101));
    expect(value).toHaveLength(100);
    expect(notes).toEqual([{ path: '/batteries', note: 'more than 100 rows: cut' }]);
  });

  test('unknown sections and fields are kept as sent', () => {
    const odd = { a: [1, 'x', null, true, { b: [] }], ünïcode: 1.5 };
    expect(sectionAfter('plugin_section', structuredClone(odd))).toEqual({ value: odd, notes: [] });
    expect(sectionAfter('bios', { ssn: 'S', odd })).toEqual({ value: { ssn: 'S', odd }, notes: [] });
  });
});

describe('text and names', () => {
  test.each(['bios', 'unknown_section'])(
    'control characters go, line breaks and tabs stay (%s)',
    (section) => {
      const { value, notes } = sectionAfter(section, {
        ssn: 'a\u0000b\u0007c\td\r\ne\u001bf',
        odd: ['\u0001x'],
      });
      expect(value).toEqual({ ssn: 'abc\td\r\nef', odd: ['x'] });
      expect(notes.map(({ path }) => path)).toEqual([`/${section}/ssn`, `/${section}/odd/0`]);
    },
  );

  test('half surrogate pairs are replaced, whole ones stay', () => {
    expect(fieldAfter('bios', 'ssn', 'a\ud800b')).toBe('a\ufffdb');
    expect(fieldAfter('bios', 'ssn', 'ok 😀')).toBe('ok 😀');
  });

  test('a date with NUL inside is a date without', () => {
    expect(fieldAfter('bios', 'bdate', '2021-03-15\u0000')).toBe('2021-03-15');
  });

  test('text of an unknown field is cut one step past its limit', () => {
    expect(sectionAfter('odd', { a: 'x'.repeat(maxTextLength) }).notes).toEqual([]);
    const { value, notes } = sectionAfter('odd', { a: 'x'.repeat(maxTextLength + 1) });
    expect((value as { a: string }).a).toHaveLength(maxTextLength);
    expect(notes).toHaveLength(1);
  });

  test('nesting one step past its limit is dropped', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 'end' : [nested(levels - 1)]);
    expect(sectionAfter('odd', nested(maxDepth)).notes).toEqual([]);
    expect(sectionAfter('odd', nested(maxDepth + 1)).notes).toEqual([
      { path: `/odd${'/0'.repeat(maxDepth)}`, note: `nested deeper than ${maxDepth} levels: dropped` },
    ]);
  });

  test('numbers that a double cannot hold are dropped', () => {
    expect(sectionAfter('odd', JSON.parse('{"a":1e999,"b":2}')).value).toEqual({ b: 2 });
  });

  test.each([
    ['of 101 characters', 'k'.repeat(maxKeyLength + 1)],
    ['empty', ''],
    ['with NUL', 'a\u0000'],
    ['with a line break', 'a\nb'],
    ['__proto__', '__proto__'],
  ])('a field or section whose name is %s is dropped', (_, key) => {
    const hostile = JSON.parse(`{"name":"pc",${JSON.stringify(key)}:{"polluted":true}}`) as object;
    expect(Object.keys(sectionAfter('hardware', structuredCloneOwn(hostile)).value as object)).toEqual([
      'name',
    ]);
    expect(Object.keys(sectionAfter('odd', structuredCloneOwn(hostile)).value as object)).toEqual(['name']);
    const content = JSON.parse(`{"versionclient":"v",${JSON.stringify(key)}:{"polluted":true}}`) as object;
    const inventory = accepted(messageWith(content));
    expect(Object.keys(inventory.content)).toEqual(['versionclient']);
    expect(inventory.notes).toHaveLength(1);
    expect(inventory.notes[0]?.path).not.toMatch(/\p{C}/u);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('a name of 100 characters is kept', () => {
    const key = 'k'.repeat(maxKeyLength);
    expect(sectionAfter('odd', { [key]: 1 })).toEqual({ value: { [key]: 1 }, notes: [] });
  });

  test('names that objects inherit are fields like any other', () => {
    const odd = { constructor: 'c', toString: 'd', hasOwnProperty: 'e', prototype: 'f' };
    expect(sectionAfter('hardware', { ...odd, memory: 'x' }).value).toEqual(odd);
  });
});

describe('notes', () => {
  test('the same note about many rows is one, and says how many', () => {
    const rows = Array.from({ length: 300 }, (_, i) => ({ name: `p${i}`, filesize: 'x' }));
    expect(sectionAfter('softwares', rows).notes).toEqual([
      { path: '/softwares/0/filesize', note: 'not a whole number: dropped (in 300 places)' },
    ]);
  });

  test('at most 200, of which the last says how many more there are', () => {
    const fields = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, '\u0000']));
    expect(sectionAfter('odd', fields(maxNotes)).notes).toHaveLength(maxNotes);
    const { notes } = sectionAfter('odd', fields(maxNotes + 1));
    expect(notes).toHaveLength(maxNotes);
    expect(notes.at(-1)).toEqual({ path: '', note: '2 more notes left out' });
  });

  test("the decoder's come first and count", () => {
    const earlier = Array.from({ length: maxNotes }, (_, i) => ({ path: `/d/${i}`, note: 'decoded' }));
    const { notes } = accepted(messageWith({ hardware: { memory: 'x' } }, { notes: earlier }));
    expect(notes).toHaveLength(maxNotes);
    expect(notes.slice(0, -1)).toEqual(earlier.slice(0, -1));
    expect(notes.at(-1)?.note).toBe('3 more notes left out');
  });

  test('never repeat what the agent sent', () => {
    const secret = 'XXXXX-SECRET-KEY';
    const { notes } = sectionAfter('hardware', { memory: secret, winprodkey: [{ secret }], swap: [secret] });
    expect(JSON.stringify(notes)).not.toContain('SECRET');
    expect(notes).toHaveLength(3);
  });
});

/** A copy that keeps an own key `__proto__`, as JSON.parse makes it. */
function structuredCloneOwn(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}
