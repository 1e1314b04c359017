import type { Pool } from 'pg';
import { eventChannel } from './events';
import { sqlJson } from './settle/sql-json';

/** Where a submission belongs: to the entity that it was put into, else to that of its key. */
export interface SubmissionPlace {
  readonly instanceId: number;
  readonly entityId?: string | undefined;
  readonly kid?: string | undefined;
}

/** As it is heard. Null: it belongs to no entity, so only who sees the whole instance sees it. */
export interface HintedPlace {
  readonly instanceId: number;
  readonly entityId: string | null;
}

export interface SubmissionHints {
  /** Never waits and never throws. */
  readonly note: (place: SubmissionPlace) => void;
  close(): Promise<void>;
}

/** The first submission after a quiet time is told of at once; a flood once in `intervalMs`, by each process. */
const firstDelayMs = 20;

export interface HintLimits {
  readonly intervalMs: number;
  /** A place takes 48 bytes at most, and PostgreSQL carries 8,000 in one notification. */
  readonly maxPlacesPerHint: number;
  /** What does not fit is not told of: whoever looks on looks by itself, too. */
  readonly maxPlacesWaiting: number;
}

const defaultLimits: HintLimits = { intervalMs: 1000, maxPlacesPerHint: 100, maxPlacesWaiting: 2000 };

const payloadStart = 'submissions ';
const tellPlaces = {
  name: 'hint_submissions',
  text: `SELECT pg_notify('${eventChannel}', '${payloadStart}' || string_agg(place, ' '))
    FROM (SELECT DISTINCT p.instance || ':' || coalesce(p.entity::text, k.entity_id::text, '') AS place
      FROM (SELECT instance, entity, kid FROM json_to_recordset($1::json) AS r(instance integer, entity uuid, kid text)) p
      LEFT JOIN registration_key k ON k.instance_id = p.instance AND k.kid = p.kid) told`,
} as const;

/**
 * Tells open consoles of every process that submissions came in, and where, not which: a bounded number of words
 * however many there are. Apart from the transactions that write them, which a notification would make queue up.
 */
export function createSubmissionHints(
  pool: Pool,
  onTrouble: (error: unknown) => void,
  { intervalMs, maxPlacesPerHint, maxPlacesWaiting }: HintLimits = defaultLimits,
): SubmissionHints {
  const waiting = new Map<string, SubmissionPlace>();
  let timer: NodeJS.Timeout | undefined;
  let lastMs = 0;
  let telling: Promise<void> | undefined;
  let isClosed = false;

  function schedule(): void {
    if (isClosed || telling !== undefined || waiting.size === 0) return;
    timer ??= setTimeout(tell, Date.now() - lastMs > intervalMs ? firstDelayMs : intervalMs).unref();
  }

  function tell(): void {
    timer = undefined;
    lastMs = Date.now();
    const told = [...waiting].slice(0, maxPlacesPerHint);
    for (const [name] of told) waiting.delete(name);
    const rows = told.map(([, { instanceId, entityId, kid }]) => ({
      instance: instanceId,
      entity: entityId,
      kid,
    }));
    telling = pool
      .query({ ...tellPlaces, values: [sqlJson(rows)] })
      .then(() => undefined, onTrouble)
      .then(() => {
        telling = undefined;
        schedule();
      });
  }

  return {
    note: (place) => {
      if (waiting.size >= maxPlacesWaiting) return;
      waiting.set(`${place.instanceId} ${place.entityId ?? `key ${place.kid ?? ''}`}`, place);
      schedule();
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await telling;
    },
  };
}

/** Undefined where a notification is of something else. */
export function readSubmissionHint(payload: string | undefined): HintedPlace[] | undefined {
  if (payload?.startsWith(payloadStart) !== true) return undefined;
  return payload
    .slice(payloadStart.length)
    .split(' ')
    .map((place) => {
      const [instanceId, entityId = ''] = place.split(':');
      return { instanceId: Number(instanceId), entityId: entityId === '' ? null : entityId };
    });
}
