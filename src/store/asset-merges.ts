import type { Identifier, StoredIdentity } from '../domain/identity';
import type { Contested, Pin } from '../domain/pin';
import { contestingReasons } from '../domain/quarantine';
import type { Separation } from '../domain/separation';
import type { AssetStatus } from './assets';
import { runSql, type AnyTransaction } from './run-sql';
import { assetLocks, lockIdentities } from './settle/lock-identities';
import { sqlJson } from './settle/sql-json';

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

function sendersOf({ agentids, deviceids }: StoredIdentity): string[] {
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

interface Handing {
  readonly from: string;
  readonly to: string;
  readonly identifiers: readonly Identifier[];
  readonly at: Date;
}

/** Lets the identifiers find the other asset too, seen as long as they were seen on the first. */
export async function copyIdentifiers(
  trx: AnyTransaction,
  instanceId: number,
  { from, to, identifiers, at }: Handing,
): Promise<void> {
  await runSql(
    trx,
    `INSERT INTO asset_identifier (instance_id, kind, value, asset_id, first_seen)
     SELECT $1, w.k, w.v, $4::uuid,
            coalesce((SELECT first_seen FROM asset_identifier AS i
                       WHERE i.instance_id = $1 AND i.kind = w.k AND i.value = w.v AND i.asset_id = $3), $5)
       FROM json_to_recordset($2::json) AS w(k text, v text)
     ON CONFLICT DO NOTHING`,
    [instanceId, asRows(identifiers), from, to, at],
  );
}

export async function removeIdentifiers(
  trx: AnyTransaction,
  instanceId: number,
  assetId: string,
  identifiers: readonly Identifier[],
): Promise<void> {
  await runSql(
    trx,
    `DELETE FROM asset_identifier AS i USING json_to_recordset($2::json) AS w(k text, v text)
      WHERE i.instance_id = $1 AND i.kind = w.k AND i.value = w.v AND i.asset_id = $3`,
    [instanceId, asRows(identifiers), assetId],
  );
}

function asRows(identifiers: readonly Identifier[]): string {
  return sqlJson(identifiers.map(({ kind, value }) => ({ k: kind, v: value })));
}

/** The agents of this identity report the other asset from now on. */
export async function moveAgents(
  trx: AnyTransaction,
  instanceId: number,
  { kid, identity, from, to }: { kid: string; identity: StoredIdentity; from: string; to: string },
): Promise<void> {
  await runSql(
    trx,
    `UPDATE agent SET asset_id = $5
      WHERE instance_id = $1 AND kid = $2 AND sender = ANY($3::text[]) AND asset_id = $4`,
    [instanceId, kid, sendersOf(identity), from, to],
  );
}

/** Partials of the agents that report the assets have no ground any more: each is to send a full inventory first. */
export async function awaitFullOf(
  trx: AnyTransaction,
  instanceId: number,
  assets: readonly { readonly assetId: string; readonly kid: string; readonly identity: StoredIdentity }[],
  at: Date,
): Promise<void> {
  for (const { kid, identity, assetId } of assets) {
    await runSql(
      trx,
      `INSERT INTO full_awaited (instance_id, kid, deviceid, agentid, since)
       SELECT instance_id, kid, deviceid, agentid, $5 FROM agent
        WHERE instance_id = $1 AND kid = $2 AND sender = ANY($3::text[]) AND asset_id = $4
          AND deviceid IS NOT NULL AND agentid IS NOT NULL
       ON CONFLICT DO NOTHING`,
      [instanceId, kid, sendersOf(identity), assetId, at],
    );
  }
}

/** Cases that speak of one asset speak of the other from now on; resolves to which. */
export async function moveCases(
  trx: AnyTransaction,
  instanceId: number,
  from: string,
  to: string,
): Promise<Pick<MergeRecord, 'claims' | 'results'>> {
  const claims = await runSql<{ id: string }>(
    trx,
    `UPDATE quarantine SET asset_id = $3 WHERE asset_id = $2 AND instance_id = $1 RETURNING case_id AS id`,
    [instanceId, from, to],
  );
  const results = await runSql<{ id: string }>(
    trx,
    `UPDATE quarantine SET result_asset = $3 WHERE result_asset = $2 AND instance_id = $1 RETURNING case_id AS id`,
    [instanceId, from, to],
  );
  return { claims: claims.map(({ id }) => id), results: results.map(({ id }) => id) };
}

export async function moveCasesBack(
  trx: AnyTransaction,
  instanceId: number,
  { claims, results }: Pick<MergeRecord, 'claims' | 'results'>,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await runSql(
    trx,
    `UPDATE quarantine SET asset_id = CASE WHEN asset_id = $4 AND case_id = ANY($2::uuid[]) THEN $5::uuid ELSE asset_id END,
            result_asset = CASE WHEN result_asset = $4 AND case_id = ANY($3::uuid[]) THEN $5::uuid ELSE result_asset END
      WHERE instance_id = $1 AND case_id = ANY($2::uuid[] || $3::uuid[])`,
    [instanceId, claims, results, from, to],
  );
}

/** An asset that an admin splits off: all that is known of it is what it left with. */
export interface SplitOff {
  readonly assetId: string;
  readonly like: Pick<IdentityRow, 'kid' | 'entityId' | 'itemtype'>;
  readonly identity: StoredIdentity;
  readonly separated: readonly Separation[];
  readonly lastSubmission: string;
  readonly at: Date;
}

export async function insertSplitOff(
  trx: AnyTransaction,
  instanceId: number,
  { assetId, like, identity, separated, lastSubmission, at }: SplitOff,
): Promise<void> {
  await runSql(
    trx,
    `INSERT INTO asset (instance_id, asset_id, kid, entity_id, itemtype, name, serial, uuid, macs, ips, identity,
                        section_digests, first_seen, last_seen, last_changed, last_submission, separated)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '{}', $12, $12, $12, $13, $14)`,
    [
      ...[instanceId, assetId, like.kid, like.entityId, like.itemtype],
      ...[identity.hostnames[0] ?? null, identity.serials[0] ?? null, identity.uuids[0] ?? null],
      ...[identity.macs, identity.ips, sqlJson(identity), at, lastSubmission, sqlJson(separated)],
    ],
  );
}

/**
 * What a submission of the asset showed, as far as it was kept: what it shared with the asset and what it brought.
 * Submissions of earlier versions did not keep that: what was seen first in their millisecond stands for it.
 */
export interface ShownBySubmission {
  readonly submissionId: string;
  readonly identifiers: readonly Identifier[];
}

/** Newest submissions compared when one is split off. */
export const maxSubmissionsCompared = 200;

export async function listShownBySubmissions(
  trx: AnyTransaction,
  instanceId: number,
  assetIds: readonly string[],
  submissionId: string,
): Promise<ShownBySubmission[]> {
  return await runSql<ShownBySubmission>(
    trx,
    `SELECT s.submission_id AS "submissionId",
            coalesce(CASE WHEN jsonb_typeof(s.evidence #> '{match,shared}') = 'array' THEN s.evidence #> '{match,shared}' END, '[]')
              || CASE WHEN s.outcome = 'unchanged' THEN '[]'
                      WHEN jsonb_typeof(s.evidence -> 'brought') = 'array' THEN s.evidence -> 'brought'
                      ELSE coalesce((SELECT jsonb_agg(jsonb_build_object('kind', i.kind, 'value', i.value)) FROM asset_identifier AS i
                                      WHERE i.asset_id = ANY($2::uuid[]) AND i.instance_id = $1 AND i.first_seen = s.received_at), '[]')
                 END AS identifiers
       FROM ((SELECT * FROM submission WHERE asset_id = ANY($2::uuid[]) AND instance_id = $1 AND verdict = 'accepted'
               ORDER BY submission_id DESC LIMIT ${maxSubmissionsCompared})
             UNION
             SELECT * FROM submission WHERE asset_id = ANY($2::uuid[]) AND instance_id = $1 AND submission_id = $3
                AND verdict = 'accepted') AS s`,
    [instanceId, assetIds, submissionId],
  );
}
