import type { Kysely } from 'kysely';
import type { AdminEvent } from '../domain/event';
import { eventChannel, findNewestEventId, listEventIdsSince, listNewEvents } from './events';
import { listen, type Subscription } from './listen';
import { readSubmissionHint, type HintedPlace } from './submission-hints';
import type { Tables } from './tables';

export interface FeedListener {
  readonly onEvent: (event: AdminEvent) => void;
  /** Submissions came in. Undefined: anywhere, as it could not be heard where. A hint: one may be lost. */
  readonly onSubmissions: (places: readonly HintedPlace[] | undefined) => void;
}

export interface EventFeed {
  /** Told of every event of every instance from now on. Resolves when no event can be missed any more. */
  subscribe(listener: FeedListener): Promise<() => void>;
  close(): Promise<void>;
}

export interface EventFeedDeps {
  readonly databaseUrl: string;
  readonly db: Kysely<Tables>;
  readonly onTrouble: (error: Error) => void;
}

/** Ids are given before the commit: an event may be seen after others with higher ids. So far back is looked for it. */
const lateIds = 2000;
/** Events read at a time; more follow at once. */
const maxEventsPerRead = 1000;
/** Several commits within it are one read. */
const gatherMs = 100;
/** In case that a notification was lost. */
const pollMs = 15_000;

/** What was read so far. */
interface FeedState {
  readonly listeners: Set<FeedListener>;
  readonly known: Set<number>;
  newest: number;
}

/** Tells of what is new. Resolves to true when there may be more. */
async function readNew(db: Kysely<Tables>, state: FeedState): Promise<boolean> {
  const { listeners, known } = state;
  const floor = Math.max(0, state.newest - lateIds);
  for (const id of known) if (id <= floor) known.delete(id);
  const events = await listNewEvents(db, floor, [...known], maxEventsPerRead);
  for (const event of events) {
    known.add(event.eventId);
    state.newest = Math.max(state.newest, event.eventId);
    for (const { onEvent } of listeners) onEvent(event);
  }
  return events.length === maxEventsPerRead;
}

/** What is there already is no news. */
async function skipOld(db: Kysely<Tables>, state: FeedState): Promise<void> {
  state.newest = await findNewestEventId(db);
  state.known.clear();
  for (const id of await listEventIdsSince(db, Math.max(0, state.newest - lateIds))) state.known.add(id);
}

/** What comes over the channel is a hint of submissions, or says that there are events to read. */
function hearing(listeners: ReadonlySet<FeedListener>, readSoon: () => void) {
  const tell = (places: readonly HintedPlace[] | undefined): void => {
    for (const { onSubmissions } of listeners) onSubmissions(places);
  };
  return {
    onNotification: (payload: string | undefined): void => {
      const places = readSubmissionHint(payload);
      if (places === undefined) readSoon();
      else tell(places);
    },
    onMissed: (): void => {
      readSoon();
      tell(undefined);
    },
  };
}

/**
 * Reads the events that any process wrote, as they come. Listens only while somebody is subscribed: a gateway without
 * an open console holds no connection for it.
 */
export function createEventFeed(deps: EventFeedDeps): EventFeed {
  const state: FeedState = { listeners: new Set(), known: new Set(), newest: 0 };
  const { listeners } = state;
  let subscription: Promise<Subscription> | undefined;
  let gathering: NodeJS.Timeout | undefined;
  let polling: NodeJS.Timeout | undefined;
  let reading: Promise<void> = Promise.resolve();
  let isClosed = false;

  const trouble = (error: unknown): void => {
    deps.onTrouble(error instanceof Error ? error : new Error(String(error)));
  };

  function soon(): void {
    if (isClosed || subscription === undefined) return;
    gathering ??= setTimeout(() => {
      gathering = undefined;
      reading = reading.then(read).catch(trouble);
    }, gatherMs);
  }

  async function read(): Promise<void> {
    if (await readNew(deps.db, state)) soon();
  }

  async function start(): Promise<Subscription> {
    await skipOld(deps.db, state);
    polling = setInterval(soon, pollMs).unref();
    return await listen(deps.databaseUrl, eventChannel, hearing(listeners, soon), trouble);
  }

  async function stop(): Promise<void> {
    const running = subscription;
    subscription = undefined;
    clearTimeout(gathering);
    gathering = undefined;
    clearInterval(polling);
    await running?.then((one) => one.close()).catch(trouble);
  }

  return {
    subscribe: async (listener) => {
      subscription ??= start();
      listeners.add(listener);
      await subscription.catch((error: unknown) => {
        listeners.delete(listener);
        subscription = undefined;
        clearInterval(polling);
        throw error;
      });
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop().catch(trouble);
      };
    },
    close: async () => {
      isClosed = true;
      listeners.clear();
      await stop();
      await reading;
    },
  };
}
