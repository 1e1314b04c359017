import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import {
  maxCertificateBytes,
  noCertificate,
  readCertificate,
  type ShownCertificate,
} from '../domain/client-certificate';
import { networkCheck } from '../domain/network';

/** `client-cert`: RFC 9440. `x-ssl-client-cert`: PEM, percent-encoded, as of nginx's $ssl_client_escaped_cert. */
export const clientCertHeaders = ['none', 'client-cert', 'x-ssl-client-cert'] as const;
export type ClientCertHeader = (typeof clientCertHeaders)[number];

export interface ClientCertificateRules {
  /** The one header in which trusted proxies pass the certificate on. */
  readonly clientCertHeader: ClientCertHeader;
  readonly trustedProxies: readonly string[];
  /** Somebody sent such a header that does not count, e.g. who is no trusted proxy. */
  readonly onIgnoredHeader: () => void;
}

interface Asking {
  readonly rawHeaders: readonly string[];
  readonly socket: Pick<Socket, 'remoteAddress'>;
}

/**
 * Reads the certificate that a request shows: from the TLS connection, or from what a trusted proxy says of its own
 * client. The certificate on a proxy's connection is the proxy's, so of a trusted peer the header alone counts.
 * Whether the proxy found the certificate good is not asked: everything about it is worked out here.
 */
export function createCertificateReader(rules: ClientCertificateRules): (asking: Asking) => ShownCertificate {
  const isTrusted = networkCheck(rules.trustedProxies);
  /** A connection has one certificate; agents send several messages on it. */
  const ofConnection = new WeakMap<TLSSocket, ShownCertificate>();

  return ({ rawHeaders, socket }) => {
    const given = headersOf(rawHeaders);
    if (isTrusted(socket.remoteAddress ?? '')) {
      const counting = given.filter(({ name }) => name === rules.clientCertHeader);
      if (given.length > counting.length) rules.onIgnoredHeader();
      return readHeader(counting);
    }
    if (given.length > 0) rules.onIgnoredHeader();
    if (!(socket instanceof TLSSocket)) return noCertificate;
    let shown = ofConnection.get(socket);
    if (shown === undefined) {
      shown = readConnection(socket);
      ofConnection.set(socket, shown);
    }
    return shown;
  };
}

interface CertificateHeader {
  readonly name: Exclude<ClientCertHeader, 'none'>;
  readonly value: string;
}

function headersOf(rawHeaders: readonly string[]): CertificateHeader[] {
  const given: CertificateHeader[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (name === 'client-cert' || name === 'x-ssl-client-cert') {
      given.push({ name, value: rawHeaders[i + 1] ?? '' });
    }
  }
  return given;
}

/** A second header or value means that the proxy let one of its client's through: then neither counts. */
function readHeader(headers: readonly CertificateHeader[]): ShownCertificate {
  const [header] = headers;
  if (header === undefined) return noCertificate;
  if (headers.length > 1) return { state: 'unreadable', why: `${headers.length} ${header.name} headers` };
  return header.name === 'client-cert' ? readClientCert(header.value) : readEscapedPem(header.value);
}

/** Longest header value that is looked at, in characters: every byte of PEM percent-encoded, at the very worst. */
export const maxCertificateHeaderChars = 3 * Math.ceil(maxCertificateBytes * 1.5);

/** RFC 9440 §2.1: one byte sequence (RFC 8941), DER in base64 between colons. Empty: the proxy's client had none. */
export function readClientCert(value: string): ShownCertificate {
  const text = value.trim();
  if (text === '' || text === '::') return noCertificate;
  if (text.length > maxCertificateHeaderChars) return tooLong('client-cert');
  const encoded = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(text)?.[1];
  return readBase64(encoded, 'client-cert is not one base64 value between colons');
}

/** One PEM block, percent-encoded. Empty: the proxy's client had none. */
export function readEscapedPem(value: string): ShownCertificate {
  const text = value.trim();
  if (text === '') return noCertificate;
  if (text.length > maxCertificateHeaderChars) return tooLong('x-ssl-client-cert');
  const encoded = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----$/.exec(
    percentDecoded(text).trim(),
  )?.[1];
  return readBase64(
    encoded?.replace(/\s/g, ''),
    'x-ssl-client-cert is not one percent-encoded PEM certificate',
  );
}

/** Empty where it is not percent-encoded UTF-8. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function readBase64(encoded: string | undefined, otherwise: string): ShownCertificate {
  if (encoded === undefined) return { state: 'unreadable', why: otherwise };
  const der = Buffer.from(encoded, 'base64');
  // Node's decoder overlooks what does not belong there: wrong padding, bits beyond the last byte.
  if (der.toString('base64') !== encoded) return { state: 'unreadable', why: otherwise };
  return shownOf(der);
}

function readConnection(socket: TLSSocket): ShownCertificate {
  const x509 = socket.getPeerX509Certificate();
  return x509 === undefined ? noCertificate : shownOf(x509.raw);
}

function shownOf(der: Buffer): ShownCertificate {
  const certificate = readCertificate(der);
  return certificate === undefined
    ? { state: 'unreadable', why: `no X.509 certificate of at most ${maxCertificateBytes} bytes` }
    : { state: 'shown', certificate };
}

function tooLong(name: string): ShownCertificate {
  return { state: 'unreadable', why: `${name} is longer than ${maxCertificateHeaderChars} characters` };
}
