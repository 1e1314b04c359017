import { Problem } from '../domain/problem';
import { findAsset } from '../store/assets';
import { findCase, findKeptBody, listCasePage, type CaseFilter, type CaseRecord } from '../store/quarantine';
import type { AdminDeps, Caller } from './admin-deps';
import { getAssetInventory } from './assets';
import { viewCase, viewCases, type CaseView } from './case-view';
import { compareContent, compareIdentity, type ComparedContent, type ComparedField } from './compare-devices';
import { entityScope, isInside } from './entity-scope';
import type { HeldPipeline } from './held-pipeline';
import { limitOf, pageOf, readCursor, timeShape, uuidShape, type Page, type PageRequest } from './page';

export type HeldDeps = AdminDeps & { readonly held: HeldPipeline };

export interface QuarantineQuery extends PageRequest {
  readonly key?: string;
  readonly reason?: string;
  readonly asset?: string;
  readonly entity?: string;
  readonly recursive?: string;
  /** `true`: decided ones, `all`: both; default: those that wait for a decision. */
  readonly resolved?: 'true' | 'false' | 'all';
}

export interface CaseDetail extends CaseView {
  /** The device beside the asset it conflicts with; null when there is none. */
  readonly compared: {
    readonly identity: readonly ComparedField[];
    /** Null when one of the inventories is not kept. */
    readonly content: ComparedContent | null;
  } | null;
}

/** Held devices, the latest seen first. */
export async function listQuarantine(
  deps: AdminDeps,
  caller: Caller,
  query: QuarantineQuery,
): Promise<Page<CaseView>> {
  const [lastSeen, caseId] = readCursor('quarantine', query, [timeShape, uuidShape]) ?? [];
  const entityIds = await entityScope(deps, caller, query);
  const { resolved = 'false' } = query;
  const filter: CaseFilter = {
    ...(query.key === undefined ? {} : { kid: query.key }),
    ...(query.reason === undefined ? {} : { reason: query.reason }),
    ...(query.asset === undefined ? {} : { assetId: query.asset }),
    ...(entityIds === undefined ? {} : { entityIds }),
    ...(resolved === 'all' ? {} : { isResolved: resolved === 'true' }),
  };
  const rows = await listCasePage(deps.db, caller.instanceId, filter, {
    limit: limitOf(query) + 1,
    after: lastSeen === undefined || caseId === undefined ? undefined : { lastSeen, caseId },
  });
  const views = await viewCases(deps, caller, rows);
  return pageOf(
    'quarantine',
    query,
    views,
    (view) => [view.lastSeen, view.id],
    (view) => view,
  );
}

/** One held device side by side with the asset it conflicts with. `id`: of the case or of one of its submissions. */
export async function getCase(deps: HeldDeps, caller: Caller, id: string): Promise<CaseDetail> {
  const record = await requireCase(deps, caller, id);
  const view = await viewCase(deps, caller, record);
  return { ...view, compared: await compared(deps, caller, record, view) };
}

/** Throws Problem `not_found`, also for what lies outside the caller's subtree. */
export async function requireCase(
  { db }: Pick<AdminDeps, 'db'>,
  caller: Caller,
  id: string,
): Promise<CaseRecord> {
  const found = uuidShape.test(id) ? await findCase(db, caller.instanceId, id.toLowerCase()) : undefined;
  if (found !== undefined && (await isInside(db, caller, found.keyEntityId))) return found;
  throw new Problem('not_found', 'There is no such case in the quarantine.');
}

async function compared(
  deps: HeldDeps,
  caller: Caller,
  record: CaseRecord,
  view: CaseView,
): Promise<CaseDetail['compared']> {
  if (view.conflictsWith === null) return null;
  const asset = await findAsset(deps.db, caller.instanceId, view.conflictsWith.id);
  if (asset === undefined) return null;
  return {
    identity: compareIdentity(record.identity, asset.identity),
    content: await comparedContent(deps, caller, record, asset.assetId),
  };
}

async function comparedContent(
  deps: HeldDeps,
  caller: Caller,
  record: CaseRecord,
  assetId: string,
): Promise<ComparedContent | null> {
  const kept = await findKeptBody(deps.db, caller.instanceId, record.lastSubmission);
  if (kept === undefined) return null;
  const inventory = await deps.held.read(record.kid, { ...kept, fingerprint: record.fingerprint });
  if (inventory === undefined) return null;
  try {
    const { content } = await getAssetInventory(deps, caller, assetId);
    return compareContent(content, inventory.content, inventory.partial);
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return null;
    throw error;
  }
}
