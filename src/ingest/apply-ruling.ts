import type { ValidInventory } from '../domain/inventory';
import type { QuarantineReason, ReasonCode } from '../domain/refusal-reason';
import { reasonOf } from '../domain/refusal-reason';
import { passed, refused, type HoldableResult, type StageResult } from '../domain/verdict';
import type { MatchGrounds } from '../identity/match-grounds';
import type { Assigned } from './assign';
import type { Identified } from './identify';
import type { LettingIn, Ruling } from './ports';

/** Whether an admin has answered what this objection asks, so that it no longer stops the submission. */
export function isAnswered(ruling: Ruling | undefined, objection: ReasonCode): boolean {
  if (!letsIn(ruling)) return false;
  if (ruling.reach === 'held') return reasonOf(objection).verdict === 'quarantined';
  // An asset moves to another key by a decision on a held submission only: when it has moved on, that is a new question.
  return ruling.reason === objection && objection !== 'asset_of_other_key';
}

const whichAssetReasons: readonly string[] = [
  'identity_conflict',
  'identity_ambiguous',
  'asset_of_other_key',
] satisfies QuarantineReason[];

/** The asset that an admin named, instead of what the matcher would find; undefined when none was named. */
export function identifyAsRuled(
  { partial }: Pick<ValidInventory, 'partial'>,
  ruling: Ruling | undefined,
): StageResult<Identified> | undefined {
  if (!letsIn(ruling)) return undefined;
  const says = ruling.reach === 'held' || whichAssetReasons.includes(ruling.reason);
  if (!says) return undefined;
  const match = groundsOf(ruling);
  if (ruling.asset !== undefined) return passed({ kind: 'known', asset: ruling.asset, match });
  return partial ? refused('full_inventory_awaited', { match }) : passed({ kind: 'new', match });
}

/**
 * Where the asset of a decided submission belongs; undefined when the decision says nothing of it. `otherwise` gives
 * what the key says of a new device.
 */
export function assignAsRuled(
  ruling: Ruling | undefined,
  identified: Identified,
  key: { readonly kid: string; readonly entityId: string },
  otherwise: () => HoldableResult<Assigned>,
): HoldableResult<Assigned> | undefined {
  if (!letsIn(ruling) || ruling.reach !== 'held') return undefined;
  if (ruling.action === 'new' && ruling.entityId !== undefined)
    return passed({ entityId: ruling.entityId, because: 'an admin named the entity' });
  if (identified.kind === 'known' && identified.asset.kid === key.kid) return undefined;
  const assigned = otherwise();
  return assigned.verdict === 'quarantined'
    ? passed({ entityId: key.entityId, because: 'entity of the key, by decision of an admin' })
    : assigned;
}

function letsIn(ruling: Ruling | undefined): ruling is LettingIn {
  return ruling?.action === 'same' || ruling?.action === 'new';
}

function groundsOf(ruling: LettingIn): MatchGrounds {
  const what = ruling.action === 'same' ? 'this asset' : 'an asset of its own';
  return {
    rule: `an admin decided in case ${ruling.caseId}: ${what}`,
    assetId: ruling.asset?.assetId,
    agreed: [],
    contradicted: [],
    shared: [],
    score: 0,
    candidateCount: ruling.asset === undefined ? 0 : 1,
    rejected: [],
  };
}
