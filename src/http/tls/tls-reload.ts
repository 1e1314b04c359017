import type { TlsPair, TlsSource } from '../../domain/tls-pair';

export interface TlsReloadDeps {
  readonly source: TlsSource;
  /** Takes the pair into use; may throw, then the one before stays. */
  readonly use: (pair: TlsPair) => void;
  readonly onReloaded: (pair: TlsPair) => void;
  /** Once for each state of the files that cannot be used. */
  readonly onTrouble: (error: unknown) => void;
}

export interface TlsReload {
  /** Looks whether the files changed, and takes them into use when they can be. */
  check(): void;
}

/**
 * Keeps a TLS server on the newest pair that works. Certificate and key are two files and change one after the other:
 * between the two the pair before goes on serving.
 */
export function createTlsReload({ source, use, onReloaded, onTrouble }: TlsReloadDeps): TlsReload {
  let seen = source.state();
  return {
    check: () => {
      const state = source.state();
      if (state === seen) return;
      seen = state;
      try {
        const pair = source.read();
        use(pair);
        onReloaded(pair);
      } catch (error) {
        onTrouble(error);
      }
    },
  };
}
