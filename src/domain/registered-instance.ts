import type { SecretHash } from './pepper';

/** `host`: a machine with agents and the command only; `gatehouse`: a gateway; `relay`: one that hands on to us. */
export const installationKinds = ['host', 'gatehouse', 'relay'] as const;
export type InstallationKind = (typeof installationKinds)[number];

/** An installation that has registered, found by a token of its own. */
export interface Registered {
  readonly instanceId: number;
  readonly registrationId: string;
  readonly installationId: string;
  readonly kid: string;
  readonly kind: InstallationKind;
  readonly name: string | null;
  readonly revokedAt: Date | null;
  readonly token: RegistrationToken;
}

export interface RegistrationToken extends SecretHash {
  readonly tokenId: string;
  /** Of the key. */
  readonly generation: number;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}
