import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { nameLine, parseX509 } from './client-certificate';

/** The certificate that Gatehouse shows, and its key, checked to belong together. */
export interface TlsPair {
  /** PEM as given: the certificate first, then those between it and a root. */
  readonly certificate: string;
  /** PEM. Secret. */
  readonly key: string;
  readonly subject: string;
  /** Names and addresses that it is good for, as Node writes them; empty when it names none. */
  readonly names: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Where a pair comes from. Both may be called at any time. */
export interface TlsSource {
  /** @throws Error whose message tells what is wrong, without any secret. */
  read(): TlsPair;
  /** Cheap to ask; another text when there may be something new to read. Never throws. */
  state(): string;
}

export type TlsPairResult =
  | { readonly ok: true; readonly pair: TlsPair }
  /** Sentences that name the file's setting and quote nothing of the key. */
  | { readonly ok: false; readonly faults: readonly string[] };

/** Whether two PEM texts can serve TLS together. Being out of date is no fault: a start must not fail for it. */
export function readTlsPair(certificate: string, key: string): TlsPairResult {
  const faults: string[] = [];
  const x509 = parseX509(certificate);
  if (x509 === undefined) faults.push('TLS_CERT_FILE holds no certificate in PEM.');
  const privateKey = privateKeyOf(key);
  if (privateKey === undefined) {
    faults.push('TLS_KEY_FILE holds no private key in PEM without passphrase.');
  }
  if (x509 === undefined || privateKey === undefined) return { ok: false, faults };
  if (!belongsTo(privateKey, x509)) {
    return { ok: false, faults: ['TLS_KEY_FILE is not the key of the first certificate in TLS_CERT_FILE.'] };
  }
  const { validFromDate: notBefore, validToDate: notAfter } = x509;
  const names = x509.subjectAltName ?? '';
  return {
    ok: true,
    pair: { certificate, key, subject: nameLine(x509.subject), names, notBefore, notAfter },
  };
}

function privateKeyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

function belongsTo(key: KeyObject, x509: X509Certificate): boolean {
  try {
    return x509.checkPrivateKey(key);
  } catch {
    return false;
  }
}
