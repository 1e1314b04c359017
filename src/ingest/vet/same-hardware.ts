import { compare } from '../../identity/comparison';
import { isClearlyEarlier } from '../../identity/device-clock';
import type { CandidateAsset } from '../ports';
import { isSameInstall } from './installs';
import type { VetSubject } from './objection';

/** Serial, uuid and cards: at least two agree and none contradicts. */
export function isSameHardware({ identity }: Pick<VetSubject, 'identity'>, asset: CandidateAsset): boolean {
  const { serial, uuid, mac } = compare(identity, asset.identity);
  const all = [serial, uuid, mac];
  return all.filter((one) => one === 'equal').length >= 2 && !all.includes('differs');
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
