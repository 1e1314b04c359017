import { LRUCache } from 'lru-cache';
import { canonicalHost, withoutTrailingSlashes, type CanonicalUrl } from '../domain/canonical-url';
import { networkCheck, plainAddress, readAddress } from '../domain/network';
import type { RequestOrigin } from '../ingest/received-submission';

/**
 * Finds the URL a request was addressed to and the address it came from, on raw headers.
 * Express is not asked: with a CIDR trust list its hostname is the leftmost X-Forwarded-Host, which any client can
 * write, and Node takes the first of two Host headers (both measured with Express 5.3 and Node 24).
 */
export interface OriginRules {
  /** Proxies whose forwarding headers count. A peer without an address (Unix socket) is none of them. */
  readonly trustedProxies: readonly string[];
  /** The one family of forwarding headers that the proxies set; the other is ignored. */
  readonly headerFamily: 'x-forwarded' | 'forwarded';
}

export interface RequestLine {
  readonly rawHeaders: readonly string[];
  /** As in the request line: path and query, or an absolute URL. */
  readonly target: string;
  /** Path without credential, for the base path of keys. */
  readonly path: string;
  readonly peerAddress: string;
  readonly isTls: boolean;
}

/** More hops than any real chain of proxies. */
const maxForwardedHops = 20;

/** Why forwarding headers of a request did not count. */
export type IgnoredForwarding = 'untrusted_peer' | 'other_family';

/** `onIgnored` is called once for each request that brought forwarding headers which do not count. */
export function createOriginResolver(
  rules: OriginRules,
  onIgnored: (why: IgnoredForwarding) => void = () => undefined,
): (line: RequestLine) => RequestOrigin {
  const isTrusted = networkCheck(rules.trustedProxies);

  return (line) => {
    const peerAddress = plainAddress(line.peerAddress);
    const fail = (why: string, clientAddress = peerAddress): RequestOrigin => ({
      ok: false,
      why,
      clientAddress,
      peerAddress,
    });
    const headers = pickHeaders(line.rawHeaders);
    const isProxy = isTrusted(peerAddress);
    const ignored = ignoredOf(headers, isProxy, rules.headerFamily);
    if (ignored !== undefined) onIgnored(ignored);
    const forwarded = isProxy ? readForwarded(headers, rules.headerFamily) : none;
    if (forwarded === undefined) return fail('contradicting forwarding headers');
    const clientAddress = clientOf(forwarded.hops, peerAddress, isTrusted);
    if (headers.host.length !== 1) return fail(`${headers.host.length} Host headers`, clientAddress);
    if (!fitsHost(line.target, headers.host[0] ?? '')) {
      return fail('request target names another host than the Host header', clientAddress);
    }
    if (dotSegment.test(line.path)) return fail('path with . or .. in it', clientAddress);
    const scheme = forwarded.scheme ?? (line.isTls ? 'https' : 'http');
    const host = splitHost(forwarded.host ?? headers.host[0] ?? '', scheme, forwarded.port);
    if (host === undefined) return fail('not a host name', clientAddress);
    const url: CanonicalUrl = { scheme, ...host, basePath: withoutTrailingSlashes(line.path) };
    return {
      ok: true,
      url,
      clientAddress,
      decidedBy: forwarded.host === undefined ? 'Host' : forwarded.by,
      peerAddress,
    };
  };
}

/** What leads out of a base path, for a reader that resolves it; agents never send it. */
const dotSegment = /(^|\/)(\.|%2e){1,2}(\/|$)/i;

interface Forwarded {
  /** Addresses from the client's end to the nearest proxy's. */
  readonly hops: readonly string[];
  readonly host: string | undefined;
  readonly scheme: 'http' | 'https' | undefined;
  readonly port: number | undefined;
  readonly by: string;
}

const none: Forwarded = { hops: [], host: undefined, scheme: undefined, port: undefined, by: 'Host' };

type Picked = Record<
  'host' | 'x-forwarded-for' | 'x-forwarded-host' | 'x-forwarded-proto' | 'x-forwarded-port' | 'forwarded',
  string[]
>;

function pickHeaders(rawHeaders: readonly string[]): Picked {
  const picked: Picked = {
    host: [],
    'x-forwarded-for': [],
    'x-forwarded-host': [],
    'x-forwarded-proto': [],
    'x-forwarded-port': [],
    forwarded: [],
  };
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (Object.hasOwn(picked, name)) picked[name as keyof Picked].push(rawHeaders[i + 1] ?? '');
  }
  return picked;
}

/** Undefined when the headers contradict each other or cannot be read. */
function readForwarded(headers: Picked, family: OriginRules['headerFamily']): Forwarded | undefined {
  return family === 'forwarded' ? readRfc7239(headers.forwarded) : readXForwarded(headers);
}

