import type { ClientBase } from 'pg';
import { v7 as timeOrderedId } from 'uuid';
import { fingerprintOf } from '../../identity/fingerprint';
import type { QuarantinedSettlement, SettleRequest, SubmissionRecord } from '../../ingest/ports';
import type { AuditRecord } from '../audit';
import { sqlJson } from './sql-json';

/** A submission about to be held. */
export interface Held {
  readonly record: SubmissionRecord;
  readonly settlement: QuarantinedSettlement;
  readonly request: SettleRequest;
}

export interface WrittenCases {
  /** Case by submission. A submission that is missing has none: its key has as many open ones as it may. */
  readonly caseOf: ReadonlyMap<string, string>;
  /** For the end of the transaction. */
  readonly audit: readonly AuditRecord[];
}

/** Default of MAX_OPEN_CASES_PER_KEY. */
export const defaultMaxOpenCasesPerKey = 10_000;

const lockKeys = {
  name: 'settle_lock_cases',
  text: `SELECT pg_advisory_xact_lock(k) FROM (
           SELECT DISTINCT hashtextextended('cases:' || v, $1::bigint) AS k FROM unnest($2::text[]) AS v ORDER BY 1) AS keys`,
} as const;

const findCases = {
  name: 'settle_find_cases',
  text: `SELECT q.kid, q.fingerprint FROM json_to_recordset($2::json) AS w(kid text, fingerprint text)
          CROSS JOIN LATERAL (SELECT kid, fingerprint FROM quarantine
                               WHERE instance_id = $1 AND kid = w.kid AND fingerprint = w.fingerprint OFFSET 0) AS q`,
} as const;

/** Counts to the limit and no further. */
const countOpen = {
  name: 'settle_count_cases',
  text: `SELECT w.kid, (SELECT count(*)::int FROM (
             SELECT 1 FROM quarantine WHERE kid = w.kid AND instance_id = $1 AND resolution IS NULL LIMIT $3) AS counted) AS open
           FROM unnest($2::text[]) AS w(kid)`,
} as const;

/**
 * One row a device, however often it comes. An open case that waits for "is it a clone?" keeps that question when
 * what follows is only that the asset is contested. Of the bodies the last one is kept: of it the agent knows that it
 * was sent in full, and continues from there.
 */
const putCases = {
  name: 'settle_put_cases',
  text: `WITH r AS (
           SELECT * FROM json_to_recordset($2::json) AS r(id uuid, kid text, fingerprint text, reason text, asset uuid,
             identity jsonb, evidence jsonb, name text, itemtype text, source text, first timestamptz, last timestamptz,
             n bigint, submission uuid)),
         before AS (
           SELECT q.case_id, q.kid, q.fingerprint, q.last_submission, q.resolution, q.resolved_by FROM r
            CROSS JOIN LATERAL (SELECT * FROM quarantine
                                 WHERE instance_id = $1 AND kid = r.kid AND fingerprint = r.fingerprint OFFSET 0) AS q),
         gone AS (
           DELETE FROM submission_body WHERE instance_id = $1 AND submission_id = ANY(ARRAY(SELECT last_submission FROM before))),
         put AS (
           INSERT INTO quarantine AS q (instance_id, case_id, kid, fingerprint, reason, asset_id, identity, evidence, name,
             itemtype, source_address, first_seen, last_seen, count, last_submission)
           SELECT $1, id, kid, fingerprint, reason, asset, identity, evidence, name, itemtype, source, first, last, n, submission
             FROM r ORDER BY kid, fingerprint
           ON CONFLICT (instance_id, kid, fingerprint) DO UPDATE SET
             reason = CASE WHEN excluded.reason = 'asset_contested' AND q.resolution IS NULL THEN q.reason ELSE excluded.reason END,
             evidence = CASE WHEN excluded.reason = 'asset_contested' AND q.resolution IS NULL THEN q.evidence ELSE excluded.evidence END,
             asset_id = CASE WHEN excluded.reason = 'asset_contested' AND q.resolution IS NULL THEN q.asset_id ELSE excluded.asset_id END,
             identity = excluded.identity, name = excluded.name, itemtype = excluded.itemtype,
             source_address = excluded.source_address, last_seen = greatest(q.last_seen, excluded.last_seen),
             count = q.count + excluded.count, last_submission = excluded.last_submission,
             resolution = NULL, resolved_at = NULL, resolved_by = NULL, note = NULL, stands = false,
             result_asset = NULL, result_submission = NULL
           RETURNING q.case_id, q.kid, q.fingerprint)
         SELECT put.case_id, put.kid, put.fingerprint, before.case_id IS NOT NULL AS known,
                before.resolution, before.resolved_by
           FROM put LEFT JOIN before ON before.case_id = put.case_id`,
} as const;

const putBody = {
  name: 'settle_put_body',
  text: `INSERT INTO submission_body (instance_id, submission_id, content_type, wire, certificate) VALUES ($1, $2, $3, $4, $5)`,
} as const;

interface CaseRow {
  readonly id: string;
  readonly kid: string;
  readonly fingerprint: string;
  readonly first: Date;
  readonly n: number;
  readonly last: Date;
  /** Latest of the batch: the one that the case shows. */
  readonly submission: string;
  readonly held: Held;
}

