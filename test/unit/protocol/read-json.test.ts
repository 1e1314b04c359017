import { defaultDecodeLimits, type DecodeLimits } from '../../../src/protocol/limits';
import { readJson } from '../../../src/protocol/read-json';

const read = (text: string, limits: Partial<DecodeLimits> = {}) =>
  readJson(text, { ...defaultDecodeLimits, ...limits });

const nested = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;

describe('readJson', () => {
  test('gives the object', () => {
    expect(read('{"a":[1,"x",null,{"b":true}]}')).toEqual({
      verdict: 'passed',
      value: { a: [1, 'x', null, { b: true }] },
    });
  });

  test.each(['[]', '"a"', '1', 'null', '', '{', '{"a":1,}', "{'a':1}", '{"a":1}x', '{"a":NaN}', '[[[['])(
    'refuses %j',
    (text) => {
      expect(read(text)).toMatchObject({ verdict: 'refused', reason: 'payload_malformed' });
    },
  );

  test.each(['__proto__', 'constructor', 'prototype', '\\u005f_proto__'])(
    'refuses the key %s anywhere',
    (key) => {
      expect(read(`{"a":[{"b":{"${key}":{"x":1}}}]}`)).toMatchObject({
        verdict: 'refused',
        reason: 'payload_malformed',
      });
      expect(({} as { x?: unknown }).x).toBeUndefined();
    },
  );

  test.each<[string, Partial<DecodeLimits>, string, string]>([
    ['depth', { maxDepth: 5 }, nested(5), nested(6)],
    ['depth', { maxDepth: 3 }, '{"a":[[1]]}', '{"a":[[[]]]}'],
    ['elements', { maxElements: 4 }, '{"a":[1,2]}', '{"a":[1,2,3]}'],
    ['elements', { maxElements: 3 }, '{"a":1,"b":2}', '{"a":1,"b":2,"c":3}'],
    ['list', { maxListLength: 3 }, '{"a":[1,2,3]}', '{"a":[1,2,3,4]}'],
    ['text', { maxTextBytes: 4 }, '{"a":"abcd"}', '{"a":"abcde"}'],
    ['text', { maxTextBytes: 4 }, '{"a":["éé"]}', '{"a":["ééx"]}'],
    ['text', { maxTextBytes: 4 }, '{"abcd":1}', '{"abcde":1}'],
  ])('%s: one past %j', (limit, limits, within, beyond) => {
    expect(read(within, limits).verdict).toBe('passed');
    expect(read(beyond, limits)).toEqual({
      verdict: 'refused',
      reason: 'payload_too_complex',
      evidence: { limit },
    });
  });

  test('a long text is counted before it is parsed', () => {
    // Not JSON: had it been parsed, it would be malformed.
    expect(read(`{"a":${'['.repeat(2_000_000)}`)).toMatchObject({ evidence: { limit: 'depth' } });
    expect(read(`{"a":[${'[],'.repeat(600_000)}`)).toMatchObject({ evidence: { limit: 'elements' } });
    expect(read(`{"a":"${'[,{\\"'.repeat(60_000)}"}`, { maxElements: 100_000 }).verdict).toBe('passed');
  });

  test('a nesting that would overflow a recursive reader is refused', () => {
    expect(read(`{"a":${'['.repeat(300_000)}${']'.repeat(300_000)}}`)).toMatchObject({
      reason: 'payload_too_complex',
    });
  });

  test('replaces what the database cannot hold, and nothing else', () => {
    const text = String.raw`{"a":"x\u0000y","b\u0000":1,"c":"\ud83d\ude00","d":"\ud83d!","e":"\\u0000","f":"\uDE00","g":"\u00e9"}`;
    expect(read(text)).toEqual({
      verdict: 'passed',
      value: {
        a: 'x\uFFFDy',
        'b\uFFFD': 1,
        c: '😀',
        d: '\uFFFD!',
        e: String.raw`\u0000`,
        f: '\uFFFD',
        g: 'é',
      },
    });
  });
});
