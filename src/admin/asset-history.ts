import { withPartsOf } from '../store/merging/identity-rows';
import { listEventPage, type AssetEventRecord, type EventFilter } from '../store/asset-events';
import type { AdminDeps, Caller } from './admin-deps';
import { viewById } from './assets';
import { completeNamesShown } from './entity-scope';
import { linesOf } from './history-text';
import { limitOf, pageOf, readCursor, uuidShape, type Page, type PageRequest } from './page';

export interface AssetEventView {
  readonly id: string;
  readonly at: string;
  /** The asset itself, or one that was merged into it. */
  readonly assetId: string;
  readonly kind: string;
  readonly submissionId: string | null;
  readonly actor: string | null;
  /** What happened, for a person. Text in it may come from an agent. */
  readonly lines: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface HistoryQuery extends PageRequest, EventFilter {}

/** What happened to the asset and to those that are parts of it now, newest first. Throws Problem `not_found`. */
export async function listAssetHistory(
  deps: AdminDeps,
  caller: Caller,
  assetId: string,
  request: HistoryQuery,
): Promise<Page<AssetEventView>> {
  const { id } = await viewById(deps.db, caller, assetId);
  const after = readCursor('history', request, [uuidShape])?.[0];
  const ids = await withPartsOf(deps.db, caller.instanceId, id);
  const page = { limit: limitOf(request) + 1, after };
  const rows = await listEventPage(deps.db, caller.instanceId, ids, request, page);
  const names = await completeNamesShown(deps.db, caller, rows.flatMap(entitiesIn));
  return pageOf(
    'history',
    request,
    rows,
    (row) => [row.eventId],
    ({ eventId, at, ...event }) => ({
      id: eventId,
      at: at.toISOString(),
      assetId: event.assetId,
      kind: event.kind,
      submissionId: event.submissionId,
      actor: event.actor,
      lines: linesOf(event, (entityId) => names.get(entityId)),
      detail: event.detail,
    }),
  );
}

function entitiesIn({ detail: { entityId, from, to } }: AssetEventRecord): string[] {
  return [entityId, from, to].filter((id): id is string => typeof id === 'string' && uuidShape.test(id));
}
