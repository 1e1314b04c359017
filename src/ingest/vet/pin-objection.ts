import { quarantined } from '../../domain/verdict';
import { sshAlgorithmOf } from '../../identity/ssh-host-key';
import type { CandidateAsset } from '../ports';
import { isSameInstall } from './installs';
import { knownAsset, type Objection, type VetSubject } from './objection';
import { isAtHome, isOtherSystem, isSameHardware } from './same-hardware';

/** The asset is pinned to a client certificate or an ssh host key, and the submission shows another or none. */
export function pinObjection(subject: VetSubject): Objection | undefined {
  const asset = knownAsset(subject);
  if (asset === undefined || subject.shown === undefined || asset.kid !== subject.key.kid) return undefined;
  const why = whyCertificate(subject, asset) ?? whySshKey(subject, asset);
  if (why === undefined) return undefined;
  const { certificate, sshKey } = subject.identity;
  return quarantined(
    'pin_downgraded',
    {
      why,
      assetId: asset.assetId,
      pinned: { certificates: asset.identity.certificates, sshKeys: asset.identity.sshKeys },
      shown: { certificate: certificate ?? null, sshKey: sshKey ?? null },
      match: subject.identified.match,
    },
    asset.assetId,
  );
}

/** A certificate comes with the connection: a partial must show it too. */
function whyCertificate(subject: VetSubject, asset: CandidateAsset): string | undefined {
  const { key, identity, sourceAddress } = subject;
  const pinned = asset.identity.certificates;
  // An explanation has no connection that could show one.
  if (sourceAddress === '') return undefined;
  if (pinned.length === 0 || key.clientCertificate === 'ignore' || identity.deviceid === undefined)
    return undefined;
  if (identity.certificate === undefined) return 'client certificate missing';
  if (pinned.includes(identity.certificate) || isRenewed(subject, asset)) return undefined;
  return 'another client certificate';
}

/**
 * The key's own authority vouches for the new one, no other asset holds it, and agent and hardware are the asset's:
 * the certificate was renewed.
 */
function isRenewed(subject: VetSubject, asset: CandidateAsset): boolean {
  const { key, facts, identity, shown } = subject;
  const { certificate = '' } = identity;
  const isAnothers = facts.candidates.some(
    (other) => other.assetId !== asset.assetId && other.identity.certificates.includes(certificate),
  );
  return (
    key.clientCa !== null &&
    !isAnothers &&
    shown !== undefined &&
    isSameInstall(asset.pin, shown) &&
    isSameHardware(subject, asset)
  );
}

/** A partial seldom carries the key: its silence means nothing. */
function whySshKey(subject: VetSubject, asset: CandidateAsset): string | undefined {
  const { sshKey } = subject.identity;
  const pinned = asset.identity.sshKeys;
  if (pinned.length === 0) return undefined;
  if (sshKey === undefined) {
    const isSilent = subject.inventory.partial || asset.pin.sshKey === undefined;
    return isSilent || mayLackSshKey(subject, asset) ? undefined : 'ssh host key missing';
  }
  if (pinned.includes(sshKey) || isOtherSystem(subject, asset)) return undefined;
  const algorithm = sshAlgorithmOf(sshKey);
  if (pinned.some((known) => sshAlgorithmOf(known) === algorithm)) return 'another ssh host key';
  // Every host has a key of each algorithm, and agents show the one that answers first.
  const isExpected =
    (subject.shown !== undefined && isSameInstall(asset.pin, subject.shown)) || isAtHome(subject, asset);
  return isExpected ? undefined : 'ssh host key of another algorithm';
}

/** Another system, or an agent of another brand at the asset's place: not every agent looks for the key. */
function mayLackSshKey(subject: VetSubject, asset: CandidateAsset): boolean {
  const isOtherBrand = subject.shown?.brand !== asset.pin.brand;
  return isOtherSystem(subject, asset) || (isOtherBrand && isAtHome(subject, asset));
}
