import { optional, secret, setting } from './setting';
import { choice, filePath, integer, oneUrl } from './setting-kinds';

/** The part of the table that is about registering, here and elsewhere. */
export const registrationSettings = {
  registrationKey: secret(
    'REGISTRATION_KEY',
    20,
    'REGISTRATION_KEY_FILE, else none',
    'Registration key by which this installation registers with another Gatehouse, at its start or with `gatehouse register`.',
  ),
  registrationKeyFile: optional(
    'REGISTRATION_KEY_FILE',
    filePath,
    'none',
    'File with that key; a line end after it does not count.',
  ),
  registrationServer: optional(
    'REGISTRATION_SERVER',
    oneUrl,
    'given with --server',
    'URL of the Gatehouse that it registers with.',
  ),
  registrationKind: optional(
    'REGISTRATION_KIND',
    choice('gatehouse', 'relay'),
    'gatehouse, or given with --relay',
    'As what a gateway registers at its start. `relay`: it hands on what it takes in to REGISTRATION_SERVER, by a key with the scope relay.',
  ),
  registrationCaFile: optional(
    'REGISTRATION_CA_FILE',
    filePath,
    'the roots that Node brings, and NODE_EXTRA_CA_CERTS',
    'PEM of certificate authorities that are trusted beside those, when it speaks to that Gatehouse.',
  ),
  registrationValidateHours: setting(
    'REGISTRATION_VALIDATE_HOURS',
    integer(1, 168),
    '6',
    'How often installations that registered here are told to come again.',
  ),
  registrationGraceDays: setting(
    'REGISTRATION_GRACE_DAYS',
    integer(1, 365),
    '14',
    'How long a registered installation goes on while it cannot reach this gateway.',
  ),
  maxRegistrationsPerKey: setting(
    'MAX_REGISTRATIONS_PER_KEY',
    integer(1, 1_000_000),
    '1000',
    'Installations that may register with one key; further ones are refused.',
  ),
} as const;
