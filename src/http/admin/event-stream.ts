import type { Response } from 'express';
import type { AdminDeps, Caller } from '../../admin/admin-deps';
import {
  type EventFeed,
  type EventQuery,
  listMissedEvents,
  maxResumedEvents,
  resumePointOf,
} from '../../admin/events';
import type { AdminEvent } from '../../domain/event';
import { createEventSight, type EventSight } from './event-sight';
import { createEventWriter, startStream, type EventWriter } from './event-writer';
import { handOn } from './hand-on';
import { spaced } from './spaced';

export interface EventStreamDeps extends AdminDeps {
  readonly feed: EventFeed;
  /** Streams that one process keeps open. */
  readonly maxEventStreams: number;
}

/** A proxy that hears nothing cuts a connection off, often after 60 s. */
const beatMs = 20_000;
/** How often it is asked whether the caller still is who it was, and what its subtree is. */
const recheckMs = 60_000;
/** A page asks for its submissions again at each hint. */
const hintIntervalMs = 1000;
/** More wait when the database is slow to say what of them the caller may see: the client resumes when it is not. */
export const maxWaitingEvents = 1000;

/** Tells of events one after the other, of each once. `onOver` is told why no more can be told of. */
function createTelling(sight: EventSight, writer: EventWriter, onOver: (why?: unknown) => void) {
  const resumed = new Set<number>();
  const send = async (events: readonly AdminEvent[]): Promise<void> => {
    if (writer.isOpen()) writer.events(await sight.views(events));
  };
  const sendNew = (events: readonly AdminEvent[]) =>
    send(events.filter(({ eventId }) => !resumed.has(eventId)));
  const news = handOn<AdminEvent>(maxWaitingEvents, sendNew, onOver);

  /** There may be more of them than are read at once: the client comes for the next. */
  async function sendMissed(missed: readonly AdminEvent[]): Promise<void> {
    await send(missed);
    if (missed.length < maxResumedEvents) news.start();
    else {
      writer.passed(missed.at(-1)?.eventId ?? 0);
      onOver();
    }
  }
  return {
    offer: news.offer,
    stop: news.stop,
    begin: (missed: readonly AdminEvent[]): void => {
      for (const { eventId } of missed) resumed.add(eventId);
      sendMissed(missed).catch(onOver);
    },
  };
}

/** One client. */
export function createStream(
  deps: EventStreamDeps,
  response: Response,
  caller: Caller,
  query: EventQuery,
  lastId: string | undefined,
) {
  let unsubscribe: () => void = () => undefined;
  const timers: NodeJS.Timeout[] = [];
  const resumePoint = resumePointOf(lastId);
  const sight = createEventSight(deps, caller, query);
  const writer = createEventWriter(response, resumePoint ?? 0);
  const hints = spaced(hintIntervalMs, writer.hint);
  const telling = createTelling(sight, writer, breakOff);

  function breakOff(why?: unknown): void {
    if (why !== undefined) deps.log.warn({ err: why }, 'a stream of events broke off');
    end();
  }
  function end(): void {
    for (const timer of timers) clearInterval(timer);
    hints.stop();
    telling.stop();
    unsubscribe();
    writer.end();
  }

  return {
    end,
    /** What fails here can still be answered. */
    begin: async (): Promise<void> => {
      await sight.begin();
      unsubscribe = await deps.feed.subscribe({
        onEvent: telling.offer,
        onSubmissions: (places) => {
          if (sight.hearsHint(places)) hints.ask();
        },
      });
      const missed = await listMissedEvents(deps, caller, resumePoint);
      startStream(response);
      // It may have been ended before there was anything to end.
      if (writer.isOver()) end();
      else telling.begin(missed);
    },
    keep: (recheck: () => Promise<Caller | undefined>): void => {
      if (writer.isOver()) return;
      const check = async (): Promise<void> => {
        if (!(await sight.look(recheck))) end();
      };
      timers.push(setInterval(writer.beat, beatMs).unref());
      timers.push(setInterval(() => void check().catch(breakOff), recheckMs).unref());
      response.once('close', end);
      if (response.destroyed) end();
    },
  };
}
