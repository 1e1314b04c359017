import { issuerIdOf, maxKeysOfCertificate } from '../domain/client-ca';
import type { ClientCertificate } from '../domain/client-certificate';
import type { RegistrationKey } from '../domain/registration-key';
import { bindingOf } from '../domain/url-binding';
import { passed, refused, type Refused, type StageResult } from '../domain/verdict';
import type { Claim } from './authenticate';
import { isOfKeysCa } from './certificate-policy';
import type { IngestPorts, KidsOfCertificate } from './ports';
import type { RequestOrigin } from './received-submission';

/**
 * Finds the key that a certificate stands for in a request without any other credential: one that an asset of the key
 * is pinned to, else one that a CA of the key issued. Exactly one key must fit. When none does, `otherwise` stands: the
 * agent may have a password for which it waits to be asked.
 */
export async function claimByCertificate(
  ports: Pick<IngestPorts, 'findKey' | 'findKidsByCertificate'>,
  certificate: ClientCertificate,
  origin: RequestOrigin & { ok: true },
  now: Date,
  otherwise: Refused,
): Promise<StageResult<Claim>> {
  const kids = await ports.findKidsByCertificate(certificate.spki, issuerIdOf(certificate.issuer));
  const keysOf = async (some: readonly string[]): Promise<RegistrationKey[]> => {
    const keys = await Promise.all(some.slice(0, maxKeysOfCertificate).map((kid) => ports.findKey(kid)));
    return keys.filter((key) => key !== undefined).filter(takesCertificates);
  };
  const pinned = await keysOf(kids.pinned);
  const fitting =
    pinned.length > 0
      ? pinned
      : (await keysOf(kids.issued)).filter((key) => isOfKeysCa(key, certificate, now));
  if (fitting.length === 0)
    return refused(otherwise.reason, { ...otherwise.evidence, ...shownOf(certificate) });
  const [key, another] = fitting.length === 1 ? fitting : fitting.filter((one) => serves(one, origin, now));
  if (key === undefined || another !== undefined || hasTooMany(kids)) {
    return refused('key_unknown', { ...shownOf(certificate), fittingKeys: fitting.length });
  }
  return passed({ kind: 'certificate', kid: key.kid, carrier: 'certificate' });
}

function takesCertificates(key: RegistrationKey): boolean {
  return key.carriers.includes('certificate') && key.clientCertificate !== 'ignore';
}

/** Several keys may share a CA, each at a URL of its own. */
function serves(key: RegistrationKey, origin: RequestOrigin & { ok: true }, now: Date): boolean {
  return key.revokedAt === null && bindingOf(key, origin.url, now).by !== 'none';
}

function hasTooMany({ pinned, issued }: KidsOfCertificate): boolean {
  return pinned.length > maxKeysOfCertificate || issued.length > maxKeysOfCertificate;
}

/** Longest name that evidence shows. */
const maxShownChars = 256;

function shownOf({ spki, subject, issuer }: ClientCertificate): { certificate: object } {
  return {
    certificate: { spki, subject: subject.slice(0, maxShownChars), issuer: issuer.slice(0, maxShownChars) },
  };
}
