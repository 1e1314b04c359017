import { randomUUID } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import type { Pool } from 'pg';
import type { InventoryContent } from '../../domain/inventory';
import type { DueAsset, ForwardQueue, Lead, Learnt, Outcome, Sender } from '../../forward/ports';
import { sqlJson } from '../settle/sql-json';
import { priorities } from './enqueue';

/**
 * What was learnt of an upstream that was changed meanwhile ($9: the version it was learnt under) says nothing of it. A
 * lead for longer than any is asked for was taken under a clock that was ahead.
 */
const takeLead = `UPDATE upstream SET leader = $2, leader_until = $3,
    pace = CASE WHEN version = $9 THEN $5::jsonb ELSE pace END,
    breaker = CASE WHEN version = $9 THEN $6::jsonb ELSE breaker END,
    last_trouble = CASE WHEN version = $9 THEN coalesce($7::jsonb, last_trouble) ELSE last_trouble END,
    last_delivery_at = greatest(last_delivery_at, $8)
  WHERE instance_id = $1 AND (leader = $2 OR leader_until IS NULL OR leader_until < $4
    OR leader_until > $4::timestamptz + interval '10 minutes')
  RETURNING version, pace, breaker, paused_at IS NOT NULL AND (paused_until IS NULL OR paused_until > $4) AS paused`;

/** Most turns change nothing: an idle upstream must not cost a write a second. */
const peekLead = `SELECT version, pace, breaker,
    paused_at IS NOT NULL AND (paused_until IS NULL OR paused_until > $4) AS paused
  FROM upstream WHERE instance_id = $1 AND leader = $2 AND leader_until > $3`;

const leaveLead = `UPDATE upstream SET leader_until = NULL WHERE instance_id = $1 AND leader = $2`;

/** The tag of the nearest entity, from the asset's own upwards, that has one. */
const tagOf = `(WITH RECURSIVE up AS (
    SELECT e.parent_id, e.tag, 0 AS depth FROM entity e WHERE e.instance_id = $1 AND e.entity_id = a.entity_id
    UNION ALL
    SELECT e.parent_id, e.tag, up.depth + 1 FROM entity e JOIN up ON e.entity_id = up.parent_id
     WHERE e.instance_id = $1 AND up.tag IS NULL AND up.depth < 100)
  SELECT tag FROM up WHERE tag IS NOT NULL LIMIT 1)`;

const claim = `WITH due AS (
    SELECT asset_id FROM forwarding
     WHERE instance_id = $1 AND due_at <= $2 AND (lease_until IS NULL OR lease_until < $2)
     ORDER BY priority, due_at LIMIT $3 FOR UPDATE SKIP LOCKED),
  leased AS (
    UPDATE forwarding AS f SET lease = $4, lease_until = $5 FROM due
     WHERE f.instance_id = $1 AND f.asset_id = due.asset_id
     RETURNING f.asset_id, f.wanted, f.attempts, f.since, f.sender, f.due_at::text AS due)
  SELECT l.*, a.itemtype, a.name, a.status = 'active' AS is_active, ${tagOf} AS tag
    FROM leased l
    JOIN asset a ON a.instance_id = $1 AND a.asset_id = l.asset_id`;

/**
 * In a statement after the claim: that may have waited for a row that a settlement has changed meanwhile, and would
 * then see the new `wanted` beside the old inventory. A still newer inventory here does no harm: it is due again.
 */
const contents = `SELECT asset_id, content FROM asset_inventory WHERE instance_id = $1 AND asset_id = ANY($2::uuid[])`;

/**
 * Nothing came meanwhile: $4 is the submission that was tried, and $6 what it was due at. A newer one is due at once, or
 * after the same wait; and so is the same one that an admin had sent again, e.g. as its asset was moved.
 */
const isSame = `wanted IS NOT DISTINCT FROM $4 AND due_at IS NOT DISTINCT FROM $6::timestamptz`;

/** Of what was taken out of the queue meanwhile, nothing is due any more. */
const endings = {
  delivered: `UPDATE forwarding SET lease = NULL, lease_until = NULL, attempts = 0, trouble = $7::text, trouble_detail = $8::text,
      trouble_at = CASE WHEN $7::text IS NOT NULL THEN $5::timestamptz END, forwarded = coalesce($4, forwarded), refreshed_at = $5::timestamptz,
      forwarded_at = CASE WHEN $4::uuid IS NULL THEN forwarded_at ELSE $5::timestamptz END,
      due_at = CASE WHEN ${isSame} THEN NULL ELSE due_at END,
      since = CASE WHEN ${isSame} THEN NULL ELSE since END,
      wanted = CASE WHEN ${isSame} THEN NULL ELSE wanted END
    WHERE instance_id = $1 AND asset_id = $2 AND lease = $3`,
  later: `UPDATE forwarding SET lease = NULL, lease_until = NULL, trouble = $7, trouble_detail = $8, trouble_at = $5::timestamptz,
      due_at = CASE WHEN due_at IS NOT NULL THEN $9::timestamptz END, attempts = CASE WHEN ${isSame} THEN $10 ELSE 0 END
    WHERE instance_id = $1 AND asset_id = $2 AND lease = $3`,
  dead: `UPDATE forwarding SET lease = NULL, lease_until = NULL, trouble = $7, trouble_detail = $8, trouble_at = $5::timestamptz,
      dead_at = CASE WHEN ${isSame} THEN $5::timestamptz END,
      due_at = CASE WHEN ${isSame} THEN NULL ELSE due_at END
    WHERE instance_id = $1 AND asset_id = $2 AND lease = $3`,
  dropped: `UPDATE forwarding SET lease = NULL, lease_until = NULL, attempts = 0,
      since = CASE WHEN ${isSame} THEN NULL ELSE since END, due_at = CASE WHEN ${isSame} THEN NULL ELSE due_at END,
      wanted = CASE WHEN ${isSame} THEN NULL ELSE wanted END,
      refreshed_at = CASE WHEN $4::uuid IS NULL THEN $5::timestamptz ELSE refreshed_at END
    WHERE instance_id = $1 AND asset_id = $2 AND lease = $3`,
} as const;

