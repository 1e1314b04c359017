import type { ClientBase } from 'pg';
import type { FactsRequest } from '../../ingest/ports';
import { sqlJson } from './sql-json';

const hourMs = 60 * 60_000;

/**
 * Ids of assets are drawn in the order of time, so what a key made within the hour stands at one end of its index, and
 * as many rows are read as the key allows. An id is drawn a little after the time that counts, never before it.
 */
const countNewAssets = {
  name: 'settle_new_assets',
  text: `SELECT w.k AS kid, found.assets
           FROM json_to_recordset($2::json) AS w(k text, since timestamptz, id uuid, n int)
          CROSS JOIN LATERAL (SELECT count(*)::int AS assets FROM (
                 SELECT 1 FROM asset
                  WHERE instance_id = $1 AND kid = w.k AND asset_id >= w.id AND first_seen > w.since
                  LIMIT w.n) AS new) AS found`,
} as const;

/** Assets that each key of the batch made within the hour, as far as it limits them: kid → number. */
export async function loadNewAssets(
  client: ClientBase,
  instanceId: number,
  batch: readonly FactsRequest[],
): Promise<Map<string, number>> {
  const wanted = new Map(
    batch.flatMap(({ key: { kid, newAssetsPerHour }, record }) => {
      if (newAssetsPerHour === null) return [];
      const since = new Date(record.receivedAt.getTime() - hourMs);
      return [[kid, { k: kid, since, id: firstIdOf(since), n: newAssetsPerHour }]];
    }),
  );
  if (wanted.size === 0) return new Map();
  const { rows } = await client.query<{ kid: string; assets: number }>({
    ...countNewAssets,
    values: [instanceId, sqlJson([...wanted.values()])],
  });
  return new Map(rows.map(({ kid, assets }) => [kid, assets]));
}

/** The smallest id (UUID version 7) of this millisecond. */
function firstIdOf(time: Date): string {
  const ms = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-000000000000`;
}
