import { reasonOf, reasons, type ReasonCode } from '../domain/refusal-reason';
import type { Resolution } from '../domain/quarantine';
import { listClaimedAssets, listResults, type CaseRecord, type ClaimedAsset } from '../store/quarantine';
import type { AdminDeps, Caller } from './admin-deps';
import { completeNamesShown, scopeOf } from './entity-scope';
import { hideOutside } from './hide-outside';

/** A held device: one case for each key and identity, however often it came. */
export interface CaseView {
  /** Of the first submission that was held. */
  readonly id: string;
  readonly verdict: 'quarantined';
  readonly kid: string;
  readonly reason: string;
  /** What the reason means and what to do. */
  readonly meaning: string | null;
  /** Facts behind the latest decision. Text in it comes from an agent. */
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly name: string | null;
  readonly itemtype: string | null;
  readonly serial: string | null;
  readonly uuid: string | null;
  readonly macs: readonly string[];
  readonly deviceid: string | null;
  readonly agentid: string | null;
  readonly sourceAddress: string;
  readonly count: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** As `lastSeen`. */
  readonly receivedAt: string;
  /** The one whose body is kept, and that a decision runs through again. */
  readonly lastSubmission: string;
  readonly assetId: string | null;
  /** The asset whose identity the device claims, as it is now; null when it claims none. */
  readonly conflictsWith: ClaimedAssetView | null;
  readonly resolution: Resolution | null;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
  readonly note: string | null;
  /** The decision counts for what the device sends from now on; false: it was for the held submission only. */
  readonly isRemembered: boolean;
  readonly result: ResultView | null;
}

export interface ClaimedAssetView {
  readonly id: string;
  readonly itemtype: string;
  readonly name: string | null;
  readonly serial: string | null;
  readonly kid: string;
  readonly entityId: string;
  readonly entity: string;
  readonly lastSeen: string;
}

/** What came of a decision. */
export interface ResultView {
  readonly submissionId: string | null;
  readonly verdict: string | null;
  readonly outcome: string | null;
  readonly assetId: string | null;
  readonly entityId: string | null;
  readonly reason: string | null;
}

/** With the assets they conflict with, as far as those exist for the caller. */
export async function viewCases(
  deps: Pick<AdminDeps, 'db'>,
  caller: Caller,
  rows: readonly CaseRecord[],
): Promise<CaseView[]> {
  const { db } = deps;
  const { instanceId } = caller;
  const scope = await scopeOf(db, caller);
  const assets = await listClaimedAssets(
    db,
    instanceId,
    unique(rows.flatMap(({ assetId, resultAsset }) => [assetId, resultAsset]).filter((id) => id !== null)),
  );
  const results = await listResults(
    db,
    instanceId,
    unique(rows.flatMap((row) => row.resultSubmission ?? [])),
  );
  const isShown = (assetId: string | null): boolean => {
    const asset = assets.get(assetId ?? '');
    return asset !== undefined && (scope === undefined || scope.has(asset.entityId));
  };
  const names = await completeNamesShown(
    db,
    caller,
    [...assets.values()].filter(({ assetId }) => isShown(assetId)).map(({ entityId }) => entityId),
  );
  const views = rows.map((row): CaseView => {
    const claimed = isShown(row.assetId) ? assets.get(row.assetId ?? '') : undefined;
    const made = results.get(row.resultSubmission ?? '');
    return {
      ...plainView(row),
      conflictsWith: claimed === undefined ? null : claimedView(claimed, names),
      result: row.resultAsset === null ? null : resultView(row, made, isShown(row.resultAsset)),
    };
  });
  return await hideOutside(
    db,
    caller,
    views,
    ({ evidence }) => evidence,
    (view, facts) => ({ ...view, evidence: facts as CaseView['evidence'] }),
  );
}

type Made = Pick<ResultView, 'verdict' | 'outcome' | 'entityId' | 'reason'>;

function resultView(
  { resultSubmission, resultAsset }: CaseRecord,
  made: Made | undefined,
  isShown: boolean,
): ResultView {
  return {
    submissionId: resultSubmission,
    verdict: made?.verdict ?? null,
    outcome: made?.outcome ?? null,
    assetId: isShown ? resultAsset : null,
    entityId: isShown ? (made?.entityId ?? null) : null,
    reason: made?.reason ?? null,
  };
}

export async function viewCase(
  deps: Pick<AdminDeps, 'db'>,
  caller: Caller,
  record: CaseRecord,
): Promise<CaseView> {
  const [view] = await viewCases(deps, caller, [record]);
  if (view === undefined) throw new Error('one case has one view');
  return view;
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

function plainView(row: CaseRecord): Omit<CaseView, 'conflictsWith' | 'result'> {
  const { identity } = row;
  return {
    id: row.caseId,
    verdict: 'quarantined',
    kid: row.kid,
    reason: row.reason,
    meaning: Object.hasOwn(reasons, row.reason) ? reasonOf(row.reason as ReasonCode).meaning : null,
    evidence: row.evidence,
    name: row.name,
    itemtype: row.itemtype,
    serial: identity.serial ?? null,
    uuid: identity.uuid ?? null,
    macs: identity.macs,
    deviceid: identity.deviceid ?? null,
    agentid: identity.agentid ?? null,
    sourceAddress: row.sourceAddress,
    count: row.count,
    firstSeen: row.firstSeen.toISOString(),
    lastSeen: row.lastSeen.toISOString(),
    receivedAt: row.lastSeen.toISOString(),
    lastSubmission: row.lastSubmission,
    assetId: row.assetId,
    resolution: row.resolution,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    resolvedBy: row.resolvedBy,
    note: row.note,
    isRemembered: row.resolution !== null && row.stands,
  };
}

function claimedView(asset: ClaimedAsset, names: ReadonlyMap<string, string>): ClaimedAssetView {
  const { assetId, entityId, lastSeen, ...rest } = asset;
  return {
    id: assetId,
    ...rest,
    entityId,
    entity: names.get(entityId) ?? '',
    lastSeen: lastSeen.toISOString(),
  };
}
