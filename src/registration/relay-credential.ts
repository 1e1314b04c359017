import { isGood, standingAt } from '../domain/registration-state';
import type { RegistrationRecord } from './registration-record';
import type { RegistrationStore } from './registration-store';

/** What a relay hands on under. */
export type RelayCredential =
  | { readonly kind: 'token'; readonly token: string }
  /** Nothing may be handed on now; why. */
  | { readonly kind: 'none'; readonly why: string; readonly isRelay: boolean };

/** Reading and opening the file costs 0.2 ms; the loop that renews the token is another process's, perhaps. */
const rememberedMs = 2000;

/** Reads what this installation is registered as, for each message anew but for a moment. */
export function relayCredential(
  store: Pick<RegistrationStore, 'read'>,
  now: () => Date,
): () => RelayCredential {
  let known: { readonly record: RegistrationRecord | undefined; readonly until: number } | undefined;
  return () => {
    const at = now();
    if (known === undefined || known.until <= at.getTime() || known.until > at.getTime() + rememberedMs) {
      known = { record: store.read(), until: at.getTime() + rememberedMs };
    }
    return credentialOf(known.record, at);
  };
}

function credentialOf(record: RegistrationRecord | undefined, at: Date): RelayCredential {
  if (record?.kind !== 'relay') return { kind: 'none', why: 'not registered as a relay', isRelay: false };
  const standing = standingAt(record.standing, at, record.policy);
  // In grace it goes on: the server was out of reach, and may be there again before the next validation.
  if (!isGood(standing)) {
    const why = standing.why === null ? '' : ` (${standing.why})`;
    return {
      kind: 'none',
      isRelay: true,
      why: `the registration is ${standing.state}${why}: gatehouse registration status`,
    };
  }
  if (record.tokenExpiresAt <= at) {
    const why = 'the token has ended, and the next validation brings another one';
    return { kind: 'none', isRelay: true, why };
  }
  return { kind: 'token', token: record.token };
}
