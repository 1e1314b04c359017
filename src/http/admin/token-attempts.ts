import { LRUCache } from 'lru-cache';
import { sourceNetwork } from '../../domain/source-network';

export const maxRefusedAttempts = 20;
export const attemptWindowMs = 60_000;
/** Addresses remembered at most; the longest silent one is forgotten first. */
const maxAddresses = 10_000;

export interface TokenAttempts {
  /** True when the address has used up its refused attempts of this minute. */
  isBlocked(address: string): boolean;
  /** True when this one used up the last: once a minute and address. */
  countRefused(address: string): boolean;
}

/** Counts refused tokens by address (IPv6: by /64, which one customer has as a whole): guessing must not become database work. Bounded memory, no timer. */
export function createTokenAttempts(now: () => Date): TokenAttempts {
  const windows = new LRUCache<string, { startedAtMs: number; refused: number }>({ max: maxAddresses });
  const current = (source: string) => {
    const window = windows.get(source);
    return window !== undefined && now().getTime() - window.startedAtMs < attemptWindowMs
      ? window
      : undefined;
  };
  return {
    isBlocked: (address) => (current(sourceNetwork(address))?.refused ?? 0) >= maxRefusedAttempts,
    countRefused: (address) => {
      const source = sourceNetwork(address);
      const window = current(source) ?? { startedAtMs: now().getTime(), refused: 0 };
      window.refused++;
      windows.set(source, window);
      return window.refused === maxRefusedAttempts;
    },
  };
}
