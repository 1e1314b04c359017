import type { FieldPlan } from '../ingest/validate/field-plan';
import { allowed, onJudged, onSent, readBreaker } from './breaker';
import { messageOf } from './message';
import { outcomeOf } from './outcome';
import { onBadAnswer, onGoodAnswer, readPace, windowOf } from './pace';
import type { DueAsset, ForwardQueue, Lead, Learnt, OnDelivered, Poster } from './ports';

export interface ForwarderSettings {
  readonly forwardMaxConcurrency: number;
  readonly forwardMaxPerMinute: number | undefined;
  readonly forwardTimeoutMs: number;
  readonly forwardMaxAttempts: number;
  readonly forwardRefreshHours: number;
}

export interface ForwarderDeps {
  readonly queue: ForwardQueue;
  /** @throws when the upstream's secret cannot be read; told of as trouble, and tried again. */
  readonly openPoster: (instanceId: number) => Promise<Poster | undefined>;
  readonly plans: ReadonlyMap<string, FieldPlan>;
  readonly proxyId: string;
  readonly settings: ForwarderSettings;
  readonly now: () => Date;
  readonly random: () => number;
  readonly onDelivered: OnDelivered;
  /** Of each answer: `delivered`, or why not. */
  readonly onAnswer: (kind: string) => void;
  readonly onTrouble: (what: string, error: unknown) => void;
  /** How often an idle queue is looked at. */
  readonly idleMs?: number;
}

export interface Forwarder {
  /** Waits 5 s for what is on its way; what is cut off then is sent again. */
  close(): Promise<void>;
  /** On their way now, from this process. */
  readonly inFlight: number;
}

/** One process leads an upstream for so long without word; another one takes over then. */
const leadMs = 15_000;
/** After the time for an answer: to write what became of it. */
const leaseGraceMs = 15_000;
/** For answers to come when it is closed; what is cut off then costs no try and is sent again. */
const closeMs = 5_000;
const refreshEveryMs = 60_000;
const refreshAtOnce = 500;
const hourMs = 3_600_000;

interface Run {
  readonly instanceId: number;
  lead: Lead;
  poster: Poster;
  learnt: Learnt;
  inFlight: number;
  /** Sent in the running minute. */
  minute: number;
  sentInMinute: number;
  refreshedAt: number;
}

