import type { DeviceIdentity } from '../domain/identity';
import type { ValidInventory } from '../domain/inventory';
import type { ReasonCode } from '../domain/refusal-reason';
import type { RegistrationKey } from '../domain/registration-key';
import {
  passed,
  quarantined,
  refused,
  type Evidence,
  type HoldableResult,
  type Quarantined,
  type Refused,
} from '../domain/verdict';
import { claimedTag } from './claimed-tag';
import type { Identified } from './identify';
import type { Facts } from './ports';

export interface Vetted {
  /** Key in mode `observe`: what the key's policy would have refused or held the submission for. */
  readonly wouldRefuse: readonly ReasonCode[];
}

type Objection = Refused | Quarantined;

/**
 * Holds the submission against what an admin decided of its asset and of its key, in that order. The first objection
 * ends its way; mode `observe` only notes objections of the key's policy.
 */
export function vet(
  inventory: ValidInventory,
  identity: DeviceIdentity,
  key: RegistrationKey,
  identified: Identified,
  facts: Facts,
  now: Date,
  sourceAddress: string,
): HoldableResult<Vetted> {
  const ofAsset = assetObjection(key, identified);
  if (ofAsset !== undefined) return ofAsset;
  const newcomer = { identity: identityShown(identity), sourceAddress, match: identified.match };
  const objections = [
    itemtypeObjection(inventory, key),
    tagObjection(inventory, key),
    ...(identified.kind === 'new' ? newcomerObjections(key, facts, now, newcomer) : []),
  ].filter((objection) => objection !== undefined);
  const [first] = objections;
  if (first === undefined) return passed({ wouldRefuse: [] });
  return key.mode === 'observe' ? passed({ wouldRefuse: objections.map(({ reason }) => reason) }) : first;
}

/** Not policy of the key: these hold in every mode. */
function assetObjection(key: RegistrationKey, identified: Identified): Objection | undefined {
  if (identified.kind === 'new') return undefined;
  const { asset, match } = identified;
  const evidence = { assetId: asset.assetId, status: asset.status, match };
  // Another key's retired asset is held, not refused: a machine that changes hands is for an admin to decide.
  if (asset.kid !== key.kid) {
    return quarantined('asset_of_other_key', { ...evidence, kid: asset.kid }, asset.assetId);
  }
  return asset.status === 'retired' ? refused('asset_retired', evidence) : undefined;
}

function itemtypeObjection(
  { itemtype }: ValidInventory,
  { itemtypes }: RegistrationKey,
): Objection | undefined {
  const isAllowed = itemtypes.length === 0 || itemtypes.includes(itemtype);
  return isAllowed ? undefined : refused('itemtype_not_allowed', { itemtype, allowed: itemtypes });
}

/** A key that requires a tag but names none takes nothing. */
function tagObjection(inventory: ValidInventory, key: RegistrationKey): Objection | undefined {
  if (key.tagPolicy !== 'require') return undefined;
  const required = key.tag?.trim().toLowerCase();
  const isRight = required !== undefined && required !== '' && claimedTag(inventory) === required;
  return isRight ? undefined : refused('tag_not_allowed', { tag: inventory.tag ?? null, required: key.tag });
}

function newcomerObjections(
  key: RegistrationKey,
  facts: Facts,
  now: Date,
  newcomer: Evidence,
): readonly (Objection | undefined)[] {
  const { enrolUntil, maxAssets } = key;
  const hasEnded = enrolUntil !== null && enrolUntil <= now;
  const isFull = maxAssets !== null && facts.keyAssetCount >= maxAssets;
  return [
    hasEnded ? refused('enrolment_ended', { enrolUntil: enrolUntil.toISOString(), ...newcomer }) : undefined,
    isFull ? refused('quota_exceeded', { maxAssets, assets: facts.keyAssetCount, ...newcomer }) : undefined,
    key.mode === 'approve' ? quarantined('approval_needed', newcomer) : undefined,
  ];
}

/** What an admin needs to decide on a device nobody knows. */
function identityShown(identity: DeviceIdentity): Evidence {
  const { serial, uuid, macs, deviceid, hostname, ips, manufacturer } = identity;
  return { serial, uuid, macs, deviceid, hostname, ips, manufacturer };
}
