import type { Request, Response } from 'express';
import type { Caller } from '../../admin/admin-deps';
import type { EventQuery } from '../../admin/events';
import { Problem } from '../../domain/problem';
import { createStream, type EventStreamDeps } from './event-stream';

export interface EventStreams {
  /**
   * Answers with a stream that ends when the client goes or may no longer see it. Throws Problem `too_many_streams`,
   * `query_invalid`.
   */
  open(request: Request, response: Response, caller: Caller, query: EventQuery): Promise<void>;
  /** Ends all of them, so that the server can stop. */
  close(): void;
  readonly count: () => number;
}

/** Of all streams, so many may be of one token or session. */
const shareOfOne = 0.1;

export function createEventStreams(
  deps: EventStreamDeps,
  recheck: (request: Request) => Promise<Caller | undefined>,
): EventStreams {
  const open = new Map<Response, { readonly owner: string; readonly end: () => void }>();

  function requireRoom(owner: string): void {
    const own = [...open.values()].filter((one) => one.owner === owner).length;
    const mostOfOne = Math.max(1, Math.floor(deps.maxEventStreams * shareOfOne));
    if (open.size < deps.maxEventStreams && own < mostOfOne) return;
    throw new Problem(
      'too_many_streams',
      'Close another page that shows events, or ask for the list of them.',
    );
  }

  return {
    open: async (request, response, caller, query) => {
      requireNoTimes(query);
      const owner = caller.token?.tokenId ?? '';
      requireRoom(owner);
      const stream = createStream(deps, response, caller, query, request.get('last-event-id'));
      open.set(response, { owner, end: stream.end });
      response.once('close', () => open.delete(response));
      try {
        await stream.begin();
      } catch (error) {
        open.delete(response);
        stream.end();
        throw error;
      }
      stream.keep(() => recheck(request));
    },
    close: () => {
      for (const { end } of open.values()) end();
    },
    count: () => open.size,
  };
}

/** They would be ignored. */
function requireNoTimes(query: EventQuery): void {
  const field = (['since', 'before'] as const).find((name) => query[name] !== undefined);
  if (field === undefined) return;
  throw new Problem('query_invalid', 'A stream begins now, or after Last-Event-ID.', [
    { field, message: 'is for the list of events' },
  ]);
}
