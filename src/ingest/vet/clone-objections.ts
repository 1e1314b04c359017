import { quarantined, type Evidence } from '../../domain/verdict';
import { isClearlyEarlier } from '../../identity/device-clock';
import { isVirtualMachine } from '../../identity/device-kind';
import type { CandidateAsset } from '../ports';
import { contest } from './contest';
import { areDisjoint, areTwins, installOf, isSameInstall } from './installs';
import { knownAsset, type Objection, type VetSubject } from './objection';

/**
 * The asset went from one install with its cards to another with other cards, and now the first is back: two machines
 * take turns. Not so with two systems on one machine (same cards, or another kind of system), nor with one install
 * whose cards change (docking stations, Wi-Fi and cable): only of virtual machines, which have neither, one install
 * that goes back to former cards is two.
 */
export function takingTurnsObjection(subject: VetSubject): Objection | undefined {
  const { shown } = subject;
  const asset = knownAsset(subject);
  if (asset === undefined || shown === undefined) return undefined;
  const { pin } = asset;
  if (areTwins(pin, shown)) return undefined;
  const macs = shown.macs ?? [];
  if (!areDisjoint(pin.macs ?? [], macs) || isOtherOs(subject, asset)) return undefined;
  if (isSameInstall(pin, shown) && !isVirtualMachine(subject.inventory)) return undefined;
  const former = pin.installs?.find(
    ({ install, macs: cards }) =>
      (install === shown.deviceid || install === shown.agentid) && cards.some((mac) => macs.includes(mac)),
  );
  if (former === undefined) return undefined;
  return suspected(
    subject,
    asset,
    'two machines take turns',
    {
      current: { install: installOf(pin), macs: pin.macs },
      former,
      shown: { install: installOf(shown), macs },
    },
    { always: true },
  );
}

/** A machine starts and is installed later and later: what goes backwards is another one with the same numbers. */
export function clockObjection(subject: VetSubject): Objection | undefined {
  const { shown, repeat } = subject;
  const asset = knownAsset(subject);
  if (asset === undefined || shown === undefined || repeat !== undefined) return undefined;
  const { pin } = asset;
  if (areTwins(pin, shown)) return undefined;
  // Another install on the same cards is another system of the same machine, with times of its own.
  const isComparable = isSameInstall(pin, shown) || areDisjoint(pin.macs ?? [], shown.macs ?? []);
  if (!isComparable || isOtherOs(subject, asset)) return undefined;
  if (isClearlyEarlier(shown.installDate, pin.installDate)) {
    const evidence = { pinned: pin.installDate, shown: shown.installDate };
    return suspected(subject, asset, 'its installation date went backwards', evidence);
  }
  if (isClearlyEarlier(pin.installDate, shown.installDate)) return undefined;
  if (!isClearlyEarlier(shown.bootTime, pin.bootTime)) return undefined;
  const evidence = { pinned: pin.bootTime, shown: shown.bootTime };
  return suspected(subject, asset, 'its time of start went backwards', evidence);
}

function isOtherOs({ shown }: VetSubject, { pin }: CandidateAsset): boolean {
  return pin.osFamily !== undefined && shown?.osFamily !== undefined && pin.osFamily !== shown.osFamily;
}

/** `always`: the turns themselves prove two machines, whatever agent each has. */
function suspected(
  subject: VetSubject,
  asset: CandidateAsset,
  why: string,
  evidence: Evidence,
  { always = false } = {},
): Objection {
  const { now, submissionId } = subject;
  const contests = always ? { since: now.toISOString(), why, submissionId } : contest(asset, subject, why);
  return {
    ...quarantined(
      'clone_suspected',
      { why, ...evidence, assetId: asset.assetId, match: subject.identified.match },
      asset.assetId,
    ),
    ...(contests === undefined ? {} : { contests }),
  };
}
