import type { StoredIdentity } from '../../domain/identity';
import type { Contested, Pin } from '../../domain/pin';
import type { Separation } from '../../domain/separation';
import type { AssetStatus } from '../assets';
import { runSql, type AnyTransaction } from '../run-sql';
import { assetLocks, lockIdentities } from '../settle/lock-identities';
import { sqlJson } from '../settle/sql-json';

/** Most tombstones under one asset that are looked at. */
export const maxParts = 100;

/** What undoing a merge needs. Kept on the tombstone. */
export interface MergeRecord {
  /** Values that the kept asset got by it. */
  readonly added: StoredIdentity;
  /** Of the merged asset before it. Records of earlier versions lack it: `active` then. */
  readonly status?: Exclude<AssetStatus, 'merged'>;
  /** Of the kept asset before it. */
  readonly pin: Pin;
  /** Of the kept asset: separations that it got by it. */
  readonly separations: readonly string[];
  /** Quarantine cases that spoke of the merged asset. */
  readonly claims: readonly string[];
  readonly results: readonly string[];
  /** Of the kept asset: what it was held apart from before. Records of earlier versions lack it. */
  readonly apartBefore?: readonly string[];
  /** Of the merged asset before it. Records of earlier versions lack it. */
  readonly contested?: Contested | null;
}

/** An asset as its identity is worked on: its row and everything that speaks of it are locked. */
export interface IdentityRow {
  readonly assetId: string;
  readonly kid: string;
  readonly entityId: string;
  readonly itemtype: string;
  readonly status: AssetStatus;
  readonly name: string | null;
  readonly identity: StoredIdentity;
  readonly pin: Pin;
  readonly contested: Contested | null;
  readonly mergedInto: string | null;
  readonly merge: MergeRecord | null;
  readonly separated: readonly Separation[];
  readonly lastSubmission: string;
}

const columns = `asset_id AS "assetId", kid, entity_id AS "entityId", itemtype, status, name, identity, pin, contested,
  merged_into AS "mergedInto", merge, separated, last_submission AS "lastSubmission"`;

/**
 * The assets, with every identifier by which a submission may find them locked, then their rows: nothing is settled
 * that speaks of them until the transaction ends. In the order of the ids given; those that do not exist are missing.
 */
export async function lockForIdentity(
  trx: AnyTransaction,
  instanceId: number,
  assetIds: readonly string[],
): Promise<IdentityRow[]> {
  const before = await runSql<{ identity: StoredIdentity }>(
    trx,
    `SELECT identity FROM asset WHERE instance_id = $1 AND asset_id = ANY($2::uuid[])`,
    [instanceId, assetIds],
  );
  await lockIdentities(
    trx,
    instanceId,
    before.flatMap(({ identity }) => assetLocks(identity)),
  );
  const rows = await runSql<IdentityRow>(
    trx,
    `SELECT ${columns} FROM asset WHERE instance_id = $1 AND asset_id = ANY($2::uuid[])
      ORDER BY asset_id FOR NO KEY UPDATE`,
    [instanceId, assetIds],
  );
  return assetIds.flatMap((assetId) => rows.find((row) => row.assetId === assetId) ?? []);
}

/** Tombstones that were merged into the asset, straight. */
export async function listParts(
  trx: AnyTransaction,
  instanceId: number,
  assetId: string,
): Promise<IdentityRow[]> {
  return await runSql<IdentityRow>(
    trx,
    `SELECT ${columns} FROM asset WHERE merged_into = $2 AND instance_id = $1 ORDER BY asset_id LIMIT ${maxParts}`,
    [instanceId, assetId],
  );
}

/** What the tombstone is part of, and what that is part of, to the asset that is none: nearest first, at most `maxParts`. */
export async function listAbove(
  trx: AnyTransaction,
  instanceId: number,
  tombstoneId: string,
): Promise<readonly string[]> {
  const rows = await runSql<{ assetId: string }>(
    trx,
    `WITH RECURSIVE above AS (
       SELECT merged_into AS asset_id, 1 AS n FROM asset WHERE instance_id = $1 AND asset_id = $2
       UNION ALL
       SELECT a.merged_into, above.n + 1 FROM above JOIN asset AS a ON a.instance_id = $1 AND a.asset_id = above.asset_id
        WHERE above.n < ${maxParts})
     SELECT asset_id AS "assetId" FROM above WHERE asset_id IS NOT NULL ORDER BY n`,
    [instanceId, tombstoneId],
  );
  return rows.map(({ assetId }) => assetId);
}

/** The asset and every tombstone below it, whose submissions count as its own when one is split off. */
export async function withPartsOf(
  db: AnyTransaction,
  instanceId: number,
  assetId: string,
): Promise<readonly string[]> {
  const rows = await runSql<{ assetId: string }>(
    db,
    `WITH RECURSIVE part AS (
       SELECT $2::uuid AS asset_id
       UNION
       SELECT a.asset_id FROM part JOIN asset a ON a.merged_into = part.asset_id AND a.instance_id = $1)
     SELECT asset_id AS "assetId" FROM part LIMIT ${maxParts + 1}`,
    [instanceId, assetId],
  );
  return rows.map((row) => row.assetId);
}

/** Whether an agent of the asset has sent an inventory since then. */
export async function isReportedSince(
  trx: AnyTransaction,
  instanceId: number,
  asset: Pick<IdentityRow, 'assetId' | 'kid' | 'identity'>,
  since: Date,
): Promise<boolean> {
  const rows = await runSql(
    trx,
    `SELECT 1 FROM agent
      WHERE instance_id = $1 AND kid = $2 AND sender = ANY($3::text[]) AND asset_id = $4 AND last_inventory >= $5 LIMIT 1`,
    [instanceId, asset.kid, sendersOf(asset.identity), asset.assetId, since],
  );
  return rows.length > 0;
}

/** How the agents of the identity are written down. */
export function sendersOf({ agentids, deviceids }: StoredIdentity): string[] {
  return [...agentids, ...deviceids.map((deviceid) => `deviceid:${deviceid}`)];
}

/** Writes what of the asset's identity an admin changed. */
export async function updateIdentity(
  trx: AnyTransaction,
  instanceId: number,
  { assetId, identity, pin, separated }: Pick<IdentityRow, 'assetId' | 'identity' | 'pin' | 'separated'>,
): Promise<void> {
  await runSql(
    trx,
    `UPDATE asset SET identity = $3, pin = $4, separated = $5 WHERE instance_id = $1 AND asset_id = $2`,
    [instanceId, assetId, sqlJson(identity), sqlJson(pin), sqlJson(separated)],
  );
}
