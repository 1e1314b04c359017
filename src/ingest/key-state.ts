import type { RegistrationKey } from '../domain/registration-key';
import { refused, type Refused } from '../domain/verdict';

/** An admin ended the key for ever. */
export function revokedStop({ revokedAt }: Pick<RegistrationKey, 'revokedAt'>): Refused | undefined {
  return revokedAt === null ? undefined : refused('key_revoked', { revokedAt: revokedAt.toISOString() });
}

/** The time of the key is over, or it takes nothing for the time being. */
export function restingStop(
  { useUntil, mode }: Pick<RegistrationKey, 'useUntil' | 'mode'>,
  now: Date,
): Refused | undefined {
  if (useUntil !== null && useUntil <= now) {
    return refused('key_expired', { useUntil: useUntil.toISOString() });
  }
  return mode === 'closed' ? refused('key_closed') : undefined;
}
