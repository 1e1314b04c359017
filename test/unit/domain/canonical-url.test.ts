import fc from 'fast-check';
import {
  canonicalHost,
  canonicalUrl,
  isWithin,
  urlText,
  withoutTrailingSlashes,
} from '../../../src/domain/canonical-url';

const url = (text: string) => {
  const read = canonicalUrl(text);
  if (read === undefined) throw new Error(`not a URL: ${text}`);
  return read;
};

describe('canonical URL', () => {
  it.each([
    ['https://INV.example', 'https://inv.example'],
    ['https://inv.example.', 'https://inv.example'],
    ['https://inv.example:443/', 'https://inv.example'],
    ['http://inv.example:80/glpi/', 'http://inv.example/glpi'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['http://127.0.0.1:8080', 'http://localhost:8080'],
    ['http://[::1]:8080/', 'http://localhost:8080'],
    ['http://[2001:DB8::1]/', 'http://[2001:db8::1]'],
    ['http://0x7f.1:8080/', 'http://localhost:8080'],
    ['https://h.example/a/../b//', 'https://h.example/b'],
    ['https://h.example/a b', 'https://h.example/a%20b'],
  ])('%s is spelled %s', (written, spelled) => {
    expect(urlText(url(written))).toBe(spelled);
    expect(urlText(url(spelled))).toBe(spelled);
  });

  it.each([
    'ftp://x',
    'inv.example',
    'https://user@inv.example',
    'https://inv.example/?a=1',
    'https://inv.example/#a',
    '',
  ])('%s is no URL that a key can be bound to', (text) => {
    expect(canonicalUrl(text)).toBeUndefined();
  });

  it('does not look at a URL longer than 2048 characters', () => {
    expect(canonicalUrl(`https://inv.example/${'a'.repeat(2048)}`)).toBeUndefined();
  });

  it.each(['', '.', 'a..b', 'user@b.example', 'a b', 'a/b', 'a?b', 'a\u0000b', '[::1', '[zz]', '<script>'])(
    '%j is no host',
    (text) => {
      expect(canonicalHost(text)).toBeUndefined();
    },
  );

  it('binds to origin and to whole segments of the base path', () => {
    const bound = url('https://inv.example/glpi');
    expect(isWithin(bound, url('https://inv.example/glpi/front/inventory.php'))).toBe(true);
    expect(isWithin(bound, url('https://inv.example/glpi'))).toBe(true);
    expect(isWithin(bound, url('https://inv.example/glpi2'))).toBe(false);
    expect(isWithin(bound, url('https://inv.example/'))).toBe(false);
    expect(isWithin(bound, url('http://inv.example/glpi'))).toBe(false);
    expect(isWithin(bound, url('https://inv.example:8443/glpi'))).toBe(false);
    expect(isWithin(url('https://inv.example'), url('https://inv.example/any/path'))).toBe(true);
  });

  it('takes slashes off the end of a path, in no more time than it is long', () => {
    expect(['', '/', '/a', '/a/', '/a//', '//'].map(withoutTrailingSlashes)).toEqual([
      '',
      '',
      '/a',
      '/a',
      '/a',
      '',
    ]);
    const slashes = '/'.repeat(1_000_000);
    expect(withoutTrailingSlashes(`${slashes}a${slashes}`)).toHaveLength(1_000_001);
  });

  it('reads any URL without throwing, spells it once, and binds it to itself', () => {
    const piece = fc.constantFrom(
      'http://',
      'HTTPS://',
      '@',
      ':',
      '/',
      '//',
      '?',
      '#',
      '..',
      '%2e',
      '[::1]',
      'h.example',
      '\\',
      '\t',
      '8080',
    );
    const text = fc.oneof(
      fc
        .array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 8 })
        .map((all) => all.join('')),
      fc.webUrl({ withQueryParameters: false, withFragments: false }),
    );
    fc.assert(
      fc.property(text, (given) => {
        const read = canonicalUrl(given);
        if (read === undefined) return;
        const spelled = urlText(read);
        expect(canonicalUrl(spelled)).toEqual(read);
        expect(isWithin(read, read)).toBe(true);
        expect(isWithin(read, { ...read, host: 'evil.invalid' })).toBe(false);
        expect(spelled).toMatch(/^https?:\/\/[^/@?#\s]+(\/[^?#\s]*)?$/);
      }),
    );
  });

  it('reads any host without throwing, and its own spelling unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const host = canonicalHost(text);
        if (host !== undefined) expect(canonicalHost(host)).toBe(host);
      }),
    );
  });
});
