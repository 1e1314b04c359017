import { sql, type Kysely } from 'kysely';
import type { Tables } from '../tables';

/** An asset that was delivered, and what it is looked for by. */
export interface DeliveredAsset {
  readonly assetId: string;
  readonly itemtype: string;
  readonly deviceid: string | null;
  readonly serial: string | null;
  readonly uuid: string | null;
  readonly name: string | null;
  readonly forwardedAt: Date;
}

/** What GLPI's API said of it. */
export interface LookedUp {
  readonly assetId: string;
  /**
   * `refused`: by GLPI's rules, though it answered the delivery with success. `absent`: not there, and not why. Null: it
   * could not be asked for.
   */
  readonly state: 'found' | 'refused' | 'absent' | null;
  readonly id: string | null;
  readonly itemtype: string | null;
  /** Name of the entity, or its id where the name is not told; for `refused`: the rule. */
  readonly entity: string | null;
}

/**
 * Delivered since they were last looked up, and at least until `before`: GLPI's own work is done then. The longest waiting
 * first. What waits to be sent anew is looked up after that.
 */
export async function listToLookUp(
  db: Kysely<Tables>,
  instanceId: number,
  before: Date,
  withoutItemtypes: readonly string[],
  limit: number,
): Promise<DeliveredAsset[]> {
  const { rows } = await sql<DeliveredAsset>`
    SELECT f.asset_id AS "assetId", a.itemtype, f.sender ->> 'deviceid' AS deviceid, a.serial, a.uuid, a.name,
           f.forwarded_at AS "forwardedAt"
      FROM forwarding f JOIN asset a ON a.instance_id = f.instance_id AND a.asset_id = f.asset_id
     WHERE f.instance_id = ${instanceId} AND f.forwarded_at <= ${before}::timestamptz AND f.due_at IS NULL
       AND (f.looked_up_at IS NULL OR f.looked_up_at < f.forwarded_at) AND a.status = 'active'
       AND a.itemtype <> ALL (${[...withoutItemtypes]}::text[])
     ORDER BY f.forwarded_at LIMIT ${limit}`.execute(db);
  return rows;
}

export async function writeLookedUp(
  db: Kysely<Tables>,
  instanceId: number,
  found: readonly LookedUp[],
  at: Date,
): Promise<void> {
  if (found.length === 0) return;
  const list = <T>(pick: (one: LookedUp) => T): T[] => found.map(pick);
  await sql`
    UPDATE forwarding f
       SET remote_state = n.state, remote_id = n.id, remote_itemtype = n.itemtype, remote_entity = n.entity,
           looked_up_at = ${at}::timestamptz
      FROM unnest(${list((one) => one.assetId)}::uuid[], ${list((one) => one.state)}::text[],
                  ${list((one) => one.id)}::text[], ${list((one) => one.itemtype)}::text[],
                  ${list((one) => one.entity)}::text[]) AS n (asset_id, state, id, itemtype, entity)
     WHERE f.instance_id = ${instanceId} AND f.asset_id = n.asset_id`.execute(db);
}
