import fc from 'fast-check';
import type { InventoryContent, JsonObject } from '../../../../src/domain/inventory';
import {
  describeChange,
  maxDifferences,
  maxDifferencesBytes,
} from '../../../../src/ingest/history/describe-change';
import { stillDays, type ChangedLately } from '../../../../src/ingest/history/restless';
import { differencesOf } from '../../../../src/ingest/history/section-differences';

const software = (name: string, version: string): JsonObject => ({
  name,
  version,
  publisher: 'Debian',
  arch: 'amd64',
});
const between = (before: InventoryContent, after: InventoryContent) =>
  differencesOf(before, after, [...new Set([...Object.keys(before), ...Object.keys(after)])]);

describe('differences between two inventories', () => {
  it('name what came, what went and what is newer', () => {
    const before = { softwares: [software('bash', '5.1'), software('vim', '9.0')] };
    const after = { softwares: [software('git', '2.4'), software('bash', '5.2')] };
    expect(between(before, after)).toEqual([
      { section: 'softwares', change: 'added', row: 'git', text: 'git 2.4' },
      {
        section: 'softwares',
        change: 'changed',
        row: 'bash',
        fields: [{ field: 'version', before: '5.1', after: '5.2' }],
      },
      { section: 'softwares', change: 'removed', row: 'vim', text: 'vim 9.0' },
    ]);
  });

  it('see a field of a section of one row', () => {
    expect(
      between({ hardware: { memory: 8192, name: 'a' } }, { hardware: { memory: 16384, name: 'a' } }),
    ).toEqual([
      {
        section: 'hardware',
        change: 'changed',
        row: '',
        fields: [{ field: 'memory', before: 8192, after: 16384 }],
      },
    ]);
  });

  it('tell a replaced disk from a changed one by its serial', () => {
    const disk = (serial: string, firmware: string): JsonObject => ({ name: 'sda', serial, firmware });
    expect(
      between({ storages: [disk('A', '1')] }, { storages: [disk('B', '1')] }).map(({ change }) => change),
    ).toEqual(['added', 'removed']);
    expect(between({ storages: [disk('A', '1')] }, { storages: [disk('A', '2')] })).toMatchObject([
      { change: 'changed', row: 'sda', fields: [{ field: 'firmware' }] },
    ]);
  });

  it('leave out what is volatile', () => {
    const drive = (free: number): JsonObject => ({ type: '/', volumn: '/dev/sda1', total: 100, free });
    expect(between({ drives: [drive(10)] }, { drives: [drive(20)] })).toEqual([]);
    expect(between({ processes: [{ pid: 1 }] }, { processes: [{ pid: 2 }] })).toEqual([]);
  });

  it('count two equal rows as two', () => {
    const stick = { capacity: 8192, type: 'DDR4' };
    expect(between({ memories: [stick] }, { memories: [stick, stick] })).toMatchObject([{ change: 'added' }]);
  });

  it('say what a row that came is', () => {
    const stick = { capacity: 8192, manufacturer: 'Kingston', type: 'DDR4', numslots: 2, caption: 'DIMM 2' };
    expect(between({ memories: [] }, { memories: [stick] })).toEqual([
      { section: 'memories', change: 'added', row: 'DIMM 2', text: '8192 MB Kingston DDR4' },
    ]);
  });

  it('are none where only the case of an identifier flips', () => {
    const card = (mac: string, uuid: string) => ({
      networks: [{ description: 'eth0', mac }],
      hardware: { uuid },
    });
    expect(between(card('AA:BB:CC:00:11:22', 'ABCD'), card('aa:bb:cc:00:11:22', 'abcd'))).toEqual([]);
  });

  it('repeat at most 200 characters of a hostile text', () => {
    const [change] = between({ hardware: { name: 'a' } }, { hardware: { name: 'x'.repeat(10_000) } });
    expect(change?.fields?.[0]?.after).toHaveLength(200);
  });

  it('are none between any rows and the same rows in another order', () => {
    const row = fc.dictionary(
      fc.constantFrom('name', 'version', 'serial', 'type', 'free', 'mac', 'description'),
      fc.oneof(fc.string({ maxLength: 5 }), fc.integer()),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('softwares', 'storages', 'networks', 'memories', 'cpus', 'drives', 'unheard_of'),
        fc
          .array(row, { maxLength: 8 })
          .chain((rows) =>
            fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
          ),
        (section, [rows, shuffled]) => {
          const list = differencesOf({ [section]: rows }, { [section]: shuffled }, [section]);
          expect(list).toEqual([]);
        },
      ),
    );
  });
});

