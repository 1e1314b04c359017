import { createHash, X509Certificate } from 'node:crypto';
import { nameLine, parseX509, type ClientCertificate } from './client-certificate';

/** Certificates in one bundle: roots, and those between them and the devices' own. */
export const maxClientCas = 8;
/** Longest bundle, in characters. */
export const maxClientCaLength = 65_536;

/** Keys that one certificate may lead to; with more nobody can say which one is meant. */
export const maxKeysOfCertificate = 32;

export type ClientCas =
  | { readonly ok: true; readonly cas: readonly X509Certificate[] }
  /** Why not, as the end of a sentence; quotes nothing. */
  | { readonly ok: false; readonly why: string };

const block = /-----BEGIN ([A-Z0-9 ]{1,40})-----[^-]*-----END \1-----/g;

/** Reads the CAs that an admin gives a key: PEM, one certificate or several, and nothing else but remarks. */
export function readClientCas(pem: string): ClientCas {
  const no = (why: string): ClientCas => ({ ok: false, why });
  if (pem.length > maxClientCaLength) return no(`is longer than ${maxClientCaLength} characters`);
  const blocks = [...pem.matchAll(block)];
  if (blocks.some(([, label]) => label !== 'CERTIFICATE')) {
    return no('must hold certificates only; a private key must never leave its CA');
  }
  if (blocks.length === 0) return no('must be PEM with at least one certificate');
  if (blocks.length > maxClientCas) return no(`has more than ${maxClientCas} certificates`);
  const cas: X509Certificate[] = [];
  for (const [place, [text]] of blocks.entries()) {
    const ca = parseX509(text);
    if (ca === undefined) return no(`certificate ${place + 1} cannot be read`);
    if (!ca.ca) return no(`certificate ${place + 1} is not one of a CA (basicConstraints CA:TRUE)`);
    cas.push(ca);
  }
  return { ok: true, cas };
}

/** The bundle in one spelling: the certificates, without what stood around them. */
export function clientCaText(cas: readonly X509Certificate[]): string {
  return cas.map((ca) => ca.toString()).join('');
}

/**
 * How keys are found by a certificate: SHA-256 of the CA's name, hex. A certificate names its issuer and does not say
 * with which key it was signed, so the name is all that can be asked for; the signature is checked after.
 */
export function issuerIdOf(issuer: string): string {
  return createHash('sha256').update(issuer.toLowerCase()).digest('hex');
}

/** One for each CA of a bundle; none when the bundle cannot be read, so that nothing is found by it. */
export function issuerIdsOf(clientCa: string | null): string[] {
  const read = clientCa === null ? undefined : readClientCas(clientCa);
  return read?.ok === true ? [...new Set(read.cas.map((ca) => issuerIdOf(nameLine(ca.subject))))] : [];
}

/**
 * Whether one of the CAs issued the certificate: named as issuer, signature verified, CA in date. Certificates between
 * a root and the device belong into the bundle: those that a client sends along are not looked at.
 */
export function isIssuedBy(
  certificate: ClientCertificate,
  cas: readonly X509Certificate[],
  now: Date,
): boolean {
  const leaf = parseX509(certificate.der);
  if (leaf === undefined) return false;
  return cas.some((ca) => leaf.checkIssued(ca) && isInDate(ca, now) && isSignedBy(leaf, ca));
}

export function isInDate(x509: X509Certificate, now: Date): boolean {
  return x509.validFromDate <= now && now <= x509.validToDate;
}

/** A key of another kind than the signature's is no fault of ours. */
function isSignedBy(leaf: X509Certificate, ca: X509Certificate): boolean {
  try {
    return leaf.verify(ca.publicKey);
  } catch {
    return false;
  }
}
