import { quarantined } from '../../domain/verdict';
import { knownAsset, type Objection, type VetSubject } from './objection';

/**
 * Two machines claim the asset: neither updates it until an admin has decided. A claim made while the asset was silent
 * becomes a contest when the asset's own machine shows up after all.
 */
export function contestedObjection(subject: VetSubject): Objection | undefined {
  const asset = knownAsset(subject);
  if (asset?.contested === undefined) return undefined;
  const { awaitsTwin, ...contested } = asset.contested;
  const held = quarantined(
    'asset_contested',
    {
      assetId: asset.assetId,
      contested,
      pin: asset.pin,
      shown: subject.shown,
      match: subject.identified.match,
    },
    asset.assetId,
  );
  return awaitsTwin === true ? { ...held, contests: contested } : held;
}
