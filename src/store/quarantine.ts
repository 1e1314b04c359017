import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DeviceIdentity } from '../domain/identity';
import type { Resolution } from '../domain/quarantine';
import type { Via } from '../domain/provenance';
import type { Tables } from './tables';

/** A device that is or was held, however often it came. */
export interface CaseRecord {
  readonly caseId: string;
  readonly kid: string;
  /** Entity of the key. */
  readonly keyEntityId: string;
  readonly fingerprint: string;
  readonly reason: string;
  /** The asset it conflicts with. */
  readonly assetId: string | null;
  readonly identity: DeviceIdentity;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly name: string | null;
  readonly itemtype: string | null;
  readonly sourceAddress: string;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  readonly count: number;
  readonly lastSubmission: string;
  readonly resolution: Resolution | null;
  readonly resolvedAt: Date | null;
  readonly resolvedBy: string | null;
  readonly note: string | null;
  readonly stands: boolean;
  readonly resultAsset: string | null;
  readonly resultSubmission: string | null;
}

/** The asset that a held device lays claim to. */
export interface ClaimedAsset {
  readonly assetId: string;
  readonly itemtype: string;
  readonly name: string | null;
  readonly serial: string | null;
  readonly kid: string;
  readonly entityId: string;
  readonly lastSeen: Date;
}

/** Every condition given must hold. */
export interface CaseFilter {
  readonly kid?: string;
  readonly reason?: string;
  readonly assetId?: string;
  /** Of the keys. */
  readonly entityIds?: readonly string[];
  readonly isResolved?: boolean;
}

export interface CasePosition {
  readonly lastSeen: string;
  readonly caseId: string;
}

