import { fitForGlpi } from '../../../src/forward/fit-for-glpi';
import { loadSections } from '../../../src/ingest/validate/sections';
import type { JsonObject } from '../../../src/domain/inventory';

const plans = new Map([...loadSections()].map(([name, { plan }]) => [name, plan]));
const fit = (content: JsonObject) => fitForGlpi(content, plans);

test.each<[string, JsonObject]>([
  ['an object', { a: 'x' }],
  ['a list', { list: ['x'] }],
  ['a number', { n: 7 }],
])('where a text belongs nothing else passes: %s', (_, value) => {
  const [bad = null] = Object.values(value);
  const nested = Array.isArray(bad) ? bad : typeof bad === 'string' ? value : bad;
  const fitted = fit({ bios: { ssn: nested, smodel: 'M' }, hardware: { name: nested, uuid: 'U' } });
  expect(fitted).toEqual({ bios: { smodel: 'M' }, hardware: { uuid: 'U' } });
});

test('quotes stay as text; control characters and halves of letters go; what is too long is left out', () => {
  const fitted = fit({
    bios: {
      ssn: `1' OR '1'='1' -- "`,
      smodel: 'a\u0000b\u001b[2Jc',
      msn: 'x'.repeat(256),
      mmodel: 'x\ud800',
    },
  });
  expect(fitted).toEqual({ bios: { ssn: `1' OR '1'='1' -- "`, smodel: 'ab[2Jc', mmodel: 'x\ufffd' } });
});

test('sections and fields that nobody knows are left out, also those that name properties of objects', () => {
  const content = JSON.parse(
    '{"bios":{"ssn":"S","zzz":1,"__proto__":{"ssn":"P"}},"registry":[{"a":1}],"constructor":{"a":1},"itemtype":"User"}',
  ) as JsonObject;
  expect(fit(content)).toEqual({ bios: { ssn: 'S' } });
});

test('rows without what makes them a row are left out', () => {
  expect(fit({ softwares: [{ name: 'a' }, { version: '1' }, 'x', { name: { $ne: '' } }] })).toEqual({
    softwares: [{ name: 'a' }],
  });
});
