import type { DeviceIdentity, KnownIdentity } from '../domain/identity';
import type { JunkWord } from '../domain/junk';
import type { Separation } from '../domain/separation';
import { compare, sharedIdentifiers, type Comparison, type Factor } from './comparison';
import type { Condition, DecisionTable, Judgement, Row } from './decision-table';
import { factorsOf, maxRejectedShown, type MatchGrounds, type RejectedCandidate } from './match-grounds';
import { heldApart } from './held-apart';
import { isSmbiosUuid } from './smbios-uuid';
import { besideJunk, junkTest } from './junk';
import { fullRules, partialRules, scannedAgentRules, scannedRules } from './match-rules';

/** What the matcher must know of an asset. */
export interface MatchableAsset {
  readonly assetId: string;
  readonly kid: string;
  readonly itemtype: string;
  readonly status: 'active' | 'retired';
  readonly identity: KnownIdentity;
  /** Assets that an admin holds it apart from. */
  readonly separated?: readonly Separation[];
  /** An admin made it by a split, and its machine has not come yet. */
  readonly isAwaited?: boolean;
}

/** What the matcher must know of a submission. */
export interface MatchRequest {
  readonly identity: DeviceIdentity;
  readonly kid: string;
  readonly isPartial: boolean;
  readonly isScanned: boolean;
  readonly isVirtualMachine: boolean;
  /** What is said of the identifiers that it shows. */
  readonly junk?: readonly JunkWord[];
}

export type Match<A> =
  | { readonly result: 'same'; readonly asset: A; readonly grounds: MatchGrounds }
  /** Two hardware factors say that it is an asset of another key; nothing of this key fits. */
  | { readonly result: 'same-elsewhere'; readonly asset: A; readonly grounds: MatchGrounds }
  | { readonly result: 'conflict'; readonly asset: A; readonly grounds: MatchGrounds }
  | { readonly result: 'ambiguous'; readonly assets: readonly A[]; readonly grounds: MatchGrounds }
  | { readonly result: 'none'; readonly grounds: MatchGrounds };

interface Judged<A> {
  readonly asset: A;
  readonly row: Row;
  readonly agreed: readonly Factor[];
  readonly contradicted: readonly Factor[];
  readonly score: number;
  /** Of serial, uuid and mac. */
  readonly hardwareCount: number;
  readonly isSerialOfOtherMaker: boolean;
}

/**
 * Finds the asset that a submission speaks of. Pure; the order of the candidates changes nothing.
 * Only assets of the submission's own key can be the same. Never guesses: what fits several equally well is
 * ambiguous, what agrees and contradicts at once is a conflict.
 */
export function match<A extends MatchableAsset>(request: MatchRequest, candidates: readonly A[]): Match<A> {
  const judged = heldApart(
    request.identity,
    candidates.map((asset) => judge(request, asset)).sort(byStrength),
  );
  const own = judged.filter(({ asset }) => asset.kid === request.kid);
  const same = preferActive(own.filter(({ row }) => row.judgement === 'same'));
  const conflict = hardest(own.filter(({ row }) => row.judgement === 'conflict'));
  const best = same[0];

  if (best !== undefined && (conflict === undefined || conflict.hardwareCount <= best.hardwareCount)) {
    const equals = same.filter((other) => other.agreed.length === best.agreed.length);
    if (equals.length === 1)
      return { result: 'same', asset: best.asset, grounds: groundsOf(best, judged, request) };
    const grounds = noneGrounds(`${equals.length} assets fit equally well`, judged, request);
    return { result: 'ambiguous', assets: equals.map(({ asset }) => asset), grounds };
  }
  if (conflict !== undefined) {
    return { result: 'conflict', asset: conflict.asset, grounds: groundsOf(conflict, judged, request) };
  }
  const elsewhere = request.isPartial
    ? undefined
    : judged.find((one) => one.asset.kid !== request.kid && isSameHardware(one));
  if (elsewhere !== undefined) {
    return {
      result: 'same-elsewhere',
      asset: elsewhere.asset,
      grounds: groundsOf(elsewhere, judged, request),
    };
  }
  return { result: 'none', grounds: noneGrounds('no known asset fits', judged, request) };
}

/**
 * The one that shares the most hardware, and of these the strongest: a machine that runs another's disk conflicts with
 * itself, not with the other.
 */
function hardest<A>(judged: readonly Judged<A>[]): Judged<A> | undefined {
  const most = Math.max(...judged.map(({ hardwareCount }) => hardwareCount));
  return judged.find(({ hardwareCount }) => hardwareCount === most);
}

/** Two of serial, uuid and card agree, and neither number contradicts: one serial and one dock make no machine. */
function isSameHardware<A>({ hardwareCount, contradicted }: Judged<A>): boolean {
  return hardwareCount >= 2 && !contradicted.some((factor) => factor === 'serial' || factor === 'uuid');
}

