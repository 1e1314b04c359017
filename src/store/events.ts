import { sql, type Kysely } from 'kysely';
import type { AdminEvent, EventKind } from '../domain/event';
import { runSql, type AnyTransaction } from './run-sql';
import type { Tables } from './tables';

/** Also named by the triggers of migration 0005. */
export const eventChannel = 'gatehouse_events';

export type NewEvent = Omit<AdminEvent, 'instanceId' | 'eventId'>;

/** Tells admins of something, in the transaction in which it happens. */
export async function recordEvent(trx: AnyTransaction, instanceId: number, event: NewEvent): Promise<void> {
  await runSql(trx, insertEvent, [
    ...[instanceId, event.at, event.kind, event.entityId, event.object],
    JSON.stringify(event.detail),
  ]);
}

const insertEvent = `
  WITH told AS (
    INSERT INTO event (instance_id, at, kind, entity_id, object, detail) VALUES ($1, $2, $3, $4, $5, $6))
  SELECT pg_notify('${eventChannel}', '')`;

/**
 * As `recordEvent`, once for each kind and object until `forgetTold`. Resolves to whether it was told.
 */
export async function recordEventOnce(
  trx: AnyTransaction,
  instanceId: number,
  name: string,
  event: NewEvent,
): Promise<boolean> {
  const told = await runSql<{ object: string }>(
    trx,
    `INSERT INTO event_told (instance_id, kind, object, told_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING object`,
    [instanceId, event.kind, name, event.at],
  );
  if (told.length === 0) return false;
  await recordEvent(trx, instanceId, event);
  return true;
}

/** Lets be told again what is not one of those that last. */
export async function forgetTold(
  trx: AnyTransaction,
  instanceId: number,
  kind: EventKind,
  lasting: readonly string[],
): Promise<void> {
  await runSql(
    trx,
    'DELETE FROM event_told WHERE instance_id = $1 AND kind = $2 AND object <> ALL ($3::text[])',
    [instanceId, kind, lasting],
  );
}

interface Row {
  readonly instanceId: number;
  readonly eventId: number;
  readonly at: Date;
  readonly kind: string;
  readonly entityId: string | null;
  readonly object: string | null;
  readonly detail: unknown;
}

const columns = [
  'instance_id as instanceId',
  'event_id as eventId',
  'at',
  'kind',
  'entity_id as entityId',
  'object',
  'detail',
] as const;

function eventOf(row: Row): AdminEvent {
  return { ...row, kind: row.kind as EventKind, detail: row.detail as AdminEvent['detail'] };
}

export interface EventFilter {
  readonly kind?: string | undefined;
  readonly object?: string | undefined;
  /** Only what belongs to one of them. */
  readonly entityIds?: readonly string[] | undefined;
  /** Inclusive. */
  readonly since?: Date | undefined;
  /** Exclusive. */
  readonly before?: Date | undefined;
}

/** Newest first, at most `limit`, before the given id. */
export async function listEventPage(
  db: Kysely<Tables>,
  instanceId: number,
  { kind, object, entityIds, since, before }: EventFilter,
  page: { readonly limit: number; readonly after: number | undefined },
): Promise<AdminEvent[]> {
  let query = db.selectFrom('event').select(columns).where('instance_id', '=', instanceId);
  if (page.after !== undefined) query = query.where('event_id', '<', page.after);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (object !== undefined) query = query.where('object', '=', object);
  if (since !== undefined) query = query.where('at', '>=', since);
  if (before !== undefined) query = query.where('at', '<', before);
  if (entityIds !== undefined) {
    query = query.where(sql<boolean>`entity_id = ANY (${[...entityIds]}::uuid[])`);
  }
  return (await query.orderBy('event_id', 'desc').limit(page.limit).execute()).map(eventOf);
}

/** Of one instance, oldest first, after the given id. */
export async function listEventsSince(
  db: Kysely<Tables>,
  instanceId: number,
  eventId: number,
  limit: number,
): Promise<AdminEvent[]> {
  const rows = await db
    .selectFrom('event')
    .select(columns)
    .where('instance_id', '=', instanceId)
    .where('event_id', '>', eventId)
    .orderBy('event_id')
    .limit(limit)
    .execute();
  return rows.map(eventOf);
}

/** Of all instances, oldest first, after `floor`, without those already known. */
export async function listNewEvents(
  db: Kysely<Tables>,
  floor: number,
  known: readonly number[],
  limit: number,
): Promise<AdminEvent[]> {
  const rows = await db
    .selectFrom('event')
    .select(columns)
    .where('event_id', '>', floor)
    .where(sql<boolean>`event_id <> ALL (${[...known]}::bigint[])`)
    .orderBy('event_id')
    .limit(limit)
    .execute();
  return rows.map(eventOf);
}

export async function listEventIdsSince(db: Kysely<Tables>, floor: number): Promise<number[]> {
  const rows = await db
    .selectFrom('event')
    .select('event_id as eventId')
    .where('event_id', '>', floor)
    .execute();
  return rows.map(({ eventId }) => eventId);
}

export async function findNewestEventId(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('event')
    .select('event_id as eventId')
    .orderBy('event_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.eventId ?? 0;
}

/** Most rows that one run deletes; what is left waits for the next. */
const maxDeletedRows = 50_000;

export async function deleteOldEvents(db: Kysely<Tables>, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('event')
    .where(
      sql<boolean>`(instance_id, event_id) IN (
        SELECT instance_id, event_id FROM event WHERE at < ${before} ORDER BY at LIMIT ${sql.lit(maxDeletedRows)})`,
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
