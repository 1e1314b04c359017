import type { Pool, PoolClient } from 'pg';

/** An asset whose software changed, with the inventory as it is stored now. */
export interface WaitingAsset {
  readonly instanceId: number;
  readonly assetId: string;
  /** The key that it came by; null: the asset is gone. */
  readonly kid: string | null;
  readonly submissionId: string;
  /** Compressed; null: no inventory of it is stored. */
  readonly content: Buffer | null;
}

/** Who has waited longest; what was there before names were searched comes last. */
export async function listWaiting(client: PoolClient, limit: number): Promise<WaitingAsset[]> {
  const { rows } = await client.query<WaitingAsset>(
    `SELECT w.instance_id AS "instanceId", w.asset_id AS "assetId", w.submission_id AS "submissionId", a.kid, i.content
       FROM (SELECT * FROM software_waiting ORDER BY since LIMIT $1) AS w
       LEFT JOIN asset AS a ON a.instance_id = w.instance_id AND a.asset_id = w.asset_id
       LEFT JOIN asset_inventory AS i ON i.instance_id = w.instance_id AND i.asset_id = w.asset_id`,
    [limit],
  );
  return rows;
}

/**
 * A newer inventory that came meanwhile waits on. Rows that an inventory is being written to are left for the next time:
 * waiting for them, while it waits for others of these, would be a deadlock.
 */
export async function endWaiting(client: PoolClient, done: readonly WaitingAsset[]): Promise<void> {
  await client.query(
    `DELETE FROM software_waiting WHERE (instance_id, asset_id) IN (
       SELECT w.instance_id, w.asset_id FROM software_waiting AS w
         JOIN unnest($1::integer[], $2::uuid[], $3::uuid[]) AS d(instance_id, asset_id, submission_id)
           ON d.instance_id = w.instance_id AND d.asset_id = w.asset_id AND d.submission_id = w.submission_id
          FOR UPDATE OF w SKIP LOCKED)`,
    [
      done.map(({ instanceId }) => instanceId),
      done.map(({ assetId }) => assetId),
      done.map(({ submissionId }) => submissionId),
    ],
  );
}

export interface SoftwareState {
  /** Assets that are not found by their software as it is now; counted to a bound. */
  readonly waiting: number;
  /** Since when the one that waits longest does; null: none but those from before names were searched. */
  readonly since: Date | null;
  /** Different names. */
  readonly names: number;
  /** By key: names for which there was no room, each time they came. */
  readonly leftOut: readonly { readonly kid: string; readonly count: number }[];
}

/** Counted to here and no further. */
const maxWaitingCounted = 100_000;

/** Of all instances together: at most `maxWaitingCounted` + 1. */
export async function countWaiting(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT FROM software_waiting LIMIT $1) AS counted`,
    [maxWaitingCounted + 1],
  );
  return rows[0]?.count ?? 0;
}

/** Of all instances together. */
export async function readSoftwareState(pool: Pool): Promise<SoftwareState> {
  const { rows } = await pool.query<Pick<SoftwareState, 'since' | 'names'>>(
    `SELECT (SELECT min(since) FROM software_waiting WHERE since < 'infinity') AS since,
            (SELECT coalesce(sum(names), 0)::bigint FROM software_tally) AS names`,
  );
  const leftOut = await pool.query<SoftwareState['leftOut'][number]>(
    `SELECT kid, left_out AS count FROM software_tally WHERE left_out > 0 ORDER BY left_out DESC LIMIT 10`,
  );
  const { since = null, names = 0 } = rows[0] ?? {};
  return { waiting: await countWaiting(pool), since, names, leftOut: leftOut.rows };
}
