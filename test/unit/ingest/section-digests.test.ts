import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { InventoryContent, ValidInventory } from '../../../src/domain/inventory';
import { mergePartial } from '../../../src/ingest/merge-partial';
import { changedSections, digestSections } from '../../../src/ingest/section-digests';
import { loadSections } from '../../../src/ingest/validate/sections';
import { volatileRules } from '../../../src/ingest/volatile-fields';
import { corpusFolder, describeWithExchanges, exchangesFolder, inventoryOf } from '../protocol/shared-files';
import { accepted } from './validating';

const changes = (before: InventoryContent, after: InventoryContent): string[] =>
  changedSections(digestSections(before), digestSections(after));

const base = (): InventoryContent => ({
  bios: { ssn: 'S1', smodel: 'M' },
  softwares: [
    { name: 'a', version: '1' },
    { name: 'b', version: '2', nested: { x: [1, 2], y: null } },
  ],
  drives: [{ volumn: '/', total: 100, free: 40 }],
  versionclient: 'v',
});

describe('a section digest', () => {
  test('is 16 hex digits', () => {
    expect(Object.values(digestSections(base())).every((text) => /^[0-9a-f]{16}$/.test(text))).toBe(true);
  });

  test('does not depend on the order of sections, keys or rows', () => {
    const turned: InventoryContent = {
      versionclient: 'v',
      drives: [{ free: 40, total: 100, volumn: '/' }],
      softwares: [
        { nested: { y: null, x: [2, 1] }, version: '2', name: 'b' },
        { version: '1', name: 'a' },
      ],
      bios: { smodel: 'M', ssn: 'S1' },
    };
    expect(digestSections(turned)).toEqual(digestSections(base()));
  });

  test.each<[string, InventoryContent, InventoryContent]>([
    ['a value', { s: { a: 'x' } }, { s: { a: 'y' } }],
    ['the name of a field', { s: { a: 'x' } }, { s: { b: 'x' } }],
    ['name and value exchanged', { s: { a: 'b' } }, { s: { b: 'a' } }],
    ['values exchanged between fields', { s: { a: 'x', b: 'y' } }, { s: { a: 'y', b: 'x' } }],
    [
      'values exchanged between rows',
      {
        s: [
          { a: '1', b: '1' },
          { a: '2', b: '2' },
        ],
      },
      {
        s: [
          { a: '1', b: '2' },
          { a: '2', b: '1' },
        ],
      },
    ],
    ['a character moved to the next field', { s: { a: 'xy', b: 'z' } }, { s: { a: 'x', b: 'yz' } }],
    ['a row more', { s: [{ a: 1 }] }, { s: [{ a: 1 }, { a: 1 }] }],
    ['two equal rows more', { s: [{ a: 1 }] }, { s: [{ a: 1 }, { a: 1 }, { a: 1 }] }],
    ['one of the same as text', { s: { a: 1 } }, { s: { a: '1' } }],
    ['null for its name', { s: { a: null } }, { s: { a: 'null' } }],
    ['true for its name', { s: { a: true } }, { s: { a: 'true' } }],
    ['null for nothing', { s: { a: null } }, { s: {} }],
    ['a list of one', { s: { a: 'x' } }, { s: { a: ['x'] } }],
    ['an empty list for an empty object', { s: [] }, { s: {} }],
    ['lists split elsewhere', { s: [['a', 'b'], ['c']] }, { s: [['a'], ['b', 'c']] }],
    ['empty text for none', { s: { a: '' } }, { s: {} }],
    ['a character that only its high byte tells apart', { s: { a: 'Ā' } }, { s: { a: 'Ȁ' } }],
  ])('changes with %s', (_, before, after) => {
    expect(changes(before, after)).toEqual(['s']);
  });

  test('tells 100,000 similar rows apart', () => {
    const digests = new Set<string>();
    for (let i = 0; i < 50_000; i++) {
      digests.add(digestSections({ s: [{ name: `package-${i}`, version: '1.0' }] }).s ?? '');
      digests.add(digestSections({ s: [{ name: 'package', filesize: i }] }).s ?? '');
    }
    expect(digests.size).toBe(100_000);
  });

  test('is right for more names of fields than are remembered', () => {
    const names = Array.from({ length: 5000 }, (_, i) => [`odd${i}`, i] as const);
    const before = digestSections({ s: Object.fromEntries(names) });
    expect(digestSections({ s: Object.fromEntries(names.toReversed()) })).toEqual(before);
    expect(digestSections({ s: Object.fromEntries([...names.slice(1), ['odd0', 1]]) })).not.toEqual(before);
  });

  test('is made only of the sections asked for', () => {
    const all = digestSections(base());
    expect(digestSections(base(), ['bios', 'drives', 'missing'])).toEqual({
      bios: all.bios,
      drives: all.drives,
    });
  });
});

