import type { Note } from '../domain/inventory';
import type { Via } from '../domain/provenance';
import { Problem } from '../domain/problem';
import { reasonOf, reasons, type ReasonCode } from '../domain/refusal-reason';
import type { Outcome } from '../domain/verdict';
import * as store from '../store/submissions';
import type { AdminDeps, Caller } from './admin-deps';
import { getAsset } from './assets';
import { entityScope, scopeOf } from './entity-scope';
import { hideOutside } from './hide-outside';
import { limitOf, pageOf, readCursor, uuidShape, type Page, type PageRequest } from './page';
import { readQueryTime } from './read-time';

export interface SubmissionView {
  readonly id: string;
  readonly receivedAt: string;
  readonly kid: string | null;
  readonly deviceid: string | null;
  readonly agentid: string | null;
  readonly verdict: store.SubmissionVerdict;
  readonly outcome: Outcome | null;
  readonly reason: string | null;
  /** What the reason means and what to do. */
  readonly meaning: string | null;
  /** Facts behind the decision. Text in it comes from an agent. */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Fields that were repaired or dropped. */
  readonly notes: readonly Note[];
  /** Of a held submission: the asset it lays claim to. */
  readonly assetId: string | null;
  readonly entityId: string | null;
  readonly itemtype: string | null;
  readonly name: string | null;
  readonly partial: boolean;
  readonly dialect: string | null;
  readonly userAgent: string | null;
  readonly sourceAddress: string;
  readonly wireBytes: number;
  /** Whose hands it came through; null: straight from an agent. */
  readonly via: Via | null;
  readonly folded: number;
  readonly resolution: string | null;
  readonly resolvedAt: string | null;
  /** Of a held one: the case of its device in the quarantine. */
  readonly caseId: string | null;
}

export interface SubmissionQuery extends PageRequest {
  readonly verdict?: store.SubmissionVerdict;
  readonly outcome?: Outcome;
  readonly reason?: string;
  /** `key` and `kid` are the same filter. */
  readonly key?: string;
  readonly kid?: string;
  readonly asset?: string;
  readonly deviceid?: string;
  readonly since?: string;
  readonly before?: string;
  /** Where it was assigned, else where its key is. */
  readonly entity?: string;
  readonly recursive?: string;
}

export async function listSubmissions(
  deps: AdminDeps,
  caller: Caller,
  query: SubmissionQuery,
): Promise<Page<SubmissionView>> {
  const after = readCursor('submissions', query, [uuidShape])?.[0];
  const since = readQueryTime('since', query.since);
  const before = readQueryTime('before', query.before);
  const kid = query.key ?? query.kid;
  const entityIds = await entityScope(deps, caller, query);
  const filter: store.SubmissionFilter = {
    ...(query.verdict === undefined ? {} : { verdict: query.verdict }),
    ...(query.outcome === undefined ? {} : { outcome: query.outcome }),
    ...(query.reason === undefined ? {} : { reason: query.reason }),
    ...(kid === undefined ? {} : { kid }),
    ...(query.asset === undefined ? {} : { assetId: query.asset }),
    ...(query.deviceid === undefined ? {} : { deviceid: query.deviceid }),
    ...(since === undefined ? {} : { since }),
    ...(before === undefined ? {} : { before }),
    ...(entityIds === undefined ? {} : { entityIds }),
  };
  const limit = limitOf(query) + 1;
  const rows = await store.listSubmissionPage(deps.db, caller.instanceId, filter, { limit, after });
  const page = pageOf('submissions', query, rows, (row) => [row.submissionId], submissionView);
  return { ...page, items: await hideOutsideEvidence(deps, caller, page.items) };
}

/** For a limited caller without what the evidence says of assets outside its subtree. */
export async function hideOutsideEvidence<T extends SubmissionView>(
  deps: AdminDeps,
  caller: Caller,
  views: readonly T[],
): Promise<T[]> {
  return await hideOutside(
    deps.db,
    caller,
    views,
    ({ evidence }) => evidence,
    (view, evidence) => ({ ...view, evidence: evidence as SubmissionView['evidence'] }),
  );
}

async function scopeFilter(deps: AdminDeps, caller: Caller): Promise<{ entityIds?: readonly string[] }> {
  const scope = await scopeOf(deps.db, caller);
  return scope === undefined ? {} : { entityIds: [...scope] };
}

/** Throws Problem `not_found` when the asset is not there. */
export async function listAssetSubmissions(
  deps: AdminDeps,
  caller: Caller,
  assetId: string,
  request: PageRequest,
): Promise<Page<SubmissionView>> {
  const { id } = await getAsset(deps, caller, assetId);
  return await listSubmissions(deps, caller, { ...request, asset: id });
}

export async function getSubmission(
  deps: AdminDeps,
  caller: Caller,
  submissionId: string,
): Promise<SubmissionView> {
  const row = uuidShape.test(submissionId)
    ? await store.findSubmission(
        deps.db,
        caller.instanceId,
        submissionId,
        (await scopeFilter(deps, caller)).entityIds,
      )
    : undefined;
  if (row === undefined) throw new Problem('not_found', 'There is no such submission.');
  const [view] = await hideOutsideEvidence(deps, caller, [submissionView(row)]);
  if (view === undefined) throw new Error('one submission went in and none came out');
  return view;
}

export function submissionView(row: store.SubmissionRecord): SubmissionView {
  return {
    id: row.submissionId,
    receivedAt: row.receivedAt.toISOString(),
    kid: row.kid,
    deviceid: row.deviceid,
    agentid: row.agentid,
    verdict: row.verdict,
    outcome: row.outcome,
    reason: row.reason,
    meaning: meaningOf(row.reason),
    evidence: row.evidence,
    notes: row.notes,
    assetId: row.assetId,
    entityId: row.entityId,
    itemtype: row.itemtype,
    name: row.name,
    partial: row.partial,
    dialect: row.dialect,
    userAgent: row.userAgent,
    sourceAddress: row.sourceAddress,
    wireBytes: row.wireBytes,
    via: row.via,
    folded: row.folded,
    resolution: row.resolution,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    caseId: row.caseId,
  };
}

/** Rows outlive versions: a code that this version does not know has no meaning to show. */
function meaningOf(code: string | null): string | null {
  return code !== null && Object.hasOwn(reasons, code) ? reasonOf(code as ReasonCode).meaning : null;
}
