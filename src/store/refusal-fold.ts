import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { sourceNetwork } from '../domain/source-network';
import type { UnauthenticatedRefusal } from '../ingest/ports';
import { sqlJson } from './settle/sql-json';
import type { SubmissionPlace } from './submission-hints';
import { createToldApart, type ToldApart } from './told-apart';

export interface FoldLimits {
  /** Most different (source, reason, kid) of a minute, and ten times as many of an hour; the rest is counted as one. */
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
  readonly name: string;
  readonly id: string;
  readonly at: Date;
  count: number;
}

/** The first refusal of a quiet time is visible at once; a flood is written once a second. */
const firstWriteDelayMs = 20;
const writeIntervalMs = 1000;
/** Where sources beyond the limit are counted. */
const manySources = 'many';

const writeCounts = {
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
 * without a key can make the database grow with his rate of requests. IPv6 sources are folded by /64.
 */
export function createRefusalFold(
  pool: Pool,
  defaultInstanceId: number,
  limits: FoldLimits,
  onTrouble: (error: unknown) => void,
  onWritten: (place: SubmissionPlace) => void = () => undefined,
): RefusalFold {
  const told = createToldApart(limits.refusalFoldMaxSources);
  let folded = new Map<string, Folded>();
  let timer: NodeJS.Timeout | undefined;
  let lastWriteMs = 0;
  let writing: Promise<void> | undefined;

  function schedule(): void {
    // While a write is under way, all goes on being counted in one place: a database that hangs makes no queue.
    if (writing !== undefined) return;
    const delayMs = Date.now() - lastWriteMs > writeIntervalMs ? firstWriteDelayMs : writeIntervalMs;
    timer ??= setTimeout(() => {
      write().catch(onTrouble);
    }, delayMs).unref();
  }

  async function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    lastWriteMs = Date.now();
    const rows = [...folded.values()].map((entry) => rowOf(entry, defaultInstanceId));
    folded = new Map();
    if (rows.length === 0) return;
    // What could not be written is lost from the count, not retried: it is a count of refusals, not of inventories.
    const written = pool.query({ ...writeCounts, values: [sqlJson(rows)] }).then(() => undefined);
    writing = written.then(done, done);
    await written;
    for (const { instance, kid } of rows) onWritten({ instanceId: instance, kid });
  }

  function done(): void {
    writing = undefined;
    if (folded.size > 0) schedule();
  }

  async function flush(): Promise<void> {
    await writing;
    await write();
  }

  return {
    count: (refusal) => {
      const entry = entryOf(refusal, told, folded.size >= 2 * limits.refusalFoldMaxSources);
      const known = folded.get(entry.name);
      if (known !== undefined) known.count++;
      else folded.set(entry.name, { ...entry, id: timeOrderedId(entry.at, entry.name), count: 1 });
      schedule();
    },
    flush,
    close: () => flush().catch(onTrouble),
  };
}

/** Under which name a refusal is counted. `isFull`: no further name fits. */
function entryOf(
  refusal: UnauthenticatedRefusal,
  told: ToldApart,
  isFull: boolean,
): Omit<Folded, 'id' | 'count'> {
  const at = new Date(Math.floor(refusal.at.getTime() / 60_000) * 60_000);
  const source = sourceNetwork(refusal.sourceAddress);
  const nameOf = (of: string, kid: string | undefined): string =>
    `${at.toISOString()} ${of} ${refusal.reason} ${kid ?? ''} ${refusal.instanceId ?? ''}`;
  const own = nameOf(source, refusal.kid);
  const isStranger = refusal.kid !== undefined && refusal.instanceId === undefined;
  const choice = isFull
    ? 'many'
    : told.choose(at, { own, source: isStranger ? nameOf(source, undefined) : own, isStranger });
  if (choice === 'own') return { refusal, source, at, name: own };
  const under = choice === 'source' ? source : manySources;
  return { refusal: { ...refusal, kid: undefined }, source: under, at, name: nameOf(under, undefined) };
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

/** The same minute, source and reason give the same id in every process, so that their counts add up in one row. */
function timeOrderedId(minute: Date, name: string): string {
  const time = minute.getTime().toString(16).padStart(12, '0');
  const hash = createHash('sha256').update(name).digest('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}
