import type { Reason } from './reason';

const refusedKey = 'Registration key refused';

/** The part of the catalogue (refusal-reason.ts) that is about keys, tokens and certificates. */
export const authenticateReasons = {
  key_missing: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 401,
    phrase: 'Registration key required',
    beforeKey: true,
    meaning:
      'The agent presented no registration key at all. Put the key into its server URL or its user/password options.',
  },
  key_malformed: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: refusedKey,
    beforeKey: true,
    meaning:
      'What was presented does not have the form of a registration key, or its checksum is wrong: a typing error, or a credential of another product. Evidence says what it looks like and what is needed.',
  },
  key_unknown: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: refusedKey,
    beforeKey: true,
    meaning: 'No registration key has this key id: it was issued by another installation, or invented.',
  },
  key_wrong_secret: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: refusedKey,
    beforeKey: true,
    meaning: 'The key id exists but the secret is not its secret. Repeated, this is somebody guessing.',
  },
  token_invalid: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: refusedKey,
    beforeKey: true,
    meaning: 'An OAuth access token that Gatehouse did not issue, or that has expired.',
  },
  key_revoked: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: 'Registration key revoked',
    meaning: 'An admin revoked this key. Give the device a new one.',
  },
  key_expired: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: 'Registration key expired',
    meaning: 'The time until which this key may be used has passed.',
  },
  key_closed: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: 'Registration key closed',
    meaning: 'The key is in mode "closed": it takes nothing for the time being.',
  },
  key_url_mismatch: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: 'Registration key is bound to another URL',
    meaning:
      'The key was used under a URL it is not bound to. Evidence shows the URL seen and the URLs expected, and until when a former URL counted. Behind a proxy, check TRUSTED_PROXIES and PUBLIC_URL.',
  },
  key_network_mismatch: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: 'Registration key refused from this network',
    meaning: 'The client address is outside the networks that the key allows.',
  },
  key_carrier_not_allowed: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: 'Registration key not allowed in this place',
    meaning: 'The key travelled in a way (path, Basic, …) that it does not allow.',
  },
  key_wrong_scope: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: 'Registration key not for this purpose',
    meaning:
      'The key is good, but not for what was asked: inventories of agents, registering an installation, or relaying. Evidence says which it allows. Change it with gatehouse key update KID --scope.',
  },
  registration_revoked: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: 'Registration revoked',
    meaning:
      'An admin revoked the registration of this installation. Its key may still be good for others; gatehouse registration list shows it.',
  },
  key_rotated: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: 'Registration key replaced by a newer one',
    meaning:
      'The secret is of an older generation of the key, whose grace has ended or which was retired. Give the device the new one.',
  },
  key_canary: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: refusedKey,
    folded: true,
    meaning:
      'This key is a bait that no device was ever given: whoever uses it has found it where it was laid. Look at the source address.',
  },
  certificate_missing: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: 'Client certificate required',
    meaning:
      'The key requires a TLS client certificate, and none was presented, or it did not come through a trusted proxy.',
  },
  certificate_refused: {
    verdict: 'refused',
    stage: 'authenticate',
    httpStatus: 403,
    phrase: 'Client certificate refused',
    meaning:
      'The client certificate is out of date, is not from a CA of this key, or cannot be read. Evidence says which.',
  },
} as const satisfies Record<string, Reason>;
