import type { X509Certificate } from 'node:crypto';
import { isIssuedBy, readClientCas } from '../domain/client-ca';
import type { ClientCertificate, ShownCertificate } from '../domain/client-certificate';
import type { RegistrationKey } from '../domain/registration-key';
import { passed, refused, type StageResult } from '../domain/verdict';
import type { ReceivedSubmission } from './received-submission';

type CertificatePolicy = Pick<RegistrationKey, 'clientCertificate' | 'clientCa'>;

/** Bundles as read. A key is loaded anew when it changes, so an entry never outlives its bundle. */
const readBundles = new WeakMap<CertificatePolicy, readonly X509Certificate[]>();

/**
 * Whether the certificate that a request shows is good enough for its key. Called when the key is proved, so the
 * reason may be named. A bad certificate is refused also where none is needed: it would be pinned.
 */
export function checkCertificate(
  key: CertificatePolicy,
  shown: ShownCertificate,
  now: Date,
): StageResult<ClientCertificate | undefined> {
  if (key.clientCertificate === 'ignore') return passed(undefined);
  switch (shown.state) {
    case 'none':
      return key.clientCertificate === 'required' ? refused('certificate_missing') : passed(undefined);
    case 'unreadable':
      return refused('certificate_refused', { why: shown.why });
    case 'shown':
      return checkShown(key, shown.certificate, now);
  }
}

function checkShown(
  key: CertificatePolicy,
  certificate: ClientCertificate,
  now: Date,
): StageResult<ClientCertificate> {
  const { spki, subject, issuer, notBefore, notAfter } = certificate;
  const no = (why: string): StageResult<never> =>
    refused('certificate_refused', {
      why,
      spki,
      subject: subject.slice(0, maxShownChars),
      issuer: issuer.slice(0, maxShownChars),
      notBefore: textOf(notBefore),
      notAfter: textOf(notAfter),
    });
  // Written so that a date which cannot be read counts as out of date.
  if (!(notBefore <= now)) return no('not good yet');
  if (!(now <= notAfter)) return no('expired');
  if (key.clientCa !== null && !isOfKeysCa(key, certificate, now))
    return no('not issued by a CA of this key');
  return passed(certificate);
}

/** Longest name that evidence shows. */
const maxShownChars = 1024;

function textOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'unreadable' : date.toISOString();
}

/** The last answer on each certificate: it is asked for twice a request, and a signature takes 0.1 ms to verify. */
const lastAnswers = new WeakMap<
  ClientCertificate,
  { readonly key: CertificatePolicy; readonly atMs: number; readonly isIssued: boolean }
>();

/** A key without CA has issued nothing. A bundle that cannot be read (any more) has neither. */
export function isOfKeysCa(key: CertificatePolicy, certificate: ClientCertificate, now: Date): boolean {
  const atMs = now.getTime();
  const last = lastAnswers.get(certificate);
  if (last?.key === key && last.atMs === atMs) return last.isIssued;
  const isIssued = isIssuedBy(certificate, casOf(key), now);
  lastAnswers.set(certificate, { key, atMs, isIssued });
  return isIssued;
}

function casOf(key: CertificatePolicy): readonly X509Certificate[] {
  let cas = readBundles.get(key);
  if (cas === undefined) {
    const read = key.clientCa === null ? undefined : readClientCas(key.clientCa);
    cas = read?.ok === true ? read.cas : [];
    readBundles.set(key, cas);
  }
  return cas;
}

/** What later stages may know of a certificate. */
export interface CertificateFacts {
  /** Public key that the device is pinned to. */
  readonly spki: string | undefined;
  /** Only when a CA of the key vouches for it: anybody can write any subject into a certificate of their own. */
  readonly subject: string | undefined;
}

/**
 * For a request whose certificate `checkCertificate` let pass. The CA is asked again: a held submission is run through
 * once more under the key as it is then.
 */
export function certificateFacts(
  key: CertificatePolicy,
  received: Pick<ReceivedSubmission, 'clientCertificate' | 'headers' | 'receivedAt'>,
): CertificateFacts {
  const shown = received.clientCertificate;
  if (key.clientCertificate === 'ignore' || shown.state !== 'shown') {
    return { spki: undefined, subject: undefined };
  }
  // The certificate of an agent that passes on what others send is the relay's, not the device's.
  if (received.headers.proxyIds.length > 0) return { spki: undefined, subject: undefined };
  const { spki, subject } = shown.certificate;
  const isVouchedFor = isOfKeysCa(key, shown.certificate, received.receivedAt);
  return { spki, subject: isVouchedFor ? subject : undefined };
}
