import type { JsonAnswer } from '../reach/post-json';

/** What a Gatehouse says it received, as far as it is of use here; a server may be any version. */
export interface ReceivedEcho {
  readonly seenUrl: string | undefined;
  readonly trouble: string | undefined;
  readonly decidedBy: string | undefined;
  readonly clientAddress: string;
  readonly peerAddress: string;
  readonly carriers: readonly string[];
  /** Lower case; the value where it is shown. */
  readonly headers: ReadonlyMap<string, string | undefined>;
}

const maxHeaders = 100;

/** Undefined: the answer holds none. */
export function readEcho({ body }: JsonAnswer): ReceivedEcho | undefined {
  const echo = body?.echo;
  if (typeof echo !== 'object' || echo === null) return undefined;
  const { seenUrl, trouble, decidedBy, clientAddress, peerAddress, carriers, headers } = echo as Record<
    string,
    unknown
  >;
  return {
    seenUrl: line(seenUrl),
    trouble: line(trouble),
    decidedBy: line(decidedBy),
    clientAddress: line(clientAddress) ?? 'unknown',
    peerAddress: line(peerAddress) ?? 'unknown',
    carriers: Array.isArray(carriers) ? carriers.flatMap((one) => line(one) ?? []) : [],
    headers: new Map(Array.isArray(headers) ? headers.slice(0, maxHeaders).flatMap(readHeader) : []),
  };
}

function readHeader(header: unknown): [string, string | undefined][] {
  const { name, value } = (header ?? {}) as Record<string, unknown>;
  return typeof name === 'string' ? [[name.toLowerCase(), line(value)]] : [];
}

function line(value: unknown): string | undefined {
  return typeof value === 'string' ? value.replace(/\p{C}/gu, '?').slice(0, 300) : undefined;
}
