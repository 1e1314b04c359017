import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Peppers } from './pepper';

/** A text that only a process with the right pepper can read. */
export interface SealedText {
  /** Of the pepper whose sealing key was used. */
  readonly pepperId: string;
  /** 12 bytes of nonce, 16 of tag, then the text encrypted: AES-256-GCM. */
  readonly bytes: Buffer;
}

/** The pepper that the text was sealed under is not at hand, or the bytes were changed or belong elsewhere. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

const nonceBytes = 12;
const tagBytes = 16;

/** `purpose` says what the text is for: sealed for one thing, it opens for nothing else. */
export function seal(
  { active }: Peppers,
  text: string,
  purpose: string,
  random: (bytes: number) => Buffer,
): SealedText {
  const nonce = random(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', active.sealingKey, nonce);
  cipher.setAAD(Buffer.from(purpose));
  const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { pepperId: active.id, bytes: Buffer.concat([nonce, cipher.getAuthTag(), encrypted]) };
}

/** @throws SealBroken */
export function unseal(
  { active, previous }: Peppers,
  { pepperId, bytes }: SealedText,
  purpose: string,
): string {
  const pepper = [active, previous].find((one) => one?.id === pepperId);
  if (pepper === undefined) throw new SealBroken(`sealed under the pepper ${pepperId}, which is not given`);
  try {
    const decipher = createDecipheriv('aes-256-gcm', pepper.sealingKey, bytes.subarray(0, nonceBytes));
    decipher.setAAD(Buffer.from(purpose));
    decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    const start = nonceBytes + tagBytes;
    return Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new SealBroken('the sealed text was changed, or sealed for something else', { cause: error });
  }
}
