import type { Pool } from 'pg';
import type { AgentSighting } from '../ingest/ports';
import { sqlJson } from './settle/sql-json';
import { senderOf } from './settle/write-batch';

const sight = {
  name: 'sight_agent',
  text: `WITH seen AS (SELECT * FROM json_to_record($2::json) AS r(kid text, sender text, agentid text, deviceid text,
             version text, tag text, user_agent text, source text, at timestamptz)),
         written AS (
           INSERT INTO agent AS a (instance_id, kid, sender, agentid, deviceid, version, tag, user_agent, source_address,
             first_contact, last_contact)
           SELECT $1, kid, sender, agentid, deviceid, version, tag, user_agent, source, at, at FROM seen
           ON CONFLICT (instance_id, kid, sender) DO UPDATE
           SET deviceid = coalesce(excluded.deviceid, a.deviceid), version = coalesce(excluded.version, a.version),
             tag = coalesce(excluded.tag, a.tag), user_agent = coalesce(excluded.user_agent, a.user_agent),
             source_address = excluded.source_address, last_contact = excluded.last_contact)
         SELECT EXISTS (SELECT 1 FROM full_awaited AS f, seen
                         WHERE f.instance_id = $1 AND f.kid = seen.kid AND f.deviceid = seen.deviceid
                           AND f.agentid = seen.agentid) AS awaited`,
} as const;

/** Writes that an agent said hello, and tells whether a full inventory of its device is awaited. */
export async function sightAgent(pool: Pool, sighting: AgentSighting): Promise<{ fullAwaited: boolean }> {
  const row = {
    kid: sighting.kid,
    sender: senderOf(sighting.agentid, sighting.deviceid),
    agentid: sighting.agentid,
    deviceid: sighting.deviceid,
    version: sighting.version,
    tag: sighting.tag,
    user_agent: sighting.userAgent,
    source: sighting.sourceAddress,
    at: sighting.at,
  };
  const { rows } = await pool.query<{ awaited: boolean }>({
    ...sight,
    values: [sighting.instanceId, sqlJson(row)],
  });
  return { fullAwaited: rows[0]?.awaited === true };
}
