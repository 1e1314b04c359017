import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Sender } from '../../forward/ports';
import type { Tables } from '../tables';

/** `waiting`: for its turn; `retrying`: failed before; `in_flight`: on its way now; `dead`: given up; `done`: nothing waits. */
export const queueStates = ['waiting', 'retrying', 'in_flight', 'dead', 'done'] as const;
export type QueueState = (typeof queueStates)[number];

/** How an asset stands with the upstream. */
export interface QueuedAsset {
  readonly assetId: string;
  readonly name: string | null;
  readonly itemtype: string;
  readonly entityId: string;
  readonly state: QueueState;
  /** The submission that is to be sent; null: a contact only, or nothing. */
  readonly wanted: string | null;
  readonly since: Date | null;
  readonly dueAt: Date | null;
  readonly attempts: number;
  readonly trouble: string | null;
  readonly troubleDetail: string | null;
  readonly troubleAt: Date | null;
  readonly deadAt: Date | null;
  readonly forwarded: string | null;
  readonly forwardedAt: Date | null;
  readonly refreshedAt: Date | null;
  readonly sender: Sender;
  readonly remoteState: string | null;
  readonly remoteId: string | null;
  readonly remoteItemtype: string | null;
  readonly remoteEntity: string | null;
  readonly lookedUpAt: Date | null;
}

export interface QueueFilter {
  readonly assetIds?: readonly string[] | undefined;
  readonly entityIds?: readonly string[] | undefined;
  /** Left out: whatever waits or was given up. `troubled`: what failed, the latest first; has no further pages. */
  readonly state?: QueueState | 'troubled' | undefined;
  readonly trouble?: string | undefined;
}

export interface QueuePosition {
  readonly since: string;
  readonly assetId: string;
}

const stateOf = sql<QueueState>`CASE
  WHEN f.lease_until > clock_timestamp() THEN 'in_flight' WHEN f.dead_at IS NOT NULL THEN 'dead'
  WHEN f.due_at IS NULL THEN 'done' WHEN f.trouble IS NOT NULL THEN 'retrying' ELSE 'waiting' END`;
/** To the millisecond, as pages are continued by it. */
const sinceOf = sql<Date>`date_trunc('milliseconds', coalesce(f.since, f.trouble_at, f.forwarded_at, 'epoch'))`;

/** What waits for longest first, at most `limit`, after the given position. */
export async function listQueuePage(
  db: Kysely<Tables>,
  instanceId: number,
  filter: QueueFilter,
  page: { readonly limit: number; readonly after: QueuePosition | undefined },
): Promise<QueuedAsset[]> {
  const conditions = conditionsOf(filter);
  if (page.after !== undefined) {
    const { since, assetId } = page.after;
    conditions.push(sql`(${sinceOf}, f.asset_id) > (${since}::timestamptz, ${assetId}::uuid)`);
  }
  const { rows } = await sql<QueuedAsset>`
    SELECT f.asset_id AS "assetId", a.name, a.itemtype, a.entity_id AS "entityId", ${stateOf} AS state, f.wanted,
           ${sinceOf} AS since, f.due_at AS "dueAt", f.attempts, f.trouble, f.trouble_detail AS "troubleDetail",
           f.trouble_at AS "troubleAt", f.dead_at AS "deadAt", f.forwarded, f.forwarded_at AS "forwardedAt",
           f.refreshed_at AS "refreshedAt", f.sender, f.remote_state AS "remoteState", f.remote_id AS "remoteId",
           f.remote_itemtype AS "remoteItemtype", f.remote_entity AS "remoteEntity", f.looked_up_at AS "lookedUpAt"
      FROM forwarding f JOIN asset a ON a.instance_id = f.instance_id AND a.asset_id = f.asset_id
     WHERE f.instance_id = ${instanceId} AND ${sql.join(conditions, sql` AND `)}
     ORDER BY ${filter.state === 'troubled' ? sql`f.trouble_at DESC` : sinceOf}, f.asset_id LIMIT ${page.limit}`.execute(
    db,
  );
  return rows;
}

