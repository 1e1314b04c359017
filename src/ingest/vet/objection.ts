import type { DeviceIdentity } from '../../domain/identity';
import type { ValidInventory } from '../../domain/inventory';
import type { RegistrationKey } from '../../domain/registration-key';
import type { Quarantined, Refused } from '../../domain/verdict';
import type { Identified } from '../identify';
import type { CandidateAsset, Facts } from '../ports';

/** Everything that an objection may depend on. */
export interface VetSubject {
  readonly inventory: ValidInventory;
  readonly identity: DeviceIdentity;
  readonly key: RegistrationKey;
  readonly identified: Identified;
  readonly facts: Facts;
  readonly now: Date;
  /** Client address as Gatehouse resolved it. */
  readonly sourceAddress: string;
}

export type Objection = Refused | Quarantined;

/** One reason not to take a submission; undefined when it does not apply. Pure. */
export type Check = (subject: VetSubject) => Objection | undefined;

/** The asset that the submission speaks of; undefined for a device not seen before. */
export function knownAsset({ identified }: VetSubject): CandidateAsset | undefined {
  return identified.kind === 'known' ? identified.asset : undefined;
}