/** The nearest proxy sets host and scheme; a second value means that it let a client's through. */
function readXForwarded(headers: Picked): Forwarded | undefined {
  const hops = listOf(headers['x-forwarded-for']);
  const hosts = listOf(headers['x-forwarded-host']);
  const schemes = listOf(headers['x-forwarded-proto']);
  const ports = listOf(headers['x-forwarded-port']);
  if (hosts.length > 1 || schemes.length > 1 || ports.length > 1 || hops.length > maxForwardedHops)
    return undefined;
  return withScheme({ hops, host: hosts[0], port: ports[0], scheme: schemes[0], by: 'X-Forwarded-Host' });
}

/** Of RFC 7239 the last element is the nearest proxy's. */
function readRfc7239(values: readonly string[]): Forwarded | undefined {
  const elements = listOf(values).map((element) => {
    const pairs = element.split(';').map((pair) => /^\s*([a-z]+)=(?:"([^"]*)"|([^"\s;]*))\s*$/i.exec(pair));
    const read = new Map(pairs.map((pair) => [pair?.[1]?.toLowerCase() ?? '', pair?.[2] ?? pair?.[3] ?? '']));
    // The same name twice: one of the two is not the proxy's.
    return read.size === pairs.length ? read : new Map([['', '']]);
  });
  if (elements.length > maxForwardedHops || elements.some((element) => element.has(''))) return undefined;
  const nearest = elements.at(-1);
  const hops = elements.map((element) => (element.get('for') ?? '').replace(/^\[([^\]]*)\](:\d+)?$/, '$1'));
  return withScheme({
    hops,
    host: nearest?.get('host'),
    port: undefined,
    scheme: nearest?.get('proto'),
    by: 'Forwarded',
  });
}

function withScheme(
  read: Pick<Forwarded, 'hops' | 'host' | 'by'> & { scheme: string | undefined; port: string | undefined },
): Forwarded | undefined {
  const scheme = read.scheme?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return undefined;
  if (read.port !== undefined && !/^\d{1,5}$/.test(read.port)) return undefined;
  return { ...read, scheme, port: read.port === undefined ? undefined : Number(read.port) };
}

/** From the right: the first address that is no trusted proxy is the client. An unreadable hop ends the walk. */
function clientOf(
  hops: readonly string[],
  peerAddress: string,
  isTrusted: (text: string) => boolean,
): string {
  let client = peerAddress;
  for (const hop of hops.toReversed()) {
    if (!isTrusted(client)) break;
    const address = plainAddress(hop.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1'));
    if (readAddress(address) === undefined) break;
    client = address;
  }
  return client;
}

function splitHost(
  text: string,
  scheme: 'http' | 'https',
  forwardedPort: number | undefined,
): { host: string; port: number } | undefined {
  // ASCII only: in Latin-1, which headers are read as, some letters become others when a name is made canonical.
  const parts = /^(\[[\x21-\x5c\x5e-\x7e]*\]|[\x21-\x39\x3b-\x7e]*)(?::(\d{1,5}))?$/.exec(text);
  const host = oneSpelling(parts?.[1] ?? '');
  if (host === undefined) return undefined;
  const port =
    parts?.[2] === undefined ? (forwardedPort ?? (scheme === 'https' ? 443 : 80)) : Number(parts[2]);
  return port > 65535 ? undefined : { host, port };
}

/** A gateway has a handful of names; whoever invents others pushes out nothing that is dear. */
const maxHostsRemembered = 256;
/** The longest host name there is, in characters. */
const maxHostLength = 253;
const spellings = new LRUCache<string, { readonly host: string | undefined }>({ max: maxHostsRemembered });

/** `canonicalHost`, remembered: making a name canonical costs as much as all else that is done to find the URL. */
function oneSpelling(text: string): string | undefined {
  const known = spellings.get(text) ?? { host: canonicalHost(text) };
  if (text.length <= maxHostLength) spellings.set(text, known);
  return known.host;
}

/** A path, or a whole URL of the host that the Host header names. */
function fitsHost(target: string, host: string): boolean {
  if (target.startsWith('/')) return true;
  const absolute = /^(https?):\/\/([^/?#]*)/i.exec(target);
  const scheme = absolute?.[1]?.toLowerCase() === 'https' ? 'https' : 'http';
  const named = splitHost(absolute?.[2] ?? '', scheme, undefined);
  const said = splitHost(host, scheme, undefined);
  return named !== undefined && named.host === said?.host && named.port === said.port;
}

function ignoredOf(
  headers: Picked,
  isProxy: boolean,
  family: OriginRules['headerFamily'],
): IgnoredForwarding | undefined {
  const { host: _host, forwarded, ...xForwarded } = headers;
  const hasX = Object.values(xForwarded).some((values) => values.length > 0);
  if (!isProxy) return hasX || forwarded.length > 0 ? 'untrusted_peer' : undefined;
  const hasOther = family === 'forwarded' ? hasX : forwarded.length > 0;
  return hasOther ? 'other_family' : undefined;
}

function listOf(values: readonly string[]): string[] {
  return values
    .join(',')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}
