import { crc32 } from 'node:zlib';

/**
 * The form of every secret that Gatehouse issues: `<prefix>_<id>_<secret><checksum>`.
 * - id: 12 base62 characters, public: it is what the database is asked for.
 * - secret: 43 base62 characters, 256 bits.
 * - checksum: CRC-32 of all before it, 6 base62 characters: tells a typing error from a wrong key, without database.
 * Only [0-9A-Za-z_]: needs no quoting in a shell, an MSI property, an INI file or the userinfo of a URL.
 */
/** grk: registration key, gra: admin token, grs: session, gri: token of a registered installation, grn: one-time nonce, grw: what webhooks are signed with. */
export const secretPrefixes = ['grk', 'gra', 'grs', 'gri', 'grn', 'grw'] as const;
export type SecretPrefix = (typeof secretPrefixes)[number];

export interface IssuedSecret {
  /** Public part: key id or token id. */
  readonly id: string;
  /** The whole secret, shown once. */
  readonly full: string;
}

export type ParsedSecret =
  ({ readonly form: 'ok' } & IssuedSecret) | { readonly form: 'checksum' | 'other-prefix' | 'shape' };

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 12;
const secretLength = 43;
const checksumLength = 6;
/** Longest text that is looked at as a secret at all. */
export const maxSecretLength = 255;

const shape = /^(gr[a-z])_([0-9A-Za-z]{10,12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

/** Issues a new secret. `random(n)` must give n bytes from a cryptographic source. */
export function issueSecret(prefix: SecretPrefix, random: (bytes: number) => Buffer): IssuedSecret {
  const id = randomText(idLength, random);
  return { id, full: issueAnother(prefix, id, random) };
}

/** Issues another secret with the same public part. */
export function issueAnother(prefix: SecretPrefix, id: string, random: (bytes: number) => Buffer): string {
  const body = `${prefix}_${id}_${randomText(secretLength, random)}`;
  return body + checksumOf(body);
}

/** Takes a text apart without asking anybody. Says nothing about whether the secret is known. */
export function parseSecret(prefix: SecretPrefix, text: string): ParsedSecret {
  if (text.length > maxSecretLength) return { form: 'shape' };
  const parts = shape.exec(text);
  if (parts === null) return { form: 'shape' };
  const [, foundPrefix, id = '', , checksum] = parts;
  if (checksum !== checksumOf(text.slice(0, -checksumLength))) return { form: 'checksum' };
  if (foundPrefix !== prefix) return { form: 'other-prefix' };
  return { form: 'ok', id, full: text };
}

/** The last four characters: lets people tell keys apart, too few to help a guesser. */
export function hintOf(full: string): string {
  return full.slice(-4);
}

function checksumOf(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < checksumLength; i++) {
    text = alphabet.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** Rejection sampling: a byte of 248 and more would make the first letters likelier. */
function randomText(length: number, random: (bytes: number) => Buffer): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random(length)) {
      if (byte < 248 && text.length < length) text += alphabet.charAt(byte % 62);
    }
  }
  return text;
}
