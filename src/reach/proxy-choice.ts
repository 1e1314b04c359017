import { networkCheck } from '../domain/network';

type Environment = Readonly<Record<string, string | undefined>>;

export type ProxyChoice =
  | { readonly kind: 'direct' }
  | { readonly kind: 'proxy'; readonly url: URL; readonly variable: string }
  | { readonly kind: 'unreadable'; readonly variable: string };

/**
 * The proxy that a URL is reached through, as other programs choose it: HTTPS_PROXY or HTTP_PROXY by the scheme, ALL_PROXY
 * else, unless NO_PROXY names the host: a name (and all below it), an address, a CIDR, each with or without port, or `*`.
 * Lower case wins, since curl reads HTTP_PROXY only so.
 */
export function proxyFor(target: URL, env: Environment): ProxyChoice {
  const names = target.protocol === 'https:' ? ['https_proxy', 'all_proxy'] : ['http_proxy', 'all_proxy'];
  const found = names
    .flatMap((name) => [name, name.toUpperCase()])
    .map((variable) => ({ variable, text: env[variable]?.trim() ?? '' }))
    .find(({ text }) => text !== '');
  if (found === undefined || isExcluded(target, env.no_proxy ?? env.NO_PROXY ?? ''))
    return { kind: 'direct' };
  const { variable } = found;
  const text = found.text.includes('://') ? found.text : `http://${found.text}`;
  if (!URL.canParse(text)) return { kind: 'unreadable', variable };
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { kind: 'unreadable', variable };
  return { kind: 'proxy', url, variable };
}

export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

/** Without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** Entries that are looked at. */
const maxEntries = 500;

function isExcluded(target: URL, list: string): boolean {
  const host = hostOf(target).toLowerCase();
  const port = portOf(target);
  return list
    .split(/[\s,]+/)
    .slice(0, maxEntries)
    .some((entry) => entry !== '' && fits(entry.toLowerCase(), host, port));
}

function fits(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true;
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(entry);
  // An IPv6 address without brackets has colons of its own.
  const name = (parts?.[1] ?? entry).replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  if (parts?.[2] !== undefined && Number(parts[2]) !== port) return false;
  if (host === name || host.endsWith(`.${name}`)) return true;
  return /^[\d.]+(\/\d+)?$|:/.test(name) && isInNetwork(name, host);
}

function isInNetwork(network: string, host: string): boolean {
  try {
    return networkCheck([network])(host);
  } catch {
    // What is no network excludes nothing.
    return false;
  }
}
