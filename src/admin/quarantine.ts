import { Problem } from '../domain/problem';
import { completeNamesOf } from '../store/entities';
import { listHeldPage } from '../store/quarantine';
import type { AdminDeps, Caller } from './admin-deps';
import { limitOf, pageOf, readCursor, uuidShape, type Page, type PageRequest } from './page';
import { getSubmission, submissionView, type SubmissionView } from './submissions';

export interface QuarantineView extends SubmissionView {
  /** The asset whose identity the submission claims, as it is now; null when it claims none. */
  readonly conflictsWith: {
    readonly id: string;
    readonly itemtype: string;
    readonly name: string | null;
    readonly serial: string | null;
    readonly kid: string;
    readonly entityId: string;
    readonly entity: string;
    readonly lastSeen: string;
  } | null;
}

export interface QuarantineQuery extends PageRequest {
  readonly key?: string;
  readonly reason?: string;
}

/** Held submissions that wait for a decision, newest first. */
export async function listQuarantine(
  deps: AdminDeps,
  caller: Caller,
  query: QuarantineQuery,
): Promise<Page<QuarantineView>> {
  const after = readCursor('quarantine', query, [uuidShape])?.[0];
  const filter = {
    ...(query.key === undefined ? {} : { kid: query.key }),
    ...(query.reason === undefined ? {} : { reason: query.reason }),
  };
  const limit = limitOf(query) + 1;
  const rows = await listHeldPage(deps.db, caller.instanceId, filter, { limit, after });
  const names = await completeNamesOf(deps.db, caller.instanceId, [
    ...new Set(rows.flatMap(({ conflictsWith }) => conflictsWith?.entityId ?? [])),
  ]);
  return pageOf(
    'quarantine',
    query,
    rows,
    ({ submission }) => [submission.submissionId],
    ({ submission, conflictsWith: asset }) => ({
      ...submissionView(submission),
      conflictsWith: asset && {
        id: asset.assetId,
        itemtype: asset.itemtype,
        name: asset.name,
        serial: asset.serial,
        kid: asset.kid,
        entityId: asset.entityId,
        entity: names.get(asset.entityId) ?? '',
        lastSeen: asset.lastSeen.toISOString(),
      },
    }),
  );
}

/** Throws Problem `not_found`, `already_resolved`, or `not_implemented` for a submission that is held. */
export async function resolveQuarantined(
  deps: AdminDeps,
  caller: Caller,
  submissionId: string,
): Promise<never> {
  const submission = await getSubmission(deps, caller, submissionId);
  if (submission.verdict !== 'quarantined') {
    throw new Problem('not_found', 'This submission is not in quarantine.');
  }
  if (submission.resolvedAt !== null) {
    throw new Problem('already_resolved', 'Somebody has decided on this submission.');
  }
  throw new Problem(
    'not_implemented',
    'Held submissions cannot be resolved in this version. They stay held, and the asset keeps its last good inventory.',
  );
}
