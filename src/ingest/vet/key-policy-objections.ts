import type { DeviceIdentity } from '../../domain/identity';
import { quarantined, refused, type Evidence } from '../../domain/verdict';
import { claimedTag } from '../claimed-tag';
import { isNewToKey, type Objection, type VetSubject } from './objection';

/** The key takes other item types only. */
export function itemtypeObjection({ inventory, key }: VetSubject): Objection | undefined {
  const { itemtype } = inventory;
  const isAllowed = key.itemtypes.length === 0 || key.itemtypes.includes(itemtype);
  return isAllowed ? undefined : refused('itemtype_not_allowed', { itemtype, allowed: key.itemtypes });
}

/** The key requires another tag. A key that requires one but names none takes nothing. */
export function tagObjection({ inventory, key }: VetSubject): Objection | undefined {
  if (key.tagPolicy !== 'require') return undefined;
  const required = key.tag?.trim().toLowerCase();
  const isRight = required !== undefined && required !== '' && claimedTag(inventory) === required;
  return isRight ? undefined : refused('tag_not_allowed', { tag: inventory.tag ?? null, required: key.tag });
}

/** The key takes no new devices any more. */
export function enrolmentObjection(subject: VetSubject): Objection | undefined {
  const { enrolUntil } = subject.key;
  if (!isNewToKey(subject) || enrolUntil === null || enrolUntil > subject.now) return undefined;
  return refused('enrolment_ended', { enrolUntil: enrolUntil.toISOString(), ...newcomer(subject) });
}

/** The key has as many assets as it may. */
export function quotaObjection(subject: VetSubject): Objection | undefined {
  const { maxAssets } = subject.key;
  const assets = subject.facts.keyAssetCount;
  if (!isNewToKey(subject) || maxAssets === null || assets < maxAssets) return undefined;
  return refused('quota_exceeded', { maxAssets, assets, ...newcomer(subject) });
}

/** The key wants an admin's approval of each new device. */
export function approvalObjection(subject: VetSubject): Objection | undefined {
  const isDue = subject.identified.kind === 'new' && subject.key.mode === 'approve';
  return isDue ? quarantined('approval_needed', newcomer(subject)) : undefined;
}

/** What an admin needs to decide on a device nobody knows. */
export function newcomer({ identity, sourceAddress, identified }: VetSubject): Evidence {
  return { identity: identityShown(identity), sourceAddress, match: identified.match };
}

function identityShown(identity: DeviceIdentity): Evidence {
  const { serial, uuid, macs, deviceid, hostname, ips, manufacturer } = identity;
  return { serial, uuid, macs, deviceid, hostname, ips, manufacturer };
}
