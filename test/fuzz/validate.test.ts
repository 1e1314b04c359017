import fc from 'fast-check';
import type { InventoryMessage } from '../../src/domain/inventory';
import { maxNotes, unmendable } from '../../src/ingest/validate';
import { loadSections } from '../../src/ingest/validate/sections';
import { isWholesome } from '../../src/ingest/validate/wholesome';
import { documentOf, messageWith, strictSchema, validate } from '../unit/ingest/validating';
import type { FieldPlan } from '../../src/ingest/validate/field-plan';

const sections = [...loadSections()];
const isStrictlyValid = strictSchema();

/** Text as fields get it: right, nearly right, and hostile. */
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    ...[
      '',
      ' ',
      '12',
      '12.5',
      ' 7 ',
      '1e3',
      '-0',
      'yes',
      'No',
      'true',
      '2021-03-15',
      '2021/3/5 1:02',
      '31/12/2015',
    ],
    ...[
      '2021-02-31T10:00:00Z',
      '20210315',
      '-430',
      '+02:00',
      '10.0.0.1',
      '10.0.0.256',
      'fe80::1%eth0',
      '::/0',
      'UP',
    ],
    ...[
      'Ether',
      'used',
      'In Use',
      'Networking',
      'crashed',
      'a\u0000b',
      '\ud800',
      '😀',
      '\u2028',
      '__proto__',
    ],
    ...['x'.repeat(255), 'x'.repeat(256), `${'x'.repeat(254)}😀`, 'x'.repeat(1025), '2'.repeat(300)],
  ),
);
const scalars = fc.oneof(
  texts,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, 0, 1, -0, 1e300, 2 ** 53, Infinity),
);
const keys = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'k'.repeat(101), 'a\nb', ''),
);
const anything = fc.oneof(
  { maxDepth: 3 },
  scalars,
  fc.array(scalars, { maxLength: 3 }),
  fc.dictionary(keys, scalars, { maxKeys: 3, noNullPrototype: true }),
  fc.array(fc.dictionary(keys, fc.oneof(scalars, fc.array(scalars)), { noNullPrototype: true }), {
    maxLength: 3,
  }),
);

/** Mostly of the shape that the plan asks for, with any fault at any place. */
function nearly(plan: FieldPlan): fc.Arbitrary<unknown> {
  switch (plan.kind) {
    case 'list':
      return fc.oneof(
        { weight: 6, arbitrary: fc.array(nearly(plan.item), { maxLength: 4 }) },
        { weight: 1, arbitrary: nearly(plan.item) },
        { weight: 1, arbitrary: anything },
      );
    case 'object': {
      const fields = [...plan.fields].map(([name, field]) => [name, nearly(field)] as const);
      const known = fc.record(Object.fromEntries(fields), { requiredKeys: [], noNullPrototype: true });
      const full = fc
        .tuple(known, fc.record(Object.fromEntries(fields.filter(([name]) => plan.required.includes(name)))))
        .map(([some, required]) => ({ ...some, ...required }));
      return fc.oneof(
        { weight: 6, arbitrary: full },
        { weight: 2, arbitrary: known },
        {
          weight: 1,
          arbitrary: fc.tuple(known, fc.dictionary(keys, anything)).map(([a, b]) => ({ ...a, ...b })),
        },
        { weight: 1, arbitrary: anything },
      );
    }
    case 'text-or-list':
      return fc.oneof(texts, fc.array(texts, { maxLength: 3 }), anything);
    case 'text':
    case 'integer':
    case 'boolean':
    case 'choice':
      return fc.oneof({ weight: 4, arbitrary: scalars }, { weight: 1, arbitrary: anything });
  }
}

/** As it comes from a parser: own keys only, `__proto__` among them, nothing shared, no `undefined`. */
const parsed = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, item: unknown) => (item === Infinity ? 'infinite' : item))) as unknown;

const contents = fc
  .array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc
          .constantFrom(...sections)
          .chain(([name, { plan }]) => nearly(plan).map((value) => [name, value] as const)),
      },
      { weight: 1, arbitrary: fc.tuple(keys, anything) },
    ),
    { maxLength: 4 },
  )
  .map((entries) => parsed(Object.fromEntries(entries)));

function expectClean(message: InventoryMessage, userAgent: string | undefined): void {
  const result = validate(message, { userAgent });
  if (result.verdict === 'refused') return;
  const { value } = result;
  isStrictlyValid(documentOf(value));
  expect(isStrictlyValid.errors ?? []).toEqual([]);
  expect(isWholesome(value.content)).toBe(true);
  expect(value.notes.length).toBeLessThanOrEqual(maxNotes);
  expect(value.notes.filter(({ note }) => note === unmendable)).toEqual([]);
}

describe('whatever the content', () => {
  test('what passes fits the schemas without coercion, and is clean throughout', () => {
    fc.assert(
      fc.property(contents, (content) => {
        expectClean(messageWith(content), undefined);
      }),
      { numRuns: 2000 },
    );
  });

  test('a version of nothing but control characters is a missing one', () => {
    expectClean(messageWith({ versionclient: '\u0000' }), undefined);
  });

  test.each(sections)('section %s', (name, { plan }) => {
    fc.assert(
      fc.property(nearly(plan), (value) => {
        expectClean(messageWith(parsed({ versionclient: 'v', [name]: value })), undefined);
      }),
      { numRuns: 60 },
    );
  });

  test('validated again it is the same, without a note', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const first = validate(messageWith(content), { userAgent: undefined });
        if (first.verdict === 'refused') throw new Error('refused');
        const before = JSON.stringify(first.value.content);
        const second = validate(messageWith(parsed(first.value.content)), { userAgent: undefined });
        if (second.verdict === 'refused') throw new Error('refused');
        expect(second.value.notes).toEqual([]);
        expect(JSON.stringify(second.value.content)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  test('a good section beside a bad one is untouched', () => {
    const good = { name: 'pc', memory: 2048, uuid: 'u' };
    fc.assert(
      fc.property(contents, (content) => {
        const result = validate(messageWith({ ...(content as object), hardware: { ...good } }), {
          userAgent: undefined,
        });
        expect(result).toMatchObject({ verdict: 'passed', value: { content: { hardware: good } } });
      }),
      { numRuns: 300 },
    );
  });
});

describe('whatever the envelope', () => {
  test('there is one verdict, never an exception, and nothing but text gets through', () => {
    const message = fc.record({
      action: fc.constantFrom('inventory' as const, 'netdiscovery' as const, 'netinventory' as const),
      deviceid: fc.oneof(fc.constant('pc-1'), anything),
      itemtype: fc.oneof(fc.constantFrom(undefined, 'Computer', 'Printer'), anything),
      partial: fc.oneof(fc.constantFrom(undefined, true), anything),
      tag: fc.oneof(fc.constantFrom(undefined, 'T'), anything),
      content: fc.oneof({ weight: 4, arbitrary: contents }, anything),
    });
    fc.assert(
      fc.property(message, fc.option(texts, { nil: undefined }), ({ content, ...rest }, userAgent) => {
        expectClean(messageWith(content, rest), userAgent);
      }),
      { numRuns: 2000 },
    );
  });
});
