import { createHash } from 'node:crypto';

/** What an installation says of itself when it registers. */
export interface Handshake {
  /** UUID, drawn once by the installation. */
  readonly installationId: string;
  /** Canonical spelling: under which it reaches the server. */
  readonly serverUrl: string;
  readonly version: string;
}

/**
 * SHA-256 over installation, URL and version, 32 bytes: both sides work it out, so that whatever stands between them and
 * rewrites one of the three is noticed. It proves nothing; the key or token beside it does.
 */
export function handshakeOf({ installationId, serverUrl, version }: Handshake): Buffer {
  return createHash('sha256')
    .update(`gatehouse handshake 1\n${installationId.toLowerCase()}\n${serverUrl}\n${version}`)
    .digest();
}
