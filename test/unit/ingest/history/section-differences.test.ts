import fc from 'fast-check';
import type { InventoryContent, JsonObject } from '../../../../src/domain/inventory';
import { differencesOf, maxDifferences } from '../../../../src/ingest/history/section-differences';

const software = (name: string, version: string): JsonObject => ({
  name,
  version,
  publisher: 'Debian',
  arch: 'amd64',
});
const between = (before: InventoryContent, after: InventoryContent) =>
  differencesOf(before, after, [...new Set([...Object.keys(before), ...Object.keys(after)])]).list;

describe('differences between two inventories', () => {
  it('name what came, what went and what is newer', () => {
    const before = { softwares: [software('bash', '5.1'), software('vim', '9.0')] };
    const after = { softwares: [software('git', '2.4'), software('bash', '5.2')] };
    expect(between(before, after)).toEqual([
      { section: 'softwares', change: 'added', row: 'git' },
      {
        section: 'softwares',
        change: 'changed',
        row: 'bash',
        fields: [{ field: 'version', before: '5.1', after: '5.2' }],
      },
      { section: 'softwares', change: 'removed', row: 'vim' },
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

  it('are cut at their limit, and say how many are left', () => {
    const many = (count: number) => ({
      softwares: Array.from({ length: count }, (_, n) => software(`s${n}`, '1')),
    });
    expect(differencesOf({}, many(maxDifferences), ['softwares'])).toMatchObject({ left: 0 });
    const cut = differencesOf({}, many(maxDifferences + 1), ['softwares']);
    expect(cut.list).toHaveLength(maxDifferences);
    expect(cut.left).toBe(1);
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
          const { list } = differencesOf({ [section]: rows }, { [section]: shuffled }, [section]);
          expect(list).toEqual([]);
        },
      ),
    );
  });
});
