import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { canonicalHost } from '../../domain/canonical-url';
import { networkCheck } from '../../domain/network';
import type { RequestOrigin } from '../../ingest/received-submission';

/**
 * Holds the name that a TLS client asked for against the Host it speaks to: a client that names two is confused, or
 * wants to be taken for another's. Clients that use an IP address send no name, and that is fine. What a trusted proxy
 * asks for is its own affair: the agent's TLS ended there.
 */
export function createServerNameCheck(
  trustedProxies: readonly string[],
): (socket: Socket, origin: RequestOrigin) => RequestOrigin {
  const isTrusted = networkCheck(trustedProxies);
  return (socket, origin) => {
    if (!origin.ok || !(socket instanceof TLSSocket)) return origin;
    // The types leave out that it is false when the client named none.
    const { servername } = socket as { servername?: string | false };
    if (typeof servername !== 'string' || isTrusted(origin.peerAddress)) return origin;
    if (canonicalHost(servername) === origin.url.host) return origin;
    const { clientAddress, peerAddress } = origin;
    return { ok: false, why: 'TLS server name is not the Host', clientAddress, peerAddress };
  };
}
