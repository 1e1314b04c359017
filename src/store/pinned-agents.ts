import type { Pool } from 'pg';
import type { AgentAtHome } from '../jobs/ports';
import { normaliseDeviceid } from '../identity/install-id';

const find = {
  name: 'pinned_agent',
  text: `SELECT a.pin->>'sourceAddress' AS source, a.identity->'certificates' AS certificates
           FROM (SELECT asset_id FROM asset_identifier
                  WHERE instance_id = $1 AND kind = 'deviceid' AND value = $2 ORDER BY asset_id LIMIT 8) AS i
          CROSS JOIN LATERAL (SELECT * FROM asset WHERE instance_id = $1 AND asset_id = i.asset_id OFFSET 0) AS a
          WHERE a.kid = $3 AND a.status = 'active' AND a.contested IS NULL`,
} as const;

/** As the port says: one asset of the key, at its last address or with its certificate. */
export async function isPinnedAgent(pool: Pool, agent: AgentAtHome): Promise<boolean> {
  const deviceid = normaliseDeviceid(agent.deviceid);
  if (!('value' in deviceid)) return false;
  const { rows } = await pool.query<{ source: string | null; certificates: string[] | null }>({
    ...find,
    values: [agent.instanceId, deviceid.value, agent.kid],
  });
  const [asset, another] = rows;
  if (asset === undefined || another !== undefined) return false;
  const { certificate } = agent;
  const showsCertificate = certificate !== undefined && (asset.certificates ?? []).includes(certificate);
  return showsCertificate || asset.source === agent.sourceAddress;
}
