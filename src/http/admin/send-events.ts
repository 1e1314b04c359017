import type { Request, Response } from 'express';
import type { AdminDeps, Caller } from '../../admin/admin-deps';
import {
  type EventFeed,
  type EventQuery,
  eventScope,
  type EventView,
  type HintedPlace,
  isEventFor,
  isHintFor,
  listMissedEvents,
  viewEvents,
} from '../../admin/events';
import type { AdminEvent } from '../../domain/event';
import { Problem } from '../../domain/problem';
import { spaced } from './spaced';

export const eventStreamType = 'text/event-stream';

export interface EventStreamDeps extends AdminDeps {
  readonly feed: EventFeed;
  /** Streams that one process keeps open. */
  readonly maxEventStreams: number;
}

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

/** A proxy that hears nothing cuts a connection off, often after 60 s. */
const beatMs = 20_000;
/** How often it is asked whether the caller still is who it was, and what its subtree is. */
const recheckMs = 60_000;
/** A page asks for its submissions again at each hint. */
const hintIntervalMs = 1000;
/** A reader that is so far behind is cut off: it resumes from the last event that it got. */
const maxUnsentBytes = 1024 * 1024;
/** Of all streams, so many may be of one token or session. */
const shareOfOne = 0.1;

export function createEventStreams(
  deps: EventStreamDeps,
  recheck: (request: Request) => Promise<Caller | undefined>,
): EventStreams {
  const open = new Map<Response, string>();

  function requireRoom(owner: string): void {
    const own = [...open.values()].filter((one) => one === owner).length;
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
      open.set(response, owner);
      response.once('close', () => open.delete(response));
      const stream = createStream(deps, response, caller, query);
      try {
        await stream.begin(request.get('last-event-id'));
      } catch (error) {
        open.delete(response);
        stream.end();
        throw error;
      }
      stream.keep(() => recheck(request));
    },
    close: () => {
      for (const response of open.keys()) response.end();
    },
    count: () => open.size,
  };
}

const wantsHints = ({ submissions }: EventQuery): boolean => submissions === 'true' || submissions === '1';

/** They would be ignored. */
function requireNoTimes(query: EventQuery): void {
  const field = (['since', 'before'] as const).find((name) => query[name] !== undefined);
  if (field === undefined) return;
  throw new Problem('query_invalid', 'A stream begins now, or after Last-Event-ID.', [
    { field, message: 'is for the list of events' },
  ]);
}

function writeEvents(response: Response, views: readonly EventView[]): void {
  for (const view of views) {
    response.write(`id: ${view.id}\nevent: ${view.kind}\ndata: ${JSON.stringify(view)}\n\n`);
  }
  cutOffWhenBehind(response);
}

/** It has no id: what a stream resumes from stays the last event. */
function writeHint(response: Response): void {
  response.write('event: submissions.changed\ndata: {}\n\n');
  cutOffWhenBehind(response);
}

function cutOffWhenBehind(response: Response): void {
  if (response.writableLength > maxUnsentBytes) response.destroy();
}

function startStream(response: Response): void {
  response.status(200);
  response.setHeader('Content-Type', `${eventStreamType}; charset=utf-8`);
  // nginx would gather events in its buffer.
  response.setHeader('X-Accel-Buffering', 'no');
  response.write(': connected\n\n');
}

/** One client. Events are sent one after the other, each once. */
function createStream(deps: EventStreamDeps, response: Response, first: Caller, query: EventQuery) {
  let caller = first;
  let scope: ReadonlySet<string> | undefined;
  let sending: Promise<void> = Promise.resolve();
  let unsubscribe: () => void = () => undefined;
  const timers: NodeJS.Timeout[] = [];
  const resumed = new Set<number>();
  const hints = spaced(hintIntervalMs, writeHint.bind(undefined, response));
  const end = (): void => {
    for (const timer of timers) clearInterval(timer);
    hints.stop();
    unsubscribe();
    if (response.headersSent) response.end();
  };

  async function send(events: readonly AdminEvent[]): Promise<void> {
    const seen = events.filter((event) => isEventFor(event, caller, query, scope));
    if (response.destroyed) return;
    writeEvents(response, await viewEvents(deps, caller, seen));
  }

  const hint = (places: readonly HintedPlace[] | undefined): void => {
    const canHear = wantsHints(query) && response.headersSent && !response.destroyed;
    if (canHear && (places === undefined || isHintFor(places, caller, scope))) hints.ask();
  };

  const inTurn = (work: () => Promise<void>): void => {
    sending = sending.then(work).catch((error: unknown) => {
      deps.log.warn({ err: error }, 'a stream of events broke off');
      end();
    });
  };

  return {
    end,
    /** What fails here can still be answered. */
    begin: async (lastId: string | undefined): Promise<void> => {
      scope = await eventScope(deps, caller, query);
      unsubscribe = await deps.feed.subscribe({
        onEvent: (event) => {
          if (!resumed.has(event.eventId)) inTurn(() => send([event]));
        },
        onSubmissions: hint,
      });
      const missed = await listMissedEvents(deps, caller, lastId);
      for (const { eventId } of missed) resumed.add(eventId);
      startStream(response);
      inTurn(() => send(missed));
    },
    keep: (recheck: () => Promise<Caller | undefined>): void => {
      const look = async (): Promise<void> => {
        const still = await recheck();
        if (still === undefined) end();
        else [caller, scope] = [still, await eventScope(deps, still, query)];
      };
      const beat = setInterval(() => response.write(': beat\n\n'), beatMs);
      const check = setInterval(() => {
        inTurn(look);
      }, recheckMs);
      timers.push(beat.unref(), check.unref());
      response.once('close', end);
      if (response.destroyed) end();
    },
  };
}
