import type { AdminDeps, Caller } from '../../admin/admin-deps';
import {
  type EventQuery,
  eventScope,
  type EventView,
  type HintedPlace,
  isEventFor,
  isHintFor,
  viewEvents,
} from '../../admin/events';
import type { AdminEvent } from '../../domain/event';

export type EventSight = ReturnType<typeof createEventSight>;

/** Who hears, and of what: both are asked for again from time to time. */
export function createEventSight(deps: AdminDeps, first: Caller, query: EventQuery) {
  let caller = first;
  let scope: ReadonlySet<string> | undefined;
  let isLooking = false;
  const wantsHints = query.submissions === 'true' || query.submissions === '1';
  return {
    begin: async (): Promise<void> => {
      scope = await eventScope(deps, caller, query);
    },
    views: async (events: readonly AdminEvent[]): Promise<EventView[]> => {
      const [asked, within] = [caller, scope];
      return await viewEvents(
        deps,
        asked,
        events.filter((event) => isEventFor(event, asked, query, within)),
      );
    },
    hearsHint: (places: readonly HintedPlace[] | undefined): boolean =>
      wantsHints && (places === undefined || isHintFor(places, caller, scope)),
    /** Resolves to false when the caller is no more who it was. Not asked twice at once, however long it takes. */
    look: async (recheck: () => Promise<Caller | undefined>): Promise<boolean> => {
      if (isLooking) return true;
      isLooking = true;
      const still = await recheck();
      if (still !== undefined) [caller, scope] = [still, await eventScope(deps, still, query)];
      isLooking = false;
      return still !== undefined;
    },
  };
}
