import { sql, type Kysely } from 'kysely';
import type { Tables } from './tables';

export interface NewAssetEvent {
  readonly eventId: string;
  readonly at: Date;
  readonly kind: string;
  readonly submissionId: string | null;
  readonly actor: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AssetEventRecord extends NewAssetEvent {
  readonly assetId: string;
}

export interface EventFilter {
  readonly kind?: string;
}

/**
 * Events of all the assets in one list, newest first, at most `limit`, after (older than) the given id. Of each asset
 * no more are read than the page holds.
 */
export async function listEventPage(
  db: Kysely<Tables>,
  instanceId: number,
  assetIds: readonly string[],
  { kind }: EventFilter,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): Promise<AssetEventRecord[]> {
  const { rows } = await sql<AssetEventRecord>`
    SELECT e.event_id AS "eventId", e.asset_id AS "assetId", e.at, e.kind, e.submission_id AS "submissionId", e.actor, e.detail
      FROM unnest(${[...assetIds]}::uuid[]) AS wanted(id)
     CROSS JOIN LATERAL (
       SELECT * FROM asset_event
        WHERE instance_id = ${instanceId} AND asset_id = wanted.id
          AND event_id < coalesce(${after ?? null}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
          AND (${kind ?? null}::text IS NULL OR kind = ${kind ?? null})
        ORDER BY event_id DESC LIMIT ${limit}) AS e
     ORDER BY e.event_id DESC, e.asset_id LIMIT ${limit}`.execute(db);
  return rows;
}

export async function insertAssetEvent(
  trx: Kysely<Tables>,
  instanceId: number,
  assetId: string,
  event: NewAssetEvent,
): Promise<void> {
  await trx
    .insertInto('asset_event')
    .values({
      instance_id: instanceId,
      asset_id: assetId,
      event_id: event.eventId,
      at: event.at,
      kind: event.kind,
      submission_id: event.submissionId,
      actor: event.actor,
      detail: JSON.stringify(event.detail),
    })
    .execute();
}
