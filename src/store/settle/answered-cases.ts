import type { PoolClient } from 'pg';
import { v7 as timeOrderedId } from 'uuid';
import type { Settlement, SubmissionRecord } from '../../ingest/ports';
import type { AuditRecord } from '../audit';
import { closeCase, liftContest, lockCase } from './close-case';
import type { OpenCaseOfDevice } from './load-rulings';

/** A device that was held as somebody else, and now is told who it is. */
export interface AnsweredCase {
  readonly held: OpenCaseOfDevice;
  readonly record: SubmissionRecord;
  readonly assetId: string;
  readonly isNew: boolean;
}

/**
 * The case that the acceptance of this device answers. Only who it is was asked, and the very same identity is told
 * from all others now, because what stood in the way has become junk, or was taken back by an admin. Other questions
 * (a copy, a recording) are not answered by an acceptance.
 */
export function answeredCase(
  held: OpenCaseOfDevice | undefined,
  { record, settlement }: { readonly record: SubmissionRecord; readonly settlement: Settlement },
): AnsweredCase[] {
  const isAsked = held?.reason === 'identity_conflict' || held?.reason === 'identity_ambiguous';
  if (held === undefined || !isAsked || settlement.verdict !== 'accepted') return [];
  return [{ held, record, assetId: settlement.assetId, isNew: settlement.outcome === 'created' }];
}

/** Closes them, in the transaction that accepts the devices. Resolves to what is to be added to the audit. */
export async function closeAnswered(
  client: PoolClient,
  instanceId: number,
  answered: readonly AnsweredCase[],
): Promise<AuditRecord[]> {
  const audit: AuditRecord[] = [];
  for (const { held, record, assetId, isNew } of answered) {
    const { submissionId, receivedAt: at, kid } = record;
    const by = `key:${kid}`;
    const note = 'nothing else claims its identifiers any more';
    const resolution = isNew ? 'new' : 'same';
    // An admin may have decided since the case was read.
    const open = await lockCase(client, instanceId, held.caseId);
    if (open?.resolution !== null) continue;
    await closeCase(client, instanceId, {
      ...{ caseId: held.caseId, resolution, at, by, note, stands: false },
      ...{ resultAsset: assetId, resultSubmission: submissionId },
    });
    const decision = { at, by, caseId: held.caseId };
    const lifted = held.assetId === null ? [] : await liftContest(client, instanceId, held.assetId, decision);
    const detail = { action: resolution, note, kid, reason: held.reason, assetId, submissionId };
    audit.push(
      { auditId: timeOrderedId(), at, actor: by, action: 'quarantine.resolve', object: held.caseId, detail },
      ...lifted,
    );
  }
  return audit;
}
