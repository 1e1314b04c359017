import fc from 'fast-check';
import { matchesWildcard } from '../../../src/ingest/wildcard';

test.each([
  ['par-*', 'PAR-7', true],
  ['par-*', 'xpar-7', false],
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['**', 'anything', true],
  ['a.c', 'abc', false],
  ['(a+)+$', '(a+)+$', true],
  ['*.example', 'corp.example', true],
])('%s against %s: %s', (pattern, text, isMatch) => {
  expect(matchesWildcard(pattern, text)).toBe(isMatch);
});

test('agrees with a regular expression that reads the pattern literally but for the stars', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
  fc.assert(
    fc.property(letters, letters, (pattern, text) => {
      const literal = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
      expect(matchesWildcard(pattern, text)).toBe(new RegExp(`^${literal.join('.*')}$`).test(text));
    }),
  );
});
