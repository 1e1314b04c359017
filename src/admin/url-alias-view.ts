import { isServing, type StoredAlias } from '../domain/url-binding';

/** A former URL as shown. */
export interface UrlAliasView {
  readonly url: string;
  /** Counts until then; null: for ever. */
  readonly until: string | null;
  readonly state: 'serving' | 'ended';
}

/** Without those that count again as URLs. */
export function aliasViews(
  aliases: readonly StoredAlias[],
  urls: readonly string[],
  now: Date,
): UrlAliasView[] {
  return aliases
    .filter(({ url }) => !urls.includes(url))
    .map((alias) => ({
      url: alias.url,
      until: alias.until?.toISOString() ?? null,
      state: isServing(alias, now) ? 'serving' : 'ended',
    }));
}
