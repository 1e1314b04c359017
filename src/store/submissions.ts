import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Note } from '../domain/inventory';
import type { Via } from '../domain/provenance';
import type { Outcome } from '../domain/verdict';
import type { Tables } from './tables';

export type SubmissionVerdict = 'accepted' | 'quarantined' | 'refused';

export interface SubmissionRecord {
  readonly submissionId: string;
  readonly receivedAt: Date;
  readonly kid: string | null;
  readonly verdict: SubmissionVerdict;
  readonly outcome: Outcome | null;
  readonly reason: string | null;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly notes: readonly Note[];
  readonly assetId: string | null;
  readonly entityId: string | null;
  readonly deviceid: string | null;
  readonly agentid: string | null;
  readonly itemtype: string | null;
  readonly name: string | null;
  readonly partial: boolean;
  readonly dialect: string | null;
  readonly userAgent: string | null;
  readonly sourceAddress: string;
  readonly wireBytes: number;
  readonly via: Via | null;
  /** How many requests the row stands for. */
  readonly folded: number;
  readonly resolution: string | null;
  readonly resolvedAt: Date | null;
  readonly caseId: string | null;
}

export interface SubmissionFilter {
  readonly verdict?: SubmissionVerdict;
  readonly outcome?: Outcome;
  readonly reason?: string;
  readonly kid?: string;
  readonly assetId?: string;
  readonly deviceid?: string;
  /** Inclusive. */
  readonly since?: Date;
  /** Exclusive. */
  readonly before?: Date;
  readonly isUnresolved?: boolean;
  /** Of these entities: the one it was assigned to, else its key's. */
  readonly entityIds?: readonly string[];
}

const columns = [
  'submission_id as submissionId',
  'received_at as receivedAt',
  'kid',
  'verdict',
  'outcome',
  'reason',
  'evidence',
  'notes',
  'asset_id as assetId',
  'entity_id as entityId',
  'deviceid',
  'agentid',
  'itemtype',
  'name',
  'partial',
  'dialect',
  'user_agent as userAgent',
  'source_address as sourceAddress',
  'wire_bytes as wireBytes',
  'via',
  'folded',
  'resolution',
  'resolved_at as resolvedAt',
  'case_id as caseId',
] as const;

function selectSubmissions(db: Kysely<Tables>, instanceId: number) {
  return db.selectFrom('submission').select(columns).where('instance_id', '=', instanceId);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectSubmissions>['executeTakeFirstOrThrow']>>;

function recordOf(row: Row): SubmissionRecord {
  return {
    ...row,
    verdict: row.verdict as SubmissionVerdict,
    outcome: row.outcome as Outcome | null,
    evidence: row.evidence as SubmissionRecord['evidence'],
    notes: row.notes as Note[],
    via: row.via as Via | null,
  };
}

/** Newest first, at most `limit`, after (older than) the given id. */
export async function listSubmissionPage(
  db: Kysely<Tables>,
  instanceId: number,
  filter: SubmissionFilter,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<SubmissionRecord[]> {
  let query = selectSubmissions(db, instanceId);
  if (page.after !== undefined) query = query.where('submission_id', '<', page.after);
  for (const condition of conditionsOf(filter)) query = query.where(condition);
  const rows = await query.orderBy('submission_id', 'desc').limit(page.limit).execute();
  return rows.map(recordOf);
}

function conditionsOf(filter: SubmissionFilter): RawBuilder<boolean>[] {
  const conditions: RawBuilder<boolean>[] = [];
  const when = <T>(value: T | undefined, condition: (value: T) => RawBuilder<boolean>): void => {
    if (value !== undefined) conditions.push(condition(value));
  };
  when(filter.verdict, (verdict) => sql`verdict = ${verdict}`);
  // Said apart, so that the partial index on what was not accepted can be used.
  if (filter.verdict !== undefined && filter.verdict !== 'accepted')
    conditions.push(sql`verdict <> 'accepted'`);
  when(filter.outcome, (outcome) => sql`outcome = ${outcome}`);
  when(filter.reason, (reason) => sql`reason = ${reason}`);
  when(filter.kid, (kid) => sql`kid = ${kid}`);
  when(filter.assetId, (assetId) => sql`asset_id = ${assetId}::uuid`);
  when(filter.deviceid, (deviceid) => sql`deviceid = ${deviceid}`);
  when(filter.since, (time) => sql`received_at >= ${time}`);
  when(filter.before, (time) => sql`received_at < ${time}`);
  when(filter.entityIds, (ids) => isOfEntities(ids));
  if (filter.isUnresolved === true) conditions.push(sql`resolved_at IS NULL`);
  return conditions;
}

function isOfEntities(entityIds: readonly string[]): RawBuilder<boolean> {
  return sql`coalesce(submission.entity_id, (SELECT k.entity_id FROM registration_key k
    WHERE k.instance_id = submission.instance_id AND k.kid = submission.kid)) = ANY (${[...entityIds]}::uuid[])`;
}

/** Undefined, too, when it is of none of the entities given. */
export async function findSubmission(
  db: Kysely<Tables>,
  instanceId: number,
  submissionId: string,
  entityIds?: readonly string[],
): Promise<SubmissionRecord | undefined> {
  let query = selectSubmissions(db, instanceId).where('submission_id', '=', submissionId);
  if (entityIds !== undefined) query = query.where(isOfEntities(entityIds));
  const row = await query.executeTakeFirst();
  return row === undefined ? undefined : recordOf(row);
}
