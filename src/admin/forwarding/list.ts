import { adviceOn } from '../../forward/advice';
import {
  findQueued,
  listQueuePage,
  type QueuedAsset,
  type QueueState,
} from '../../store/forwarding/queue-view';
import type { AdminDeps, Caller } from '../admin-deps';
import { viewById } from '../assets';
import { completeNamesShown, entityScope } from '../entity-scope';
import { limitOf, pageOf, readCursor, timeShape, uuidShape, type Page, type PageRequest } from '../page';

/** How an asset stands with the upstream. Name and detail hold words of agents. */
export interface ForwardedAsset {
  readonly assetId: string;
  readonly name: string | null;
  readonly itemtype: string;
  readonly entityId: string;
  readonly entity: string;
  readonly state: QueueState;
  /** What waits: an inventory, or only that it was seen again; null: nothing. */
  readonly sends: 'inventory' | 'contact' | null;
  readonly since: string | null;
  readonly nextTryAt: string | null;
  /** Tries that failed of its own fault. */
  readonly attempts: number;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly advice: string | null;
  readonly failedAt: string | null;
  /** The submission that waits, and the one that the upstream has. */
  readonly submissionId: string | null;
  readonly deliveredSubmissionId: string | null;
  readonly deliveredAt: string | null;
  /** When the upstream was last told that it was seen. */
  readonly contactAt: string | null;
  /** What a look-up in GLPI found afterwards; null: not looked up. */
  readonly glpi: GlpiItem | null;
}

export interface GlpiItem {
  /** `refused`: by GLPI's own rules, though it answered success. `absent`: not there, and not known why. */
  readonly state: 'found' | 'refused' | 'absent';
  readonly id: string | null;
  readonly itemtype: string | null;
  /** Name of its entity there, or the entity's id; of a refused one the rule. */
  readonly entity: string | null;
  readonly lookedUpAt: string;
}

export interface ForwardQuery extends PageRequest {
  readonly state?: QueueState;
  readonly reason?: string;
  readonly entity?: string;
  readonly recursive?: string;
}

/** What waits or was given up, what waits for longest first. Throws Problem `query_invalid`. */
export async function listForwarded(
  deps: AdminDeps,
  caller: Caller,
  query: ForwardQuery,
): Promise<Page<ForwardedAsset>> {
  const [since, assetId] = readCursor('forwarded', query, [timeShape, uuidShape]) ?? [];
  const filter = {
    entityIds: await entityScope(deps, caller, query),
    // What a central Gatehouse holds is done here.
    state: query.state ?? (query.reason === 'held' ? 'done' : undefined),
    trouble: query.reason,
  };
  const rows = await listQueuePage(deps.db, caller.instanceId, filter, {
    limit: limitOf(query) + 1,
    after: since === undefined || assetId === undefined ? undefined : { since, assetId },
  });
  const views = new Map((await viewQueued(deps, caller, rows)).map((view) => [view.assetId, view]));
  return pageOf(
    'forwarded',
    query,
    rows,
    (row) => [(row.since ?? new Date(0)).toISOString(), row.assetId],
    (row) => views.get(row.assetId),
  ) as Page<ForwardedAsset>;
}

/** Throws Problem `not_found`. */
export async function getForwarded(
  deps: AdminDeps,
  caller: Caller,
  assetId: string,
): Promise<ForwardedAsset> {
  const { id, name, itemtype, entityId, entity } = await viewById(deps.db, caller, assetId);
  const row = await findQueued(deps.db, caller.instanceId, id);
  return row === undefined
    ? { ...untouched, ...{ assetId: id, name, itemtype, entityId, entity } }
    : viewOf(row, entity);
}

const untouched: Omit<ForwardedAsset, 'assetId' | 'name' | 'itemtype' | 'entityId' | 'entity'> = {
  ...{ state: 'done', sends: null, since: null, nextTryAt: null, attempts: 0, reason: null, detail: null },
  ...{ advice: null, failedAt: null, submissionId: null, deliveredSubmissionId: null, deliveredAt: null },
  ...{ contactAt: null, glpi: null },
};

export async function viewQueued(
  deps: AdminDeps,
  caller: Caller,
  rows: readonly QueuedAsset[],
): Promise<ForwardedAsset[]> {
  const entityIds = rows.map(({ entityId }) => entityId);
  const names = await completeNamesShown(deps.db, caller, entityIds);
  return rows.map((row) => viewOf(row, names.get(row.entityId) ?? ''));
}

function viewOf(row: QueuedAsset, entity: string): ForwardedAsset {
  const { assetId, name, itemtype, entityId, state, attempts } = row;
  return {
    ...{ assetId, name, itemtype, entityId, entity, state, attempts },
    sends: row.dueAt === null && row.deadAt === null ? null : row.wanted === null ? 'contact' : 'inventory',
    since: row.dueAt === null && row.deadAt === null ? null : (row.since?.toISOString() ?? null),
    nextTryAt: row.dueAt?.toISOString() ?? null,
    reason: row.trouble,
    detail: row.troubleDetail,
    advice: row.trouble === null ? null : (adviceOn(row.trouble) ?? null),
    failedAt: row.troubleAt?.toISOString() ?? null,
    submissionId: row.wanted,
    deliveredSubmissionId: row.forwarded,
    deliveredAt: row.forwardedAt?.toISOString() ?? null,
    contactAt: row.refreshedAt?.toISOString() ?? null,
    glpi: glpiItemOf(row),
  };
}

function glpiItemOf(row: QueuedAsset): GlpiItem | null {
  if (row.remoteState === null || row.lookedUpAt === null) return null;
  return {
    state: row.remoteState as GlpiItem['state'],
    id: row.remoteId,
    itemtype: row.remoteItemtype,
    entity: row.remoteEntity,
    lookedUpAt: row.lookedUpAt.toISOString(),
  };
}
