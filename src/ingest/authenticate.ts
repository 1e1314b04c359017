import { timingSafeEqual } from 'node:crypto';
import { urlText } from '../domain/canonical-url';
import { urlWithoutSecrets } from '../domain/withhold-secrets';
import { parseSecret } from '../domain/key-format';
import { isTelling, recogniseSecret } from '../domain/recognise-secret';
import { networkCheck } from '../domain/network';
import type { SecretHash } from '../domain/pepper';
import {
  isLive,
  type Carrier,
  type KeyGeneration,
  type KeyScope,
  type RegistrationKey,
} from '../domain/registration-key';
import type { Registered } from '../domain/registered-instance';
import { bindingOf, boundText, type UrlAlias } from '../domain/url-binding';
import { passed, refused, type Refused, type StageResult } from '../domain/verdict';
import { isTokenShaped, readToken } from './access-token';
import { restingStop, revokedStop } from './key-state';
import type { PresentedCredential, RequestOrigin } from './received-submission';

/** What a credential claims, before anybody was asked. */
export type Claim =
  | {
      readonly kind: 'key';
      readonly kid: string;
      readonly carrier: Carrier;
      /** With every pepper that counts, the active one's first. */
      readonly hashes: readonly SecretHash[];
    }
  | {
      readonly kind: 'token';
      readonly kid: string;
      readonly carrier: Carrier;
      readonly generation: number;
    }
  /** Of a registered installation; found and checked by registration-claim.ts. */
  | {
      readonly kind: 'registration';
      readonly kid: string;
      readonly carrier: Carrier;
      readonly generation: number;
      readonly registered: Registered;
    }
  /** Of a request for jobs. `generation` undefined: a client certificate stood for the key. */
  | {
      readonly kind: 'ticket';
      readonly kid: string;
      readonly carrier: 'path';
      readonly generation: number | undefined;
    }
  /** Found by certificate-claim.ts, which has checked that the certificate stands for the key. */
  | { readonly kind: 'certificate'; readonly kid: string; readonly carrier: 'certificate' };

/** A key, and how it was proved. */
export interface Authenticated {
  readonly key: RegistrationKey;
  /** Whose secret the agent holds; undefined when no secret stood for the key. */
  readonly generation: number | undefined;
  /** The hash to store from now on, when the stored one was made with an older pepper. */
  readonly rehash: SecretHash | undefined;
  /** The installation whose token stood for the key. */
  readonly registered?: Registered;
}

/**
 * Picks the credential that counts: the first that has the form of a key or of one of our tokens.
 * The HMAC is always computed, whether the kid exists or not.
 */
export function readClaim(
  credentials: readonly PresentedCredential[],
  now: Date,
  hashesOf: (text: string) => readonly SecretHash[],
): StageResult<Claim> {
  let refusal: Refused = refused('key_missing');
  for (const { carrier, text } of credentials) {
    // A token is not the secret of a client: it must not get itself a fresh one.
    if (carrier !== 'oauth' && isTokenShaped(text)) {
      const token = readToken(text, now, hashesOf);
      if (token.state === 'valid') return passed({ kind: 'token', carrier: 'oauth', ...token });
      refusal = refused('token_invalid', { token: token.state });
      continue;
    }
    const parsed = parseSecret('grk', text);
    if (parsed.form === 'ok') return passed({ kind: 'key', kid: parsed.id, carrier, hashes: hashesOf(text) });
    // Of several the one that says most: Basic has two, and one of them is often an `x`.
    const recognised = recogniseSecret(text);
    if (refusal.reason === 'key_missing' || (refusal.reason === 'key_malformed' && isTelling(recognised))) {
      refusal = refused('key_malformed', { carrier, form: parsed.form, ...recognised });
    }
  }
  return refusal;
}

/**
 * Decides whether the claim is good for this request. The order matters: what follows the secret may be named to the
 * agent, because by then it has proved that it holds the key.
 */
