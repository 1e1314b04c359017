import fc from 'fast-check';
import type { JsonValue } from '../../src/domain/inventory';
import { digestSections } from '../../src/ingest/section-digests';

const values = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>;
const digestOf = (value: JsonValue): string | undefined => digestSections({ s: value }).s;

/** The same value with keys and list items turned round, at every depth. */
function turned(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(turned).reverse();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]): [string, JsonValue] => [key, turned(item)])
      .reverse(),
  );
}

/** Text that is equal only for values that are equal but for order: what the digest must agree with. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .sort()
    .join()}}`;
}

describe('the digest of any value', () => {
  test('is the same in any order', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(digestOf(turned(value))).toBe(digestOf(value));
      }),
      { numRuns: 1000 },
    );
  });

  test('is equal exactly where the values are equal but for order', () => {
    const small = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<JsonValue>('', 'a', 'b', 'ab', 1, 0, true, null, '1'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', '1'), tie('value'), { noNullPrototype: true }),
      ),
    })).value;
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(digestOf(a) === digestOf(b)).toBe(canonical(a) === canonical(b));
      }),
      { numRuns: 5000 },
    );
  });
});
