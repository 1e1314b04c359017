import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject, ValidInventory } from '../../../src/domain/inventory';
import { assetOf, matchOf } from './machines';

const corpus = path.resolve(__dirname, '../../../../shared/corpus');
const describeWithCorpus = existsSync(corpus) ? describe : describe.skip;

interface Sample {
  readonly file: string;
  /** Payloads of one family come from one machine. */
  readonly family: string;
  readonly inventory: ValidInventory;
}

/** Payloads of real agents on known machines; XML as the reference converter reads it. */
function samples(): readonly Sample[] {
  const lines = readFileSync(path.join(corpus, 'index.tsv'), 'utf8').trim().split('\n');
  const columns = lines[0]!.split('\t');
  return lines.slice(1).flatMap((line) => {
    const fields = line.split('\t');
    const field = (name: string): string => fields[columns.indexOf(name)] ?? '';
    const [file, family] = [field('file'), field('family')];
    if (!family.startsWith('gen:') || !['inventory', 'partial', 'esx'].includes(field('kind'))) return [];
    const body = path.join(corpus, file.endsWith('.xml') ? `golden/${file}.json` : file);
    const message = JSON.parse(readFileSync(body, 'utf8')) as {
      deviceid: string;
      partial?: boolean;
      content: JsonObject;
    };
    const inventory: ValidInventory = {
      action: 'inventory',
      deviceid: message.deviceid,
      itemtype: 'Computer',
      partial: message.partial === true,
      tag: undefined,
      content: message.content,
      notes: [],
      deviceidIsDevice: true,
    };
    return [{ file, family, inventory }];
  });
}

describeWithCorpus('payloads of three agent families on the same machines', () => {
  const all = existsSync(corpus) ? samples() : [];
  const full = all.filter(({ inventory }) => !inventory.partial);

  test('any two full ones of one machine are one asset, of two machines never', () => {
    expect(full.length).toBeGreaterThan(20);
    for (const known of full) {
      for (const submitted of full) {
        const { result } = matchOf(submitted.inventory, [assetOf(known.inventory)]);
        const pair = [known.file, submitted.file];
        if (known.family === submitted.family) expect([...pair, result]).toEqual([...pair, 'same']);
        else expect([...pair, result]).toEqual([...pair, 'none']);
      }
    }
  });

  test('a partial belongs to the install that sent the full one, and to no other', () => {
    const partials = all.filter(({ inventory }) => inventory.partial);
    expect(partials.length).toBeGreaterThan(5);
    for (const { file, family, inventory } of partials) {
      for (const known of full) {
        const { result } = matchOf(inventory, [assetOf(known.inventory)]);
        const isOwn = known.family === family && known.inventory.deviceid === inventory.deviceid;
        expect([file, known.file, result]).toEqual([file, known.file, isOwn ? 'same' : 'none']);
      }
    }
  });
});
