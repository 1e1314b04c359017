import { sql, type Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { Tables } from './tables';

/** Counted to here and no further. */
export const maxSilentCounted = 10_000;

/** The day that the week of a time begins with, as the column `seen_week` has it. */
export const weekOf = (time: Date) => sql`date_trunc('week', ${time}::timestamptz AT TIME ZONE 'UTC')::date`;

/** Active assets that were not seen since `before`: at most `maxSilentCounted` + 1. */
export async function countSilentAssets(
  db: Kysely<Tables>,
  instanceId: number,
  entityIds: readonly string[] | undefined,
  before: Date,
): Promise<number> {
  const isInside = entityIds === undefined ? sql`true` : sql`entity_id = ANY (${[...entityIds]}::uuid[])`;
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM (
      SELECT 1 FROM asset
       WHERE instance_id = ${instanceId} AND seen_week <= ${weekOf(before)} AND last_seen < ${before}
         AND status = 'active' AND ${isInside} LIMIT ${sql.lit(maxSilentCounted + 1)}) AS counted`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

export interface NewlySilent {
  readonly instanceId: number;
  readonly entityId: string;
  readonly count: number;
  /** Some of them. */
  readonly names: readonly string[];
}

/** Active assets that became silent between two times, by entity. */
export async function listNewlySilent(pool: Pool, from: Date, to: Date): Promise<NewlySilent[]> {
  const { rows } = await pool.query<NewlySilent>(newlySilent, [from, to]);
  return rows;
}

const newlySilent = `
  SELECT instance_id AS "instanceId", entity_id AS "entityId", count(*) AS count,
         (array_agg(left(name, 255) ORDER BY asset_id) FILTER (WHERE name IS NOT NULL))[1:10] AS names
    FROM asset
   WHERE seen_week BETWEEN date_trunc('week', $1::timestamptz AT TIME ZONE 'UTC')::date
                       AND date_trunc('week', $2::timestamptz AT TIME ZONE 'UTC')::date
     AND last_seen >= $1 AND last_seen < $2 AND status = 'active'
   GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 1000`;
