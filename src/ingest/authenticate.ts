import { timingSafeEqual } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { isWithin, urlText } from '../domain/canonical-url';
import { parseSecret } from '../domain/key-format';
import type { Carrier, RegistrationKey } from '../domain/registration-key';
import { passed, refused, type Refused, type StageResult } from '../domain/verdict';
import { isTokenShaped, keyTagOf, readToken } from './access-token';
import type { PresentedCredential, RequestOrigin } from './received-submission';

/** What a credential claims, before anybody was asked. */
export type Claim =
  | { readonly kind: 'key'; readonly kid: string; readonly carrier: Carrier; readonly mac: Buffer }
  | { readonly kind: 'token'; readonly kid: string; readonly carrier: Carrier; readonly keyTag: string };

/**
 * Picks the credential that counts: the first that has the form of a key or of one of our tokens.
 * The HMAC is always computed, whether the kid exists or not.
 */
export function readClaim(
  credentials: readonly PresentedCredential[],
  now: Date,
  macOf: (text: string) => Buffer,
): StageResult<Claim> {
  let refusal: Refused = refused('key_missing');
  for (const { carrier, text } of credentials) {
    if (isTokenShaped(text)) {
      const token = readToken(text, now, macOf);
      if (token.state === 'valid') return passed({ kind: 'token', carrier: 'oauth', ...token });
      refusal = refused('token_invalid', { token: token.state });
      continue;
    }
    const parsed = parseSecret('grk', text);
    if (parsed.form === 'ok') return passed({ kind: 'key', kid: parsed.id, carrier, mac: macOf(text) });
    if (refusal.reason === 'key_missing') refusal = refused('key_malformed', { carrier, form: parsed.form });
  }
  return refusal;
}

/** Stands in for an unknown key, so that both comparisons take the same time. */
const noKey = Buffer.alloc(32);

/**
 * Decides whether the claim is good for this request. The order matters: what follows the secret may be named to the
 * agent, because by then it has proved that it holds the key.
 */
export function authenticate(
  claim: Claim,
  key: RegistrationKey | undefined,
  origin: RequestOrigin & { ok: true },
  now: Date,
): StageResult<RegistrationKey> {
  const isProved = proves(claim, key);
  if (key === undefined) return refused('key_unknown', { kid: claim.kid });
  if (!isProved) {
    return refused(claim.kind === 'token' ? 'token_invalid' : 'key_wrong_secret', { kid: claim.kid });
  }
  if (key.revokedAt !== null) return refused('key_revoked', { revokedAt: key.revokedAt.toISOString() });
  if (key.useUntil !== null && key.useUntil <= now) {
    return refused('key_expired', { useUntil: key.useUntil.toISOString() });
  }
  if (key.mode === 'closed') return refused('key_closed');
  if (!key.urls.some((bound) => isWithin(bound, origin.url))) return urlMismatch(key, origin);
  if (!isAllowedAddress(key.cidrs, origin.clientAddress)) {
    return refused('key_network_mismatch', { clientAddress: origin.clientAddress, cidrs: key.cidrs });
  }
  if (!key.carriers.includes(claim.carrier)) {
    return refused('key_carrier_not_allowed', { carrier: claim.carrier, carriers: key.carriers });
  }
  return passed(key);
}

function proves(claim: Claim, key: RegistrationKey | undefined): boolean {
  if (claim.kind === 'key') return timingSafeEqual(claim.mac, key?.mac ?? noKey) && key !== undefined;
  return key !== undefined && claim.keyTag === keyTagOf(key);
}

function urlMismatch(key: RegistrationKey, origin: RequestOrigin & { ok: true }): Refused {
  return refused('key_url_mismatch', {
    seen: urlText(origin.url),
    expected: key.urls.map(urlText),
    decidedBy: origin.decidedBy,
    peerAddress: origin.peerAddress,
  });
}

/** No list = any address. An address that cannot be read is inside no list. */
function isAllowedAddress(cidrs: readonly string[], address: string): boolean {
  if (cidrs.length === 0) return true;
  if (!ipaddr.isValid(address)) return false;
  const client = ipaddr.process(address);
  return cidrs.some((cidr) => {
    const [network, prefixLength] = ipaddr.parseCIDR(cidr);
    return network.kind() === client.kind() && client.match(network, prefixLength);
  });
}
