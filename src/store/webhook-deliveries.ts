import { sql, type Kysely } from 'kysely';
import type { EventKind } from '../domain/event';
import type { Tables } from './tables';
import type { DeliveryKey } from './webhook-queue';

export type DeliveryState = 'waiting' | 'delivered' | 'failed';

export interface DeliveryRecord {
  readonly eventId: number;
  readonly kind: EventKind;
  readonly at: Date;
  readonly object: string | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly dueAt: Date | null;
  readonly lastAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastTrouble: string | null;
  readonly lastMs: number | null;
}

function deliveries(db: Kysely<Tables>, instanceId: number, webhookId: string) {
  return db
    .selectFrom('webhook_delivery as d')
    .innerJoin('event as e', (join) =>
      join.onRef('e.instance_id', '=', 'd.instance_id').onRef('e.event_id', '=', 'd.event_id'),
    )
    .select([
      'd.event_id as eventId',
      // The column is filled from the catalogue of kinds.
      sql<EventKind>`e.kind`.as('kind'),
      'e.at as at',
      'e.object as object',
      sql<DeliveryState>`d.state`.as('state'),
      'd.attempts as attempts',
      'd.due_at as dueAt',
      'd.last_at as lastAt',
      'd.last_status as lastStatus',
      'd.last_trouble as lastTrouble',
      'd.last_ms as lastMs',
    ])
    .where('d.instance_id', '=', instanceId)
    .where('d.webhook_id', '=', webhookId);
}

/** Newest event first, at most `limit`, after (older than) the given event. */
export async function listDeliveryPage(
  db: Kysely<Tables>,
  instanceId: number,
  webhookId: string,
  state: DeliveryState | undefined,
  page: { readonly limit: number; readonly after: number | undefined },
): Promise<DeliveryRecord[]> {
  let query = deliveries(db, instanceId, webhookId);
  if (state !== undefined) query = query.where('d.state', '=', state);
  if (page.after !== undefined) query = query.where('d.event_id', '<', page.after);
  return await query.orderBy('d.event_id', 'desc').limit(page.limit).execute();
}

export async function findDelivery(
  db: Kysely<Tables>,
  { instanceId, webhookId, eventId }: DeliveryKey,
): Promise<DeliveryRecord | undefined> {
  return await deliveries(db, instanceId, webhookId).where('d.event_id', '=', eventId).executeTakeFirst();
}

/** It is due again, whatever became of it before, with all its tries. False when there is none. */
export async function requeueDelivery(
  trx: Kysely<Tables>,
  { instanceId, webhookId, eventId }: DeliveryKey,
  at: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('webhook_delivery')
    .set({ state: 'waiting', due_at: at, attempts: 0 })
    .where('instance_id', '=', instanceId)
    .where('webhook_id', '=', webhookId)
    .where('event_id', '=', eventId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** How many wait for each of the webhooks. */
export async function countWaiting(
  db: Kysely<Tables>,
  instanceId: number,
  webhookIds: readonly string[],
): Promise<Map<string, number>> {
  if (webhookIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('webhook_delivery')
    .select(['webhook_id as webhookId', db.fn.countAll<number>().as('n')])
    .where('instance_id', '=', instanceId)
    .where('webhook_id', 'in', [...webhookIds])
    .where('due_at', 'is not', null)
    .groupBy('webhook_id')
    .execute();
  return new Map(rows.map(({ webhookId, n }) => [webhookId, n]));
}
