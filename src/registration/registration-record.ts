import type { InstallationKind } from '../domain/registered-instance';
import type { KeyScope } from '../domain/registration-key';
import type { Standing, ValidationPolicy } from '../domain/registration-state';

/** What this installation is registered as. Holds secrets: it is kept sealed. */
export interface RegistrationRecord {
  /** UUID, drawn once; survives another key and another server. */
  readonly installationId: string;
  readonly kind: InstallationKind;
  /** Canonical URL. */
  readonly server: string;
  /** For when the token is lost or has expired. */
  readonly key: string;
  readonly registrationId: string;
  readonly token: string;
  readonly tokenExpiresAt: Date;
  readonly scopes: readonly KeyScope[];
  readonly registeredAt: Date;
  readonly policy: ValidationPolicy;
  readonly standing: Standing;
}