const refresh = `UPDATE forwarding AS f SET due_at = $2, since = $2, wanted = CASE WHEN $5 THEN
      (SELECT i.submission_id FROM asset_inventory i WHERE i.instance_id = $1 AND i.asset_id = f.asset_id) END,
    priority = ${priorities.contact}
  WHERE f.instance_id = $1 AND f.due_at IS NULL AND f.asset_id IN (
    SELECT w.asset_id FROM forwarding w
      JOIN asset a ON a.instance_id = w.instance_id AND a.asset_id = w.asset_id
     WHERE w.instance_id = $1 AND w.due_at IS NULL AND w.dead_at IS NULL AND w.refreshed_at < $3
       AND a.last_seen > w.refreshed_at AND a.status = 'active'
     LIMIT $4)`;

interface ClaimedRow {
  asset_id: string;
  wanted: string | null;
  attempts: number;
  since: Date | null;
  sender: Sender;
  itemtype: string;
  name: string | null;
  is_active: boolean;
  due: string;
  tag: string | null;
}

interface LeadRow {
  version: number;
  pace: unknown;
  breaker: unknown;
  paused: boolean;
}

function leadOf({ paused, ...row }: LeadRow): Lead {
  return { ...row, isPaused: paused };
}

/** The queue in PostgreSQL, for one process. */
export function createForwardQueue(pool: Pool, now: () => Date): ForwardQueue {
  const me = randomUUID();
  return {
    instances: async () => {
      const { rows } = await pool.query<{ instance_id: number }>('SELECT instance_id FROM upstream');
      return rows.map((row) => row.instance_id);
    },
    lead: async (instanceId, until, learnt) => {
      const at = now();
      if (learnt === undefined) {
        // Half of the time that is asked for is left: it is kept later.
        const half = new Date((at.getTime() + until.getTime()) / 2);
        const held = await pool.query<LeadRow>(peekLead, [instanceId, me, half, at]);
        if (held.rows[0] !== undefined) return leadOf(held.rows[0]);
      }
      const { rows } = await pool.query<LeadRow>(takeLead, [
        instanceId,
        me,
        until,
        at,
        ...learntValues(learnt),
      ]);
      return rows[0] && leadOf(rows[0]);
    },
    leave: async (instanceId) => {
      await pool.query(leaveLead, [instanceId, me]);
    },
    claim: async (instanceId, limit, leaseUntil) => {
      const lease = randomUUID();
      const { rows } = await pool.query<ClaimedRow>(claim, [instanceId, now(), limit, lease, leaseUntil]);
      const wanted = rows.filter((row) => row.wanted !== null).map((row) => row.asset_id);
      const stored = await pool.query<{ asset_id: string; content: Buffer }>(contents, [instanceId, wanted]);
      const contentOf = new Map(stored.rows.map((row) => [row.asset_id, row.content]));
      return rows.map((row) => dueOf(instanceId, lease, row, contentOf.get(row.asset_id)));
    },
    finish: async ({ instanceId, assetId, lease, wanted, due }, outcome) => {
      const values = [instanceId, assetId, lease, wanted, outcome.at, due, ...endingValues(outcome)];
      await pool.query(endings[outcome.kind], values);
    },
    refreshContacts: async (instanceId, before, limit, isWhole) => {
      const { rowCount } = await pool.query(refresh, [instanceId, now(), before, limit, isWhole]);
      return rowCount ?? 0;
    },
  };
}

function learntValues(learnt: Learnt | undefined): unknown[] {
  if (learnt === undefined) return [null, null, null, null, null];
  const { pace, breaker, lastTrouble, lastDeliveryAt, version } = learnt;
  const trouble = lastTrouble === undefined ? null : sqlJson(lastTrouble);
  return [sqlJson(pace), sqlJson(breaker), trouble, lastDeliveryAt ?? null, version];
}

function endingValues(outcome: Outcome): unknown[] {
  switch (outcome.kind) {
    case 'later':
      return [outcome.why, outcome.detail, outcome.dueAt, outcome.attempts];
    case 'dead':
      return [outcome.why, outcome.detail];
    case 'delivered':
      return outcome.held === undefined ? [null, null] : ['held', outcome.held];
    case 'dropped':
      return [];
  }
}

function dueOf(instanceId: number, lease: string, row: ClaimedRow, content: Buffer | undefined): DueAsset {
  return {
    instanceId,
    assetId: row.asset_id,
    lease,
    wanted: row.wanted,
    attempts: row.attempts,
    since: row.since ?? new Date(0),
    itemtype: row.itemtype,
    name: row.name,
    isActive: row.is_active,
    sender: row.sender,
    due: row.due,
    tag: row.tag ?? undefined,
    content:
      content === undefined ? undefined : (JSON.parse(inflateSync(content).toString()) as InventoryContent),
  };
}
