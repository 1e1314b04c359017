import type { Pool } from 'pg';
import type { KeyUsed } from '../../ingest/ports';
import { sqlJson } from '../settle/sql-json';

export interface KeyUse {
  note(use: KeyUsed): void;
  /** Writes what is noted; never throws, as closing goes on without a database too. */
  close(): Promise<void>;
}

/** One write a minute for all keys: writing at each request would make every inventory wait for the key's row. */
const writeIntervalMs = 60_000;
/** More keys than this in use within a minute: the rest is noted at its next use. */
const maxNoted = 10_000;

/**
 * Times only go forward: processes write in any order. A hash is stored whenever one comes along: the secret behind it
 * is the same, and processes that are started with another pepper one after the other know both.
 */
const write = {
  name: 'note_key_use',
  text: `WITH used AS (
           SELECT * FROM json_to_recordset($1::json) AS r(instance integer, kid text, generation integer,
             at timestamptz, source text, mac text, pepper text)),
         keys AS (
           UPDATE registration_key AS k SET last_used_at = u.at, last_used_ip = u.source
             FROM (SELECT DISTINCT ON (instance, kid) * FROM used ORDER BY instance, kid, at DESC) AS u
            WHERE k.instance_id = u.instance AND k.kid = u.kid AND (k.last_used_at IS NULL OR k.last_used_at < u.at))
         UPDATE key_generation AS g
            SET last_used_at = greatest(g.last_used_at, u.at),
                last_used_ip = CASE WHEN g.last_used_at >= u.at THEN g.last_used_ip ELSE u.source END,
                mac = coalesce(decode(u.mac, 'hex'), g.mac), pepper_id = coalesce(u.pepper, g.pepper_id)
           FROM used AS u
          WHERE g.instance_id = u.instance AND g.kid = u.kid AND g.generation = u.generation
            AND (g.last_used_at IS NULL OR g.last_used_at < u.at OR u.mac IS NOT NULL)`,
} as const;

/**
 * Remembers when and from where each key, and which generation of it, was last used; the first use is written at once,
 * later ones each minute. Hashes of an older pepper are replaced by the way.
 */
export function createKeyUse(pool: Pool, onTrouble: (error: unknown) => void): KeyUse {
  let noted = new Map<string, KeyUsed>();
  let lastWriteMs = 0;
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    lastWriteMs = Date.now();
    // Sorted, so that two processes lock the rows in the same order.
    const rows = [...noted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => rowOf(use));
    noted = new Map();
    if (rows.length > 0) await pool.query({ ...write, values: [sqlJson(rows)] });
  }

  return {
    note: (use) => {
      const name = `${use.kid} ${use.generation ?? ''}`;
      const before = noted.get(name);
      if (before === undefined && noted.size >= maxNoted) return;
      // An access token proves the generation without showing the secret: the hash comes from another use.
      noted.set(name, use.rehash === undefined ? { ...use, rehash: before?.rehash } : use);
      const delayMs = Math.max(0, lastWriteMs + writeIntervalMs - Date.now());
      timer ??= setTimeout(() => {
        flush().catch(onTrouble);
      }, delayMs).unref();
    },
    close: () => flush().catch(onTrouble),
  };
}

function rowOf({ instanceId, kid, generation, receivedAt, sourceAddress, rehash }: KeyUsed) {
  return {
    instance: instanceId,
    kid,
    generation,
    at: receivedAt,
    source: sourceAddress,
    mac: rehash?.mac.toString('hex'),
    pepper: rehash?.pepperId,
  };
}
