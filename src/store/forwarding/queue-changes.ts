import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Tables } from '../tables';
import { priorities } from './enqueue';

/** Which rows of the queue; undefined parts do not limit. */
export interface QueueSelection {
  readonly assetIds?: readonly string[] | undefined;
  /** Of the assets: whoever wants a subtree lists it. */
  readonly entityIds?: readonly string[] | undefined;
  readonly reason?: string | undefined;
}

function conditionOf({ assetIds, entityIds, reason }: QueueSelection): RawBuilder<unknown> {
  return sql`
    ${assetIds === undefined ? sql`` : sql`AND f.asset_id = ANY (${[...assetIds]}::uuid[])`}
    ${reason === undefined ? sql`` : sql`AND f.trouble = ${reason}`}
    ${
      entityIds === undefined
        ? sql``
        : sql`AND EXISTS (SELECT FROM asset a WHERE a.instance_id = f.instance_id AND a.asset_id = f.asset_id
                            AND a.entity_id = ANY (${[...entityIds]}::uuid[]))`
    }`;
}

/** Has what was given up tried again, behind what is new. Resolves to how many. */
export async function reviveDead(
  trx: Kysely<Tables>,
  instanceId: number,
  selection: QueueSelection,
  at: Date,
): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE forwarding AS f
       SET due_at = ${at}::timestamptz, since = coalesce(since, ${at}::timestamptz), dead_at = NULL, attempts = 0,
           trouble = NULL, trouble_detail = NULL, trouble_at = NULL, priority = ${priorities.resend}
     WHERE f.instance_id = ${instanceId} AND f.dead_at IS NOT NULL ${conditionOf(selection)}`.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/**
 * Takes them out of the queue: the dead ones, and with `alsoWaiting` those that wait as well. What is on its way arrives.
 * Resolves to how many.
 */
export async function takeOut(
  trx: Kysely<Tables>,
  instanceId: number,
  selection: QueueSelection,
  alsoWaiting: boolean,
): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE forwarding AS f
       SET due_at = NULL, since = NULL, wanted = NULL, dead_at = NULL, attempts = 0, trouble = NULL,
           trouble_detail = NULL, trouble_at = NULL
     WHERE f.instance_id = ${instanceId}
       AND (f.dead_at IS NOT NULL ${alsoWaiting ? sql`OR f.due_at IS NOT NULL` : sql``})
       ${conditionOf(selection)}`.execute(trx);
  return Number(numAffectedRows ?? 0n);
}
