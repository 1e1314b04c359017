import { domainToASCII } from 'node:url';

/**
 * A URL that a key can be bound to, in one spelling: lower-case ASCII host without trailing dot, effective port,
 * base path without trailing slash. Every spelling of this machine's loopback name is `localhost`.
 */
export interface CanonicalUrl {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** `''` or `/path`. */
  readonly basePath: string;
}

const defaultPorts = { http: 80, https: 443 } as const;
const loopback = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;
/** Longest URL or Host value that is looked at. */
const maxUrlLength = 2048;

/** Reads a URL as an admin writes it. Undefined when it is not an http(s) URL or carries userinfo, query or fragment. */
export function canonicalUrl(text: string): CanonicalUrl | undefined {
  if (text.length > maxUrlLength || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined;
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const host = canonicalHost(url.hostname);
  if (host === undefined) return undefined;
  const port = url.port === '' ? defaultPorts[scheme] : Number(url.port);
  return { scheme, host, port, basePath: withoutTrailingSlashes(url.pathname) };
}

/**
 * One spelling of a host name or address, as it stands in a URL (IPv6 in brackets).
 * Undefined for what cannot be a host: bad characters, empty labels, userinfo.
 */
export function canonicalHost(text: string): string | undefined {
  const bare = text.endsWith('.') ? text.slice(0, -1) : text;
  if (bare === '' || bare.length > 253) return undefined;
  if (bare.startsWith('[')) {
    if (!/^\[[0-9A-Fa-f:.]+\]$/.test(bare) || !URL.canParse(`http://${bare}/`)) return undefined;
    return asLocalhost(new URL(`http://${bare}/`).hostname);
  }
  if (/[^\p{L}\p{N}\p{M}._-]/u.test(bare)) return undefined;
  // Checked again: mapping to ASCII turns some letters into punctuation, ⑴ into (1).
  const ascii = domainToASCII(bare).toLowerCase();
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(ascii) ? asLocalhost(ascii) : undefined;
}

function asLocalhost(host: string): string {
  return loopback.test(host) ? 'localhost' : host;
}

/** Counted by hand: a pattern would take the square of the length for a path of slashes. */
export function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}

/** True when a request seen at `seen` may use a key bound to `bound`: same origin, and a path at or below its base. */
export function isWithin(bound: CanonicalUrl, seen: CanonicalUrl): boolean {
  return (
    bound.scheme === seen.scheme &&
    bound.host === seen.host &&
    bound.port === seen.port &&
    (bound.basePath === '' ||
      seen.basePath === bound.basePath ||
      seen.basePath.startsWith(`${bound.basePath}/`))
  );
}

export function urlText(url: CanonicalUrl): string {
  const port = url.port === defaultPorts[url.scheme] ? '' : `:${url.port}`;
  return `${url.scheme}://${url.host}${port}${url.basePath}`;
}
