import type { Kysely } from 'kysely';
import { listSubmissionPage, type SubmissionRecord } from './submissions';
import type { Tables } from './tables';

/** The asset that a held submission lays claim to. */
export interface ClaimedAsset {
  readonly assetId: string;
  readonly itemtype: string;
  readonly name: string | null;
  readonly serial: string | null;
  readonly kid: string;
  readonly entityId: string;
  readonly lastSeen: Date;
}

export interface HeldSubmission {
  readonly submission: SubmissionRecord;
  /** Null when the submission claims none (approval, unknown tag) or the asset is gone. */
  readonly conflictsWith: ClaimedAsset | null;
}

/** Held submissions that nobody has decided on: newest first, at most `limit`, after (older than) the given id. */
export async function listHeldPage(
  db: Kysely<Tables>,
  instanceId: number,
  filter: { readonly kid?: string; readonly reason?: string },
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<HeldSubmission[]> {
  const held = await listSubmissionPage(
    db,
    instanceId,
    { ...filter, verdict: 'quarantined', isUnresolved: true },
    page,
  );
  const assetIds = [...new Set(held.flatMap(({ assetId }) => assetId ?? []))];
  const assets = assetIds.length === 0 ? [] : await listClaimed(db, instanceId, assetIds);
  const byId = new Map(assets.map((asset) => [asset.assetId, asset]));
  return held.map((submission) => ({
    submission,
    conflictsWith: byId.get(submission.assetId ?? '') ?? null,
  }));
}

async function listClaimed(
  db: Kysely<Tables>,
  instanceId: number,
  assetIds: readonly string[],
): Promise<ClaimedAsset[]> {
  return await db
    .selectFrom('asset')
    .select([
      'asset_id as assetId',
      'itemtype',
      'name',
      'serial',
      'kid',
      'entity_id as entityId',
      'last_seen as lastSeen',
    ])
    .where('instance_id', '=', instanceId)
    .where('asset_id', 'in', assetIds)
    .execute();
}