describe('changed sections', () => {
  test('are those that differ, those that are new and those that are gone', () => {
    const { drives: _, ...after } = base();
    expect(changes(base(), { ...after, bios: { ssn: 'S2' }, cpus: [] })).toEqual(['bios', 'cpus', 'drives']);
    expect(changes(base(), base())).toEqual([]);
  });

  test('an emptied section is a changed one', () => {
    expect(changes(base(), { ...base(), softwares: [] })).toEqual(['softwares']);
  });
});

describe('volatile fields', () => {
  const sections = loadSections();
  const valueFor = (when: RegExp | undefined, run: number): string =>
    when === undefined ? `run ${run}` : `x86_64/00-00-0${run} 00:32:21`;

  test.each(volatileRules.map((rule) => [rule.section, String(rule.fields), rule] as const))(
    '%s: %s',
    (name, _, { fields, when }) => {
      expect(sections.get(name)).toBeDefined();
      const names = fields === 'all' ? ['anything'] : fields;
      const withRun = (run: number, stays: string): InventoryContent => {
        const row = Object.fromEntries(names.map((field) => [field, valueFor(when, run)]));
        return { [name]: [{ stays, ...row, below: [row] }] };
      };
      expect(changes(withRun(1, 'same'), withRun(2, 'same'))).toEqual([]);
      expect(changes(withRun(1, 'same'), withRun(1, 'other'))).toEqual(fields === 'all' ? [] : [name]);
    },
  );

  test('the description of a Windows computer is not the uptime that Unix agents write there', () => {
    const described = (description: string): InventoryContent => ({ hardware: { description } });
    expect(changes(described('Reception'), described('Kitchen'))).toEqual(['hardware']);
    expect(changes(described('amd64/-1-11-30 23:58:05'), described('amd64/00-00-00 00:02:05'))).toEqual([]);
  });

  test('the same name in another section counts', () => {
    expect(changes({ memories: [{ free: 1 }] }, { memories: [{ free: 2 }] })).toEqual(['memories']);
  });
});

describeWithExchanges('two runs of the same real agent', () => {
  const exchange = (name: string): ValidInventory =>
    accepted(inventoryOf(readFileSync(path.join(exchangesFolder, name))));
  const payload = (name: string): ValidInventory =>
    accepted(inventoryOf(readFileSync(path.join(corpusFolder, name))));

  function changesBetween(before: ValidInventory, after: ValidInventory): string[] {
    expect(after.deviceid).toBe(before.deviceid);
    return changes(
      before.content,
      after.partial ? mergePartial(before.content, after.content) : after.content,
    );
  }

  test('GLPI Agent 1.11: full, then partial', () => {
    const [before, after] = ['01-inventory-json', '02-inventory-json-partial'].map((name) =>
      exchange(`glpi-1.11/${name}.json`),
    ) as [ValidInventory, ValidInventory];
    expect(after.partial).toBe(true);
    expect(changesBetween(before, after)).toEqual([]);
  });

  test('GLPI Agent 1.12: full, then partial, three packages installed in between', () => {
    const before = exchange('glpi-1.12dev/05-inventory-json-full.json');
    const after = exchange('glpi-1.12dev/06-inventory-json-partial.json');
    expect(changesBetween(before, after)).toEqual(['softwares']);
    const count = ({ content }: ValidInventory): number => (content.softwares as unknown[]).length;
    expect(count(after) - count(before)).toBe(3);
  });

  test('GLPI Agent 1.12: full, then a partial of bios, hardware and drives', () => {
    const before = exchange('glpi-1.12dev/07-inventory-json-small.json');
    expect(changesBetween(before, exchange('glpi-1.12dev/08-inventory-json-partial-tiny.json'))).toEqual([]);
    expect(changesBetween(before, exchange('glpi-injector/01-json.json'))).toEqual([]);
  });

  test('a server at two moments, full and partial', () => {
    const before = payload('inventory/gen__0012-inventory-GLPI-Agent_v1.12-dev-7a07ae.json');
    const full = payload('inventory/gen__0117-inventory-GLPI-Agent_v1.12-dev-5ee71c.json');
    const partial = payload('partial/gen__0115-inventory-GLPI-Agent_v1.12-dev-4cf2a7.json');
    expect(changesBetween(before, full)).toEqual([]);
    expect(changesBetween(before, partial)).toEqual([]);
  });

  test('OCS: other software and another interface, though its description holds the uptime', () => {
    const before = payload('inventory/gen__0002-inventory-OCS-NG_unified_unix_agent_v2.10.0-78fdef.xml');
    const after = payload('inventory/gen__0025-inventory-OCS-NG_unified_unix_agent_v2.10.0-a1f03e.xml');
    expect(changesBetween(before, after).sort()).toEqual(['networks', 'softwares']);
  });
});
