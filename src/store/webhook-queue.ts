import { randomUUID } from 'node:crypto';
import type { EventKind } from '../domain/event';
import type { DeliveryOutcome, DueDelivery, WebhookQueue } from '../webhooks/ports';
import { runSql, type AnyTransaction } from './run-sql';
import type { Pool } from 'pg';

/** Messages of one webhook that are on their way at once. */
const atOnce = 8;
const webhooksAtOnce = 32;

/** The complete name of the event's entity. */
const entityName = `(WITH RECURSIVE up AS (
    SELECT n.parent_id, n.name, 0 AS depth FROM entity n WHERE n.instance_id = e.instance_id AND n.entity_id = e.entity_id
    UNION ALL
    SELECT n.parent_id, n.name, up.depth + 1 FROM entity n JOIN up ON n.entity_id = up.parent_id
     WHERE n.instance_id = e.instance_id AND up.depth < 100)
  SELECT string_agg(name, ' > ' ORDER BY depth DESC) FROM up)`;

const lease = (due: string): string => `WITH due AS (${due}),
  leased AS (
    UPDATE webhook_delivery AS d SET lease = $1, lease_until = $2 FROM due
     WHERE d.instance_id = due.instance_id AND d.webhook_id = due.webhook_id AND d.event_id = due.event_id
     RETURNING d.instance_id, d.webhook_id, d.event_id, d.attempts)
  SELECT l.*, w.url, w.secret, w.secret_pepper_id, CASE WHEN w.former_until > $3 THEN w.former_secret END AS former_secret,
         w.former_pepper_id, w.failures, e.at, e.kind, e.entity_id, e.object, e.detail,
         i.name AS instance_name, i.public_urls[1] AS public_url, ${entityName} AS entity
    FROM leased l
    JOIN webhook w ON w.instance_id = l.instance_id AND w.webhook_id = l.webhook_id
    JOIN event e ON e.instance_id = l.instance_id AND e.event_id = l.event_id
    JOIN instance i ON i.instance_id = l.instance_id
   ORDER BY l.event_id`;

const isFree = '(d.lease_until IS NULL OR d.lease_until < $3)';

/** One at a time of a webhook that failed last: a receiver that is down is not knocked at by all that waits. */
const claim = lease(`SELECT d.instance_id, d.webhook_id, d.event_id
    FROM (SELECT w.* FROM webhook w
           WHERE w.is_enabled AND w.webhook_id <> ALL ($4::uuid[]) AND (w.not_before IS NULL OR w.not_before <= $3)
             AND EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.webhook_id = w.webhook_id AND d.due_at <= $3 AND ${isFree})
           LIMIT ${webhooksAtOnce}) AS w
   CROSS JOIN LATERAL (
     SELECT d.instance_id, d.webhook_id, d.event_id FROM webhook_delivery d
      WHERE d.instance_id = w.instance_id AND d.webhook_id = w.webhook_id AND d.due_at <= $3 AND ${isFree}
      ORDER BY d.due_at, d.event_id LIMIT CASE WHEN w.failures > 0 THEN 1 ELSE ${atOnce} END
      FOR UPDATE SKIP LOCKED) AS d`);

const claimThis = lease(`SELECT d.instance_id, d.webhook_id, d.event_id FROM webhook_delivery d
   WHERE d.instance_id = $4 AND d.webhook_id = $5 AND d.event_id = $6 AND ${isFree} FOR UPDATE SKIP LOCKED`);

const finishDelivery = `WITH finished AS (
    UPDATE webhook_delivery SET lease = NULL, lease_until = NULL, attempts = attempts + 1, state = $5, due_at = $6,
           last_at = $7, last_status = $8, last_trouble = $9, last_ms = $10
     WHERE instance_id = $1 AND webhook_id = $2 AND event_id = $3 AND lease = $4 RETURNING 1)
  UPDATE webhook SET failures = CASE WHEN $5 = 'delivered' THEN 0 ELSE failures + 1 END,
         not_before = $11, is_enabled = is_enabled AND NOT $12,
         last_success_at = CASE WHEN $5 = 'delivered' THEN $7 ELSE last_success_at END,
         last_failure_at = CASE WHEN $5 = 'delivered' THEN last_failure_at ELSE $7 END
   WHERE instance_id = $1 AND webhook_id = $2 AND EXISTS (SELECT 1 FROM finished)`;

