import type { Kysely } from 'kysely';
import { canonicalUrl, type CanonicalUrl } from '../domain/canonical-url';
import type { Rebinding, StoredAlias, UrlAlias } from '../domain/url-binding';
import type { Tables } from './tables';

/** Stored URLs are canonical; one that cannot be read any more binds to nothing rather than to everything. */
export function readUrls(texts: readonly string[]): CanonicalUrl[] {
  return texts.flatMap((text) => canonicalUrl(text) ?? []);
}

/** What the columns `url_aliases` hold: `[{"url": canonical, "until": time or null}]`. */
export function readStoredAliases(stored: unknown): StoredAlias[] {
  const rows = stored as readonly { readonly url: string; readonly until: string | null }[];
  return rows.map(({ url, until }) => ({ url, until: until === null ? null : new Date(until) }));
}

export function readAliases(stored: unknown): UrlAlias[] {
  return readStoredAliases(stored).flatMap(({ url, until }) =>
    readUrls([url]).map((read) => ({ url: read, until })),
  );
}

/** URLs and former URLs of a key, both at once. */
export async function updateKeyUrls(
  trx: Kysely<Tables>,
  instanceId: number,
  kid: string,
  { urls, aliases }: Rebinding,
): Promise<void> {
  await trx
    .updateTable('registration_key')
    .set({ urls: [...urls], url_aliases: JSON.stringify(aliases) })
    .where('instance_id', '=', instanceId)
    .where('kid', '=', kid)
    .execute();
}

/** The same of an instance, for all its keys that have no URL of their own. */
export async function updateInstanceUrls(
  trx: Kysely<Tables>,
  instanceId: number,
  { urls, aliases }: Rebinding,
): Promise<void> {
  await trx
    .updateTable('instance')
    .set({ public_urls: [...urls], url_aliases: JSON.stringify(aliases) })
    .where('instance_id', '=', instanceId)
    .execute();
}
