import type { RequestListener, ServerOptions } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { TlsPair, TlsSource } from '../../domain/tls-pair';
import { handshakeTimeoutMs, secureContextOf } from './tls-options';
import { createTlsReload } from './tls-reload';

export interface TlsServing {
  readonly source: TlsSource;
  /** How often the files are looked at for a change. */
  readonly reloadMs: number;
  readonly onReloaded: (pair: TlsPair) => void;
  readonly onTrouble: (error: unknown) => void;
}

export interface TlsServer {
  readonly server: Server;
  /** Looks at the files now. */
  check(): void;
  /** Looks at them no more. */
  stop(): void;
}

/**
 * A server that speaks TLS with the newest pair of its source; connections that are open keep the one they began with.
 * Every client is asked for a certificate and none is turned away for it: registration keys say which ones count.
 * Throws what `source.read` throws.
 */
export function startTlsServer(tls: TlsServing, options: ServerOptions, app: RequestListener): TlsServer {
  const reload = createTlsReload({
    ...tls,
    use: (pair) => {
      server.setSecureContext(secureContextOf(pair));
    },
  });
  const server = createServer(
    {
      ...options,
      ...secureContextOf(tls.source.read()),
      requestCert: true,
      rejectUnauthorized: false,
      handshakeTimeout: handshakeTimeoutMs,
    },
    app,
  );
  const timer = setInterval(() => {
    reload.check();
  }, tls.reloadMs).unref();
  return {
    server,
    check: () => {
      reload.check();
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
