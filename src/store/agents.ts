import { sql, type Kysely } from 'kysely';
import type { Tables } from './tables';

/** An agent installation under one key. */
export interface AgentRecord {
  readonly kid: string;
  /** Agent id, or `deviceid:` and the deviceid where the agent has none. */
  readonly sender: string;
  readonly agentid: string | null;
  readonly deviceid: string | null;
  readonly version: string | null;
  readonly tag: string | null;
  readonly userAgent: string | null;
  readonly sourceAddress: string | null;
  readonly firstContact: Date | null;
  readonly lastContact: Date | null;
  /** Null: it said hello and never sent an inventory. */
  readonly lastInventory: Date | null;
  readonly assetId: string | null;
  /** By which it said hello last; null when that was a present URL of the key. */
  readonly formerUrl: string | null;
  /** Of the key, whose secret it used last; null: a certificate stood for the key. */
  readonly generation: number | null;
  /** Since when only a full inventory of its device helps; null when none is awaited. */
  readonly fullAwaitedSince: Date | null;
}

export interface AgentFilter {
  readonly kid?: string;
  readonly deviceid?: string;
  readonly isFullAwaited?: boolean;
  readonly hasInventory?: boolean;
  readonly generation?: number;
  /** Came last by a former URL of the key. */
  readonly usesFormerUrl?: boolean;
  readonly lastContactBefore?: Date;
  /** Only agents of keys that belong to one of these. */
  readonly entityIds?: readonly string[];
}

export interface AgentPosition {
  readonly kid: string;
  readonly sender: string;
}

/**
 * By kid and sender, at most `limit`, after the given position. A device whose full inventory is awaited is listed
 * also when its agent has no row of its own.
 */
export async function listAgentPage(
  db: Kysely<Tables>,
  instanceId: number,
  filter: AgentFilter,
  page: { readonly limit: number; readonly after: AgentPosition | undefined },
): Promise<AgentRecord[]> {
  const { after } = page;
  const conditions = [sql`true`];
  if (after !== undefined) conditions.push(sql`(kid, sender) > (${after.kid}, ${after.sender})`);
  if (filter.kid !== undefined) conditions.push(sql`kid = ${filter.kid}`);
  if (filter.deviceid !== undefined) conditions.push(sql`deviceid = ${filter.deviceid}`);
  if (filter.isFullAwaited !== undefined) {
    conditions.push(sql`("fullAwaitedSince" IS NOT NULL) = ${filter.isFullAwaited}`);
  }
  if (filter.hasInventory !== undefined) {
    conditions.push(sql`("lastInventory" IS NOT NULL) = ${filter.hasInventory}`);
  }
  if (filter.generation !== undefined) conditions.push(sql`generation = ${filter.generation}`);
  if (filter.usesFormerUrl !== undefined) {
    conditions.push(sql`("formerUrl" IS NOT NULL) = ${filter.usesFormerUrl}`);
  }
  if (filter.lastContactBefore !== undefined) {
    conditions.push(sql`"lastContact" < ${filter.lastContactBefore}`);
  }
  if (filter.entityIds !== undefined) {
    conditions.push(sql`kid IN (SELECT k.kid FROM registration_key k
      WHERE k.instance_id = ${instanceId} AND k.entity_id = ANY (${[...filter.entityIds]}::uuid[]))`);
  }
  const { rows } = await sql<AgentRecord>`
    SELECT * FROM (
      SELECT a.kid, a.sender, a.agentid, a.deviceid, a.version, a.tag, a.user_agent AS "userAgent",
             a.source_address AS "sourceAddress", a.first_contact AS "firstContact",
             a.last_contact AS "lastContact", a.last_inventory AS "lastInventory", a.asset_id AS "assetId",
             a.former_url AS "formerUrl", a.generation, f.since AS "fullAwaitedSince"
        FROM agent a
        LEFT JOIN LATERAL (
          SELECT min(since) AS since FROM full_awaited AS w
           WHERE w.instance_id = a.instance_id AND w.kid = a.kid AND w.deviceid = coalesce(a.deviceid, a.sender)
             AND w.agentid = coalesce(a.agentid, '')) AS f ON true
       WHERE a.instance_id = ${instanceId}
      UNION ALL
      SELECT f.kid, CASE f.agentid WHEN '' THEN 'deviceid:' || f.deviceid ELSE f.agentid END, nullif(f.agentid, ''), f.deviceid, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, min(f.since)
        FROM full_awaited f
       WHERE f.instance_id = ${instanceId}
         AND NOT EXISTS (SELECT FROM agent a WHERE a.instance_id = f.instance_id AND a.kid = f.kid
                          AND coalesce(a.deviceid, a.sender) = f.deviceid AND coalesce(a.agentid, '') = f.agentid)
       GROUP BY f.kid, f.deviceid, f.agentid) listed
     WHERE ${sql.join(conditions, sql` AND `)}
     ORDER BY kid, sender
     LIMIT ${page.limit}`.execute(db);
  return rows;
}
