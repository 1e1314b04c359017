import fc from 'fast-check';
import { canonicalUrl } from '../../../src/domain/canonical-url';
import {
  bindingOf,
  boundText,
  defaultKeepOldDays,
  maxUrlAliases,
  rebound,
  type BoundUrls,
  type Rebinding,
} from '../../../src/domain/url-binding';

const now = new Date('2026-11-23T08:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * 24 * 3600 * 1000);
const url = (text: string) => canonicalUrl(text)!;
const bound = (urls: string[], aliases: [string, Date | null][] = []): BoundUrls => ({
  urls: urls.map(url),
  urlAliases: aliases.map(([text, until]) => ({ url: url(text), until })),
});

describe('a request', () => {
  const key = bound(
    ['https://new.example'],
    [
      ['https://old.example', inDays(1)],
      ['https://older.example', inDays(-1)],
      ['http://for.ever.example', null],
    ],
  );
  const by = (seen: string, at = now) => bindingOf(key, url(seen), at).by;

  it('is addressed to a URL of the key, or to a former one while that counts', () => {
    expect(by('https://new.example/front/inventory.php')).toBe('url');
    expect(by('https://old.example/')).toBe('alias');
    expect(by('http://for.ever.example', inDays(10_000))).toBe('alias');
    expect(by('https://elsewhere.example')).toBe('none');
  });

  it('is not under a former URL from its last moment on, and then it is known which it was', () => {
    expect(by('https://old.example', new Date(inDays(1).getTime() - 1))).toBe('alias');
    expect(by('https://old.example', inDays(1))).toBe('none');
    expect(bindingOf(key, url('https://older.example'), now)).toEqual({
      by: 'none',
      ended: { url: url('https://older.example'), until: inDays(-1) },
    });
    expect(bindingOf(key, url('https://elsewhere.example'), now)).toEqual({ by: 'none', ended: undefined });
  });

  it('is told which URLs count', () => {
    expect(boundText(key, now)).toEqual([
      'https://new.example',
      'https://old.example',
      'http://for.ever.example',
    ]);
  });

  it.each([
    ['https://h/glpi/marketplace/glpiinventory', 'https://h/glpi/api.php/token', 'url'],
    ['https://h/plugins/glpiinventory', 'https://h/api.php/token', 'url'],
    ['https://h/plugins', 'https://h/api.php/token', 'url'],
    ['https://h/front/inventory.php', 'https://h/front/inventory.php/api.php/token', 'url'],
    ['https://h/glpi/marketplace/glpiinventory', 'https://h/other/api.php/token', 'none'],
    ['https://h/glpi/marketplace/glpiinventory', 'https://h/glpi/api.php/token/x', 'none'],
    ['https://h/glpi/marketplace/glpiinventory', 'https://evil/glpi/api.php/token', 'none'],
    ['https://h/glpi/marketplace/glpiinventory', 'http://h/glpi/api.php/token', 'none'],
    ['https://h/glpi/marketplaces', 'https://h/glpi/api.php/token', 'none'],
  ])('for a token of an agent at %s asks at %s: %s', (at, seen, expected) => {
    expect(bindingOf(bound([at]), url(seen), now).by).toBe(expected);
  });
});

describe('rebinding', () => {
  const before: Rebinding = {
    urls: ['https://a.example'],
    aliases: [
      { url: 'https://b.example', until: inDays(5) },
      { url: 'https://c.example', until: inDays(-5) },
    ],
  };
  const to = (urls: string[], keep?: Date | null) => rebound(before, urls, keep, now);

  it('keeps what it leaves for 30 days, and the others as they were', () => {
    expect(to(['https://n.example'])).toEqual({
      urls: ['https://n.example'],
      aliases: [
        { url: 'https://a.example', until: inDays(defaultKeepOldDays) },
        { url: 'https://b.example', until: inDays(5) },
        { url: 'https://c.example', until: inDays(-5) },
      ],
    });
  });

  it('sets one end for all that still serve when told: a time, at once, or none', () => {
    const ends = (keep: Date | null) => to(['https://n.example'], keep)?.aliases.map(({ until }) => until);
    expect(ends(inDays(2))).toEqual([inDays(2), inDays(2), inDays(-5)]);
    expect(ends(inDays(-100))).toEqual([now, now, inDays(-5)]);
    expect(ends(null)).toEqual([null, null, inDays(-5)]);
  });

  it('makes a former URL one that counts again, and nothing of what stays', () => {
    expect(to(['https://a.example', 'https://b.example'])).toEqual({
      urls: ['https://a.example', 'https://b.example'],
      aliases: [{ url: 'https://c.example', until: inDays(-5) }],
    });
  });

  it('remembers 20 former URLs, forgets ended ones first, and does not end one by itself', () => {
    const many = (n: number, until: Date): Rebinding['aliases'] =>
      Array.from({ length: n }, (_, i) => ({ url: `https://${i}.example`, until }));
    const full = { urls: ['https://a.example'], aliases: many(maxUrlAliases - 1, inDays(1)) };
    expect(rebound(full, ['https://n.example'], undefined, now)?.aliases).toHaveLength(maxUrlAliases);
    const over = { ...full, aliases: many(maxUrlAliases, inDays(1)) };
    expect(rebound(over, ['https://n.example'], undefined, now)).toBeUndefined();
    expect(rebound(over, ['https://n.example'], now, now)?.aliases).toHaveLength(maxUrlAliases);
    const ended = { ...full, aliases: many(maxUrlAliases, inDays(-1)) };
    expect(rebound(ended, ['https://n.example'], undefined, now)?.aliases[0]).toEqual({
      url: 'https://a.example',
      until: inDays(defaultKeepOldDays),
    });
  });

  it('never loses a URL that serves and never lists one twice, whatever is done', () => {
    const name = fc.constantFrom(
      'https://a.example',
      'https://b.example',
      'https://c.example',
      'https://d.example',
    );
    const step = fc.tuple(
      fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
      fc.option(fc.constantFrom(inDays(1), null), { nil: undefined }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let state: Rebinding = { urls: ['https://a.example'], aliases: [] };
        const everBound = new Set(state.urls);
        for (const [urls, keep] of steps) {
          state = rebound(state, urls, keep, now) ?? state;
          for (const one of urls) everBound.add(one);
          const all = [...state.urls, ...state.aliases.map((alias) => alias.url)];
          expect([...all].sort()).toEqual([...everBound].sort());
        }
      }),
    );
  });
});
