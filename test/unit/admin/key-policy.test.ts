import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { canonicalCidr } from '../../../src/admin/key-policy';

describe('a network', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.0.2.7', '192.0.2.7/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::1/32', '2001:db8::/32'],
    ['::1', '::1/128'],
    ['::/0', '::/0'],
    ['::ffff:192.0.2.7', '192.0.2.7/32'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    [' 10.0.0.0/8 ', '10.0.0.0/8'],
  ])('%s is kept as %s', (text, canonical) => {
    expect(canonicalCidr(text)).toBe(canonical);
  });

  it.each([
    '',
    'lan',
    '10',
    '10.1/16',
    '0x7f.1',
    '010.0.0.300',
    '10.0.0.0/33',
    '::1/129',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    'fe80::1%eth0',
    '10.0.0.0/8 OR 1=1',
  ])('%j is none', (text) => {
    expect(canonicalCidr(text)).toBeUndefined();
  });

  it('in its one spelling stays as it is, and can always be matched against', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(140))
            .map(([address, length]) => `${address}/${length}`),
        ),
        (text) => {
          const canonical = canonicalCidr(text);
          if (canonical === undefined) return;
          expect(canonicalCidr(canonical)).toBe(canonical);
          expect(() => ipaddr.parseCIDR(canonical)).not.toThrow();
        },
      ),
      { numRuns: 2000 },
    );
  });
});
