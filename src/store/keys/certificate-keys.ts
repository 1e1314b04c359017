import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import { maxKeysOfCertificate } from '../../domain/client-ca';
import type { KidsOfCertificate } from '../../ingest/ports';

export interface CertificateKeysLimits {
  readonly keyCacheTtlMs: number;
  readonly keyCacheMaxKeys: number;
}

export interface CertificateKeys {
  find(spki: string, issuerId: string): Promise<KidsOfCertificate>;
  /** A key changed: it may have another CA, or take certificates now. */
  forgetAll(): void;
}

/** So that the pipeline can tell too many from the most. */
const maxKids = maxKeysOfCertificate + 1;

/** Instances are few, and the identifiers are looked up by whole key in each. */
const pinnedText = `
  SELECT DISTINCT a.kid
    FROM instance AS i
   CROSS JOIN LATERAL (SELECT asset_id FROM asset_identifier
                        WHERE instance_id = i.instance_id AND kind = 'certificate' AND value = $1
                        ORDER BY asset_id LIMIT ${maxKids}) AS p
    JOIN asset AS a ON a.instance_id = i.instance_id AND a.asset_id = p.asset_id
   ORDER BY a.kid LIMIT ${maxKids}`;
const issuedText = `
  SELECT kid FROM registration_key WHERE client_ca_ids @> ARRAY[$1] ORDER BY kid LIMIT ${maxKids}`;

/**
 * Ids of keys by what a certificate shows, remembered as long as keys are, misses too: certificates cost nothing to
 * make, and must not become database work each time. A pin made meanwhile is found once its miss has been forgotten.
 */
export function createCertificateKeys(
  pool: Pick<Pool, 'query'>,
  { keyCacheTtlMs, keyCacheMaxKeys }: CertificateKeysLimits,
): CertificateKeys {
  const cache = new LRUCache<string, KidsOfCertificate>({ max: keyCacheMaxKeys, ttl: keyCacheTtlMs });
  let changes = 0;
  return {
    find: async (spki, issuerId) => {
      const cacheKey = `${spki} ${issuerId}`;
      const known = cache.get(cacheKey);
      if (known !== undefined) return known;
      const asOf = changes;
      const found = {
        pinned: await kids(pool, pinnedText, spki),
        issued: await kids(pool, issuedText, issuerId),
      };
      // What changed while it was read may be missing in it.
      if (asOf === changes) cache.set(cacheKey, found);
      return found;
    },
    forgetAll: () => {
      changes++;
      cache.clear();
    },
  };
}

async function kids(pool: Pick<Pool, 'query'>, text: string, value: string): Promise<string[]> {
  const { rows } = await pool.query<{ kid: string }>(text, [value]);
  return rows.map(({ kid }) => kid);
}
