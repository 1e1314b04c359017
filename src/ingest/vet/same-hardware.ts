import { compare } from '../../identity/comparison';
import { isClearlyEarlier } from '../../identity/device-clock';
import type { CandidateAsset } from '../ports';
import { isSameInstall } from './installs';
import type { VetSubject } from './objection';

/**
 * Serial, uuid and cards: at least two agree and none contradicts. Of a machine built from parts, which has no numbers,
 * the card is all there is: it suffices at the address that the machine is known at.
 */
export function isSameHardware(
  subject: Pick<VetSubject, 'identity' | 'sourceAddress'>,
  asset: CandidateAsset,
): boolean {
  const { serial, uuid, mac } = compare(subject.identity, asset.identity);
  const all = [serial, uuid, mac];
  if (all.includes('differs')) return false;
  const agreeing = all.filter((one) => one === 'equal').length;
  return agreeing >= 2 || (agreeing === 1 && isWithoutNumbers(subject, asset) && isFromHome(subject, asset));
}

function isWithoutNumbers(
  { identity: { serial, uuid } }: Pick<VetSubject, 'identity'>,
  { identity: { serials, uuids } }: CandidateAsset,
): boolean {
  return serial === undefined && uuid === undefined && serials.length === 0 && uuids.length === 0;
}

/** From the address that the asset was last seen at. An explanation knows no address. */
export function isFromHome(
  { sourceAddress }: Pick<VetSubject, 'sourceAddress'>,
  asset: CandidateAsset,
): boolean {
  return sourceAddress === '' || sourceAddress === asset.pin.sourceAddress;
}

/** The same hardware at the same address. */
export function isAtHome(subject: VetSubject, asset: CandidateAsset): boolean {
  return isSameHardware(subject, asset) && isFromHome(subject, asset);
}

/**
 * Another operating system on the very same hardware: installed at another time, with another agent. A re-image, or
 * the other system of a machine with two.
 */
export function isOtherSystem(subject: VetSubject, asset: CandidateAsset): boolean {
  const { shown } = subject;
  if (shown === undefined || isSameInstall(asset.pin, shown) || !isSameHardware(subject, asset)) return false;
  const [before, now] = [asset.pin.installDate, shown.installDate];
  return isClearlyEarlier(before, now) || isClearlyEarlier(now, before);
}
