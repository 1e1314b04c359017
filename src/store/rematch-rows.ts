import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { StoredIdentity } from '../domain/identity';
import type { InventoryContent } from '../domain/inventory';
import type { Facts, FactsRequest } from '../ingest/ports';
import { runSql } from './run-sql';
import { loadFacts, readStoredContent } from './settle/load-facts';
import type { Tables } from './tables';

export interface StoredAsset {
  readonly assetId: string;
  readonly kid: string;
  readonly itemtype: string;
  readonly name: string | null;
  readonly identity: StoredIdentity;
  readonly content: InventoryContent;
}

export interface RematchPage {
  readonly after: string | undefined;
  readonly limit: number;
  /** Undefined: of the whole instance. */
  readonly entityIds: readonly string[] | undefined;
}

/** Active assets with the inventory as last merged, the oldest first. */
export async function listStoredAssets(
  db: Kysely<Tables>,
  instanceId: number,
  { after, limit, entityIds }: RematchPage,
): Promise<StoredAsset[]> {
  const rows = await runSql<Omit<StoredAsset, 'content'> & { content: Buffer }>(
    db,
    `SELECT a.asset_id AS "assetId", a.kid, a.itemtype, a.name, a.identity, i.content
       FROM asset AS a JOIN asset_inventory AS i ON i.instance_id = a.instance_id AND i.asset_id = a.asset_id
      WHERE a.instance_id = $1 AND a.status = 'active' AND ($2::uuid IS NULL OR a.asset_id > $2)
        AND ($3::uuid[] IS NULL OR a.entity_id = ANY ($3))
      ORDER BY a.asset_id LIMIT $4`,
    [instanceId, after ?? null, entityIds ?? null, limit],
  );
  return rows.map((row) => ({ ...row, content: readStoredContent(row.content) }));
}

export interface AskedCase {
  readonly caseId: string;
  readonly kid: string;
  readonly name: string | null;
  readonly reason: string;
  readonly assetId: string | null;
  readonly fingerprint: string;
  readonly lastSubmission: string;
}

/** Open cases that ask who a device is, by id; with entities: of keys of one of them. */
export async function listAskedCases(
  db: Kysely<Tables>,
  instanceId: number,
  reasons: readonly string[],
  { after, limit, entityIds }: RematchPage,
): Promise<AskedCase[]> {
  return await runSql<AskedCase>(
    db,
    `SELECT q.case_id AS "caseId", q.kid, q.name, q.reason, q.asset_id AS "assetId", q.fingerprint,
            q.last_submission AS "lastSubmission"
       FROM quarantine AS q
      WHERE q.instance_id = $1 AND q.resolution IS NULL AND q.reason = ANY ($2::text[])
        AND ($3::uuid IS NULL OR q.case_id > $3)
        AND ($4::uuid[] IS NULL OR EXISTS (SELECT FROM registration_key AS k
              WHERE k.instance_id = q.instance_id AND k.kid = q.kid AND k.entity_id = ANY ($4)))
      ORDER BY q.case_id LIMIT $5`,
    [instanceId, reasons, after ?? null, entityIds ?? null, limit],
  );
}

/** What is known of each, in a transaction in which the database lets nothing be written. */
export async function readFacts(
  pool: Pool,
  instanceId: number,
  requests: readonly FactsRequest[],
): Promise<readonly Facts[]> {
  if (requests.length === 0) return [];
  const client = await pool.connect();
  try {
    await client.query('BEGIN TRANSACTION READ ONLY');
    try {
      const { factsFor } = await loadFacts(client, instanceId, requests);
      return requests.map((_request, place) => factsFor(place));
    } finally {
      await client.query('ROLLBACK');
    }
  } finally {
    client.release();
  }
}