function judge<A extends MatchableAsset>(request: MatchRequest, asset: A): Judged<A> {
  const { identity, isScanned, isPartial, junk: words = [] } = request;
  const comparison = compare(identity, asset.identity, junkTest(words));
  const table = tableFor(request, asset);
  const row = besideJunk(comparison, {
    ...{ identity, known: asset.identity, words, isScanned, isPartial },
    judge: (compared) => table(compared, conditionsOf(request, asset, compared)),
  });
  const { agreed, contradicted, score } = factorsOf(comparison);
  const hardwareCount = agreed.filter((factor) => ['serial', 'uuid', 'mac'].includes(factor)).length;
  const { isSerialOfOtherMaker } = comparison;
  return { asset, row, agreed, contradicted, score, hardwareCount, isSerialOfOtherMaker };
}

function tableFor(request: MatchRequest, asset: MatchableAsset): DecisionTable {
  if (!request.isScanned) return request.isPartial ? partialRules : fullRules;
  return asset.identity.deviceids.length > 0 ? scannedAgentRules : scannedRules;
}

function conditionsOf(
  request: MatchRequest,
  asset: MatchableAsset,
  comparison: Comparison,
): ReadonlySet<Condition> {
  const conditions = new Set<Condition>();
  if (request.isVirtualMachine) conditions.add('virtual-machine');
  if (comparison.certificate === 'equal') conditions.add('certificate');
  const { agentids, serials, uuids, macs } = asset.identity;
  // A container's uuid comes from its machine-id, and not every agent sends that.
  if (serials.length > 0 || uuids.some(isSmbiosUuid)) conditions.add('numbers-known');
  const { agentid } = request.identity;
  if (comparison.agentid === 'equal') conditions.add('same-agentid');
  if (request.identity.macs.every((mac) => macs.includes(mac))) conditions.add('no-other-card');
  if (agentids.length > 0 && (agentid === undefined || !agentids.includes(agentid)))
    conditions.add('other-agentid');
  if (comparison.isAddressOnly) conditions.add('address-only');
  if (comparison.isNameOnly) conditions.add('name-only');
  if (asset.itemtype === 'Unmanaged' && asset.identity.deviceids.length === 0)
    conditions.add('only-discovered');
  return conditions;
}

/** A retired asset blocks its device, unless the device has an active asset too: then an admin kept that one. */
function preferActive<A extends MatchableAsset>(same: readonly Judged<A>[]): readonly Judged<A>[] {
  const active = same.filter(({ asset }) => asset.status === 'active');
  return active.length > 0 ? active : same;
}

/** More agreeing factors first; the id makes the order the same each time, but decides nothing. */
function byStrength<A extends MatchableAsset>(a: Judged<A>, b: Judged<A>): number {
  return (
    b.agreed.length - a.agreed.length || b.score - a.score || (a.asset.assetId < b.asset.assetId ? -1 : 1)
  );
}

function groundsOf<A extends MatchableAsset>(
  chosen: Judged<A>,
  judged: readonly Judged<A>[],
  request: MatchRequest,
): MatchGrounds {
  const { asset, row, agreed, contradicted, score } = chosen;
  const rule = asset.kid === request.kid ? row.rule : 'two hardware factors of an asset of another key';
  const rejected = rejectedOf(
    judged.filter((other) => other !== chosen),
    request,
  );
  return {
    rule,
    assetId: asset.assetId,
    agreed,
    contradicted,
    shared: sharedIdentifiers(request.identity, asset.identity),
    score,
    candidateCount: judged.length,
    rejected,
  };
}

function noneGrounds<A extends MatchableAsset>(
  rule: string,
  judged: readonly Judged<A>[],
  request: MatchRequest,
): MatchGrounds {
  const rejected = rejectedOf(judged, request);
  return {
    rule,
    assetId: undefined,
    agreed: [],
    contradicted: [],
    shared: [],
    score: 0,
    candidateCount: judged.length,
    rejected,
  };
}

const besideSerial = '; the serial is the same, but another maker’s';

function rejectedOf<A extends MatchableAsset>(
  judged: readonly Judged<A>[],
  request: MatchRequest,
): readonly RejectedCandidate[] {
  return judged.slice(0, maxRejectedShown).map((one) => {
    const { asset, row, agreed, contradicted, score } = one;
    const { assetId, kid } = asset;
    const isOwn = kid === request.kid;
    const judgement: RejectedCandidate['judgement'] = isOwn ? judgementOf(asset, row.judgement) : 'other-key';
    return {
      assetId,
      kid,
      judgement,
      why: (isOwn ? row.rule : 'asset of another key') + (one.isSerialOfOtherMaker ? besideSerial : ''),
      agreed,
      contradicted,
      score,
    };
  });
}

function judgementOf(asset: MatchableAsset, judgement: Judgement): Judgement | 'retired' {
  return asset.status === 'retired' && judgement === 'same' ? 'retired' : judgement;
}
