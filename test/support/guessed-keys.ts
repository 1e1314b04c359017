import { randomBytes } from 'node:crypto';
import { issueSecret } from '../../src/domain/key-format';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A key with this key id, its form and checksum right, its secret invented. */
export function guessedKey(kid: string): string {
  const idBytes = Buffer.from(Array.from(kid, (letter) => alphabet.indexOf(letter)));
  const { id, full } = issueSecret('grk', (bytes) => (bytes === kid.length ? idBytes : randomBytes(bytes)));
  if (id !== kid) throw new Error('a key id has 12 base62 characters');
  return full;
}
