import { createToldApart } from '../../../src/store/told-apart';

const start = Date.parse('2026-11-23T08:00:00Z');
const at = (minutes: number) => new Date(start + minutes * 60_000);
const known = (n: number) => ({ own: `source-${n} kid`, source: `source-${n}`, isStranger: false });
const stranger = (n: number, source = 'source') => ({ own: `${source} kid-${n}`, source, isStranger: true });

it('as many as a minute has room for are told apart, one more counts among many, and the known ones go on', () => {
  const told = createToldApart(3);
  for (let n = 0; n < 3; n++) expect(told.choose(at(0), known(n))).toBe('own');
  expect(told.choose(at(0), known(3))).toBe('many');
  expect(told.choose(at(0), known(2))).toBe('own');
  expect(told.choose(at(1), known(3))).toBe('own');
});

it('an hour has room for ten minutes of them, so that a flood without end adds no rows without end', () => {
  const told = createToldApart(3);
  let names = 0;
  for (let n = 0; n < 60 * 100; n++) if (told.choose(at(n / 100), known(n)) === 'own') names++;
  expect(names).toBe(30);
  expect(told.choose(at(60), known(0))).toBe('own');
});

it('of one source four unknown kids are kept, and all further ones count for the source', () => {
  const told = createToldApart(10);
  for (let n = 0; n < 4; n++) expect(told.choose(at(0), stranger(n))).toBe('own');
  for (let n = 4; n < 100; n++) expect(told.choose(at(0), stranger(n))).toBe('source');
  expect(told.choose(at(0), stranger(3))).toBe('own');
  expect(told.choose(at(0), stranger(0, 'other'))).toBe('own');
  expect(told.choose(at(1), stranger(4))).toBe('own');
});

it('unknown kids find no room that nobody has', () => {
  const told = createToldApart(2);
  expect(told.choose(at(0), stranger(0))).toBe('own');
  expect(told.choose(at(0), known(1))).toBe('own');
  expect(told.choose(at(0), stranger(1))).toBe('many');
});
