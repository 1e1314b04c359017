import type { Identifier, StoredIdentity } from '../../domain/identity';
import type { Separation } from '../../domain/separation';
import { runSql, type AnyTransaction } from '../run-sql';
import { sqlJson } from '../settle/sql-json';
import type { IdentityRow } from './identity-rows';

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
