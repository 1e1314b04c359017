import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ShownCertificate } from '../domain/client-certificate';
import type { BodyResult, ReceivedSubmission, RequestOrigin } from '../ingest/received-submission';
import { readAgentHeaders } from '../protocol/read-headers';
import type { LateRefusals } from './late-refusals';
import type { PathAndCredentials } from './presented-credentials';
import { createBodyRoom, drainBody, readBody, type BodyLimits } from './read-body';
import type { RequestLine } from './request-origin';

export interface ReceiveDeps {
  readonly resolveOrigin: (line: RequestLine) => RequestOrigin;
  readonly checkServerName: (socket: Socket, origin: RequestOrigin) => RequestOrigin;
  readonly readCertificate: (request: IncomingMessage) => ShownCertificate;
  readonly now: () => Date;
  readonly lateRefusals: LateRefusals;
  readonly limits: BodyLimits & {
    /** Bytes of all bodies that are being received or worked on at a time. */
    readonly maxBufferedBytes: number;
    /** Requests being worked on at a time; and as many more whose bodies are only read away. */
    readonly maxInFlight: number;
  };
}

/**
 * How long a body is waited for whose sender has not shown a good key: whoever drips it must not hold anything long.
 * Agents send at once what they have; one that is slower than this misses the reason, not the refusal.
 */
const maxUnprovedBodyMs = 10_000;

export interface Reception {
  /** `onUnproved` is called when all that is left is to wait for a body that nobody has shown a key for. */
  receive(request: IncomingMessage, asked: PathAndCredentials, onUnproved: () => void): ReceivedSubmission;
  /** Gives back the room that the request's body took. */
  done(request: IncomingMessage): void;
}

/** Turns requests into received submissions; knows how much of their bodies is in memory. */
export function createReception(deps: ReceiveDeps): Reception {
  const { limits } = deps;
  const room = createBodyRoom(limits.maxBufferedBytes);
  const heldBytes = new WeakMap<IncomingMessage, number>();
  const unprovedLimits = { ...limits, bodyTimeoutMs: Math.min(limits.bodyTimeoutMs, maxUnprovedBodyMs) };
  let unproved = 0;

  /** Waits for a body without a place among those worked on; when too many do so, does not wait. */
  async function waitApart<T>(wait: () => Promise<T>, otherwise: T): Promise<T> {
    if (unproved >= limits.maxInFlight) return otherwise;
    unproved++;
    try {
      return await wait();
    } finally {
      unproved--;
    }
  }

  function keep(request: IncomingMessage, body: BodyResult): BodyResult {
    if (body.state === 'complete') heldBytes.set(request, body.bytes.length);
    return body;
  }

  return {
    receive: (request, asked, onUnproved) => ({
      receivedAt: deps.now(),
      headers: readAgentHeaders(request.rawHeaders),
      credentials: asked.credentials,
      origin: deps.checkServerName(
        request.socket,
        deps.resolveOrigin({
          rawHeaders: request.rawHeaders,
          target: request.url ?? '/',
          path: asked.path,
          peerAddress: request.socket.remoteAddress ?? '',
          isTls: 'encrypted' in request.socket,
        }),
      ),
      clientCertificate: deps.readCertificate(request),
      readBody: async () => keep(request, await readBody(request, limits, room)),
      readUnprovedBody: async (maxBodyBytes) => {
        onUnproved();
        const read = (): Promise<BodyResult> => readBody(request, { ...unprovedLimits, maxBodyBytes }, room);
        return keep(request, await waitApart(read, { state: 'no_room', firstBytes: Buffer.alloc(0) }));
      },
      drainBody: () => {
        onUnproved();
        return waitApart(() => drainBody(request, unprovedLimits), Buffer.alloc(0));
      },
      refusalDue: () => {
        onUnproved();
        return deps.lateRefusals.whenDue();
      },
    }),
    done: (request) => {
      room.give(heldBytes.get(request) ?? 0);
      heldBytes.delete(request);
    },
  };
}
