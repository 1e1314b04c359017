import type { Pool } from 'pg';
import { contestingReasons } from '../domain/quarantine';
import { appendAudit } from './audit';
import { withTransaction } from './database';
import { defaultRetentionLimits, type RetentionLimits } from './retention';
import { liftContest } from './settle/close-case';

/** Any constant, the same in every process: whoever holds it cleans up, the others leave it alone. */
const quarantineRetentionLock = 7_470_312_007;

/** Nobody decided on them for long, or their decision was for one submission and says nothing of later ones. */
const oldCases = `
  DELETE FROM quarantine
   WHERE ctid IN (
     SELECT q.ctid FROM quarantine AS q
      WHERE (q.resolution IS NULL AND q.last_seen < $1)
         OR (q.resolution IS NOT NULL AND NOT q.stands AND q.resolved_at < $2)
      LIMIT $3)`;

/** Contested, and nobody claims it any more: its case has gone, or there was no room for one. */
const leftContested = `
  SELECT instance_id, asset_id FROM asset
   WHERE contested IS NOT NULL
     AND NOT EXISTS (SELECT FROM quarantine AS q
                      WHERE q.asset_id = asset.asset_id AND q.instance_id = asset.instance_id
                        AND q.resolution IS NULL AND q.reason = ANY($1::text[]))
   LIMIT $2`;

export interface CaseAges {
  /** Open cases that were seen last before are deleted; their submissions then go with the others. */
  readonly openBefore: Date;
  /** So are those decided before, when the decision is not remembered. */
  readonly decidedBefore: Date;
}

/**
 * Deletes cases in batches; remembered decisions and bans stay for good. Assets that nobody claims any more can be
 * updated again. Resolves to the number of cases deleted; undefined when another process is at it.
 */
export async function deleteOldCases(
  pool: Pool,
  { openBefore, decidedBefore }: CaseAges,
  now: Date,
  limits: RetentionLimits = defaultRetentionLimits,
): Promise<number | undefined> {
  let deleted = 0;
  for (let batch = 0; batch < limits.maxBatches; batch++) {
    const rows = await deleteBatch(pool, [openBefore, decidedBefore, limits.batchRows], now, limits);
    if (rows === undefined) return undefined;
    deleted += rows;
    if (rows < limits.batchRows) break;
  }
  return deleted;
}

function deleteBatch(
  pool: Pool,
  values: unknown[],
  now: Date,
  limits: RetentionLimits,
): Promise<number | undefined> {
  return withTransaction(pool, async (client) => {
    const { rows } = await client.query<{ isMine: boolean }>(
      'SELECT pg_try_advisory_xact_lock($1) AS "isMine"',
      [quarantineRetentionLock],
    );
    if (rows[0]?.isMine !== true) return undefined;
    const { rowCount } = await client.query(oldCases, values);
    const left = await client.query<{ instance_id: number; asset_id: string }>(leftContested, [
      contestingReasons,
      limits.batchRows,
    ]);
    for (const row of left.rows) {
      const lifting = { caseId: null, at: now, by: 'housekeeping' };
      await appendAudit(
        client,
        row.instance_id,
        await liftContest(client, row.instance_id, row.asset_id, lifting),
      );
    }
    return rowCount ?? 0;
  });
}
