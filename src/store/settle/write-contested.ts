import type { ClientBase } from 'pg';
import type { Settlement } from '../../ingest/ports';
import { sqlJson } from './sql-json';

const markContested = {
  name: 'settle_contested',
  text: `UPDATE asset AS a SET contested = r.contested
           FROM json_to_recordset($2::json) AS r(id uuid, contested jsonb)
          WHERE a.instance_id = $1 AND a.asset_id = r.id
            AND a.asset_id = ANY(ARRAY(SELECT (row ->> 'id')::uuid FROM json_array_elements($2::json) AS row))`,
} as const;

/**
 * Marks the assets that two devices claim since this batch. A statement of its own, after the batch's: it comes seldom,
 * and one statement cannot change a row twice.
 */
export async function writeContested(
  client: ClientBase,
  instanceId: number,
  batch: readonly { readonly settlement: Settlement }[],
): Promise<void> {
  const marks = new Map(
    batch.flatMap(({ settlement }) =>
      settlement.verdict === 'quarantined' &&
      settlement.conflictsWith !== undefined &&
      settlement.contests !== undefined
        ? [[settlement.conflictsWith, settlement.contests] as const]
        : [],
    ),
  );
  if (marks.size === 0) return;
  const rows = [...marks].map(([id, contested]) => ({ id, contested }));
  await client.query({ ...markContested, values: [instanceId, sqlJson(rows)] });
}
