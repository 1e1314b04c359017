import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { UnauthenticatedRefusal } from '../ingest/ports';
import { sqlJson } from './settle/sql-json';

export interface FoldLimits {
  /** Most different (source, reason, kid) held between two writes; the rest is counted under one name. */
  readonly refusalFoldMaxSources: number;
}

export interface RefusalFold {
  count(refusal: UnauthenticatedRefusal): void;
  /** Writes what is counted now. */
  flush(): Promise<void>;
  /** Writes what is counted; never throws, as closing goes on without a database too. */
  close(): Promise<void>;
}

interface Folded {
  readonly refusal: UnauthenticatedRefusal;
  readonly source: string;
  readonly id: string;
  readonly at: Date;
  count: number;
}

/** The first refusal of a quiet time is visible at once; a flood is written once a second. */
const firstWriteDelayMs = 20;
const writeIntervalMs = 1000;
/** Where sources beyond the limit are counted. */
const manySources = 'many';

const write = {
  name: 'fold_refusals',
  text: `INSERT INTO submission AS s (instance_id, submission_id, received_at, kid, verdict, reason, evidence,
             source_address, folded)
         SELECT instance, id, at, kid, 'refused', reason, evidence, source, n
         FROM json_to_recordset($1::json) AS r(instance integer, id uuid, at timestamptz, kid text, reason text,
             evidence jsonb, source text, n bigint)
         ON CONFLICT (instance_id, submission_id) DO UPDATE SET folded = s.folded + excluded.folded`,
} as const;

/**
 * Counts refusals of requests whose key did not verify, and writes one row a minute, source and reason: nobody
 * without a key can make the database grow with his rate of requests. IPv6 sources are folded by /64, the smallest
 * block that one customer gets.
 */
export function createRefusalFold(
  pool: Pool,
  defaultInstanceId: number,
  limits: FoldLimits,
  onTrouble: (error: unknown) => void,
): RefusalFold {
  let folded = new Map<string, Folded>();
  let timer: NodeJS.Timeout | undefined;
  let lastWriteMs = 0;
  let writing = Promise.resolve();

  function schedule(): void {
    const delayMs = Date.now() - lastWriteMs > writeIntervalMs ? firstWriteDelayMs : writeIntervalMs;
    timer ??= setTimeout(() => {
      flush().catch(onTrouble);
    }, delayMs).unref();
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    lastWriteMs = Date.now();
    const rows = [...folded.values()].map((entry) => rowOf(entry, defaultInstanceId));
    folded = new Map();
    if (rows.length === 0) return writing;
    writing = writing.then(async () => {
      await pool.query({ ...write, values: [sqlJson(rows)] });
    });
    const written = writing;
    // What could not be written is lost from the count, not retried: it is a count of refusals, not of inventories.
    writing = written.catch(() => undefined);
    return written;
  }

  return {
    count: (refusal) => {
      const minute = new Date(Math.floor(refusal.at.getTime() / 60_000) * 60_000);
      const isFull = folded.size >= limits.refusalFoldMaxSources;
      const source = isFull ? manySources : sourceOf(refusal.sourceAddress);
      const kid = isFull ? undefined : refusal.kid;
      const name = [minute.toISOString(), source, refusal.reason, kid ?? '', refusal.instanceId ?? ''].join(
        ' ',
      );
      const known = folded.get(name);
      if (known !== undefined) known.count++;
      else {
        const id = timeOrderedId(minute, name);
        folded.set(name, { refusal: { ...refusal, kid }, source, id, at: minute, count: 1 });
      }
      schedule();
    },
    flush,
    close: () => flush().catch(onTrouble),
  };
}

function rowOf({ refusal, source, id, at, count }: Folded, defaultInstanceId: number) {
  return {
    instance: refusal.instanceId ?? defaultInstanceId,
    id,
    at,
    kid: refusal.kid,
    reason: refusal.reason,
    evidence: refusal.evidence,
    source,
    n: count,
  };
}

function sourceOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const missing = address.includes('::')
    ? 8 - groups.length - tail.split(':').filter((group) => group !== '').length
    : 0;
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...tail.split(':')];
  return `${all.slice(0, 4).join(':')}::/64`;
}

/** The same minute, source and reason give the same id in every process, so that their counts add up in one row. */
function timeOrderedId(minute: Date, name: string): string {
  const time = minute.getTime().toString(16).padStart(12, '0');
  const hash = createHash('sha256').update(name).digest('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}
