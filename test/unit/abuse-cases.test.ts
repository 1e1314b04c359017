import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { abuseCases } from '../support/abuse-cases';

const root = path.resolve(__dirname, '../..');
const rows = readFileSync(path.join(root, 'docs/threat-model.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [AKL]\d+ \|/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, id = '', what = '', verdict = '', how = '']) => ({ id, what, verdict, how }));
const folder = path.join(root, 'test/integration/abuse');
const tested = readdirSync(folder)
  .map((name) => readFileSync(path.join(folder, name), 'utf8'))
  .flatMap((text) => [...text.matchAll(/^test\(\s*['`"]([AKL]\d+): /gm)])
  .map(([, id]) => id);
const verdicts = ['prevented', 'detected', 'prevented and detected', 'not covered', 'not yet'];

describe('the cases of abuse', () => {
  it('are those in docs/threat-model.md, none more and none forgotten', () => {
    expect(rows.map(({ id }) => id)).toEqual(abuseCases);
  });

  it.each(rows)('$id has a verdict, says how, and is played over HTTP unless it cannot be yet', (row) => {
    expect(verdicts).toContain(row.verdict);
    expect(row.how.length).toBeGreaterThan(20);
    expect([row.id, tested.includes(row.id)]).toEqual([row.id, row.verdict !== 'not yet']);
  });

  it('are all that the folder plays', () => {
    expect([...new Set(tested)].filter((id) => !abuseCases.includes(id ?? ''))).toEqual([]);
  });
});
