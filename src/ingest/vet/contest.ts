import type { Contested } from '../../domain/pin';
import { compare, type Factor } from '../../identity/comparison';
import type { CandidateAsset } from '../ports';
import type { VetSubject } from './objection';

/** Seen within so many minutes, the asset's machine is alive beside the newcomer. */
export const aliveMinutes = 60;
/** So many of these must differ before a copied agent is believed to be on another machine. */
const minStrongDiffering = 2;
const strong = ['serial', 'uuid', 'mac', 'certificate', 'sshkey'] as const satisfies readonly Factor[];

/**
 * Marks an asset as claimed by two machines. Only a newcomer with the whole state of the asset's agent can do that,
 * deviceid and agentid: a deviceid alone is a name and a date, and whoever guessed it could stop the asset.
 * Undefined when the newcomer has less, or the asset is marked already.
 */
export function contest(
  asset: CandidateAsset,
  subject: Pick<VetSubject, 'identity' | 'now' | 'submissionId'>,
  why: string,
): Contested | undefined {
  const { identity, now, submissionId } = subject;
  if (asset.contested !== undefined || !hasItsAgent(asset, identity)) return undefined;
  const isAlive = now.getTime() - asset.lastSeen.getTime() <= aliveMinutes * 60_000;
  return {
    since: now.toISOString(),
    why,
    submissionId,
    ...(isAlive ? {} : { awaitsTwin: true as const }),
  };
}

/** The same for a newcomer that the matcher held: an agent that runs on other hardware. */
export function contestOfConflict(
  asset: CandidateAsset | undefined,
  subject: Pick<VetSubject, 'identity' | 'now' | 'submissionId'>,
): Contested | undefined {
  if (asset === undefined) return undefined;
  const comparison = compare(subject.identity, asset.identity);
  const differing = strong.filter((factor) => comparison[factor] === 'differs');
  if (differing.length < minStrongDiffering) return undefined;
  return contest(asset, subject, `its agent came from a machine with another ${differing.join(', ')}`);
}

function hasItsAgent(asset: CandidateAsset, { deviceid, agentid }: VetSubject['identity']): boolean {
  return (
    deviceid !== undefined &&
    agentid !== undefined &&
    asset.identity.deviceids.includes(deviceid) &&
    asset.identity.agentids.includes(agentid)
  );
}
