import type { IncomingMessage } from 'node:http';
import { urlText } from '../domain/canonical-url';
import { urlWithoutSecrets, withoutSecrets } from '../domain/withhold-secrets';
import type { ReceivedSubmission } from '../ingest/received-submission';

/** Headers whose values are shown: those by which proxies speak to us. Of all others only the names. */
const shownHeaders = new Set([
  'host',
  'via',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
  'user-agent',
  'content-type',
  'connection',
]);

/** Longest value that is shown, in characters; most headers. */
const maxShownLength = 300;
const maxHeaders = 60;

/** What arrived of a request, and what was made of it. */
export interface Echo {
  readonly seenUrl: string | null;
  /** Why the URL could not be told. */
  readonly trouble: string | null;
  readonly decidedBy: string | null;
  readonly clientAddress: string;
  readonly peerAddress: string;
  readonly isTlsHere: boolean;
  readonly clientCertificate: 'none' | 'shown' | 'unreadable';
  readonly carriers: readonly string[];
  readonly headers: readonly { readonly name: string; readonly value: string | null }[];
}

export function echoOf(request: IncomingMessage, received: ReceivedSubmission): Echo {
  const { origin, clientCertificate, credentials } = received;
  const headers = [];
  for (let i = 0; i + 1 < request.rawHeaders.length && headers.length < maxHeaders; i += 2) {
    const name = withoutSecrets(request.rawHeaders[i] ?? '')
      .toLowerCase()
      .slice(0, maxShownLength);
    const value = withoutSecrets(request.rawHeaders[i + 1] ?? '').slice(0, maxShownLength);
    headers.push({ name, value: shownHeaders.has(name) ? value : null });
  }
  return {
    seenUrl: origin.ok ? urlWithoutSecrets(urlText(origin.url)) : null,
    trouble: origin.ok ? null : origin.why,
    decidedBy: origin.ok ? origin.decidedBy : null,
    clientAddress: origin.clientAddress,
    peerAddress: origin.peerAddress,
    isTlsHere: 'encrypted' in request.socket,
    clientCertificate: clientCertificate.state,
    carriers: [...new Set(credentials.map(({ carrier }) => carrier))],
    headers,
  };
}
