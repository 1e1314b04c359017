import type { DeviceIdentity } from '../../domain/identity';
import type { ValidInventory } from '../../domain/inventory';
import type { Contested, Showing } from '../../domain/pin';
import type { RegistrationKey } from '../../domain/registration-key';
import type { Quarantined, Refused } from '../../domain/verdict';
import type { Identified } from '../identify';
import type { CandidateAsset, Facts } from '../ports';
import type { Repeat } from '../showing';

/** Everything that an objection may depend on. */
export interface VetSubject {
  readonly inventory: ValidInventory;
  readonly identity: DeviceIdentity;
  readonly key: RegistrationKey;
  readonly identified: Identified;
  readonly facts: Facts;
  readonly now: Date;
  /** Client address as Gatehouse resolved it; empty when nobody sent the inventory (an explanation). */
  readonly sourceAddress: string;
  readonly submissionId: string;
  /** Undefined for what is not a host's own report: it can neither show nor lack a pin. */
  readonly shown: Showing | undefined;
  /** Set for a full inventory that the asset sent before. */
  readonly repeat: Repeat | undefined;
}

/** `contests`: from now on two devices claim the asset. */
export type Objection = Refused | (Quarantined & { readonly contests?: Contested | undefined });

/** One reason not to take a submission; undefined when it does not apply. Pure. */
export type Check = (subject: VetSubject) => Objection | undefined;

/** The submission would give the key one asset more: a new one, or one that an admin lets come over. */
export function isNewToKey({ identified, key }: VetSubject): boolean {
  return identified.kind === 'new' || identified.asset.kid !== key.kid;
}

/** The asset that the submission speaks of; undefined for a device not seen before. */
export function knownAsset({ identified }: VetSubject): CandidateAsset | undefined {
  return identified.kind === 'known' ? identified.asset : undefined;
}
