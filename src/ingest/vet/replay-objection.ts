import { quarantined, type Evidence } from '../../domain/verdict';
import { isClearlyEarlier } from '../../identity/device-clock';
import type { CandidateAsset } from '../ports';
import { isFromHome } from './same-hardware';
import { knownAsset, type Objection, type VetSubject } from './objection';

/**
 * A full inventory that the asset sent before, and newer ones since: from the asset's address it is taken and changes
 * nothing (an agent or a proxy repeated itself), from another it is held. The newest one again is harmless anywhere.
 */
export function repeatObjection(subject: VetSubject): Objection | undefined {
  const { repeat, sourceAddress } = subject;
  const asset = knownAsset(subject);
  if (asset === undefined || repeat === undefined || repeat.isNewest) return undefined;
  if (isFromHome(subject, asset)) return undefined;
  return replay(subject, asset, {
    why: 'received before, and newer ones since',
    firstReceived: repeat.body.at,
    pinnedAddress: asset.pin.sourceAddress,
    sourceAddress,
  });
}

/** An inventory made clearly before the one that is stored would roll the asset back. */
export function staleObjection(subject: VetSubject): Objection | undefined {
  const { shown, repeat } = subject;
  const asset = knownAsset(subject);
  if (asset === undefined || shown === undefined || repeat !== undefined) return undefined;
  if (!isClearlyEarlier(shown.ranAt, asset.pin.ranAt)) return undefined;
  return replay(subject, asset, {
    why: 'made before the one that is stored',
    pinned: asset.pin.ranAt,
    shown: shown.ranAt,
  });
}

function replay(subject: VetSubject, asset: CandidateAsset, evidence: Evidence): Objection {
  return quarantined(
    'replay_suspected',
    { ...evidence, assetId: asset.assetId, match: subject.identified.match },
    asset.assetId,
  );
}
