import { v7 as timeOrderedId } from 'uuid';
import { contestingReasons, type Resolution } from '../../domain/quarantine';
import type { AuditRecord } from '../audit';
import { runSql, type AnyTransaction } from '../run-sql';

/** What an admin decided on a case. */
export interface CaseDecision {
  readonly caseId: string;
  readonly resolution: Resolution;
  readonly at: Date;
  /** Actor as in the audit. */
  readonly by: string;
  readonly note: string | null;
  /** Counts for what the device sends later. */
  readonly stands: boolean;
  readonly resultAsset: string | null;
  readonly resultSubmission: string | null;
}

export interface OpenCase {
  readonly kid: string;
  readonly reason: string;
  readonly assetId: string | null;
  readonly lastSubmission: string;
  readonly lastSeen: Date;
  readonly firstSeen: Date;
  readonly resolution: Resolution | null;
}

/** The case, locked until the transaction ends. */
export async function lockCase(
  trx: AnyTransaction,
  instanceId: number,
  caseId: string,
): Promise<OpenCase | undefined> {
  const [row] = await runSql<OpenCase>(
    trx,
    `SELECT kid, reason, asset_id AS "assetId", last_submission AS "lastSubmission", last_seen AS "lastSeen",
            first_seen AS "firstSeen", resolution
       FROM quarantine WHERE instance_id = $1 AND case_id = $2 FOR UPDATE`,
    [instanceId, caseId],
  );
  return row;
}

/** Writes the decision on a locked case and on its held submissions. */
export async function closeCase(
  trx: AnyTransaction,
  instanceId: number,
  decision: CaseDecision,
): Promise<void> {
  const { caseId, resolution, at, by, note, stands, resultAsset, resultSubmission } = decision;
  await runSql(
    trx,
    `UPDATE quarantine SET resolution = $3, resolved_at = $4, resolved_by = $5, note = $6, stands = $7,
            result_asset = $8, result_submission = $9
      WHERE instance_id = $1 AND case_id = $2`,
    [instanceId, caseId, resolution, at, by, note, stands, resultAsset, resultSubmission],
  );
  await settleSubmissions(trx, instanceId, [caseId], resolution, at);
}

async function settleSubmissions(
  trx: AnyTransaction,
  instanceId: number,
  caseIds: readonly string[],
  resolution: Resolution,
  at: Date,
): Promise<void> {
  await runSql(
    trx,
    `UPDATE submission SET resolution = $3, resolved_at = $4
      WHERE instance_id = $1 AND case_id = ANY($2::uuid[]) AND resolved_at IS NULL`,
    [instanceId, caseIds, resolution, at],
  );
}

/**
 * When nobody else claims the asset any more it may be updated again. What was held only because it was contested is
 * closed with it, unread: the device was asked for a full inventory, which will be judged afresh.
 * Resolves to what is to be added to the audit.
 */
export async function liftContest(
  trx: AnyTransaction,
  instanceId: number,
  assetId: string,
  decision: Pick<CaseDecision, 'at' | 'by'> & { readonly caseId: string | null },
): Promise<AuditRecord[]> {
  const { caseId, at, by } = decision;
  const lifted = await runSql(
    trx,
    `UPDATE asset SET contested = NULL
      WHERE instance_id = $1 AND asset_id = $2 AND contested IS NOT NULL
        AND NOT EXISTS (SELECT FROM quarantine WHERE quarantine.asset_id = $2 AND instance_id = $1
                           AND resolution IS NULL AND reason = ANY($3::text[]))
      RETURNING asset_id`,
    [instanceId, assetId, contestingReasons],
  );
  if (lifted.length === 0) return [];
  const closed = await runSql<{ case_id: string }>(
    trx,
    `UPDATE quarantine SET resolution = 'same', resolved_at = $3, resolved_by = $4, result_asset = $2,
            note = 'nobody else claims the asset any more'
      WHERE asset_id = $2 AND instance_id = $1 AND resolution IS NULL AND reason = 'asset_contested'
      RETURNING case_id`,
    [instanceId, assetId, at, by],
  );
  const alsoClosed = closed.map((row) => row.case_id);
  await settleSubmissions(trx, instanceId, alsoClosed, 'same', at);
  await runSql(
    trx,
    `INSERT INTO asset_event (instance_id, asset_id, event_id, at, kind, actor, detail)
     VALUES ($1, $2, $3, $4, 'uncontested', $5, $6)`,
    [instanceId, assetId, timeOrderedId(), at, by, JSON.stringify({ caseId })],
  );
  const detail = { contested: false, caseId, alsoClosed };
  return [{ auditId: timeOrderedId(), at, actor: by, action: 'asset.contest', object: assetId, detail }];
}