export function authenticate(
  claim: Claim,
  key: RegistrationKey | undefined,
  origin: RequestOrigin & { ok: true },
  now: Date,
  wants: readonly KeyScope[] = ['inventory'],
): StageResult<Authenticated> {
  const generation = generationOf(claim, key);
  if (key === undefined) return refused('key_unknown', { kid: claim.kid });
  if (generation === undefined) {
    const isToken = claim.kind !== 'key' && claim.kind !== 'certificate';
    return refused(isToken ? 'token_invalid' : 'key_wrong_secret', { kid: claim.kid });
  }
  // Before everything that may be named: whoever holds a bait must not learn that it is one.
  if (key.canary) return refused('key_canary', { kid: key.kid, generation: generation.generation });
  const revoked = revokedStop(key);
  if (revoked !== undefined) return revoked;
  if (!isLive(generation, now)) return rotated(key, generation);
  const resting = restingStop(key, now);
  if (resting !== undefined) return resting;
  const binding = bindingOf(key, origin.url, now);
  if (binding.by === 'none') return urlMismatch(key, origin, binding.ended, now);
  if (!isAllowedAddress(key.cidrs, origin.clientAddress)) {
    return refused('key_network_mismatch', { clientAddress: origin.clientAddress, cidrs: key.cidrs });
  }
  // The token of an installation is no carrier of the key, which it stands for; nor is a ticket that we gave out.
  const isCarried = claim.kind !== 'registration' && claim.kind !== 'ticket';
  if (isCarried && !key.carriers.includes(claim.carrier)) {
    return refused('key_carrier_not_allowed', { carrier: claim.carrier, carriers: key.carriers });
  }
  if (!wants.some((scope) => key.scopes.includes(scope))) {
    return refused('key_wrong_scope', { wanted: wants, scopes: key.scopes });
  }
  return passed({
    key,
    generation: hasSecret(claim) ? generation.generation : undefined,
    rehash: rehashOf(claim, generation),
    ...(claim.kind === 'registration' ? { registered: claim.registered } : {}),
  });
}

function hasSecret(claim: Claim): boolean {
  return claim.kind === 'ticket' ? claim.generation !== undefined : claim.kind !== 'certificate';
}

/** Stands in for an unknown key, so that it takes as long to refuse as a wrong secret. */
const noGenerations: readonly KeyGeneration[] = [
  { generation: 0, pepperId: '', mac: Buffer.alloc(32), useUntil: null, retiredAt: null },
];

/** The generation that the claim proves, be it good or not. All are compared, whichever fits. */
function generationOf(claim: Claim, key: RegistrationKey | undefined): KeyGeneration | undefined {
  const generations = key?.generations ?? noGenerations;
  if (claim.kind === 'token' || claim.kind === 'registration') {
    return key && generations.find(({ generation }) => generation === claim.generation);
  }
  if (claim.kind === 'ticket' && claim.generation !== undefined) {
    return key && generations.find(({ generation }) => generation === claim.generation);
  }
  // No secret was shown that could be too old.
  if (claim.kind === 'certificate' || claim.kind === 'ticket') return key?.generations[0];
  let proved: KeyGeneration | undefined;
  for (const generation of generations) {
    const shown = claim.hashes.find(({ pepperId }) => pepperId === generation.pepperId) ?? claim.hashes[0];
    if (shown !== undefined && timingSafeEqual(shown.mac, generation.mac)) proved = generation;
  }
  return key && proved;
}

function rehashOf(claim: Claim, generation: KeyGeneration): SecretHash | undefined {
  if (claim.kind !== 'key') return undefined;
  const [active] = claim.hashes;
  return active?.pepperId === generation.pepperId ? undefined : active;
}

function rotated(key: RegistrationKey, { generation, useUntil, retiredAt }: KeyGeneration): Refused {
  return refused('key_rotated', {
    generation,
    newest: key.generations[0]?.generation,
    ...(retiredAt === null
      ? { graceEnded: useUntil?.toISOString() }
      : { retiredAt: retiredAt.toISOString() }),
  });
}

function urlMismatch(
  key: RegistrationKey,
  origin: RequestOrigin & { ok: true },
  ended: UrlAlias | undefined,
  now: Date,
): Refused {
  return refused('key_url_mismatch', {
    kid: key.kid,
    // Where agents are set up wrongly, the key may stand in the host or elsewhere in the path.
    seen: urlWithoutSecrets(urlText(origin.url)),
    expected: boundText(key, now),
    // The key was rebound, and the time in which the old URL counted is over.
    ...(ended === undefined ? {} : { wasAliasUntil: ended.until?.toISOString() }),
    decidedBy: origin.decidedBy,
    peerAddress: origin.peerAddress,
  });
}

/** No list = any address. An address that cannot be read is inside no list. */
function isAllowedAddress(cidrs: readonly string[], address: string): boolean {
  return cidrs.length === 0 || networkCheck(cidrs)(address);
}
