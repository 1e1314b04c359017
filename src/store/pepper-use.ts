import { sql, type Kysely } from 'kysely';
import type { Tables } from './tables';

export interface PepperUse {
  readonly pepperId: string;
  /** Generations of keys that are good and were last hashed with it. */
  readonly keys: number;
  readonly tokens: number;
}

/** How many hashes that still count need which pepper, in all instances. */
export async function countPepperUse(db: Kysely<Tables>, now: Date): Promise<PepperUse[]> {
  const { rows } = await sql<PepperUse>`
    SELECT pepper_id AS "pepperId", sum(keys)::integer AS keys, sum(tokens)::integer AS tokens
      FROM (SELECT g.pepper_id, 1 AS keys, 0 AS tokens
              FROM key_generation g
              JOIN registration_key k ON k.instance_id = g.instance_id AND k.kid = g.kid
             WHERE g.retired_at IS NULL AND (g.use_until IS NULL OR g.use_until > ${now}) AND k.revoked_at IS NULL
            UNION ALL
            SELECT pepper_id, 0, 1 FROM admin_token
             WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ${now})) hashes
     GROUP BY pepper_id ORDER BY pepper_id`.execute(db);
  return rows;
}

/** Keys that need the pepper, at most `limit`: to tell the admin which. */
export async function listKeysOfPepper(
  db: Kysely<Tables>,
  pepperId: string,
  now: Date,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ kid: string }>`
    SELECT DISTINCT g.kid FROM key_generation g
      JOIN registration_key k ON k.instance_id = g.instance_id AND k.kid = g.kid
     WHERE g.pepper_id = ${pepperId} AND g.retired_at IS NULL AND k.revoked_at IS NULL
       AND (g.use_until IS NULL OR g.use_until > ${now})
     ORDER BY g.kid LIMIT ${limit}`.execute(db);
  return rows.map(({ kid }) => kid);
}

export async function updatePepperCheck(trx: Kysely<Tables>, pepperCheck: Buffer): Promise<void> {
  await trx.updateTable('installation').set({ pepper_check: pepperCheck }).execute();
}