function selectCases(db: Kysely<Tables>, instanceId: number) {
  return db
    .selectFrom('quarantine as q')
    .innerJoin('registration_key as k', (join) =>
      join.onRef('k.instance_id', '=', 'q.instance_id').onRef('k.kid', '=', 'q.kid'),
    )
    .select([
      'q.case_id as caseId',
      'q.kid',
      'k.entity_id as keyEntityId',
      'q.fingerprint',
      'q.reason',
      'q.asset_id as assetId',
      'q.identity',
      'q.evidence',
      'q.name',
      'q.itemtype',
      'q.source_address as sourceAddress',
      'q.first_seen as firstSeen',
      'q.last_seen as lastSeen',
      'q.count',
      'q.last_submission as lastSubmission',
      'q.resolution',
      'q.resolved_at as resolvedAt',
      'q.resolved_by as resolvedBy',
      'q.note',
      'q.stands',
      'q.result_asset as resultAsset',
      'q.result_submission as resultSubmission',
    ])
    .where('q.instance_id', '=', instanceId);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectCases>['executeTakeFirstOrThrow']>>;

function recordOf(row: Row): CaseRecord {
  return {
    ...row,
    identity: row.identity as DeviceIdentity,
    evidence: row.evidence as CaseRecord['evidence'],
    resolution: row.resolution as Resolution | null,
  };
}

/** Latest seen first, at most `limit`, after the given position. */
export async function listCasePage(
  db: Kysely<Tables>,
  instanceId: number,
  filter: CaseFilter,
  page: { readonly limit: number; readonly after: CasePosition | undefined },
): Promise<CaseRecord[]> {
  let query = selectCases(db, instanceId);
  for (const condition of conditionsOf(filter)) query = query.where(condition);
  if (page.after !== undefined) {
    const { lastSeen, caseId } = page.after;
    query = query.where(sql<boolean>`(q.last_seen, q.case_id) < (${lastSeen}::timestamptz, ${caseId}::uuid)`);
  }
  const rows = await query
    .orderBy('q.last_seen', 'desc')
    .orderBy('q.case_id', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map(recordOf);
}

function conditionsOf(filter: CaseFilter): RawBuilder<boolean>[] {
  const { kid, reason, assetId, entityIds, isResolved } = filter;
  const conditions: RawBuilder<boolean>[] = [];
  if (kid !== undefined) conditions.push(sql`q.kid = ${kid}`);
  if (reason !== undefined) conditions.push(sql`q.reason = ${reason}`);
  if (assetId !== undefined) conditions.push(sql`q.asset_id = ${assetId}::uuid`);
  if (entityIds !== undefined) conditions.push(sql`k.entity_id = ANY (${[...entityIds]}::uuid[])`);
  if (isResolved === true) conditions.push(sql`q.resolution IS NOT NULL`);
  if (isResolved === false) conditions.push(sql`q.resolution IS NULL`);
  return conditions;
}

/** By its own id, or by that of any of its submissions. */
export async function findCase(
  db: Kysely<Tables>,
  instanceId: number,
  id: string,
): Promise<CaseRecord | undefined> {
  const row =
    (await selectCases(db, instanceId).where('q.case_id', '=', id).executeTakeFirst()) ??
    (await selectCases(db, instanceId)
      .where('q.case_id', '=', (of) =>
        of
          .selectFrom('submission')
          .select('case_id')
          .where('instance_id', '=', instanceId)
          .where('submission_id', '=', id),
      )
      .executeTakeFirst());
  return row === undefined ? undefined : recordOf(row);
}

export async function listClaimedAssets(
  db: Kysely<Tables>,
  instanceId: number,
  assetIds: readonly string[],
): Promise<Map<string, ClaimedAsset>> {
  if (assetIds.length === 0) return new Map();
  const rows = await db
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
  return new Map(rows.map((asset) => [asset.assetId, asset]));
}

/** What a decision made: submission by id, with verdict and entity. */
export async function listResults(db: Kysely<Tables>, instanceId: number, submissionIds: readonly string[]) {
  if (submissionIds.length === 0) return new Map<string, never>();
  const rows = await db
    .selectFrom('submission')
    .select(['submission_id as submissionId', 'verdict', 'outcome', 'entity_id as entityId', 'reason'])
    .where('instance_id', '=', instanceId)
    .where('submission_id', 'in', submissionIds)
    .execute();
  return new Map(rows.map((row) => [row.submissionId, row]));
}

/** The latest submission of a case as it was sent; undefined when its body is not kept any more. */
export async function findKeptBody(db: Kysely<Tables>, instanceId: number, submissionId: string) {
  const row = await db
    .selectFrom('submission_body as b')
    .innerJoin('submission as s', (join) =>
      join.onRef('s.instance_id', '=', 'b.instance_id').onRef('s.submission_id', '=', 'b.submission_id'),
    )
    .select([
      's.submission_id as submissionId',
      'b.wire',
      'b.content_type as contentType',
      'b.certificate',
      's.agentid',
      's.user_agent as userAgent',
      's.source_address as sourceAddress',
      's.via',
    ])
    .where('b.instance_id', '=', instanceId)
    .where('b.submission_id', '=', submissionId)
    .executeTakeFirst();
  return row && { ...row, via: row.via as Via | null };
}

/** Opens a decided case again, and the submission that it shows. False when it is open already. */
export async function reopenCase(
  trx: Kysely<Tables>,
  instanceId: number,
  { caseId, lastSubmission }: Pick<CaseRecord, 'caseId' | 'lastSubmission'>,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('quarantine')
    .set({
      resolution: null,
      resolved_at: null,
      resolved_by: null,
      note: null,
      stands: false,
      result_asset: null,
      result_submission: null,
    })
    .where('instance_id', '=', instanceId)
    .where('case_id', '=', caseId)
    .where('resolution', 'is not', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return false;
  await trx
    .updateTable('submission')
    .set({ resolution: null, resolved_at: null })
    .where('instance_id', '=', instanceId)
    .where('submission_id', '=', lastSubmission)
    .execute();
  return true;
}

/** Counted to here and no further. */
const maxCasesCounted = 10_000;

/** Held devices that wait for a decision. With entities: of keys of one of them. */
export async function countOpenCases(
  db: Kysely<Tables>,
  instanceId: number,
  entityIds: readonly string[] | undefined,
): Promise<{ readonly open: number; readonly isMore: boolean }> {
  const isInside =
    entityIds === undefined
      ? sql`true`
      : sql`EXISTS (SELECT FROM registration_key k WHERE k.instance_id = q.instance_id AND k.kid = q.kid
                     AND k.entity_id = ANY (${[...entityIds]}::uuid[]))`;
  const { rows } = await sql<{ open: number }>`
    SELECT count(*) AS open FROM (
      SELECT 1 FROM quarantine q WHERE instance_id = ${instanceId} AND resolution IS NULL AND ${isInside}
       LIMIT ${sql.lit(maxCasesCounted + 1)}) AS counted`.execute(db);
  const open = rows[0]?.open ?? 0;
  return { open: Math.min(open, maxCasesCounted), isMore: open > maxCasesCounted };
}
