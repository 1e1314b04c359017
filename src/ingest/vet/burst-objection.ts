import { quarantined } from '../../domain/verdict';
import { newcomer } from './key-policy-objections';
import type { Objection, VetSubject } from './objection';

/** The key has made as many new assets within the hour as it may: the device waits for an admin. */
export function burstObjection(subject: VetSubject): Objection | undefined {
  const { newAssetsPerHour } = subject.key;
  const newAssets = subject.facts.newAssetsLastHour;
  if (subject.identified.kind !== 'new' || newAssetsPerHour === null || newAssets < newAssetsPerHour)
    return undefined;
  return quarantined('enrolment_burst', { newAssetsPerHour, newAssets, ...newcomer(subject) });
}
