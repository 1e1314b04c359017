import type { Contested } from '../../domain/pin';
import { contestingReasons } from '../../domain/quarantine';
import { runSql, type AnyTransaction } from '../run-sql';
import { sqlJson } from '../settle/sql-json';
import type { IdentityRow, MergeRecord } from './identity-rows';

export async function makeTombstone(
  trx: AnyTransaction,
  instanceId: number,
  merged: { readonly assetId: string; readonly into: string; readonly record: MergeRecord },
): Promise<void> {
  await runSql(
    trx,
    `UPDATE asset SET status = 'merged', merged_into = $3, merge = $4, contested = NULL
      WHERE instance_id = $1 AND asset_id = $2`,
    [instanceId, merged.assetId, merged.into, sqlJson(merged.record)],
  );
}

export async function reviveTombstone(
  trx: AnyTransaction,
  instanceId: number,
  { assetId, status, separated }: Pick<IdentityRow, 'assetId' | 'status' | 'separated'>,
): Promise<void> {
  await runSql(
    trx,
    `UPDATE asset SET status = $3, merged_into = NULL, merge = NULL, separated = $4
      WHERE instance_id = $1 AND asset_id = $2`,
    [instanceId, assetId, status, sqlJson(separated)],
  );
}

/** What a tombstone that stays one brought, after one below it has left. */
export async function rewriteRecord(
  trx: AnyTransaction,
  instanceId: number,
  assetId: string,
  record: MergeRecord,
): Promise<void> {
  await runSql(trx, `UPDATE asset SET merge = $3 WHERE instance_id = $1 AND asset_id = $2`, [
    instanceId,
    assetId,
    sqlJson(record),
  ]);
}

export async function markContested(
  trx: AnyTransaction,
  instanceId: number,
  assetId: string,
  contested: Contested | null,
): Promise<void> {
  await runSql(
    trx,
    `UPDATE asset SET contested = $3 WHERE instance_id = $1 AND asset_id = $2 AND contested IS DISTINCT FROM $3`,
    [instanceId, assetId, contested === null ? null : sqlJson(contested)],
  );
}

/**
 * The one that leaves is contested as it was before the merge, unless an admin has decided on that; the other is no
 * longer, when that was all that was claimed of it. After `moveCasesBack`.
 */
export async function moveContestBack(
  trx: AnyTransaction,
  instanceId: number,
  contested: Contested,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const values = [instanceId, from, to, sqlJson(contested), contestingReasons];
  const isClaimed = (id: string): string => `EXISTS (SELECT FROM quarantine AS q
     WHERE q.asset_id = ${id} AND q.instance_id = $1 AND q.resolution IS NULL AND q.reason = ANY($5::text[]))`;
  await runSql(
    trx,
    `UPDATE asset SET contested = $4::jsonb
      WHERE instance_id = $1 AND asset_id = $3
        AND (${isClaimed('$3')} OR EXISTS (SELECT FROM asset AS k WHERE k.instance_id = $1 AND k.asset_id = $2
               AND k.contested ->> 'submissionId' = $4::jsonb ->> 'submissionId'))`,
    values,
  );
  await runSql(
    trx,
    `UPDATE asset SET contested = NULL
      WHERE instance_id = $1 AND asset_id = $2 AND asset_id <> $3
        AND contested ->> 'submissionId' = $4::jsonb ->> 'submissionId' AND NOT ${isClaimed('$2')}`,
    values,
  );
}
