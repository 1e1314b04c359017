import type { AdminEvent, EventKind } from '../domain/event';
import { listEventPage, listEventsSince } from '../store/events';
import type { EventFeed } from '../store/event-feed';
import type { HintedPlace } from '../store/submission-hints';
import type { AdminDeps, Caller } from './admin-deps';
import { completeNamesShown, scopeOf } from './entity-scope';
import { limitOf, pageOf, readCursor, type Page, type PageRequest } from './page';

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

export interface EventQuery extends PageRequest {
  readonly kind?: EventKind;
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
  const scope = await scopeOf(deps.db, caller);
  const rows = await listEventPage(deps.db, caller.instanceId, {
    limit: limitOf(query) + 1,
    after: after === undefined ? undefined : Number(after),
    kind: query.kind,
    entityIds: scope && [...scope],
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

/** What a stream that broke off has missed: at most so many of the oldest. */
export const maxResumedEvents = 1000;

export async function listMissedEvents(
  deps: AdminDeps,
  caller: Caller,
  lastId: string | undefined,
): Promise<AdminEvent[]> {
  if (lastId === undefined || !eventIdShape.test(lastId)) return [];
  return await listEventsSince(deps.db, caller.instanceId, Number(lastId), maxResumedEvents);
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

/** Whether an event exists for a caller whose subtree is `scope` (undefined: all of the instance). */
export function isEventFor(
  event: AdminEvent,
  caller: Caller,
  scope: ReadonlySet<string> | undefined,
): boolean {
  if (event.instanceId !== caller.instanceId) return false;
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
