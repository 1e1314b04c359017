import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { InventoryContent } from '../../../src/domain/inventory';
import { mergePartial } from '../../../src/ingest/merge-partial';
import { corpusFolder, describeWithCorpus, filesIn, inventoryOf } from '../protocol/shared-files';
import { accepted } from './validating';

const stored = (): InventoryContent => ({
  bios: { ssn: 'S1', assettag: 'A' },
  hardware: { name: 'pc', memory: 2048, defaultgateway: '10.0.0.1' },
  networks: [{ description: 'eth0' }],
  softwares: [{ name: 'a' }, { name: 'b' }],
  versionclient: 'v1',
});

describe('a partial inventory', () => {
  test('replaces the sections it lists and keeps the others', () => {
    const merged = mergePartial(stored(), {
      bios: { ssn: 'S1' },
      softwares: [{ name: 'a' }],
      cpus: [{ name: 'c' }],
      versionclient: 'v2',
    });
    expect(merged).toEqual({
      ...stored(),
      bios: { ssn: 'S1' },
      softwares: [{ name: 'a' }],
      cpus: [{ name: 'c' }],
      versionclient: 'v2',
    });
  });

  test('empties a section that it lists as empty', () => {
    expect(mergePartial(stored(), { softwares: [] }).softwares).toEqual([]);
  });

  test('lays its fields of hardware onto the stored ones: agents send there only what belongs to the category', () => {
    expect(mergePartial(stored(), { hardware: { name: 'pc', memory: 4096 } }).hardware).toEqual({
      name: 'pc',
      memory: 4096,
      defaultgateway: '10.0.0.1',
    });
    expect(mergePartial({}, { hardware: { name: 'pc' } }).hardware).toEqual({ name: 'pc' });
    expect(mergePartial({ hardware: 'odd' }, { hardware: { name: 'pc' } }).hardware).toEqual({ name: 'pc' });
  });

  test('changes neither side', () => {
    const [before, partial] = [stored(), { hardware: { memory: 1 }, softwares: [] }];
    mergePartial(before, partial);
    expect(before).toEqual(stored());
    expect(partial).toEqual({ hardware: { memory: 1 }, softwares: [] });
  });

  test('of the empty kind changes nothing', () => {
    expect(mergePartial(stored(), {})).toEqual(stored());
  });
});

describeWithCorpus('partials by category of one real host', () => {
  const names = filesIn(path.join(corpusFolder, 'partial'), '.json').filter((name) =>
    name.includes('partial-dell'),
  );

  test('add up: none takes away what another brought', () => {
    expect(names.length).toBeGreaterThan(5);
    const partials = names.map(
      (name) => accepted(inventoryOf(readFileSync(path.join(corpusFolder, 'partial', name)))).content,
    );
    const merged = partials.reduce(mergePartial, {});
    for (const partial of partials) {
      expect(Object.keys(merged)).toEqual(expect.arrayContaining(Object.keys(partial)));
      expect(merged.hardware).toEqual(expect.objectContaining(partial.hardware as object));
    }
  });
});
