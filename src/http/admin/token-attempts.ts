import { LRUCache } from 'lru-cache';

export const maxRefusedAttempts = 20;
export const attemptWindowMs = 60_000;
/** Addresses remembered at most; the longest silent one is forgotten first. */
const maxAddresses = 10_000;

export interface TokenAttempts {
  /** True when the address has used up its refused attempts of this minute. */
  isBlocked(address: string): boolean;
  countRefused(address: string): void;
}

/** Counts refused tokens by address: guessing must not become database work. Bounded memory, no timer. */
export function createTokenAttempts(now: () => Date): TokenAttempts {
  const windows = new LRUCache<string, { startedAtMs: number; refused: number }>({ max: maxAddresses });
  const current = (address: string) => {
    const window = windows.get(address);
    return window !== undefined && now().getTime() - window.startedAtMs < attemptWindowMs
      ? window
      : undefined;
  };
  return {
    isBlocked: (address) => (current(address)?.refused ?? 0) >= maxRefusedAttempts,
    countRefused: (address) => {
      const window = current(address);
      if (window !== undefined) window.refused++;
      else windows.set(address, { startedAtMs: now().getTime(), refused: 1 });
    },
  };
}
