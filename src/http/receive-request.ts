import type { IncomingMessage } from 'node:http';
import type { ReceivedSubmission, RequestOrigin } from '../ingest/received-submission';
import { readAgentHeaders } from '../protocol/read-headers';
import type { PathAndCredentials } from './presented-credentials';
import { createBodyRoom, drainBody, readBody, type BodyLimits } from './read-body';
import type { RequestLine } from './request-origin';

export interface ReceiveDeps {
  readonly resolveOrigin: (line: RequestLine) => RequestOrigin;
  readonly now: () => Date;
  readonly limits: BodyLimits & {
    /** Bytes of all bodies that are being received or worked on at a time. */
    readonly maxBufferedBytes: number;
  };
}

export interface Reception {
  receive(request: IncomingMessage, asked: PathAndCredentials): ReceivedSubmission;
  /** Gives back the room that the request's body took. */
  done(request: IncomingMessage): void;
}

/** Turns requests into received submissions; knows how much of their bodies is in memory. */
export function createReception(deps: ReceiveDeps): Reception {
  const { limits } = deps;
  const room = createBodyRoom(limits.maxBufferedBytes);
  const heldBytes = new WeakMap<IncomingMessage, number>();
  return {
    receive: (request, asked) => ({
      receivedAt: deps.now(),
      headers: readAgentHeaders(request.rawHeaders),
      credentials: asked.credentials,
      origin: deps.resolveOrigin({
        rawHeaders: request.rawHeaders,
        target: request.url ?? '/',
        path: asked.path,
        peerAddress: request.socket.remoteAddress ?? '',
        isTls: 'encrypted' in request.socket,
      }),
      readBody: async (maxBodyBytes = limits.maxBodyBytes) => {
        const body = await readBody(request, { ...limits, maxBodyBytes }, room);
        if (body.state === 'complete') heldBytes.set(request, body.bytes.length);
        return body;
      },
      drainBody: () => drainBody(request, limits),
    }),
    done: (request) => {
      room.give(heldBytes.get(request) ?? 0);
      heldBytes.delete(request);
    },
  };
}
