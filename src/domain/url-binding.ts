import { isWithin, urlText, type CanonicalUrl } from './canonical-url';

/** A URL that a key or an instance was bound to before it was rebound. */
export interface UrlAlias {
  readonly url: CanonicalUrl;
  /** Counts until then; null: for ever. */
  readonly until: Date | null;
}

export interface BoundUrls {
  readonly urls: readonly CanonicalUrl[];
  readonly urlAliases: readonly UrlAlias[];
}

export type UrlBinding =
  | { readonly by: 'url'; readonly url: CanonicalUrl }
  | { readonly by: 'alias'; readonly url: CanonicalUrl; readonly until: Date | null }
  /** `ended`: the former URL that it would have been a while ago. */
  | { readonly by: 'none'; readonly ended: UrlAlias | undefined };

/** Which of the URLs a request seen at `seen` was addressed to. */
export function bindingOf(bound: BoundUrls, seen: CanonicalUrl, now: Date): UrlBinding {
  const url = bound.urls.find((one) => isAddressedTo(one, seen));
  if (url !== undefined) return { by: 'url', url };
  const former = bound.urlAliases.filter((alias) => isAddressedTo(alias.url, seen));
  const serving = former.find((alias) => isServing(alias, now));
  return serving === undefined ? { by: 'none', ended: former[0] } : { by: 'alias', ...serving };
}

export function isServing({ until }: Pick<UrlAlias, 'until'>, now: Date): boolean {
  return until === null || until > now;
}

/** Where GLPI Agent cuts the path of its server URL before it adds the path of the token. */
const pluginPath = /\/(?:marketplace|plugins)(?:\/|$)/;
const tokenPath = '/api.php/token';

/** At or below the URL; or its token endpoint, which GLPI Agent looks for beside a plugin's path, not below it. */
function isAddressedTo(bound: CanonicalUrl, seen: CanonicalUrl): boolean {
  if (isWithin(bound, seen)) return true;
  const cut = bound.basePath.search(pluginPath);
  if (cut < 0 || seen.basePath !== bound.basePath.slice(0, cut) + tokenPath) return false;
  return isWithin({ ...bound, basePath: seen.basePath }, seen);
}

/** Former URLs that are remembered, those that have ended included: what is refused can then be explained. */
export const maxUrlAliases = 20;
export const defaultKeepOldDays = 30;

export interface StoredAlias {
  /** Canonical spelling. */
  readonly url: string;
  readonly until: Date | null;
}

export interface Rebinding {
  /** Canonical spelling; empty = left to the instance. */
  readonly urls: readonly string[];
  readonly aliases: readonly StoredAlias[];
}

/**
 * The URLs after a rebind. Those that are left become aliases: until `keepOldUntil`, or for 30 days when it is not
 * said; null is for ever. When it is said, it is the new end of every former URL that still serves.
 * Undefined when more former URLs would still serve than are remembered.
 */
export function rebound(
  before: Rebinding,
  urls: readonly string[],
  keepOldUntil: Date | null | undefined,
  now: Date,
): Rebinding | undefined {
  const fallback = new Date(now.getTime() + defaultKeepOldDays * 24 * 3600 * 1000);
  // What ends in the past ends now: it was good until now.
  const end = keepOldUntil != null && keepOldUntil < now ? now : keepOldUntil;
  const left = before.urls
    .filter((url) => !urls.includes(url))
    .map((url) => ({ url, until: end === undefined ? fallback : end }));
  const known = new Set([...urls, ...left.map(({ url }) => url)]);
  const older = before.aliases
    .filter(({ url }) => !known.has(url))
    .map((alias) => (end !== undefined && isServing(alias, now) ? { ...alias, until: end } : alias));
  const all = [...left, ...older];
  const serving = all.filter((alias) => isServing(alias, now));
  if (serving.length > maxUrlAliases) return undefined;
  const ended = all.filter((alias) => !isServing(alias, now));
  return { urls, aliases: [...serving, ...ended].slice(0, maxUrlAliases) };
}

export function boundText(bound: BoundUrls, now: Date): string[] {
  const serving = bound.urlAliases.filter((alias) => isServing(alias, now));
  return [...bound.urls, ...serving.map(({ url }) => url)].map(urlText);
}