const giveUp = `UPDATE webhook_delivery AS d SET state = 'failed', due_at = NULL,
    last_trouble = 'too many waited for this webhook'
  FROM (SELECT instance_id, webhook_id, event_id,
               row_number() OVER (PARTITION BY instance_id, webhook_id ORDER BY event_id DESC) AS place
          FROM webhook_delivery WHERE due_at IS NOT NULL) AS ranked
 WHERE ranked.place > $1 AND d.instance_id = ranked.instance_id AND d.webhook_id = ranked.webhook_id
   AND d.event_id = ranked.event_id AND d.lease IS NULL`;

interface ClaimedRow {
  instance_id: number;
  webhook_id: string;
  event_id: number;
  attempts: number;
  url: string;
  secret: Buffer;
  secret_pepper_id: string;
  /** Null also when its time is over. */
  former_secret: Buffer | null;
  former_pepper_id: string | null;
  failures: number;
  at: Date;
  kind: EventKind;
  entity_id: string | null;
  object: string | null;
  detail: Record<string, unknown>;
  instance_name: string;
  public_url: string | null;
  entity: string | null;
}

/** The queue in PostgreSQL. */
export function createWebhookQueue(pool: Pool, now: () => Date): WebhookQueue {
  return {
    claim: async (busy, leaseUntil) => {
      const id = randomUUID();
      const { rows } = await pool.query<ClaimedRow>(claim, [id, leaseUntil, now(), busy]);
      return rows.map((row) => dueOf(id, row));
    },
    finish: async (due, outcome) => {
      await pool.query(finishDelivery, finishValues(due, outcome));
    },
    giveUpSurplus: async (maxWaiting) => (await pool.query(giveUp, [maxWaiting])).rowCount ?? 0,
  };
}

export interface DeliveryKey {
  readonly instanceId: number;
  readonly webhookId: string;
  readonly eventId: number;
}

/** One delivery for whoever asked for it, due or not; undefined when another process is at it, or it is gone. */
export async function claimDelivery(
  trx: AnyTransaction,
  { instanceId, webhookId, eventId }: DeliveryKey,
  now: Date,
  leaseUntil: Date,
): Promise<DueDelivery | undefined> {
  const id = randomUUID();
  const values = [id, leaseUntil, now, instanceId, webhookId, eventId];
  const [row] = await runSql<ClaimedRow>(trx, claimThis, values);
  return row === undefined ? undefined : dueOf(id, row);
}

export async function finishClaimed(
  trx: AnyTransaction,
  due: DueDelivery,
  outcome: DeliveryOutcome,
): Promise<void> {
  await runSql(trx, finishDelivery, finishValues(due, outcome));
}

function finishValues(due: DueDelivery, outcome: DeliveryOutcome): unknown[] {
  const { state, dueAt, at, status, trouble, ms, notBefore, isGone } = outcome;
  const key = [due.instanceId, due.webhookId, due.event.eventId, due.lease];
  return [...key, state, dueAt, at, status, trouble, ms, notBefore, isGone];
}

function dueOf(id: string, row: ClaimedRow): DueDelivery {
  const { instance_id: instanceId, webhook_id: webhookId, event_id: eventId } = row;
  const { url, attempts, failures, entity, at, kind, object, detail } = row;
  return {
    ...{ instanceId, webhookId, url, attempts, failures, entity },
    lease: id,
    secret: { pepperId: row.secret_pepper_id, bytes: row.secret },
    formerSecret:
      row.former_secret === null
        ? undefined
        : { pepperId: row.former_pepper_id ?? '', bytes: row.former_secret },
    event: { instanceId, eventId, at, kind, entityId: row.entity_id, object, detail },
    instanceName: row.instance_name,
    publicUrl: row.public_url ?? '',
  };
}
