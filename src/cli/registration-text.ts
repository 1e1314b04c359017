import type { Standing } from '../domain/registration-state';
import type { RegistrationRecord } from '../registration/registration-record';

/** What to do about a registration that does not stand well; null: nothing. */
export function nextStepOfStanding(
  { state, why }: Standing,
  { server }: Pick<RegistrationRecord, 'server'>,
): string | null {
  switch (state) {
    case 'url_mismatch':
      return `The key is bound to another URL than ${server} now. Register again with the new URL (gatehouse register --server URL), or let an admin rebind the key or make a new one.`;
    case 'revoked':
      return 'The server does not want it any more: ask its admin for a new key, and register again.';
    case 'expired':
      return why === 'key_expired'
        ? 'The time of the key is over: ask for a new one, and register again.'
        : 'The server was out of reach for too long: gatehouse test says where it ends.';
    case 'grace':
      return 'The server is out of reach: gatehouse test says where it ends. Until then it goes on.';
    case 'pending':
    case 'valid':
      return null;
  }
}
