import { timingSafeEqual } from 'node:crypto';
import type { RegistrationKey } from '../domain/registration-key';

/**
 * OAuth2 access tokens for GLPI Agent ≥ 1.10. Signed, not stored, so that any process can check them; they name their
 * key and part of its hash, so that they die with the key or with its secret.
 * Form: `grt_<base64url(kid.expirySeconds.keyTag)>.<base64url(HMAC)>`.
 */
export const tokenLifetimeSeconds = 900;
const prefix = 'grt_';
const keyTagBytes = 8;

export type ReadToken =
  | { readonly state: 'valid'; readonly kid: string; readonly keyTag: string }
  | { readonly state: 'invalid' | 'expired' };

type MacOf = (text: string) => Buffer;

export function isTokenShaped(text: string): boolean {
  return text.startsWith(prefix);
}

export function issueToken(key: RegistrationKey, now: Date, macOf: MacOf): string {
  const expirySeconds = Math.floor(now.getTime() / 1000) + tokenLifetimeSeconds;
  const body = prefix + Buffer.from(`${key.kid}.${expirySeconds}.${keyTagOf(key)}`).toString('base64url');
  return `${body}.${macOf(body).toString('base64url')}`;
}

export function readToken(text: string, now: Date, macOf: MacOf): ReadToken {
  const dot = text.lastIndexOf('.');
  if (!isTokenShaped(text) || dot < 0) return { state: 'invalid' };
  const body = text.slice(0, dot);
  const signature = Buffer.from(text.slice(dot + 1), 'base64url');
  const expected = macOf(body);
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
    return { state: 'invalid' };
  const [kid = '', expiry = '', keyTag = ''] = Buffer.from(body.slice(prefix.length), 'base64url')
    .toString()
    .split('.');
  if (Number(expiry) * 1000 <= now.getTime()) return { state: 'expired' };
  return { state: 'valid', kid, keyTag };
}

/** Changes with the key's secret. */
export function keyTagOf(key: RegistrationKey): string {
  return key.mac.subarray(0, keyTagBytes).toString('hex');
}
