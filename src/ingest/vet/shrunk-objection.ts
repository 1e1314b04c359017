import { quarantined } from '../../domain/verdict';
import { isClearlyEarlier } from '../../identity/device-clock';
import type { CandidateAsset } from '../ports';
import { isSameInstall } from './installs';
import { knownAsset, type Objection, type VetSubject } from './objection';
import { isFromHome, isOtherSystem } from './same-hardware';

/** Fewer entries than this say nothing about a fall. */
export const minCountedSoftwares = 50;
/** Percent of the software that must still be there. */
export const minSoftwarePercent = 20;
/** From so many entries on their whole section does not just vanish. */
export const minSectionSoftwares = 10;

/** Most software, or the numbers of the machine, are gone from a full inventory, and the system was not made new. */
export function shrunkObjection(subject: VetSubject): Objection | undefined {
  const { shown, inventory, repeat } = subject;
  const asset = knownAsset(subject);
  if (asset === undefined || shown === undefined || inventory.partial || repeat !== undefined)
    return undefined;
  const gone = whatIsGone(subject, asset);
  if (gone === undefined || isMadeNew(subject, asset)) return undefined;
  return quarantined(
    'inventory_shrunk',
    { ...gone, assetId: asset.assetId, match: subject.identified.match },
    asset.assetId,
  );
}

function whatIsGone({ shown, identity }: VetSubject, asset: CandidateAsset): object | undefined {
  const before = asset.pin.softwareCount ?? 0;
  const now = shown?.softwareCount ?? 0;
  const isMostGone = before >= minCountedSoftwares && now * 100 < before * minSoftwarePercent;
  if (isMostGone || (before >= minSectionSoftwares && now === 0))
    return { why: 'most software is gone', pinned: before, shown: now };
  const { serials, uuids } = asset.identity;
  const isNameless = identity.serial === undefined && identity.uuid === undefined;
  return isNameless && serials.length > 0 && uuids.length > 0
    ? { why: 'serial and uuid are gone', pinned: { serials, uuids } }
    : undefined;
}

/** Made new: the system, or the agent that looks at it, which may be set to leave categories out. */
function isMadeNew(subject: VetSubject, asset: CandidateAsset): boolean {
  const { pin } = asset;
  const { installDate, osFamily } = subject.shown ?? {};
  const isOtherAgent =
    subject.shown !== undefined && !isSameInstall(pin, subject.shown) && isFromHome(subject, asset);
  const isOtherOs = pin.osFamily !== undefined && osFamily !== undefined && pin.osFamily !== osFamily;
  return (
    isOtherAgent ||
    isOtherOs ||
    isClearlyEarlier(pin.installDate, installDate) ||
    isOtherSystem(subject, asset)
  );
}
