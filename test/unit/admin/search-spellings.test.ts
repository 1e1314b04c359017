import fc from 'fast-check';
import { ipSpelling, macSpelling, uuidSpellings } from '../../../src/admin/search-spellings';

const hex = (length: number) =>
  fc
    .array(
      fc.nat(15).map((digit) => digit.toString(16)),
      { minLength: length, maxLength: length },
    )
    .map((one) => one.join(''));

it('a MAC is found whatever its separators and case', () => {
  fc.assert(
    fc.property(
      hex(12),
      fc.constantFrom(':', '-', '.', ' ', ''),
      fc.boolean(),
      (digits, separator, isUpper) => {
        const written = (digits.match(/../g) ?? []).join(separator);
        const expected = (digits.match(/../g) ?? []).join(':');
        expect(macSpelling(isUpper ? written.toUpperCase() : written)).toBe(expected);
      },
    ),
  );
  expect(macSpelling('12:34:56:78:9a')).toBeUndefined();
  expect(macSpelling('12:34:56:78:9a:bg')).toBeUndefined();
});

it('a UUID and the same in the other byte order are searched by the same spellings', () => {
  const one = uuidSpellings('4C4C4544-004C-4710-8053-B2C04F505931');
  const other = uuidSpellings('{44454c4c-4c00-1047-8053-b2c04f505931}');
  for (const spelling of ['4c4c4544-004c-4710-8053-b2c04f505931', '44454c4c-4c00-1047-8053-b2c04f505931']) {
    expect(one).toContain(spelling);
    expect(other).toContain(spelling);
  }
});

it('no text makes the readers throw, and the spellings stay few', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      macSpelling(text);
      ipSpelling(text);
      expect(uuidSpellings(text).length).toBeLessThanOrEqual(12);
    }),
  );
});
