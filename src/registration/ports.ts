import type { SecretHash } from '../domain/pepper';
import type { RegistrationRequest } from './registration-request';

/** What the answer to an installation needs from outside; src/store satisfies it. */
export interface RegistrationPorts {
  /** One transaction. `token`: written when the outcome is one that gives it out. */
  register(installation: NewRegistration): Promise<RegisterOutcome>;
  noteRegistrationRefused(refusal: {
    readonly instanceId: number;
    readonly registrationId: string;
    readonly at: Date;
    readonly reason: string;
  }): Promise<void>;
  /** True when there was such a nonce; there is none afterwards. */
  takeNonce(nonceId: string, mac: Buffer, now: Date): Promise<boolean>;
}

export interface NewRegistration extends RegistrationRequest {
  readonly instanceId: number;
  readonly kid: string;
  readonly generation: number;
  readonly sourceAddress: string;
  readonly at: Date;
  readonly maxOfKey: number;
  /** Undefined: the one that it has is good for longer. */
  readonly token: NewToken | undefined;
  /** The token that it showed: those given out before it end. */
  readonly shownTokenId: string | undefined;
}

export interface NewToken {
  readonly tokenId: string;
  readonly hash: SecretHash;
  readonly expiresAt: Date;
}

export type RegisterOutcome =
  | { readonly state: 'registered'; readonly registrationId: string; readonly isNew: boolean }
  | { readonly state: 'revoked'; readonly registrationId: string }
  | { readonly state: 'limit' };
