import type { AdminEvent, EventKind } from '../domain/event';
import { listEventPage, listEventsSince } from '../store/events';
import type { EventFeed } from '../store/event-feed';
import type { HintedPlace } from '../store/submission-hints';
import type { AdminDeps, Caller } from './admin-deps';
import { completeNamesShown, entityScope } from './entity-scope';
import { limitOf, pageOf, readCursor, type Page, type PageRequest } from './page';
import { readQueryTime } from './read-time';

export type { EventFeed, HintedPlace };

export interface EventView {
  readonly id: string;
  readonly at: string;
  readonly kind: EventKind;
  readonly entityId: string | null;
  /** Complete name of that entity. */
  readonly entity: string | null;
  /** Id of the asset, case or key. */
  readonly object: string | null;
  /** Text in it may come from an agent. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What of the events is meant, in the list and in the stream. */
export interface EventSelection {
  readonly kind?: EventKind;
  readonly object?: string;
  readonly entity?: string;
  readonly recursive?: string;
}

export interface EventQuery extends PageRequest, EventSelection {
  readonly since?: string;
  readonly before?: string;
  /** Of a stream: also a hint when submissions came in. */
  readonly submissions?: 'true' | 'false' | '1' | '0';
}

const eventIdShape = /^\d{1,15}$/;

export async function listEvents(
  deps: AdminDeps,
  caller: Caller,
  query: EventQuery,
): Promise<Page<EventView>> {
  const after = readCursor('events', query, [eventIdShape])?.[0];
  const filter = {
    ...{ kind: query.kind, object: query.object },
    entityIds: await entityScope(deps, caller, query),
    since: readQueryTime('since', query.since),
    before: readQueryTime('before', query.before),
  };
  const rows = await listEventPage(deps.db, caller.instanceId, filter, {
    limit: limitOf(query) + 1,
    after: after === undefined ? undefined : Number(after),
  });
  const views = await viewEvents(deps, caller, rows);
  return pageOf(
    'events',
    query,
    views,
    (view) => [view.id],
    (view) => view,
  );
}

/** Of a Last-Event-ID; what is no number of an event is none. */
export function resumePointOf(lastId: string | undefined): number | undefined {
  return lastId === undefined || !eventIdShape.test(lastId) ? undefined : Number(lastId);
}

/** What a stream that broke off has missed: at most so many of the oldest. */
export const maxResumedEvents = 1000;

export async function listMissedEvents(
  deps: AdminDeps,
  caller: Caller,
  resumePoint: number | undefined,
): Promise<AdminEvent[]> {
  if (resumePoint === undefined) return [];
  return await listEventsSince(deps.db, caller.instanceId, resumePoint, maxResumedEvents);
}

export async function viewEvents(
  deps: AdminDeps,
  caller: Caller,
  events: readonly AdminEvent[],
): Promise<EventView[]> {
  const names = await completeNamesShown(
    deps.db,
    caller,
    events.flatMap(({ entityId }) => entityId ?? []),
  );
  return events.map(({ eventId, at, kind, entityId, object, detail }) => ({
    ...{ id: String(eventId), at: at.toISOString(), kind, entityId },
    entity: entityId === null ? null : (names.get(entityId) ?? null),
    ...{ object, detail },
  }));
}

/** The entities of which a stream tells; undefined: of all. Throws Problem `query_invalid` when there is no such one. */
export async function eventScope(
  deps: AdminDeps,
  caller: Caller,
  selection: EventSelection,
): Promise<ReadonlySet<string> | undefined> {
  const ids = await entityScope(deps, caller, selection);
  return ids && new Set(ids);
}

/** Whether an event is one of those selected, and of the entities of `scope` (undefined: of any of the instance). */
export function isEventFor(
  event: AdminEvent,
  caller: Caller,
  { kind, object }: EventSelection,
  scope: ReadonlySet<string> | undefined,
): boolean {
  if (event.instanceId !== caller.instanceId) return false;
  if ((kind ?? event.kind) !== event.kind || (object ?? event.object) !== event.object) return false;
  return scope === undefined || (event.entityId !== null && scope.has(event.entityId));
}

/** Whether submissions of one of the places are of those that the caller sees. */
export function isHintFor(
  places: readonly HintedPlace[],
  { instanceId }: Caller,
  scope: ReadonlySet<string> | undefined,
): boolean {
  return places.some(
    (place) =>
      place.instanceId === instanceId &&
      (scope === undefined || (place.entityId !== null && scope.has(place.entityId))),
  );
}
