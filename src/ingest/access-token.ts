import { timingSafeEqual } from 'node:crypto';
import type { SecretHash } from '../domain/pepper';

/**
 * OAuth2 access tokens for GLPI Agent ≥ 1.10. Signed, not stored, so that any process can check them; they name their
 * key and its generation, so that they die with either.
 * Form: `grt_<base64url(kid.expirySeconds.generation)>.<base64url(HMAC)>`.
 */
export const tokenLifetimeSeconds = 900;
const prefix = 'grt_';
const generationShape = /^[1-9]\d{0,8}$/;

export type ReadToken =
  | { readonly state: 'valid'; readonly kid: string; readonly generation: number }
  | { readonly state: 'invalid' | 'expired' };

export function isTokenShaped(text: string): boolean {
  return text.startsWith(prefix);
}

/** `macOf`: with the active pepper. */
export function issueToken(
  { kid, generation }: { readonly kid: string; readonly generation: number },
  now: Date,
  macOf: (text: string) => Buffer,
): string {
  const expirySeconds = Math.floor(now.getTime() / 1000) + tokenLifetimeSeconds;
  const body = prefix + Buffer.from(`${kid}.${expirySeconds}.${generation}`).toString('base64url');
  return `${body}.${macOf(body).toString('base64url')}`;
}

/** `hashesOf`: with every pepper that counts, so that a token outlives the start that changes the pepper. */
export function readToken(
  text: string,
  now: Date,
  hashesOf: (text: string) => readonly SecretHash[],
): ReadToken {
  const dot = text.lastIndexOf('.');
  if (!isTokenShaped(text) || dot < 0) return { state: 'invalid' };
  const body = text.slice(0, dot);
  const signature = Buffer.from(text.slice(dot + 1), 'base64url');
  const isSigned = hashesOf(body).some(
    ({ mac }) => signature.length === mac.length && timingSafeEqual(signature, mac),
  );
  if (!isSigned) return { state: 'invalid' };
  const [kid = '', expiry = '', generation = ''] = Buffer.from(body.slice(prefix.length), 'base64url')
    .toString()
    .split('.');
  // Of an older version: it named its secret in another way.
  if (!generationShape.test(generation)) return { state: 'invalid' };
  if (Number(expiry) * 1000 <= now.getTime()) return { state: 'expired' };
  return { state: 'valid', kid, generation: Number(generation) };
}
