import { LRUCache } from 'lru-cache';
import type { RegistrationKey } from '../../domain/registration-key';

export interface KeyCacheLimits {
  /** How long a key may be used without asking the database, should a notification be lost. */
  readonly keyCacheTtlMs: number;
  readonly keyCacheMaxKeys: number;
}

export interface KeyCache {
  find(kid: string): Promise<RegistrationKey | undefined>;
  /** `*` forgets everything. */
  forget(kid: string): void;
}

/** Unknown kids are remembered too: guessing ids must not become database work. */
type Entry = { readonly key: RegistrationKey } | { readonly key: undefined };

/** Tells a load that failed from one that was called off. */
class LoadFault extends Error {}

/**
 * Keys by kid, in the process. The authority is the database: a change there is announced by NOTIFY and forgets the
 * entry at once; the time limit is the backstop. Concurrent look-ups of one kid ask the database once.
 */
export function createKeyCache(
  load: (kid: string) => Promise<RegistrationKey | undefined>,
  limits: KeyCacheLimits,
): KeyCache {
  const cache = new LRUCache<string, Entry>({
    max: limits.keyCacheMaxKeys,
    // 0 would be for ever.
    ttl: Math.max(1, limits.keyCacheTtlMs),
    fetchMethod: async (kid) => {
      try {
        return { key: await load(kid) };
      } catch (error) {
        throw new LoadFault('key not loaded', { cause: error });
      }
    },
  });
  return {
    find: async (kid) => {
      try {
        return (await cache.fetch(kid))?.key;
      } catch (error) {
        if (error instanceof LoadFault) throw error.cause;
        // The cache calls a load off when its entry is forgotten or pushed out meanwhile. What was being read may be
        // stale then, so it is read once more, and not kept.
        return await load(kid);
      }
    },
    forget: (kid) => {
      if (kid === '*') cache.clear();
      else cache.delete(kid);
    },
  };
}
