import type { Refusal } from './present';

/** The key is none, or the server was reached and does not take it. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused';
  constructor(
    /** `binding`: the key is good, but bound to another URL. */
    readonly layer: 'key' | 'binding',
    message: string,
    readonly nextStep: string,
    readonly code: string,
  ) {
    super(message);
  }
}

export function keyRefused(refusal: Refusal, server: string): KeyRefused {
  const { code, message } = refusal;
  return code === 'key_url_mismatch'
    ? new KeyRefused('binding', bindingText(refusal, server), bindingStep(refusal, server), code)
    : new KeyRefused('key', `The server refuses: ${message}.`, nextSteps[code] ?? unknownStep, code);
}

function bindingText({ expected, seen }: Refusal, server: string): string {
  const good = expected.length === 0 ? 'another URL' : expected.join(', ');
  const other = seen === undefined || seen.startsWith(server) ? '' : ` (it arrived there as ${seen})`;
  return `The key is bound to ${good}, and was presented at ${server}${other}.`;
}

function bindingStep({ expected }: Refusal, server: string): string {
  const [first] = expected;
  const use = first === undefined ? '' : `Use --server ${first}. `;
  return `${use}If the domain has changed, the key has to follow: an admin binds it anew (gatehouse key rebind KID --url ${server}) or makes a new one. Behind a proxy, PUBLIC_URL and TRUSTED_PROXIES there decide what arrives.`;
}

const unknownStep = 'Ask the admin of that Gatehouse: gatehouse submission list --verdict refused says why.';

const nextSteps: Readonly<Record<string, string>> = {
  key_refused:
    'It knows no such key, or another secret of it: was it issued by another Gatehouse? Compare it with the key as it was shown, or ask for a new one.',
  key_missing: 'Something on the way takes the Authorization header away: let the proxy pass it.',
  key_revoked: 'Ask for a new key.',
  key_rotated: 'It was replaced by a newer one: ask for that.',
  key_expired:
    'Its time is over: ask for a new key, or for a later end (gatehouse key update KID --use-until TIME).',
  key_closed: 'It takes nothing for the time being: ask the admin of that Gatehouse.',
  key_network_mismatch:
    'It is good from certain networks only, and this host comes from another: ask the admin.',
  key_carrier_not_allowed:
    'It must be allowed to travel as bearer: gatehouse key update KID --carrier bearer,…',
  key_wrong_scope:
    'It must be for registering (or relaying): gatehouse key update KID --scope inventory,register',
  certificate_missing:
    'The key demands a TLS client certificate, which register cannot show: use another key.',
  registration_revoked:
    'An admin revoked this installation. gatehouse registration forget, then register again with a key that is still wanted.',
  registration_limit:
    'Ask the admin: MAX_REGISTRATIONS_PER_KEY, or gatehouse registration revoke for those that are gone.',
  handshake_invalid: 'A proxy on the way changes bodies: let it leave this path alone.',
};