/** Sends what is due, as fast as each upstream digests it. One loop a process; of all processes one leads an upstream. */
// eslint-disable-next-line max-lines-per-function -- one loop and its state; to be taken apart
export function startForwarder(deps: ForwarderDeps): Forwarder {
  const { queue, settings, now } = deps;
  const runs = new Map<number, Run>();
  const sending = new Set<Promise<void>>();
  let isClosing = false;
  let timer: NodeJS.Timeout | undefined;
  let turning: Promise<void> = Promise.resolve();

  const turn = async (): Promise<void> => {
    try {
      for (const instanceId of await queue.instances()) await visit(instanceId);
    } catch (error) {
      deps.onTrouble('looking for what is to be passed on', error);
    }
    if (!isClosing) timer = setTimeout(next, deps.idleMs ?? 1000);
  };
  const next = (): void => {
    turning = turn();
  };

  async function visit(instanceId: number): Promise<void> {
    const run = runs.get(instanceId);
    const lead = await queue.lead(instanceId, new Date(now().getTime() + leadMs), run?.learnt);
    if (lead === undefined) {
      await drop(instanceId);
      return;
    }
    if (run?.lead.version !== lead.version) {
      await drop(instanceId);
      const poster = await deps.openPoster(instanceId);
      if (poster !== undefined) runs.set(instanceId, begin(instanceId, lead, poster));
    } else run.lead = lead;
    const current = runs.get(instanceId);
    if (current === undefined || lead.isPaused) return;
    await refresh(current);
    await fill(current);
  }

  /** What it has sent ends by itself, on connections that are closed after it. */
  async function drop(instanceId: number): Promise<void> {
    const run = runs.get(instanceId);
    runs.delete(instanceId);
    if (run?.inFlight === 0) await run.poster.close();
  }

  function begin(instanceId: number, lead: Lead, poster: Poster): Run {
    const learnt = {
      pace: readPace(lead.pace),
      breaker: readBreaker(lead.breaker),
      lastTrouble: undefined,
      lastDeliveryAt: undefined,
    };
    return { instanceId, lead, poster, learnt, inFlight: 0, minute: 0, sentInMinute: 0, refreshedAt: 0 };
  }

  async function refresh(run: Run): Promise<void> {
    const at = now().getTime();
    if (run.lead.isPaused || at - run.refreshedAt < refreshEveryMs) return;
    run.refreshedAt = at;
    const before = new Date(at - settings.forwardRefreshHours * hourMs);
    await queue.refreshContacts(run.instanceId, before, refreshAtOnce);
  }

  async function fill(run: Run): Promise<void> {
    const room = roomOf(run);
    if (room <= 0 || isClosing) return;
    // Counted before it is asked for: two answers at once must not both fill the same room.
    run.inFlight += room;
    const leaseUntil = new Date(now().getTime() + settings.forwardTimeoutMs + leaseGraceMs);
    let claimed: readonly DueAsset[] = [];
    try {
      claimed = await queue.claim(run.instanceId, room, leaseUntil);
    } finally {
      run.inFlight -= room - claimed.length;
    }
    for (const due of claimed) {
      const sent = send(run, due).catch((error: unknown) => {
        deps.onTrouble('passing on', error);
      });
      sending.add(sent);
      void sent.finally(() => sending.delete(sent));
    }
  }

  function roomOf(run: Run): number {
    const at = now().getTime();
    const minute = Math.floor(at / 60_000);
    if (minute !== run.minute) Object.assign(run, { minute, sentInMinute: 0 });
    const { pace, breaker } = run.learnt;
    const window = allowed(breaker, windowOf(pace, settings.forwardMaxConcurrency), at);
    const left = (settings.forwardMaxPerMinute ?? Infinity) - run.sentInMinute;
    return Math.min(window - run.inFlight, left);
  }

  async function send(run: Run, due: DueAsset): Promise<void> {
    try {
      const message = due.isActive ? messageOf(due, deps.plans, deps.proxyId) : undefined;
      if (message === undefined) await queue.finish(due, unsent(due, now()));
      else await post(run, due, message);
    } finally {
      run.inFlight--;
    }
    if (runs.get(run.instanceId) === run) await fill(run);
    else if (run.inFlight === 0) await run.poster.close();
  }

  async function post(run: Run, due: DueAsset, message: Parameters<Poster['post']>[0]): Promise<void> {
    const sentAt = now().getTime();
    run.sentInMinute++;
    run.learnt = { ...run.learnt, breaker: onSent(run.learnt.breaker, sentAt) };
    const isCharged = run.learnt.breaker.state === 'closed';
    const judgement = await run.poster.post(message);
    const at = now();
    const answered = { bytes: message.body.length, latencyMs: at.getTime() - sentAt, sentAt };
    const { pace, breaker } = run.learnt;
    const max = settings.forwardMaxConcurrency;
    const isGood = judgement.kind === 'delivered' || judgement.kind === 'refused';
    run.learnt = {
      pace: isGood
        ? onGoodAnswer(pace, answered, run.inFlight, max)
        : onBadAnswer(pace, answered, at.getTime(), max),
      breaker: onJudged(breaker, judgement, at.getTime(), deps.random),
      lastTrouble:
        judgement.kind === 'delivered'
          ? run.learnt.lastTrouble
          : { kind: judgement.why, detail: judgement.detail, at: at.toISOString() },
      lastDeliveryAt: judgement.kind === 'delivered' ? at : run.learnt.lastDeliveryAt,
    };
    deps.onAnswer(judgement.kind === 'delivered' ? 'delivered' : judgement.why);
    const limits = { isCharged: isCharged && !isClosing, maxAttempts: settings.forwardMaxAttempts };
    const outcome = outcomeOf(due, judgement, limits, at, deps.random);
    await queue.finish(due, outcome);
    const { instanceId, assetId, wanted, itemtype, sender } = due;
    if (outcome.kind !== 'delivered' || wanted === null) return;
    deps.onDelivered({
      instanceId,
      assetId,
      submissionId: wanted,
      itemtype,
      deviceid: sender.deviceid ?? '',
      at,
    });
  }

  next();
  return {
    get inFlight() {
      return [...runs.values()].reduce((sum, run) => sum + run.inFlight, 0);
    },
    close: async () => {
      isClosing = true;
      clearTimeout(timer);
      await turning;
      await Promise.race([Promise.all(sending), new Promise((resolve) => setTimeout(resolve, closeMs))]);
      for (const { poster } of runs.values()) await poster.close();
      await Promise.all(sending);
      for (const { instanceId, learnt } of runs.values()) {
        await queue.lead(instanceId, now(), learnt);
        await queue.leave(instanceId);
      }
    },
  };
}

/** Retired and merged assets are not passed on; one that no agent names cannot be. */
function unsent({ isActive, wanted }: DueAsset, at: Date) {
  if (!isActive || wanted === null) return { kind: 'dropped', at } as const;
  return {
    kind: 'dead',
    why: 'unsendable',
    detail: 'nothing is stored, or no agent id names it',
    at,
  } as const;
}
