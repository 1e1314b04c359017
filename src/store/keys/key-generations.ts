import { sql, type Kysely } from 'kysely';
import type { SecretHash } from '../../domain/pepper';
import { maxLiveGenerations, type KeyGeneration } from '../../domain/registration-key';
import type { Tables } from '../tables';

/** Beside those that may be good, a few that are not any more, so that their holders are told to take the new one. */
const maxLoadedGenerations = 2 * maxLiveGenerations;

export interface NewGeneration {
  readonly kid: string;
  readonly generation: number;
  readonly hash: SecretHash;
  readonly hint: string;
  readonly createdAt: Date;
  readonly createdBy: string;
}

export async function insertGeneration(
  trx: Kysely<Tables>,
  instanceId: number,
  { kid, generation, hash, hint, createdAt, createdBy }: NewGeneration,
): Promise<void> {
  await trx
    .insertInto('key_generation')
    .values({
      ...{ instance_id: instanceId, kid, generation, hint },
      ...{ mac: hash.mac, pepper_id: hash.pepperId, created_at: createdAt, created_by: createdBy },
    })
    .execute();
}

const columns = [
  'generation',
  'mac',
  'pepper_id as pepperId',
  'use_until as useUntil',
  'retired_at as retiredAt',
] as const;

/**
 * Newest first. A generation never serves longer than a newer one, so the ones that are not retired hold all that are
 * good among their newest.
 */
export async function loadGenerations(
  db: Kysely<Tables>,
  instanceId: number,
  kid: string,
): Promise<KeyGeneration[]> {
  const rows = await db
    .selectFrom('key_generation')
    .select(columns)
    .where('instance_id', '=', instanceId)
    .where('kid', '=', kid)
    .orderBy(sql`retired_at IS NULL`, 'desc')
    .orderBy('generation', 'desc')
    .limit(maxLoadedGenerations)
    .execute();
  return rows.sort((a, b) => b.generation - a.generation);
}

/** A generation as admins see it: no hash. */
export interface GenerationRecord extends Pick<
  KeyGeneration,
  'generation' | 'useUntil' | 'retiredAt' | 'pepperId'
> {
  readonly hint: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly retiredWhy: string | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedIp: string | null;
  /** Agents whose last message came with it. */
  readonly agentCount: number;
  /** Those of them that were heard of since the time asked for. */
  readonly activeAgentCount: number;
}

/** Newest first, at most `limit`, older than `before`. */
export async function listGenerations(
  db: Kysely<Tables>,
  instanceId: number,
  kid: string,
  page: { readonly before: number | undefined; readonly activeSince: Date; readonly limit: number },
): Promise<GenerationRecord[]> {
  const { before, activeSince, limit } = page;
  const { rows } = await sql<GenerationRecord>`
    SELECT g.generation, g.pepper_id AS "pepperId", g.use_until AS "useUntil", g.retired_at AS "retiredAt", g.hint,
           g.created_at AS "createdAt", g.created_by AS "createdBy", g.retired_why AS "retiredWhy",
           g.last_used_at AS "lastUsedAt", g.last_used_ip AS "lastUsedIp",
           coalesce(a.agents, 0) AS "agentCount", coalesce(a.active, 0) AS "activeAgentCount"
      FROM key_generation g
      LEFT JOIN (SELECT generation, count(*)::integer AS agents,
                         count(*) FILTER (WHERE last_contact > ${activeSince})::integer AS active
                    FROM agent
                  WHERE instance_id = ${instanceId} AND kid = ${kid} GROUP BY generation) a USING (generation)
     WHERE g.instance_id = ${instanceId} AND g.kid = ${kid} AND g.generation < ${before ?? 2_147_483_647}
     ORDER BY g.generation DESC LIMIT ${limit}`.execute(db);
  return rows;
}

/** The ones that still serve end at `until`, those that end sooner anyhow stay. Returns what serves until then. */
export async function endGenerations(
  trx: Kysely<Tables>,
  instanceId: number,
  kid: string,
  until: Date,
): Promise<void> {
  await trx
    .updateTable('key_generation')
    .set({ use_until: until })
    .where('instance_id', '=', instanceId)
    .where('kid', '=', kid)
    .where('retired_at', 'is', null)
    .where((where) => where.or([where('use_until', 'is', null), where('use_until', '>', until)]))
    .execute();
}

/** True when it was not retired before. */
export async function markGenerationRetired(
  trx: Kysely<Tables>,
  instanceId: number,
  { kid, generation, at, why }: { kid: string; generation: number; at: Date; why: string },
): Promise<boolean> {
  const result = await trx
    .updateTable('key_generation')
    .set({ retired_at: at, retired_why: why })
    .where('instance_id', '=', instanceId)
    .where('kid', '=', kid)
    .where('generation', '=', generation)
    .where('retired_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

export interface UnusedGeneration {
  readonly instanceId: number;
  readonly kid: string;
  readonly generation: number;
  readonly unusedSince: Date;
  readonly days: number;
}

/**
 * Older generations that still serve and that nobody has used for the time their key names, counted from the rotation
 * at the earliest. At most `limit`, in the order of their keys.
 */
export async function listUnusedGenerations(
  db: Kysely<Tables>,
  now: Date,
  limit: number,
): Promise<UnusedGeneration[]> {
  const { rows } = await sql<UnusedGeneration>`
    SELECT instance_id AS "instanceId", kid, generation, unused_since AS "unusedSince", days
      FROM (SELECT g.instance_id, g.kid, g.generation, k.retire_unused_days AS days,
                   greatest(g.last_used_at, g.created_at, next.created_at) AS unused_since
              FROM key_generation g
              JOIN registration_key k ON k.instance_id = g.instance_id AND k.kid = g.kid
              JOIN key_generation next
                ON next.instance_id = g.instance_id AND next.kid = g.kid AND next.generation = g.generation + 1
             WHERE g.retired_at IS NULL AND (g.use_until IS NULL OR g.use_until > ${now})
               AND k.retire_unused_days IS NOT NULL AND k.revoked_at IS NULL) older
     WHERE unused_since <= ${now}::timestamptz - make_interval(days => days)
     ORDER BY instance_id, kid, generation LIMIT ${limit}`.execute(db);
  return rows;
}
