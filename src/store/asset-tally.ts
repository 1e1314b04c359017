import { sql, type Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { Tables } from './tables';

/**
 * How many assets there are, by entity, key, itemtype and status. Kept by triggers as differences (migration 0005), so
 * that it is exact at any time and nobody counts a million rows.
 */
export interface AssetCount {
  readonly entityId: string;
  readonly itemtype: string;
  readonly status: string;
  readonly count: number;
}

type Scope = readonly string[] | undefined;

const within = (entityIds: Scope) =>
  entityIds === undefined ? sql`true` : sql`entity_id = ANY (${[...entityIds]}::uuid[])`;

/** By entity, itemtype and status; at most as many rows as there are such combinations. */
export async function countAssets(
  db: Kysely<Tables>,
  instanceId: number,
  entityIds: Scope,
): Promise<AssetCount[]> {
  const { rows } = await sql<AssetCount>`
    SELECT entity_id AS "entityId", itemtype, status, sum(n)::bigint AS count
      FROM asset_tally WHERE instance_id = ${instanceId} AND ${within(entityIds)}
     GROUP BY 1, 2, 3 HAVING sum(n) > 0`.execute(db);
  return rows;
}

/** Assets that came by each of the keys and are no parts of others, as quotas count them. */
export async function countAssetsOfKeys(
  db: Kysely<Tables>,
  instanceId: number,
  kids: readonly string[] | undefined,
): Promise<Map<string, number>> {
  const isOne = kids === undefined ? sql`true` : sql`kid = ANY (${[...kids]}::text[])`;
  const { rows } = await sql<{ kid: string; count: number }>`
    SELECT kid, sum(n)::bigint AS count FROM asset_tally
     WHERE instance_id = ${instanceId} AND status <> 'merged' AND ${isOne} GROUP BY 1`.execute(db);
  return new Map(rows.map(({ kid, count }) => [kid, count]));
}

/** Makes one row of the differences of each kind. Resolves to how many rows fewer there are. */
export async function compactAssetTally(pool: Pool): Promise<number> {
  const { rowCount } = await pool.query(compact);
  return rowCount ?? 0;
}

/** In one statement: whoever counts meanwhile sees the rows before it or those after it. */
const compact = `
  WITH kinds AS (
    SELECT instance_id, entity_id, kid, itemtype, status FROM asset_tally
     GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1 OR sum(n) = 0 LIMIT 10000),
  gone AS (
    DELETE FROM asset_tally AS t USING kinds AS k
     WHERE (t.instance_id, t.entity_id, t.kid, t.itemtype, t.status) = (k.instance_id, k.entity_id, k.kid, k.itemtype, k.status)
    RETURNING t.*)
  INSERT INTO asset_tally (instance_id, entity_id, kid, itemtype, status, n)
  SELECT instance_id, entity_id, kid, itemtype, status, sum(n) FROM gone GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0`;
