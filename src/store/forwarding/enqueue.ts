import { sql, type Kysely } from 'kysely';
import type { Tables } from '../tables';

/** Order in which what is due is sent: what GLPI does not have at all, then what changed, then what it had before. */
export const priorities = { created: 0, changed: 1, resend: 2, contact: 3 } as const;

/** Which assets of an instance; undefined parts do not limit. */
export interface AssetSelection {
  readonly assetIds?: readonly string[] | undefined;
  /** Entities themselves: whoever wants a subtree lists it. */
  readonly entityIds?: ReadonlySet<string> | undefined;
  readonly kid?: string | undefined;
}

/**
 * Has the active assets among them sent as they are stored, those that wait already included (they keep their place).
 * The agent's headers are those of the latest submission, else of the agent that reports the asset.
 * Resolves to how many; none where there is no upstream.
 */
export async function enqueueAssets(
  trx: Kysely<Tables>,
  instanceId: number,
  selection: AssetSelection,
  at: Date,
): Promise<number> {
  const { assetIds, entityIds, kid } = selection;
  const { rows } = await sql<{ n: number }>`
    WITH put AS (
      INSERT INTO forwarding AS f (instance_id, asset_id, wanted, priority, due_at, since, sender)
      SELECT a.instance_id, a.asset_id, i.submission_id, ${priorities.resend}, ${at}::timestamptz, ${at}::timestamptz,
             jsonb_strip_nulls(jsonb_build_object(
               'deviceid', coalesce(s.deviceid, g.deviceid), 'agentid', coalesce(s.agentid, g.agentid),
               'userAgent', coalesce(s.user_agent, g.user_agent),
               'address', coalesce(s.source_address, g.source_address),
               'kid', coalesce(s.kid, a.kid), 'receivedAt', s.received_at, 'via', s.via, 'tag', t.tag))
        FROM asset a
        JOIN asset_inventory i ON i.instance_id = a.instance_id AND i.asset_id = a.asset_id
        LEFT JOIN submission s ON s.instance_id = a.instance_id AND s.submission_id = a.last_submission
        LEFT JOIN LATERAL (SELECT deviceid, agentid, user_agent, source_address FROM agent
                            WHERE agent.instance_id = a.instance_id AND agent.kid = a.kid AND agent.asset_id = a.asset_id
                            ORDER BY last_contact DESC LIMIT 1) g ON s.submission_id IS NULL
        LEFT JOIN agent t ON t.instance_id = a.instance_id AND t.kid = a.kid
                         AND t.sender = coalesce(s.agentid, 'deviceid:' || coalesce(s.deviceid, ''))
       WHERE a.instance_id = ${instanceId} AND a.status = 'active'
         AND EXISTS (SELECT FROM upstream WHERE upstream.instance_id = a.instance_id)
         ${assetIds === undefined ? sql`` : sql`AND a.asset_id = ANY (${[...assetIds]}::uuid[])`}
         ${entityIds === undefined ? sql`` : sql`AND a.entity_id = ANY (${[...entityIds]}::uuid[])`}
         ${kid === undefined ? sql`` : sql`AND a.kid = ${kid}`}
      ON CONFLICT (instance_id, asset_id) DO UPDATE
         SET wanted = excluded.wanted, due_at = excluded.due_at, attempts = 0, dead_at = NULL, trouble = NULL,
             trouble_detail = NULL, trouble_at = NULL,
             priority = CASE WHEN f.due_at IS NULL THEN excluded.priority ELSE least(f.priority, excluded.priority) END,
             since = CASE WHEN f.due_at IS NULL THEN excluded.since ELSE f.since END,
             sender = CASE WHEN excluded.sender = '{}' THEN f.sender ELSE excluded.sender END
      RETURNING 1)
    SELECT count(*)::int AS n FROM put`.execute(trx);
  return rows[0]?.n ?? 0;
}
