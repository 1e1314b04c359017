import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';

export interface AgentLimits {
  /** Agents of one key that said hello and have no asset; further ones are answered, but not listed. */
  readonly maxAgentsWithoutAssetPerKey: number;
}

export interface AgentAllowance {
  /** False when the key has as many agents without asset as it may. */
  take(instanceId: number, kid: string): Promise<boolean>;
  /** Times that it said no, in this process. */
  readonly refused: number;
}

/** How long a count is believed: rows are deleted by housekeeping, and get assets. */
const recountMs = 60_000;
/** Keys whose counts are remembered; of others they are counted anew. */
const maxKeys = 10_000;
/** New rows that one count is good for, as a share of the limit: what several processes may exceed it by. */
const shareOfLimit = 0.1;

interface Count {
  left: number;
  readonly isFull: boolean;
}

// LIMIT, so that a key with a million rows of before the limit is not counted to its end.
const countAgents = {
  name: 'count_agents_without_asset',
  text: `SELECT count(*)::int AS agents FROM (
           SELECT 1 FROM agent WHERE instance_id = $1 AND kid = $2 AND asset_id IS NULL LIMIT $3) AS found`,
} as const;

/**
 * Bounds the agents that a key's holder can invent by saying hello under ever new ids. The rows are counted once a
 * minute and key at most, or per tenth of the limit: never for agents that are listed already.
 */
export function createAgentAllowance(
  pool: Pool,
  limits: AgentLimits,
  onFull: (kid: string) => void,
): AgentAllowance {
  const max = limits.maxAgentsWithoutAssetPerKey;
  let refused = 0;
  const counts = new LRUCache<string, Count, { instanceId: number; kid: string }>({
    max: maxKeys,
    ttl: recountMs,
    fetchMethod: async (_name, _stale, { context: { instanceId, kid } }) => {
      const { rows } = await pool.query<{ agents: number }>({
        ...countAgents,
        values: [instanceId, kid, max],
      });
      const free = max - (rows[0]?.agents ?? 0);
      if (free <= 0) onFull(kid);
      return { left: Math.min(free, Math.ceil(max * shareOfLimit)), isFull: free <= 0 };
    },
  });
  return {
    take: async (instanceId, kid) => {
      const name = `${instanceId} ${kid}`;
      const context = { instanceId, kid };
      let count = await counts.fetch(name, { context });
      if (count !== undefined && count.left <= 0 && !count.isFull) {
        if (counts.peek(name) === count) counts.delete(name);
        count = await counts.fetch(name, { context });
      }
      if (count === undefined || count.left <= 0) {
        refused++;
        return false;
      }
      count.left--;
      return true;
    },
    get refused() {
      return refused;
    },
  };
}
