import { quarantined, refused } from '../../domain/verdict';
import { isAnswered } from '../apply-ruling';
import { knownAsset, type Objection, type VetSubject } from './objection';

/** The asset belongs to another key, or an admin has retired it. */
export function ownershipObjection(subject: VetSubject): Objection | undefined {
  const asset = knownAsset(subject);
  if (asset === undefined) return undefined;
  const { key, identified, facts } = subject;
  const evidence = { assetId: asset.assetId, status: asset.status, match: identified.match };
  // Another key's retired asset is held, not refused: a machine that changes hands is for an admin to decide.
  if (asset.kid !== key.kid && !isAnswered(facts.ruling, 'asset_of_other_key')) {
    return quarantined('asset_of_other_key', { ...evidence, kid: asset.kid }, asset.assetId);
  }
  return asset.status === 'retired' ? refused('asset_retired', evidence) : undefined;
}
