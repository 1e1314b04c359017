import type { Pool, PoolClient } from 'pg';
import { LRUCache } from 'lru-cache';
import { sourceNetwork } from '../domain/source-network';
import type { CanaryUsed } from '../ingest/ports';
import { appendAudit } from './audit';
import { recordEvent } from './events';

export interface CanaryAlarms {
  /** Reported so far. */
  readonly uses: number;
  /** Never waits and never throws. */
  report(use: CanaryUsed): void;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

export interface CanaryAlarmDeps {
  readonly pool: Pool;
  readonly newId: () => string;
  /** The first use of a canary from a source within an hour. */
  readonly onAlarm: (use: CanaryUsed) => void;
  readonly onTrouble: (error: unknown) => void;
}

const hourMs = 60 * 60_000;
/** Sources remembered; a botnet of more is heard of more often in the log, not in the audit. */
const maxRemembered = 10_000;
/** Of one key and hour, in the audit: whoever holds a bait must not make the database grow from many addresses. */
export const maxCanaryRowsPerHour = 100;
/** Being written at once; more are in the log only. */
const maxWriting = 10;

const actor = 'gatehouse';

const lock = `SELECT pg_advisory_xact_lock(hashtextextended('canary ' || $2, $1::bigint))`;

const known = `SELECT count(*)::int AS rows, count(*) FILTER (WHERE detail ->> 'source' = $3)::int AS same FROM audit
  WHERE instance_id = $1 AND object = $2 AND action = 'key.canary' AND at > $4`;

/**
 * Sounds the alarm when a key that is a bait is used; once an hour, key and source it is an event and an entry of the audit.
 */
export function createCanaryAlarms(deps: CanaryAlarmDeps): CanaryAlarms {
  const sounded = new LRUCache<string, number>({ max: maxRemembered });
  const writing = new Set<Promise<void>>();
  let uses = 0;

  return {
    get uses() {
      return uses;
    },
    report: (use) => {
      uses++;
      const name = `${use.kid} ${sourceNetwork(use.sourceAddress)}`;
      const before = sounded.get(name);
      if (before !== undefined && use.at.getTime() - before < hourMs) return;
      sounded.set(name, use.at.getTime());
      deps.onAlarm(use);
      if (writing.size >= maxWriting) return;
      const written = write(deps, use)
        .catch(deps.onTrouble)
        .finally(() => writing.delete(written));
      writing.add(written);
    },
    close: async () => {
      await Promise.all(writing);
    },
  };
}

/** In the entity of the key. */
async function tell(client: PoolClient, { instanceId, kid, at }: CanaryUsed, detail: object): Promise<void> {
  const { rows } = await client.query<{ name: string; entityId: string }>(
    'SELECT name, entity_id AS "entityId" FROM registration_key WHERE instance_id = $1 AND kid = $2',
    [instanceId, kid],
  );
  const [key] = rows;
  const told = { ...detail, ...(key === undefined ? {} : { name: key.name }) };
  const event = { at, kind: 'canary.used', entityId: key?.entityId ?? null, object: kid } as const;
  await recordEvent(client, instanceId, { ...event, detail: told });
}

async function write({ pool, newId }: CanaryAlarmDeps, use: CanaryUsed): Promise<void> {
  const { instanceId, kid, at, sourceAddress } = use;
  const source = sourceNetwork(sourceAddress);
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    // Another process may have heard the same.
    await client.query(lock, [instanceId, kid]);
    const since = new Date(at.getTime() - hourMs);
    const { rows } = await client.query<{ rows: number; same: number }>(known, [
      instanceId,
      kid,
      source,
      since,
    ]);
    const [found = { rows: 0, same: 0 }] = rows;
    if (found.same === 0 && found.rows < maxCanaryRowsPerHour) {
      const detail = { source, address: sourceAddress };
      await tell(client, use, detail);
      const row = { auditId: newId(), at, actor, action: 'key.canary', object: kid, detail };
      await appendAudit(client, instanceId, [row]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
