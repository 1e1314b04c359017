import type { Pool } from 'pg';
import { sqlJson } from './settle/sql-json';

export interface KeyUse {
  note(use: KeyUsed): void;
  /** Writes what is noted; never throws, as closing goes on without a database too. */
  close(): Promise<void>;
}

interface KeyUsed {
  readonly instanceId: number;
  readonly kid: string;
  readonly receivedAt: Date;
  readonly sourceAddress: string;
}

/** One write a minute for all keys: writing at each request would make every inventory wait for the key's row. */
const writeIntervalMs = 60_000;
/** More keys than this in use within a minute: the rest is noted at its next use. */
const maxNoted = 10_000;

const write = {
  name: 'note_key_use',
  text: `UPDATE registration_key AS k SET last_used_at = r.at, last_used_ip = r.source
         FROM json_to_recordset($1::json) AS r(instance integer, kid text, at timestamptz, source text)
         WHERE k.instance_id = r.instance AND k.kid = r.kid AND (k.last_used_at IS NULL OR k.last_used_at < r.at)`,
} as const;

/** Remembers when and from where each key was last used; the first use is written at once, later ones each minute. */
export function createKeyUse(pool: Pool, onTrouble: (error: unknown) => void): KeyUse {
  let noted = new Map<string, KeyUsed>();
  let lastWriteMs = 0;
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    lastWriteMs = Date.now();
    // Sorted, so that two processes lock the rows in the same order.
    const rows = [...noted.values()]
      .sort((a, b) => (a.kid < b.kid ? -1 : 1))
      .map(({ instanceId, kid, receivedAt, sourceAddress }) => ({
        instance: instanceId,
        kid,
        at: receivedAt,
        source: sourceAddress,
      }));
    noted = new Map();
    if (rows.length > 0) await pool.query({ ...write, values: [sqlJson(rows)] });
  }

  return {
    note: (use) => {
      if (noted.size >= maxNoted && !noted.has(use.kid)) return;
      noted.set(use.kid, use);
      const delayMs = Math.max(0, lastWriteMs + writeIntervalMs - Date.now());
      timer ??= setTimeout(() => {
        flush().catch(onTrouble);
      }, delayMs).unref();
    },
    close: () => flush().catch(onTrouble),
  };
}
