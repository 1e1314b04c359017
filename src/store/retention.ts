import type { Pool } from 'pg';
import { inOneProcess } from './one-process';

/** Any constant, the same in every process: whoever holds it cleans up, the others leave it alone. */
const retentionLock = 7_470_312_005;

export interface RetentionLimits {
  /** Rows one statement deletes, so that no statement holds locks for long. */
  readonly batchRows: number;
  /** Statements of one run: what is left waits for the next. */
  readonly maxBatches: number;
}

export const defaultRetentionLimits: RetentionLimits = { batchRows: 1000, maxBatches: 1000 };

/**
 * Deletes submissions received before `before`, oldest first, in batches. The latest of each device that is held stays
 * until an admin has decided, and so does the submission that an asset's inventory came with.
 * Resolves to the number of rows deleted; undefined when another process is at it.
 */
export async function deleteOldSubmissions(
  pool: Pool,
  before: Date,
  limits: RetentionLimits = defaultRetentionLimits,
): Promise<number | undefined> {
  return await inOneProcess(pool, retentionLock, async (client) => {
    let deleted = 0;
    for (let batch = 0; batch < limits.maxBatches; batch++) {
      const { rowCount } = await client.query(deleteBatch, [before, limits.batchRows]);
      deleted += rowCount ?? 0;
      if ((rowCount ?? 0) < limits.batchRows) break;
    }
    return deleted;
  });
}

/** Ids are time-ordered, so the oldest stand first in the primary key and no index on the time is needed. */
const deleteBatch = `
  DELETE FROM submission
   WHERE (instance_id, submission_id) IN (
     SELECT submission.instance_id, submission.submission_id
       FROM instance
      CROSS JOIN LATERAL (
        SELECT instance_id, submission_id
          FROM submission
         WHERE submission.instance_id = instance.instance_id
           AND received_at < $1
           AND NOT (verdict = 'quarantined' AND EXISTS (
             SELECT FROM quarantine AS q
              WHERE q.instance_id = submission.instance_id
                AND q.case_id = submission.case_id
                AND q.last_submission = submission.submission_id
                AND q.resolution IS NULL))
           AND NOT EXISTS (
             SELECT FROM asset_inventory inventory
              WHERE inventory.instance_id = submission.instance_id
                AND inventory.asset_id = submission.asset_id
                AND inventory.submission_id = submission.submission_id)
         ORDER BY submission_id
         LIMIT $2) AS submission
      LIMIT $2)`;
