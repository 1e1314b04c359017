import type { Pool, PoolClient } from 'pg';
import { withTransaction } from './database';
import { forgetTold, recordEvent, recordEventOnce } from './events';
import { listNewlySilent } from './silent-assets';

export interface WatchRules {
  readonly agentsSilentDays: number;
}

const dayMs = 24 * 60 * 60_000;
const expiringSoonMs = 7 * dayMs;
/** Any constant, the same in every process. */
const watchLock = 7_470_312_010;
/** Assets that became silent while no gateway ran are told of, of so many days. */
const maxSilentCatchUpMs = 7 * dayMs;
/** Kept in `event_told`: up to when assets were told of that had gone silent. Moves on each minute. */
export const silentMark = 'agents.silent up to';

/**
 * Looks for what nobody causes at that moment: keys that are used up or about to expire, agents that have gone silent.
 * Each is told once. Resolves to how many events were made; undefined when another process is at it.
 */
export async function watchForEvents(pool: Pool, now: Date, rules: WatchRules): Promise<number | undefined> {
  return await withTransaction(pool, async (client) => {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
      watchLock,
    ]);
    if (rows[0]?.mine !== true) return undefined;
    const told = (await tellOfKeys(client, now)) + (await tellOfSilent(pool, client, now, rules));
    return told;
  });
}

export interface WatchedKey {
  readonly instanceId: number;
  readonly kid: string;
  readonly name: string;
  readonly entityId: string;
  readonly maxAssets: number | null;
  readonly isUsedUp: boolean;
  readonly expiresAt: Date | null;
}

/** Keys that are used up, or end within seven days. */
export async function listWatchedKeys(client: Pool | PoolClient, now: Date): Promise<WatchedKey[]> {
  const soon = new Date(now.getTime() + expiringSoonMs);
  return (await client.query<WatchedKey>(watchedKeys, [now, soon])).rows;
}

async function tellOfKeys(client: PoolClient, now: Date): Promise<number> {
  const rows = await listWatchedKeys(client, now);
  const { rows: instances } = await client.query<{ id: number }>('SELECT instance_id AS id FROM instance');
  let told = 0;
  for (const { id } of instances) {
    const keys = rows.filter(({ instanceId }) => instanceId === id);
    for (const matter of keyMatters) {
      const concerned = keys.filter(matter.concerns);
      await forgetTold(client, id, matter.kind, concerned.map(matter.markOf));
      for (const key of concerned) {
        const { kid, entityId, name } = key;
        const detail = { name, ...matter.detailOf(key) };
        const event = { at: now, kind: matter.kind, entityId, object: kid, detail };
        if (await recordEventOnce(client, id, matter.markOf(key), event)) told++;
      }
    }
  }
  return told;
}

/** What is told of a key, and under which mark, so that it is told once. */
interface KeyMatter {
  readonly kind: 'key.used_up' | 'key.expiring';
  readonly concerns: (key: WatchedKey) => boolean;
  readonly markOf: (key: WatchedKey) => string;
  readonly detailOf: (key: WatchedKey) => Readonly<Record<string, unknown>>;
}

const keyMatters: readonly KeyMatter[] = [
  {
    kind: 'key.used_up',
    concerns: ({ isUsedUp }) => isUsedUp,
    markOf: ({ kid }) => kid,
    detailOf: ({ maxAssets }) => ({ maxAssets }),
  },
  {
    kind: 'key.expiring',
    concerns: ({ expiresAt }) => expiresAt !== null,
    // Another end is told anew.
    markOf: ({ kid, expiresAt }) => `${kid} ${expiresAt?.toISOString() ?? ''}`,
    detailOf: ({ expiresAt }) => ({ expiresAt }),
  },
];

const watchedKeys = `
  WITH k AS (
    SELECT k.*, least(CASE WHEN use_until > $1 THEN use_until END, CASE WHEN enrol_until > $1 THEN enrol_until END) AS ends,
           (SELECT coalesce(sum(n), 0) FROM asset_tally t
             WHERE t.instance_id = k.instance_id AND t.entity_id IS NOT NULL AND t.kid = k.kid AND t.status <> 'merged') AS assets
      FROM registration_key k WHERE revoked_at IS NULL AND (use_until IS NULL OR use_until > $1))
  SELECT instance_id AS "instanceId", kid, name, entity_id AS "entityId", max_assets AS "maxAssets",
         max_assets IS NOT NULL AND assets >= max_assets AS "isUsedUp",
         CASE WHEN ends <= $2 THEN ends END AS "expiresAt"
    FROM k WHERE (max_assets IS NOT NULL AND assets >= max_assets) OR ends <= $2
   ORDER BY 1, 2 LIMIT 10000`;

async function tellOfSilent(pool: Pool, client: PoolClient, now: Date, rules: WatchRules): Promise<number> {
  const to = new Date(now.getTime() - rules.agentsSilentDays * dayMs);
  const { rows } = await client.query<{ at: Date }>(
    'SELECT told_at AS at FROM event_told WHERE instance_id = 0 AND kind = $1',
    [silentMark],
  );
  await client.query(
    `INSERT INTO event_told (instance_id, kind, object, told_at) VALUES (0, $1, '', $2)
     ON CONFLICT (instance_id, kind, object) DO UPDATE SET told_at = excluded.told_at`,
    [silentMark, to],
  );
  const last = rows[0]?.at;
  // The first time there is nothing to compare with: what is silent already is on the overview.
  if (last === undefined || last >= to) return 0;
  const from = new Date(Math.max(last.getTime(), to.getTime() - maxSilentCatchUpMs));
  const silent = await listNewlySilent(pool, from, to);
  for (const { instanceId, entityId, count, names } of silent) {
    const detail = { count, names, days: rules.agentsSilentDays };
    await recordEvent(client, instanceId, { at: now, kind: 'agents.silent', entityId, object: null, detail });
  }
  return silent.length;
}
