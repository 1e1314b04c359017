import { adviceOn } from '../../forward/advice';
import { readBreaker } from '../../forward/breaker';
import { readPace, windowOf } from '../../forward/pace';
import { listQueuePage, tallyQueue, type QueueTally } from '../../store/forwarding/queue-view';
import { findUpstream, type StoredUpstream, type UpstreamState } from '../../store/forwarding/upstreams';
import type { AdminDeps, Caller } from '../admin-deps';
import { entityScope, topOf } from '../entity-scope';
import { viewQueued, type ForwardedAsset } from './list';

/** How passing on fares: the upstream itself, and what waits for it of what exists for the caller. */
export interface ForwardStatus {
  readonly at: string;
  /** Null: inventories are stored here only. */
  readonly upstream: UpstreamHealth | null;
  readonly backlog: Backlog;
  /** What failed last, the latest first. */
  readonly lastErrors: readonly ForwardedAsset[];
}

export interface UpstreamHealth {
  readonly kind: string;
  readonly url: string;
  /** `idle`: no process of Gatehouse that forwards is running. */
  readonly state: 'up' | 'down' | 'paused' | 'idle';
  readonly pause: {
    readonly since: string;
    readonly by: string;
    readonly why: string | null;
    readonly until: string | null;
  } | null;
  readonly breaker: {
    readonly state: 'closed' | 'open' | 'half_open';
    readonly why: string | null;
    readonly nextTryAt: string | null;
  };
  readonly pace: {
    /** Inventories that may be on their way at once. */
    readonly atOnce: number;
    readonly latencyMs: number;
    /** What that makes in a minute; null before the first answer. */
    readonly perMinute: number | null;
  };
  readonly lastDeliveryAt: string | null;
  readonly lastTrouble: {
    readonly reason: string;
    readonly detail: string | null;
    readonly at: string;
    readonly advice: string | null;
  } | null;
}

export interface Backlog extends Omit<QueueTally, 'oldest' | 'reasons'> {
  readonly oldestSince: string | null;
  /** Seconds, rounded down. */
  readonly oldestWaitSeconds: number | null;
  /** At the pace of now, in seconds; null: it is not sent now, or nothing is known of the pace yet. */
  readonly clearInSeconds: number | null;
  readonly reasons: readonly ReasonCount[];
}

export interface ReasonCount {
  readonly state: 'retrying' | 'dead';
  readonly reason: string;
  readonly count: number;
  readonly advice: string | null;
}

export interface StatusQuery {
  /** Of this entity and those below it. */
  readonly entity?: string;
}

const maxErrorsShown = 10;
/** More at once than any setting allows: the pace that was stored is bounded already. */
const anyWindow = 64;

/** Throws Problem `query_invalid` when there is no such entity. */
export async function getForwardStatus(
  deps: AdminDeps,
  caller: Caller,
  query: StatusQuery = {},
): Promise<ForwardStatus> {
  const { instanceId } = caller;
  const now = deps.now();
  const entityIds = await entityScope(
    deps,
    caller,
    query.entity === undefined ? {} : { ...query, recursive: 'true' },
  );
  const [upstream, tally, failed] = await Promise.all([
    findUpstream(deps.db, instanceId),
    tallyQueue(deps.db, instanceId, entityIds),
    listQueuePage(
      deps.db,
      instanceId,
      { entityIds, state: 'troubled' },
      { limit: maxErrorsShown, after: undefined },
    ),
  ]);
  const health = upstream === undefined ? null : healthOf(upstream, caller, now);
  return {
    at: now.toISOString(),
    upstream: health,
    backlog: backlogOf(tally, health, now),
    lastErrors: await viewQueued(deps, caller, failed),
  };
}

/** For what is not of one caller: the console's first page, health, metrics. */
export function healthOf(
  upstream: StoredUpstream & UpstreamState,
  caller: Pick<Caller, 'token' | 'instanceId' | 'actor'>,
  now: Date,
): UpstreamHealth {
  const { kind, url, isLed, lastDeliveryAt } = upstream;
  const pause = upstream.pause?.until != null && upstream.pause.until <= now ? undefined : upstream.pause;
  const breaker = readBreaker(upstream.breaker);
  const pace = readPace(upstream.pace);
  const atOnce = windowOf(pace, anyWindow);
  return {
    ...{ kind, url },
    state: pause !== undefined ? 'paused' : !isLed ? 'idle' : breaker.state === 'closed' ? 'up' : 'down',
    pause:
      pause === undefined
        ? null
        : {
            since: pause.at.toISOString(),
            ...{ by: pause.by, why: pause.why, until: pause.until?.toISOString() ?? null },
          },
    breaker: {
      state: breaker.state,
      why: breaker.why ?? null,
      nextTryAt: breaker.state === 'closed' ? null : new Date(breaker.until).toISOString(),
    },
    pace: {
      atOnce,
      latencyMs: pace.latencyMs,
      perMinute: pace.latencyMs === 0 ? null : Math.round((atOnce * 60_000) / pace.latencyMs),
    },
    lastDeliveryAt: lastDeliveryAt?.toISOString() ?? null,
    lastTrouble: troubleOf(upstream.lastTrouble, topOf(caller) !== undefined),
  };
}

/** An upstream's answer may quote an inventory, also one of another entity. */
function troubleOf(stored: unknown, isLimited: boolean): UpstreamHealth['lastTrouble'] {
  const { kind, detail, at } = (stored ?? {}) as { kind?: unknown; detail?: unknown; at?: unknown };
  if (typeof kind !== 'string' || typeof at !== 'string') return null;
  const shown = isLimited || typeof detail !== 'string' ? null : detail;
  return { reason: kind, detail: shown, at, advice: adviceOn(kind) ?? null };
}

function backlogOf(
  { oldest, reasons, ...counts }: QueueTally,
  health: UpstreamHealth | null,
  now: Date,
): Backlog {
  const perMinute = health?.state === 'up' ? health.pace.perMinute : null;
  const due = counts.waiting + counts.contacts;
  return {
    ...counts,
    oldestSince: oldest?.toISOString() ?? null,
    oldestWaitSeconds:
      oldest === null ? null : Math.max(0, Math.floor((now.getTime() - oldest.getTime()) / 1000)),
    clearInSeconds: perMinute === null || perMinute === 0 ? null : Math.ceil((due / perMinute) * 60),
    reasons: reasons.map((one) => ({ ...one, advice: adviceOn(one.reason) ?? null })),
  };
}
