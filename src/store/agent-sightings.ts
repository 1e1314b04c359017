import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import type { AgentSighting } from '../ingest/ports';
import { sqlJson } from './settle/sql-json';
import { senderOf } from './settle/write-batch';

export interface AgentLimits {
  /** Agents of one key that said hello and have no asset; further ones are answered, but not listed. */
  readonly maxAgentsWithoutAssetPerKey: number;
}

export interface AgentSightings {
  /** Writes that an agent said hello, and tells whether a full inventory of its device is awaited. */
  sight(sighting: AgentSighting): Promise<{ fullAwaited: boolean }>;
  /** Agents that were answered but not listed, because their key has too many without asset. */
  readonly leftOut: number;
}

const seen = `seen AS (SELECT * FROM json_to_record($4::json) AS r(agentid text, deviceid text,
             version text, tag text, user_agent text, source text, at timestamptz, generation integer, former_url text))`;

// kid and sender stand apart, so that the row is found by its whole key whatever plan is cached.
const sightKnown = {
  name: 'sight_known_agent',
  text: `WITH ${seen},
         written AS (
           UPDATE agent AS a
           SET deviceid = coalesce(seen.deviceid, a.deviceid), version = coalesce(seen.version, a.version),
             tag = coalesce(seen.tag, a.tag), user_agent = coalesce(seen.user_agent, a.user_agent),
             source_address = seen.source, last_contact = seen.at,
             generation = coalesce(seen.generation, a.generation), former_url = seen.former_url
           FROM seen WHERE a.instance_id = $1 AND a.kid = $2 AND a.sender = $3
           RETURNING 1)
         SELECT EXISTS (SELECT FROM written) AS known,
                EXISTS (SELECT 1 FROM full_awaited AS f, seen
                         WHERE f.instance_id = $1 AND f.kid = $2 AND f.deviceid = seen.deviceid
                           AND f.agentid = seen.agentid) AS awaited`,
} as const;

// Counted in the statement that adds the row, so that processes exceed the limit by no more than their connections.
// LIMIT, so that no more rows are looked at than may be there.
const listNew = {
  name: 'list_new_agent',
  text: `WITH ${seen}
         INSERT INTO agent AS a (instance_id, kid, sender, agentid, deviceid, version, tag, user_agent, source_address,
           first_contact, last_contact, generation, former_url)
         SELECT $1, $2, $3, agentid, deviceid, version, tag, user_agent, source, at, at, generation, former_url FROM seen
          WHERE (SELECT count(*) FROM (
                   SELECT 1 FROM agent WHERE instance_id = $1 AND kid = $2 AND asset_id IS NULL LIMIT $5) AS there) < $5
         ON CONFLICT (instance_id, kid, sender) DO UPDATE SET last_contact = excluded.last_contact`,
} as const;

/** How long a key that has no room is not asked about again: rows are deleted by housekeeping, and get assets. */
const recountMs = 60_000;
/** Keys without room that are remembered; of others it is found out again. */
const maxFullKeys = 10_000;

/** Hellos of agents. A known one costs one statement; a new one is listed as long as its key has room for it. */
export function createAgentSightings(
  pool: Pool,
  limits: AgentLimits,
  onFull: (kid: string) => void,
): AgentSightings {
  const max = limits.maxAgentsWithoutAssetPerKey;
  const full = new LRUCache<string, true>({ max: maxFullKeys, ttl: recountMs });
  let leftOut = 0;

  async function list(kid: string, values: readonly unknown[]): Promise<void> {
    if (!full.has(kid)) {
      const { rowCount } = await pool.query({ ...listNew, values: [...values, max] });
      if (rowCount !== 0) return;
      if (!full.has(kid)) onFull(kid);
      full.set(kid, true);
    }
    leftOut++;
  }

  return {
    sight: async (sighting) => {
      const { instanceId, kid, agentid, deviceid } = sighting;
      const row = {
        agentid,
        deviceid,
        version: sighting.version,
        tag: sighting.tag,
        user_agent: sighting.userAgent,
        source: sighting.sourceAddress,
        at: sighting.at,
        generation: sighting.generation,
        former_url: sighting.formerUrl,
      };
      const values = [instanceId, kid, senderOf(agentid, deviceid), sqlJson(row)];
      const { rows } = await pool.query<{ known: boolean; awaited: boolean }>({ ...sightKnown, values });
      const [found] = rows;
      if (found?.known !== true) await list(kid, values);
      return { fullAwaited: found?.awaited === true };
    },
    get leftOut() {
      return leftOut;
    },
  };
}
