import { sql, type Kysely } from 'kysely';
import type { Pool } from 'pg';
import { inOneProcess } from './one-process';
import type { Tables } from './tables';
import { lowestIdAt } from './uuid-time';

/**
 * Counts of submissions by hour and day. Nothing is counted while an inventory is taken in: what was received is read
 * once, a few minutes later, in the order of its ids. What is younger is counted when somebody asks.
 */
export type Span = 'hour' | 'day';

export interface SubmissionCount {
  readonly start: Date;
  readonly verdict: string;
  readonly count: number;
}

/** Ids are made when a request begins: by then it has been written or has failed, and a minute of refusals is over. */
const settledAfterMs = 3 * 60_000;
/** Submissions that one statement reads. */
const stepRows = 50_000;
/** Statements of one run; what is left waits for the next, a minute later. */
const maxSteps = 20;
/** Of those not counted yet, how many are looked at when somebody asks: five minutes of 600 a second. */
const maxRecentRows = 200_000;
const nil = '00000000-0000-0000-0000-000000000000';
/** Any constant, the same in every process. */
const tallyLock = 7_470_312_009;

/** Counts what was received and has settled by `now`. Resolves to how many submissions were read; undefined when another process is at it. */
export async function tallySubmissions(pool: Pool, now: Date): Promise<number | undefined> {
  return await inOneProcess(pool, tallyLock, async (client) => {
    const until = lowestIdAt(new Date(now.getTime() - settledAfterMs));
    const { rows: instances } = await client.query<{ id: number }>('SELECT instance_id AS id FROM instance');
    let read = 0;
    for (const { id } of instances) {
      for (let step = 0; step < maxSteps; step++) {
        const { rows } = await client.query<{ n: number }>(tallyStep, [id, until, stepRows]);
        const n = rows[0]?.n ?? 0;
        read += n;
        if (n < stepRows) break;
      }
    }
    return read;
  });
}

/** A submission is where it was assigned, else where its key is. It counts for that entity and all above it. */
const tallyStep = `
  WITH RECURSIVE step AS MATERIALIZED (
    SELECT submission_id, received_at, kid, entity_id, verdict, folded FROM submission
     WHERE instance_id = $1 AND submission_id < $2
       AND submission_id > coalesce((SELECT up_to FROM submission_tally_state WHERE instance_id = $1), '${nil}')
     ORDER BY submission_id LIMIT $3),
  per AS (
    SELECT date_trunc('hour', s.received_at, 'UTC') AS hour, coalesce(s.entity_id, k.entity_id) AS entity_id, s.kid, s.verdict,
           sum(s.folded) AS n
      FROM step s LEFT JOIN registration_key k ON k.instance_id = $1 AND k.kid = s.kid
     GROUP BY 1, 2, 3, 4),
  above AS (
    SELECT DISTINCT entity_id AS leaf, entity_id AS entity_id FROM per WHERE entity_id IS NOT NULL
    UNION SELECT a.leaf, e.parent_id FROM above a JOIN entity e ON e.instance_id = $1 AND e.entity_id = a.entity_id
     WHERE e.parent_id IS NOT NULL),
  subjects AS (
    SELECT '' AS subject, hour, verdict, n FROM per
    UNION ALL SELECT 'entity:' || a.entity_id, hour, verdict, n FROM per JOIN above a ON a.leaf = per.entity_id
    UNION ALL SELECT 'key:' || kid, hour, verdict, n FROM per WHERE kid IS NOT NULL),
  counted AS (
    INSERT INTO submission_tally AS t (instance_id, subject, span, start, verdict, n)
    SELECT $1, subject, 'hour', hour, verdict, sum(n) FROM subjects WHERE subject NOT LIKE 'key:%' GROUP BY 2, 4, 5
    UNION ALL
    SELECT $1, subject, 'day', date_trunc('day', hour, 'UTC'), verdict, sum(n) FROM subjects GROUP BY 2, 4, 5
    ON CONFLICT (instance_id, subject, span, start, verdict) DO UPDATE SET n = t.n + excluded.n),
  moved AS (
    INSERT INTO submission_tally_state (instance_id, up_to)
    SELECT $1, max(submission_id::text)::uuid FROM step HAVING count(*) > 0
    ON CONFLICT (instance_id) DO UPDATE SET up_to = excluded.up_to)
  SELECT count(*) AS n FROM step`;

export interface CountedSubject {
  /** Undefined: all of the instance. */
  readonly top: string | undefined;
  /** That entity and all below it: what is not counted yet is looked up by it. */
  readonly entityIds: readonly string[] | undefined;
}

/** From `from` on, oldest first: what is counted already together with what is not. */
export async function countSubmissions(
  db: Kysely<Tables>,
  instanceId: number,
  { top, entityIds }: CountedSubject,
  span: Span,
  from: Date,
): Promise<SubmissionCount[]> {
  const subject = top === undefined ? '' : `entity:${top}`;
  const isInside =
    entityIds === undefined
      ? sql`true`
      : sql`coalesce(r.entity_id, (SELECT k.entity_id FROM registration_key k
              WHERE k.instance_id = ${instanceId} AND k.kid = r.kid)) = ANY (${[...entityIds]}::uuid[])`;
  const { rows } = await sql<SubmissionCount>`
    WITH recent AS (
      SELECT received_at, kid, entity_id, verdict, folded FROM submission
       WHERE instance_id = ${instanceId}
         AND submission_id > coalesce((SELECT up_to FROM submission_tally_state WHERE instance_id = ${instanceId}), ${nil})
       ORDER BY submission_id DESC LIMIT ${sql.lit(maxRecentRows)})
    SELECT start, verdict, sum(n)::bigint AS count FROM (
      SELECT start, verdict, n FROM submission_tally
       WHERE instance_id = ${instanceId} AND subject = ${subject} AND span = ${span} AND start >= ${from}
      UNION ALL
      SELECT date_trunc(${span}, r.received_at, 'UTC'), r.verdict, r.folded FROM recent r
       WHERE r.received_at >= ${from} AND ${isInside}) AS counts
     GROUP BY 1, 2 ORDER BY 1, 2`.execute(db);
  return rows;
}

/** Inventories that each of the keys brought since the beginning of a day, by verdict; without the last minutes. */
export async function countSubmissionsOfKeys(
  db: Kysely<Tables>,
  instanceId: number,
  kids: readonly string[],
  from: Date,
): Promise<{ readonly kid: string; readonly verdict: string; readonly count: number }[]> {
  const { rows } = await sql<{ kid: string; verdict: string; count: number }>`
    SELECT substr(subject, 5) AS kid, verdict, sum(n)::bigint AS count FROM submission_tally
     WHERE instance_id = ${instanceId} AND subject = ANY (${kids.map((kid) => `key:${kid}`)}::text[])
       AND span = 'day' AND start >= ${from} GROUP BY 1, 2`.execute(db);
  return rows;
}

/** Hours are kept for as long as they are shown, days longer. Resolves to the number of rows deleted. */
export async function deleteOldTallies(pool: Pool, hoursBefore: Date, daysBefore: Date): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM submission_tally WHERE (span = 'hour' AND start < $1) OR (span = 'day' AND start < $2)`,
    [hoursBefore, daysBefore],
  );
  return rowCount ?? 0;
}