/**
 * Opens a case for each device that is held for the first time and counts the others, before the submissions are
 * written. The identities are locked, so no admin decides on them meanwhile: a case that was decided and is held
 * again asks something new, and opens again.
 */
export async function writeCases(
  client: ClientBase,
  instanceId: number,
  batch: readonly Held[],
  maxOpenPerKey: number,
): Promise<WrittenCases> {
  if (batch.length === 0) return { caseOf: new Map(), audit: [] };
  const rows = await withinLimit(client, instanceId, rowsOf(batch), maxOpenPerKey);
  if (rows.length === 0) return { caseOf: new Map(), audit: [] };
  const { rows: put } = await client.query<PutRow>({
    ...putCases,
    values: [instanceId, sqlJson(rows.map(columnsOf))],
  });
  const written = new Map(put.map((row) => [nameOf(row), row]));
  return {
    caseOf: new Map(
      batch.flatMap(({ record, request }): [string, string][] => {
        const name = nameOf({ kid: record.kid, fingerprint: fingerprintOf(request.identity) });
        const found = written.get(name);
        return found === undefined ? [] : [[record.submissionId, found.case_id]];
      }),
    ),
    audit: rows.flatMap((row) => auditOf(row, written.get(nameOf(row)))),
  };
}

/** The bytes of the latest submission of each case, after the submissions were written. */
export async function writeBodies(
  client: ClientBase,
  instanceId: number,
  batch: readonly Held[],
  caseOf: ReadonlyMap<string, string>,
): Promise<void> {
  const latest = new Map(batch.map((held) => [caseOf.get(held.record.submissionId), held]));
  for (const [caseId, { record, request }] of latest) {
    if (caseId === undefined) continue;
    const { contentType, wire, certificate } = request.held;
    await client.query({
      ...putBody,
      values: [instanceId, record.submissionId, contentType, wire, certificate],
    });
  }
}

/** One row a device, though it may stand in the batch twice. */
function rowsOf(batch: readonly Held[]): CaseRow[] {
  const rows = new Map<string, CaseRow>();
  for (const held of batch) {
    const { kid, submissionId, receivedAt } = held.record;
    const fingerprint = fingerprintOf(held.request.identity);
    const name = nameOf({ kid, fingerprint });
    const { id, first, n } = rows.get(name) ?? { id: submissionId, first: receivedAt, n: 0 };
    const latest = { last: receivedAt, submission: submissionId, held };
    rows.set(name, { id, kid, fingerprint, first, n: n + 1, ...latest });
  }
  return [...rows.values()];
}

function nameOf({ kid, fingerprint }: { kid: string; fingerprint: string }): string {
  return `${kid} ${fingerprint}`;
}

function columnsOf({ held, ...row }: CaseRow) {
  const { record, settlement, request } = held;
  return {
    ...row,
    reason: settlement.reason,
    asset: settlement.conflictsWith,
    identity: request.identity,
    evidence: settlement.evidence,
    name: record.name,
    itemtype: record.itemtype,
    source: record.sourceAddress,
  };
}

/** Exact: keys that would get a new case are counted one after the other, and this lock is taken after all others. */
async function withinLimit(
  client: ClientBase,
  instanceId: number,
  rows: readonly CaseRow[],
  maxOpenPerKey: number,
): Promise<CaseRow[]> {
  const wanted = rows.map(({ kid, fingerprint }) => ({ kid, fingerprint }));
  const known = await client.query<{ kid: string; fingerprint: string }>({
    ...findCases,
    values: [instanceId, sqlJson(wanted)],
  });
  const knownNames = new Set(known.rows.map(nameOf));
  const newKids = [...new Set(rows.filter((row) => !knownNames.has(nameOf(row))).map(({ kid }) => kid))];
  if (newKids.length === 0) return [...rows];
  await client.query({ ...lockKeys, values: [instanceId, newKids] });
  const counted = await client.query<{ kid: string; open: number }>({
    ...countOpen,
    values: [instanceId, newKids, maxOpenPerKey],
  });
  const open = new Map(counted.rows.map((row) => [row.kid, row.open]));
  return rows.filter((row) => {
    if (knownNames.has(nameOf(row))) return true;
    const others = open.get(row.kid) ?? 0;
    open.set(row.kid, others + 1);
    return others < maxOpenPerKey;
  });
}

interface PutRow {
  case_id: string;
  kid: string;
  fingerprint: string;
  known: boolean;
  resolution: string | null;
  resolved_by: string | null;
}

/** A repetition is no event: the row counts it. */
function auditOf({ held, last }: CaseRow, put: PutRow | undefined): AuditRecord[] {
  if (put === undefined || (put.known && put.resolution === null)) return [];
  const { record, settlement } = held;
  const { kid, name, deviceid, sourceAddress } = record;
  return [
    {
      auditId: timeOrderedId(),
      at: last,
      actor: `key:${kid}`,
      action: put.known ? 'quarantine.reopen' : 'quarantine.hold',
      object: put.case_id,
      detail: {
        reason: settlement.reason,
        ...{ kid, name, deviceid, sourceAddress, assetId: settlement.conflictsWith },
        ...(put.known ? { decidedBefore: put.resolution, decidedBy: put.resolved_by } : {}),
      },
    },
  ];
}