describe('the change that the history tells of', () => {
  const sections = ['softwares'];
  const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n));
  const installed = (...softwares: JsonObject[]): InventoryContent => ({ softwares });
  const many = (count: number, prefix = 's') =>
    installed(...Array.from({ length: count }, (_, n) => software(`${prefix}${n}`, '1')));

  /** One inventory after the other, one a day. */
  const play = (contents: readonly InventoryContent[], days = contents.map((_, n) => n)) => {
    let lately: ChangedLately = {};
    return contents.slice(1).map((after, n) => {
      const change = { before: contents[n] ?? {}, after, sections, lately, at: day(days[n + 1] ?? 0) };
      const described = describeChange(change);
      lately = described.lately;
      return { ...described, shown: described.differences.length };
    });
  };

  it('is cut at its lines and at its bytes, and says how many are left', () => {
    expect(play([{}, many(maxDifferences)])).toMatchObject([{ shown: maxDifferences, left: 0 }]);
    expect(play([{}, many(maxDifferences + 1)])).toMatchObject([{ shown: maxDifferences, left: 1 }]);
    const [wide] = play([{}, many(maxDifferences, 'wide '.repeat(60))]);
    expect(JSON.stringify(wide?.differences).length).toBeLessThan(maxDifferencesBytes + 200);
    expect((wide?.shown ?? 0) + (wide?.left ?? 0)).toBe(maxDifferences);
  });

  it('marks a software that flaps, then leaves it out until it was still', () => {
    const [a, b] = [installed(software('flappy', '1')), installed(software('flappy', '2'))];
    const flapping = Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? a : b));
    const days = [0, 1, 2, 3, 4, 5, 6, 6 + stillDays + 1];
    const told = play(flapping, days);
    expect(told.map(({ shown }) => shown)).toEqual([1, 1, 1, 0, 0, 0, 1]);
    expect(told.map(({ differences }) => differences[0]?.isRestless)).toEqual([
      ...[undefined, undefined, true, undefined, undefined, undefined, undefined],
    ]);
  });

  it('goes on telling of others while one flaps', () => {
    const two = (flappy: string, still: string) =>
      installed(software('flappy', flappy), software('still', still));
    const told = play([
      two('1', '1'),
      two('2', '1'),
      two('1', '1'),
      two('2', '1'),
      two('1', '1'),
      two('2', '2'),
    ]);
    expect(told.at(-1)?.differences).toMatchObject([{ row: 'still' }]);
  });

  it('takes a device that invents a serial each time for one that flaps', () => {
    const keys = (serial: string): InventoryContent => ({ usbdevices: [{ name: 'Keyboard', serial }] });
    let lately: ChangedLately = {};
    const shown = ['b', 'c', 'd', 'e'].map((serial, n) => {
      const change = { before: keys(String(n)), after: keys(serial), sections: ['usbdevices'] };
      const described = describeChange({ ...change, lately, at: day(n) });
      lately = described.lately;
      return described.differences.length;
    });
    expect(shown).toEqual([2, 2, 2, 0]);
  });

  it('takes thousands of softwares that come and go together for one thing, of bounded memory', () => {
    const told = play([many(300), {}, many(300), {}, many(300), {}]);
    expect(told.map(({ shown, left }) => shown + left)).toEqual([300, 300, 300, 0, 0]);
    expect(Object.keys(told.at(-1)?.lately ?? {})).toHaveLength(1);
  });
});
