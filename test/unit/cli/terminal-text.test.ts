import fc from 'fast-check';
import { terminalJson, terminalText } from '../../../src/cli/printing/terminal-text';

const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;

describe('text of an agent on a terminal', () => {
  test.each([
    ['an escape sequence', '\u001b]0;owned\u0007', '\\u{1b}]0;owned\\u{7}'],
    ['a C1 sequence', '\u009b2J', '\\u{9b}2J'],
    ['a right-to-left override', 'exe.\u202egpj', 'exe.\\u{202e}gpj'],
    ['line ends', 'a\r\nb\u2028c', 'a\\u{d}\\u{a}b\\u{2028}c'],
    ['half of a pair', '\ud83d', '\\u{d83d}'],
    ['a flood of marks', `a${'\u0301'.repeat(50)}`, `a${'\u0301'.repeat(4)}`],
  ])('shows %s as what it is', (_what, text, shown) => {
    expect(terminalText(text)).toBe(shown);
  });

  test('leaves what people write alone', () => {
    const text = 'PC-Zoë „Empfang“ 日本語 العربية 😀';
    expect(terminalText(text)).toBe(text);
  });

  test('never lets a character through that moves the cursor', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(terminalText(text)).not.toMatch(dangerous);
      }),
    );
  });
});

describe('JSON on a terminal', () => {
  test('is safe to look at and still the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const printed = terminalJson(value);
        expect(printed.replaceAll('\n', '')).not.toMatch(dangerous);
        expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
