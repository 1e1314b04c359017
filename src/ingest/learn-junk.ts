import type { DeviceIdentity, Identifier } from '../domain/identity';
import { junkKinds, type CountedDevice, type JunkGrounds, type LearnedJunk } from '../domain/junk';
import type { RegistrationKey } from '../domain/registration-key';
import { countMachines } from '../identity/honest-limits';
import { has, identifiersIn, valuesOf } from '../identity/identity-sets';
import { junkTest } from '../identity/junk';
import type { Facts, JunkHolder, JunkLearning, Settlement, SubmissionRecord } from './ports';

/** Most values of one submission that are looked into: a machine has one serial, one uuid and few cards. */
export const maxSuspects = 8;

export interface LearningSubject {
  readonly record: Pick<
    SubmissionRecord,
    'kid' | 'submissionId' | 'sourceAddress' | 'receivedAt' | 'name' | 'partial'
  >;
  readonly key: Pick<RegistrationKey, 'enrolUntil'>;
  readonly identity: DeviceIdentity;
}

export function junkLearning(subject: LearningSubject): JunkLearning {
  return {
    suspects: (settlement, facts) => suspectsOf(subject, settlement, facts),
    learn: (suspect, holders, settlement, facts) => learnFrom(subject, suspect, holders, settlement, facts),
  };
}

/**
 * Values that this submission gives to one device more than had them: it makes an asset or adds to one while another
 * asset of the key has the value, or is held because of that. Mostly none, and then nothing is looked up.
 * What comes under a key that lets in no new devices teaches nothing: it could not become an asset.
 */
function suspectsOf(subject: LearningSubject, settlement: Settlement, facts: Facts): Identifier[] {
  const { record, key, identity } = subject;
  if (record.partial || !letsIn(key, record.receivedAt)) return [];
  const added = addedBy(settlement);
  if (added === undefined) return [];
  const others = facts.candidates.filter(
    ({ assetId, kid }) =>
      kid === record.kid && (settlement.verdict !== 'accepted' || assetId !== settlement.assetId),
  );
  const isNamed = ({ kind, value }: Identifier): boolean =>
    facts.junk.some((word) => word.kind === kind && word.value === value);
  return identifiersIn(valuesOf(identity))
    .filter(({ kind }) => (junkKinds as readonly string[]).includes(kind))
    .filter((one) => !isNamed(one) && added(one) && others.some((asset) => has(asset.identity, one)))
    .slice(0, maxSuspects);
}

function letsIn({ enrolUntil }: LearningSubject['key'], now: Date): boolean {
  return enrolUntil === null || now < enrolUntil;
}

function addedBy(settlement: Settlement): ((one: Identifier) => boolean) | undefined {
  switch (settlement.verdict) {
    case 'refused':
      return undefined;
    case 'quarantined':
      return settlement.reason === 'identity_conflict' ? () => true : undefined;
    case 'accepted': {
      const { newIdentifiers } = settlement;
      return newIdentifiers.length === 0
        ? undefined
        : ({ kind, value }) => newIdentifiers.some((one) => one.kind === kind && one.value === value);
    }
  }
}

/** What is learned when the holders of a suspect, with the device of this submission, are more machines than honest. */
function learnFrom(
  { record, identity }: LearningSubject,
  suspect: Identifier,
  holders: readonly JunkHolder[],
  settlement: Settlement,
  { junk }: Pick<Facts, 'junk'>,
): LearnedJunk | undefined {
  const { submissionId, sourceAddress, name = null } = record;
  const itself = { submissionId, name, identity: valuesOf(identity) };
  // The asset that it was found to be is no other holder.
  const own = settlement.verdict === 'accepted' ? settlement.assetId : undefined;
  const others = holders.filter(({ assetId }) => assetId === undefined || assetId !== own);
  const { devices, limit, isBesideAnother, isJunk } = countMachines<JunkHolder | typeof itself>(
    suspect,
    [itself, ...others],
    junkTest(junk),
  );
  if (!isJunk) return undefined;
  const counted = devices.map(({ identity: _shown, ...device }): CountedDevice => device);
  const grounds: JunkGrounds = { limit, isBesideAnother, devices: counted, submissionId, sourceAddress };
  return { ...suspect, grounds };
}
