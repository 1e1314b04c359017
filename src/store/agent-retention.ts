import type { Pool } from 'pg';
import { withTransaction } from './database';
import { defaultRetentionLimits, type RetentionLimits } from './retention';

/** Any constant, the same in every process: whoever holds it cleans up, the others leave it alone. */
const agentRetentionLock = 7_470_312_006;

/**
 * Agents whose last contact is old: those without asset, and older installations of an asset that a newer one reports.
 * The newest of an asset stays however old it is: it says which generation of the key the asset still uses.
 */
const oldAgents = `
  DELETE FROM agent
   WHERE ctid IN (
     SELECT a.ctid FROM agent AS a
      WHERE a.last_contact < $1
        AND (a.asset_id IS NULL
             OR EXISTS (SELECT FROM agent AS newer
                         WHERE newer.instance_id = a.instance_id AND newer.asset_id = a.asset_id
                           AND (newer.last_contact, newer.kid, newer.sender) > (a.last_contact, a.kid, a.sender)))
      LIMIT $2)
    AND last_contact < $1`;

/** A full inventory is awaited as long as its agent comes at all. */
const oldAwaited = `
  DELETE FROM full_awaited
   WHERE ctid IN (
     SELECT f.ctid FROM full_awaited AS f
      WHERE f.since < $1
        AND NOT EXISTS (SELECT FROM agent AS a
                         WHERE a.instance_id = f.instance_id AND a.kid = f.kid
                           AND a.sender = CASE f.agentid WHEN '' THEN 'deviceid:' || f.deviceid ELSE f.agentid END
                           AND a.last_contact >= $1)
      LIMIT $2)`;

/**
 * Deletes agents, and notes that a full inventory is awaited, that nobody has been heard of since `before`, in batches.
 * Resolves to the number of rows deleted; undefined when another process is at it.
 */
export async function deleteOldAgents(
  pool: Pool,
  before: Date,
  limits: RetentionLimits = defaultRetentionLimits,
): Promise<number | undefined> {
  let deleted = 0;
  for (const text of [oldAgents, oldAwaited]) {
    for (let batch = 0; batch < limits.maxBatches; batch++) {
      const rows = await deleteBatch(pool, text, [before, limits.batchRows]);
      if (rows === undefined) return undefined;
      deleted += rows;
      if (rows < limits.batchRows) break;
    }
  }
  return deleted;
}

function deleteBatch(pool: Pool, text: string, values: unknown[]): Promise<number | undefined> {
  return withTransaction(pool, async (client) => {
    const { rows } = await client.query<{ isMine: boolean }>(
      'SELECT pg_try_advisory_xact_lock($1) AS "isMine"',
      [agentRetentionLock],
    );
    if (rows[0]?.isMine !== true) return undefined;
    return (await client.query(text, values)).rowCount ?? 0;
  });
}
