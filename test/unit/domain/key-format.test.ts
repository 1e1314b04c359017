import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { hintOf, issueSecret, maxSecretLength, parseSecret } from '../../../src/domain/key-format';

describe('registration key format', () => {
  it('issues keys that parse, with 256 bits of secret and only characters that need no quoting', () => {
    const { id, full } = issueSecret('grk', randomBytes);
    expect(full).toMatch(/^grk_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
    expect(parseSecret('grk', full)).toEqual({ form: 'ok', id, full });
    expect(hintOf(full)).toHaveLength(4);
  });

  it('uses every letter of its alphabet equally often', () => {
    // 256 byte values; those of 248 and above would favour the first letters and are thrown away.
    const allBytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const { full } = issueSecret('grk', () => allBytes);
    expect(full.slice(4, 16)).toBe('0123456789AB');
    expect(issueSecret('grk', (n) => Buffer.concat([Buffer.alloc(n, 255), Buffer.alloc(n, 1)])).full).toMatch(
      /^grk_1{12}_1{43}/,
    );
  });

  it('finds every typing error of one or two characters without asking anybody', () => {
    const { full } = issueSecret('grk', randomBytes);
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: full.length - 1 }),
        fc.constantFrom(...Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')),
        (at, letter) => {
          fc.pre(full[at] !== letter && full[at] !== '_');
          const mistyped = full.slice(0, at) + letter + full.slice(at + 1);
          expect(parseSecret('grk', mistyped).form).toBe('checksum');
        },
      ),
    );
  });

  it('tells a secret of another kind from a mistyped one', () => {
    expect(parseSecret('grk', issueSecret('gra', randomBytes).full).form).toBe('other-prefix');
    expect(parseSecret('grk', 'GLPI-NETWORK-KEY-AAAA-BBBB').form).toBe('shape');
    expect(parseSecret('grk', '').form).toBe('shape');
  });

  it('does not look at text longer than any secret', () => {
    expect(parseSecret('grk', 'g'.repeat(maxSecretLength + 1)).form).toBe('shape');
  });

  it('never throws, whatever is presented', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(['ok', 'checksum', 'other-prefix', 'shape']).toContain(parseSecret('grk', text).form);
      }),
    );
  });
});