function conditionsOf({ assetIds, entityIds, state, trouble }: QueueFilter): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [];
  if (assetIds === undefined) conditions.push(whereState(state));
  else conditions.push(sql`f.asset_id = ANY (${[...assetIds]}::uuid[])`);
  if (entityIds !== undefined) conditions.push(sql`a.entity_id = ANY (${[...entityIds]}::uuid[])`);
  if (trouble !== undefined) conditions.push(sql`f.trouble = ${trouble}`);
  return conditions;
}

/** In words of the indexes. */
function whereState(state: QueueFilter['state']): RawBuilder<unknown> {
  switch (state) {
    case undefined:
      return sql`(f.due_at IS NOT NULL OR f.dead_at IS NOT NULL)`;
    case 'troubled':
      return sql`(f.due_at IS NOT NULL OR f.dead_at IS NOT NULL) AND f.trouble IS NOT NULL`;
    case 'dead':
      return sql`f.dead_at IS NOT NULL`;
    case 'done':
      return sql`f.due_at IS NULL AND f.dead_at IS NULL`;
    case 'waiting':
    case 'retrying':
    case 'in_flight':
      return sql`f.due_at IS NOT NULL AND ${stateOf} = ${state}`;
  }
}

/** How an asset stands; undefined: nothing of it was ever to be sent. */
export async function findQueued(
  db: Kysely<Tables>,
  instanceId: number,
  assetId: string,
): Promise<QueuedAsset | undefined> {
  const page = { limit: 1, after: undefined };
  return (await listQueuePage(db, instanceId, { assetIds: [assetId] }, page))[0];
}

export interface QueueTally {
  /** Inventories that wait, those on their way included; contacts apart. */
  readonly waiting: number;
  readonly contacts: number;
  readonly inFlight: number;
  /** Of those that wait: failed before. */
  readonly retrying: number;
  readonly dead: number;
  /** Since when the one waits that waits for longest. */
  readonly oldest: Date | null;
  /** What those that failed before, or were given up, failed of. */
  readonly reasons: readonly {
    readonly state: 'retrying' | 'dead';
    readonly reason: string;
    readonly count: number;
  }[];
}

/** Counts by the indexes of what waits and of what was given up: as long as the backlog, not as the fleet. */
export async function tallyQueue(
  db: Kysely<Tables>,
  instanceId: number,
  entityIds: readonly string[] | undefined,
): Promise<QueueTally> {
  const isInside =
    entityIds === undefined
      ? sql``
      : sql`AND EXISTS (SELECT FROM asset a WHERE a.instance_id = f.instance_id AND a.asset_id = f.asset_id
                          AND a.entity_id = ANY (${[...entityIds]}::uuid[]))`;
  const { rows } = await sql<{
    isDead: boolean;
    reason: string | null;
    isContact: boolean;
    count: number;
    inFlight: number;
    oldest: Date | null;
  }>`
    SELECT f.due_at IS NULL AS "isDead", f.trouble AS reason, f.wanted IS NULL AS "isContact", count(*)::int AS count,
           (count(*) FILTER (WHERE f.lease_until > clock_timestamp()))::int AS "inFlight", min(f.since) AS oldest
      FROM forwarding f
     WHERE f.instance_id = ${instanceId} AND (f.due_at IS NOT NULL OR f.dead_at IS NOT NULL) ${isInside}
     GROUP BY 1, 2, 3 ORDER BY 4 DESC, 2`.execute(db);
  const sum = (some: typeof rows): number => some.reduce((all, { count }) => all + count, 0);
  const due = rows.filter(({ isDead }) => !isDead);
  const inventories = due.filter(({ isContact }) => !isContact);
  const oldest = inventories.flatMap((row) => row.oldest ?? []).sort((a, b) => a.getTime() - b.getTime())[0];
  return {
    waiting: sum(inventories),
    contacts: sum(due) - sum(inventories),
    inFlight: due.reduce((all, { inFlight }) => all + inFlight, 0),
    retrying: sum(inventories.filter(({ reason }) => reason !== null)),
    dead: sum(rows.filter(({ isDead }) => isDead)),
    oldest: oldest ?? null,
    reasons: rows.flatMap(({ isDead, isContact, reason, count }) =>
      reason === null || isContact
        ? []
        : [{ state: isDead ? ('dead' as const) : ('retrying' as const), reason, count }],
    ),
  };
}
