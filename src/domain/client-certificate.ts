import { createHash, X509Certificate } from 'node:crypto';

/** A client certificate as Gatehouse read it itself. Whose it is, and whether it is in date, is not decided yet. */
export interface ClientCertificate {
  /** SHA-256 of the public key (SPKI in DER), hex: stays the same when the certificate is renewed for the same key. */
  readonly spki: string;
  /** One line, see `nameLine`. */
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly der: Buffer;
}

/** What a request showed. Who sent it has proved to hold the private key, to us or to a trusted proxy. */
export type ShownCertificate =
  | { readonly state: 'none' }
  | { readonly state: 'shown'; readonly certificate: ClientCertificate }
  /** `why` is for admins and quotes nothing that the client sent. */
  | { readonly state: 'unreadable'; readonly why: string };

export const noCertificate: ShownCertificate = { state: 'none' };

/** Longest certificate that is looked at, in bytes of DER. Real ones have 500 to 3000. */
export const maxCertificateBytes = 8192;

/** Reads one certificate in DER. Undefined when it is none, is longer than the limit, or has something behind it. */
export function readCertificate(der: Buffer): ClientCertificate | undefined {
  if (der.length > maxCertificateBytes) return undefined;
  const x509 = parseX509(der);
  // The parser also takes PEM, and overlooks what follows.
  if (!x509?.raw.equals(der)) return undefined;
  const spki = spkiOf(x509);
  if (spki === undefined) return undefined;
  return {
    spki,
    subject: nameLine(x509.subject),
    issuer: nameLine(x509.issuer),
    notBefore: x509.validFromDate,
    notAfter: x509.validToDate,
    der,
  };
}

/** SHA-256 of the public key, hex. Undefined for a kind of key that this Node does not know. */
export function spkiOf(x509: X509Certificate): string | undefined {
  try {
    const spki = x509.publicKey.export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(spki).digest('hex');
  } catch {
    return undefined;
  }
}

/** DER or PEM; undefined when it cannot be read. */
export function parseX509(bytes: Buffer | string): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}

/**
 * A distinguished name as one line, ordered as in RFC 4514 (`CN=pc-7,OU=Paris,O=Corp`): the last part of the certificate
 * first. Inside a value `,` `+` and `=` are written as `\2C` `\2B` `\3D`, so that whoever may choose a value, such as
 * the common name in a request to a CA, cannot make it look like a part of its own.
 * `text` is what Node gives: a line a part, values escaped as in RFC 2253, parts of one level joined by ` + `.
 */
export function nameLine(text: string | undefined): string {
  if (text === undefined || text === '') return '';
  const levels = text.split('\n').map((level) =>
    level
      .split(' + ')
      .map((part) => {
        const equals = part.indexOf('=');
        const value = part
          .slice(equals + 1)
          .replace(
            /\\([0-9A-F]{2}|.)|=/gs,
            (match, escaped?: string) => plainEscapes.get(escaped ?? '=') ?? match,
          );
        return `${part.slice(0, equals)}=${value}`;
      })
      .join('+'),
  );
  return levels.toReversed().join(',');
}

const plainEscapes: ReadonlyMap<string, string> = new Map([
  [',', String.raw`\2C`],
  ['+', String.raw`\2B`],
  ['=', String.raw`\3D`],
]);
