import type { SecureContextOptions } from 'node:tls';
import type { TlsPair } from '../../domain/tls-pair';

/**
 * What a TLS context is made of. Older than 1.2 is not spoken: agents built since 2012 know it. Names of CAs are not
 * sent, so that a client offers whatever certificate it has; which counts is the registration key's to say.
 */
export function secureContextOf(pair: TlsPair): SecureContextOptions {
  return { cert: pair.certificate, key: pair.key, minVersion: 'TLSv1.2', honorCipherOrder: true };
}

/** For a handshake; Node's own 120 s would let idlers hold connections for long. */
export const handshakeTimeoutMs = 20_000;
