import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** The hash of a key or token, and which pepper it was made with. Useless without that pepper. */
export interface SecretHash {
  /** First 8 hex digits of the pepper's check value. */
  readonly pepperId: string;
  /** HMAC-SHA-256, 32 bytes. */
  readonly mac: Buffer;
}

/** The secret that hashes depend on. It is kept outside the database. */
export interface Pepper {
  readonly id: string;
  /** HMAC of a fixed text, 32 bytes: kept in the database, it tells whether a pepper is the one it was set up with. */
  readonly check: Buffer;
  readonly macOf: (text: string) => Buffer;
  /** 32 bytes for AES, derived from the secret: what must be read again is encrypted with it (sealed-text.ts). */
  readonly sealingKey: KeyObject;
}

/** The peppers of one process: while a pepper is being replaced, there are two. */
export interface Peppers {
  /** Everything new is hashed with it. */
  readonly active: Pepper;
  /** Still good for what was hashed with it. */
  readonly previous: Pepper | undefined;
}

const checkText = 'gatehouse pepper check 1';
const sealingText = 'gatehouse sealing key 1';
const idLength = 8;

export function pepperOf(secret: Buffer): Pepper {
  // Made once: a key object from bytes costs as much as the HMAC of a key.
  const key = createSecretKey(secret);
  const macOf = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const check = macOf(checkText);
  const sealingKey = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', sealingText, 32)));
  return { id: check.toString('hex').slice(0, idLength), check, macOf, sealingKey };
}

/** A previous pepper that is the active one is none. */
export function peppersOf(active: Buffer, previous?: Buffer): Peppers {
  const isSame = previous?.equals(active) === true;
  return {
    active: pepperOf(active),
    previous: previous === undefined || isSame ? undefined : pepperOf(previous),
  };
}

/** What everything new is stored as. */
export function hashOf({ active }: Peppers, text: string): SecretHash {
  return { pepperId: active.id, mac: active.macOf(text) };
}

/** Every hash under which the text may be stored, the active pepper's first. */
export function hashesOf({ active, previous }: Peppers, text: string): SecretHash[] {
  return [active, previous].flatMap((pepper) =>
    pepper === undefined ? [] : [{ pepperId: pepper.id, mac: pepper.macOf(text) }],
  );
}
