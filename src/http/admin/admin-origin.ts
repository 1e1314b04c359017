import type { IncomingMessage } from 'node:http';
import type { RequestOrigin } from '../../ingest/received-submission';
import type { createOriginResolver } from '../request-origin';

export interface AdminOrigin {
  readonly clientAddressOf: (request: IncomingMessage) => string;
  readonly isHttps: (request: IncomingMessage) => boolean;
}

/**
 * Where a request to the admin API came from, by the same rules as an agent's: refused tokens are counted by it.
 * Worked out once for each request, because what is ignored in it is counted.
 */
export function createAdminOrigin(resolve: ReturnType<typeof createOriginResolver>): AdminOrigin {
  const known = new WeakMap<IncomingMessage, RequestOrigin>();
  const originOf = (request: IncomingMessage): RequestOrigin => {
    const { rawHeaders, url: target = '', socket } = request;
    const line = { rawHeaders, target, path: '', peerAddress: socket.remoteAddress ?? '' };
    const origin = known.get(request) ?? resolve({ ...line, isTls: 'encrypted' in socket });
    known.set(request, origin);
    return origin;
  };
  return {
    clientAddressOf: (request) => originOf(request).clientAddress,
    isHttps: (request) => {
      const origin = originOf(request);
      return origin.ok ? origin.url.scheme === 'https' : 'encrypted' in request.socket;
    },
  };
}
