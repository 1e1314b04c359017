import type { Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';
import type { StoredIdentity } from '../domain/identity';
import { conditionsOf, type AssetFilter, type AssetStatus } from './asset-conditions';
import { readAssetPage, type AssetPageRequest } from './asset-pages';
import type { Tables } from './tables';

export type { AssetFilter, AssetStatus };

export interface AssetRecord {
  readonly assetId: string;
  readonly kid: string;
  readonly entityId: string;
  readonly itemtype: string;
  readonly status: AssetStatus;
  /** The asset that it is a part of now; null unless its status is `merged`. */
  readonly mergedInto: string | null;
  readonly name: string | null;
  readonly serial: string | null;
  readonly uuid: string | null;
  readonly macs: readonly string[];
  readonly ips: readonly string[];
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly os: string | null;
  readonly lastUser: string | null;
  readonly agentVersion: string | null;
  readonly identity: StoredIdentity;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  readonly lastChanged: Date;
  readonly lastSubmission: string;
}

function recordOf(row: Selectable<Tables['asset']>): AssetRecord {
  return {
    assetId: row.asset_id,
    kid: row.kid,
    entityId: row.entity_id,
    itemtype: row.itemtype,
    status: row.status as AssetStatus,
    mergedInto: row.merged_into,
    name: row.name,
    serial: row.serial,
    uuid: row.uuid,
    macs: row.macs,
    ips: row.ips,
    manufacturer: row.manufacturer,
    model: row.model,
    os: row.os,
    lastUser: row.last_user,
    agentVersion: row.agent_version,
    identity: row.identity as StoredIdentity,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    lastChanged: row.last_changed,
    lastSubmission: row.last_submission,
  };
}

/** Newest first, at most `limit`, after (older than) the given id. */
export async function listAssetPage(
  db: Kysely<Tables>,
  instanceId: number,
  filter: AssetFilter,
  page: AssetPageRequest,
): Promise<AssetRecord[]> {
  const conditions = await conditionsOf(db, instanceId, filter);
  return (await readAssetPage(db, instanceId, conditions, page)).map(recordOf);
}

export async function findAsset(
  db: Kysely<Tables>,
  instanceId: number,
  assetId: string,
): Promise<AssetRecord | undefined> {
  const row = await db
    .selectFrom('asset')
    .selectAll()
    .where('instance_id', '=', instanceId)
    .where('asset_id', '=', assetId)
    .executeTakeFirst();
  return row === undefined ? undefined : recordOf(row);
}

/** Which of the assets are in one of the entities now. */
export async function listAssetsOf(
  db: Kysely<Tables>,
  instanceId: number,
  assetIds: readonly string[],
  entityIds: readonly string[],
): Promise<Set<string>> {
  if (assetIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('asset')
    .select('asset_id as assetId')
    .where('instance_id', '=', instanceId)
    .where(sql<boolean>`asset_id = ANY (${[...assetIds]}::uuid[])`)
    .where(sql<boolean>`entity_id = ANY (${[...entityIds]}::uuid[])`)
    .execute();
  return new Set(rows.map(({ assetId }) => assetId));
}

/** As `findAsset`, locked until the transaction ends. */
export async function lockAsset(
  trx: Kysely<Tables>,
  instanceId: number,
  assetId: string,
): Promise<AssetRecord | undefined> {
  const row = await trx
    .selectFrom('asset')
    .selectAll()
    .where('instance_id', '=', instanceId)
    .where('asset_id', '=', assetId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : recordOf(row);
}

export async function updateAssetStanding(
  trx: Kysely<Tables>,
  instanceId: number,
  asset: Pick<AssetRecord, 'assetId' | 'status' | 'entityId'>,
): Promise<void> {
  await trx
    .updateTable('asset')
    .set({ status: asset.status, entity_id: asset.entityId })
    .where('instance_id', '=', instanceId)
    .where('asset_id', '=', asset.assetId)
    .execute();
  // What was merged into it is a part of it, and so is what was merged into that.
  await sql`
    WITH RECURSIVE part AS (
      SELECT asset_id FROM asset WHERE instance_id = ${instanceId} AND merged_into = ${asset.assetId}
      UNION
      SELECT a.asset_id FROM part JOIN asset AS a ON a.merged_into = part.asset_id AND a.instance_id = ${instanceId})
    UPDATE asset SET entity_id = ${asset.entityId}
     WHERE instance_id = ${instanceId} AND asset_id IN (SELECT asset_id FROM part)`.execute(trx);
}

export interface StoredContent {
  /** zlib-compressed JSON of the inventory's content. */
  readonly compressed: Buffer;
  readonly submissionId: string;
  readonly storedAt: Date;
}

export async function findStoredContent(
  db: Kysely<Tables>,
  instanceId: number,
  assetId: string,
): Promise<StoredContent | undefined> {
  return await db
    .selectFrom('asset_inventory')
    .select(['content as compressed', 'submission_id as submissionId', 'stored_at as storedAt'])
    .where('instance_id', '=', instanceId)
    .where('asset_id', '=', assetId)
    .executeTakeFirst();
}
