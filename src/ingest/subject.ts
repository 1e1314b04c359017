import type { DeviceIdentity } from '../domain/identity';
import type { ValidInventory } from '../domain/inventory';
import type { RegistrationKey } from '../domain/registration-key';

/** A valid inventory with everything that decisions depend on, except what the store knows. */
export interface Subject {
  readonly inventory: ValidInventory;
  readonly identity: DeviceIdentity;
  readonly key: RegistrationKey;
  readonly sourceAddress: string;
  /** Of the sender's certificate, when a CA of the key vouches for it. */
  readonly certificateSubject?: string | undefined;
  readonly now: Date;
  /** The agent can be steered to send a full inventory, and sent this one as its only full one. */
  readonly isSteerable: boolean;
  /** Id of the asset, should it be a new one. */
  readonly newAssetId: string;
}
