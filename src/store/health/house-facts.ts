import type { Pool } from 'pg';
import { silentMark } from '../watch';

/** How the installation fares, of all instances together. Each is one statement that looks at a bounded number of rows. */

/** Held devices are counted to here and no further. */
export const maxHeldCounted = 10_000;

export interface HeldFacts {
  readonly open: number;
  /** When the one that waits for longest was seen first. */
  readonly oldest: Date | null;
}

export async function readHeldFacts(pool: Pool): Promise<HeldFacts> {
  return await one<HeldFacts>(
    pool,
    `SELECT count(*)::int AS open, min(first_seen) AS oldest
       FROM (SELECT first_seen FROM quarantine WHERE resolution IS NULL LIMIT ${maxHeldCounted + 1}) AS held`,
  );
}

/** Agents that are looked at for where they come from. */
const maxSourcesRead = 10_000;

export interface SourceFacts {
  readonly agents: number;
  readonly addresses: number;
  /** One of them. */
  readonly address: string | null;
}

/** Where agents came from that said hello since. */
export async function readSourceFacts(pool: Pool, since: Date): Promise<SourceFacts> {
  return await one<SourceFacts>(
    pool,
    `SELECT count(*)::int AS agents, count(DISTINCT source_address)::int AS addresses, min(source_address) AS address
       FROM (SELECT source_address FROM agent WHERE last_contact >= $1 LIMIT ${maxSourcesRead}) AS lately`,
    [since],
  );
}

export async function countJunkLearned(pool: Pool, since: Date): Promise<number> {
  const found = await one<{ n: number }>(
    pool,
    `SELECT count(*)::int AS n FROM junk WHERE origin = 'learned' AND since >= $1`,
    [since],
  );
  return found.n;
}

export interface CanaryFacts {
  /** An hour of one source is one. */
  readonly alarms: number;
  readonly last: Date | null;
}

export async function readCanaryFacts(pool: Pool, since: Date): Promise<CanaryFacts> {
  return await one<CanaryFacts>(
    pool,
    `SELECT count(*)::int AS alarms, max(at) AS last FROM audit WHERE action = 'key.canary' AND at >= $1`,
    [since],
  );
}

export interface HousekeepingFacts {
  /** Of what is kept for a time. */
  readonly oldestSubmission: Date | null;
  readonly oldestEvent: Date | null;
  /** Up to when assets were told of that had gone silent: looked at each minute. */
  readonly silentUpTo: Date | null;
}

/** Submissions that an asset's inventory came with, and those that are held, outlive their time: they are passed over. */
export async function readHousekeepingFacts(pool: Pool): Promise<HousekeepingFacts> {
  return await one<HousekeepingFacts>(
    pool,
    `SELECT (SELECT min(s.received_at) FROM instance i CROSS JOIN LATERAL (
               SELECT received_at FROM submission s
                WHERE s.instance_id = i.instance_id AND s.verdict = 'refused' ORDER BY submission_id LIMIT 1) AS s) AS "oldestSubmission",
            (SELECT min(at) FROM event) AS "oldestEvent",
            (SELECT told_at FROM event_told WHERE instance_id = 0 AND kind = $1) AS "silentUpTo"`,
    [silentMark],
  );
}

async function one<Row extends object>(pool: Pool, text: string, values: unknown[] = []): Promise<Row> {
  const [row] = (await pool.query<Row>(text, values)).rows;
  if (row === undefined) throw new Error('a count gives one row');
  return row;
}
