import type { UpstreamKind } from '../domain/upstream';
import type { FieldPlan } from '../ingest/validate/field-plan';
import { allowed, onJudged, onNewCredential, onSent, readBreaker, type Breaker } from './breaker';
import type { Judgement } from './judge-answer';
import { messageOf, type Message } from './message';
import { outcomeOf } from './outcome';
import { onBadAnswer, onGoodAnswer, readPace, windowOf, type Answered } from './pace';
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
  /** What each kind of upstream takes. */
  readonly plans: Readonly<Record<UpstreamKind, ReadonlyMap<string, FieldPlan>>>;
  readonly proxyId: string;
  readonly settings: ForwarderSettings;
  readonly now: () => Date;
  readonly random: () => number;
  readonly onDelivered: OnDelivered;
  /** Of each answer: `delivered`, or why not. */
  readonly onAnswer: (kind: string) => void;
  readonly onTrouble: (what: string, error: unknown) => void;
  /** Of a breaker that opened or closed again, for admins; a throw is told of as trouble. */
  readonly onTurn: (instanceId: number, turn: UpstreamTurn) => Promise<void>;
  /** How often an idle queue is looked at. */
  readonly idleMs?: number;
}

export interface UpstreamTurn {
  readonly kind: 'upstream.down' | 'upstream.up';
  readonly at: Date;
  /** Of a breaker that opened. */
  readonly why: Breaker['why'];
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
/** It lacks a file of this host, or was removed a moment ago: others lead meanwhile. */
const asideMs = 2_000;
const refreshEveryMs = 60_000;
const refreshAtOnce = 500;
const hourMs = 3_600_000;

interface Run {
  readonly instanceId: number;
  lead: Lead;
  poster: Poster;
  learnt: Learnt;
  /** What of it is stored. */
  written: Learnt;
  inFlight: number;
  /** Sent in the running minute. */
  minute: number;
  sentInMinute: number;
  refreshedAt: number;
}

/** What one process forwards. */
interface State {
  readonly deps: ForwarderDeps;
  readonly runs: Map<number, Run>;
  readonly sending: Set<Promise<void>>;
  /** Upstreams that this process cannot send to, and when it looks again; ms since 1970. */
  readonly asideUntil: Map<number, number>;
  isClosing: boolean;
}

/** Sends what is due, as fast as each upstream digests it. One loop a process; of all processes one leads an upstream. */
export function startForwarder(deps: ForwarderDeps): Forwarder {
  const state: State = { deps, runs: new Map(), sending: new Set(), asideUntil: new Map(), isClosing: false };
  let timer: NodeJS.Timeout | undefined;
  let turning: Promise<void> = Promise.resolve();
  const next = (): void => {
    turning = turn(state).then(() => {
      if (!state.isClosing) timer = setTimeout(next, deps.idleMs ?? 1000);
    });
  };
  next();
  return {
    get inFlight() {
      return [...state.runs.values()].reduce((sum, run) => sum + run.inFlight, 0);
    },
    close: async () => {
      state.isClosing = true;
      clearTimeout(timer);
      await turning;
      await finishSending(state);
    },
  };
}

/** Never throws. The trouble of one upstream is not that of the others. */
async function turn(state: State): Promise<void> {
  const { deps, runs } = state;
  try {
    const instanceIds = await deps.queue.instances();
    // Of an upstream that was removed nothing more is sent.
    for (const gone of [...runs.keys()].filter((id) => !instanceIds.includes(id))) await drop(state, gone);
    for (const instanceId of instanceIds) {
      await visit(state, instanceId).catch((error: unknown) => {
        deps.onTrouble('passing on to an upstream', error);
      });
    }
  } catch (error) {
    deps.onTrouble('looking for what is to be passed on', error);
  }
}

/** Never throws: without a database, too, all else is closed. */
async function finishSending({ deps, runs, sending }: State): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, closeMs)));
  await Promise.race([Promise.all(sending), late]);
  clearTimeout(timer);
  for (const { poster } of runs.values()) await poster.close();
  await Promise.all(sending);
  for (const { instanceId, learnt } of runs.values()) {
    try {
      await deps.queue.lead(instanceId, deps.now(), learnt);
      await deps.queue.leave(instanceId);
    } catch (error) {
      // The lead ends by itself.
      deps.onTrouble('leaving an upstream to others', error);
    }
  }
}

async function visit(state: State, instanceId: number): Promise<void> {
  const { deps, runs } = state;
  const run = runs.get(instanceId);
  if ((state.asideUntil.get(instanceId) ?? 0) > deps.now().getTime()) return;
  const until = new Date(deps.now().getTime() + leadMs);
  const learnt = run?.learnt;
  const lead = await deps.queue.lead(instanceId, until, run?.written === learnt ? undefined : learnt);
  if (run !== undefined && learnt !== undefined) run.written = learnt;
  if (lead === undefined) {
    await drop(state, instanceId);
    return;
  }
  if (run?.lead.version !== lead.version) {
    await drop(state, instanceId);
    const poster = await deps.openPoster(instanceId);
    if (poster !== undefined) runs.set(instanceId, begin(instanceId, lead, poster));
  } else run.lead = lead;
  const current = runs.get(instanceId);
  if (current === undefined) {
    // Nothing here to send with; another process may have it.
    state.asideUntil.set(instanceId, deps.now().getTime() + asideMs);
    await deps.queue.leave(instanceId);
    return;
  }
  if (lead.isPaused) return;
  knockWithAnother(deps, current);
  await refresh(deps, current);
  await fill(state, current);
}

function knockWithAnother({ now }: ForwarderDeps, run: Run): void {
  const { breaker } = run.learnt;
  if (breaker.why !== 'credential_refused' || run.poster.hasNewCredential?.() !== true) return;
  const knocking = onNewCredential(breaker, now().getTime());
  if (knocking !== breaker) run.learnt = { ...run.learnt, breaker: knocking };
}

/** What it has sent ends by itself, on connections that are closed after it. */
async function drop({ runs }: State, instanceId: number): Promise<void> {
  const run = runs.get(instanceId);
  runs.delete(instanceId);
  if (run?.inFlight === 0) await run.poster.close();
}

function begin(instanceId: number, lead: Lead, poster: Poster): Run {
  const learnt = {
    version: lead.version,
    pace: readPace(lead.pace),
    breaker: readBreaker(lead.breaker),
    lastTrouble: undefined,
    lastDeliveryAt: undefined,
  };
  return {
    instanceId,
    lead,
    poster,
    learnt,
    written: learnt,
    inFlight: 0,
    minute: 0,
    sentInMinute: 0,
    refreshedAt: 0,
  };
}

async function refresh({ queue, settings, now }: ForwarderDeps, run: Run): Promise<void> {
  const at = now().getTime();
  if (at - run.refreshedAt < refreshEveryMs) return;
  run.refreshedAt = at;
  const before = new Date(at - settings.forwardRefreshHours * hourMs);
  await queue.refreshContacts(run.instanceId, before, refreshAtOnce, run.poster.kind === 'gatehouse');
}

async function fill(state: State, run: Run): Promise<void> {
  const { queue, settings, now, onTrouble } = state.deps;
  const room = roomOf(state.deps, run);
  if (room <= 0 || state.isClosing || run.lead.isPaused) return;
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
    const sent = send(state, run, due).catch((error: unknown) => {
      onTrouble('passing on', error);
    });
    state.sending.add(sent);
    void sent.finally(() => state.sending.delete(sent));
  }
}

function roomOf({ settings, now }: ForwarderDeps, run: Run): number {
  const at = now().getTime();
  const minute = Math.floor(at / 60_000);
  if (minute !== run.minute) Object.assign(run, { minute, sentInMinute: 0 });
  const { pace, breaker } = run.learnt;
  const window = allowed(breaker, windowOf(pace, settings.forwardMaxConcurrency), at);
  const left = (settings.forwardMaxPerMinute ?? Infinity) - run.sentInMinute;
  return Math.min(window - run.inFlight, left);
}

async function send(state: State, run: Run, due: DueAsset): Promise<void> {
  const { queue, plans, proxyId, now } = state.deps;
  try {
    const message = due.isActive
      ? messageOf(due, plans[run.poster.kind], proxyId, run.poster.kind)
      : undefined;
    if (message === undefined) await queue.finish(due, unsent(due, now()));
    else await post(state, run, due, message);
  } finally {
    run.inFlight--;
  }
  if (state.runs.get(run.instanceId) === run) await fill(state, run);
  else if (run.inFlight === 0) await run.poster.close();
}

async function post(state: State, run: Run, due: DueAsset, message: Message): Promise<void> {
  const { deps } = state;
  const { settings, now } = deps;
  const sentAt = now().getTime();
  run.sentInMinute++;
  run.learnt = { ...run.learnt, breaker: onSent(run.learnt.breaker, sentAt) };
  const isCharged = run.learnt.breaker.state === 'closed';
  const judgement = await run.poster.post(message).catch((error: unknown): Judgement => {
    // A fault of ours must not leave it leased and tried for ever without anybody seeing why.
    deps.onTrouble('passing on', error);
    return { kind: 'failed', why: 'answer_cut', detail: 'Gatehouse failed on it: its log says how' };
  });
  const at = now();
  const before = run.learnt.breaker;
  learn(deps, run, judgement, { bytes: message.body.length, latencyMs: at.getTime() - sentAt, sentAt }, at);
  deps.onAnswer(judgement.kind === 'delivered' ? 'delivered' : judgement.why);
  const limits = { isCharged: isCharged && !state.isClosing, maxAttempts: settings.forwardMaxAttempts };
  const outcome = outcomeOf(due, judgement, limits, at, deps.random);
  await deps.queue.finish(due, outcome);
  if (outcome.kind === 'delivered') tellOfDelivery(deps, due, at);
  // Answers to what an upstream before this one was sent say nothing of it.
  if (state.runs.get(run.instanceId) === run) await tellOfTurn(deps, run, before, at);
}

function learn(
  { settings, random }: ForwarderDeps,
  run: Run,
  judgement: Judgement,
  answered: Answered,
  at: Date,
): void {
  const { pace, breaker, lastTrouble, lastDeliveryAt } = run.learnt;
  const max = settings.forwardMaxConcurrency;
  const isGood = judgement.kind === 'delivered' || judgement.kind === 'refused';
  run.learnt = {
    version: run.learnt.version,
    pace: isGood
      ? onGoodAnswer(pace, answered, run.inFlight, max)
      : onBadAnswer(pace, answered, at.getTime(), max),
    breaker: onJudged(breaker, judgement, at.getTime(), random),
    lastTrouble:
      judgement.kind === 'delivered'
        ? lastTrouble
        : { kind: judgement.why, detail: judgement.detail, at: at.toISOString() },
    lastDeliveryAt: judgement.kind === 'delivered' ? at : lastDeliveryAt,
  };
}

function tellOfDelivery(deps: ForwarderDeps, due: DueAsset, at: Date): void {
  const { instanceId, assetId, wanted, itemtype, sender } = due;
  if (wanted === null) return;
  const { deviceid = '' } = sender;
  deps.onDelivered({ instanceId, assetId, submissionId: wanted, itemtype, deviceid, at });
}

/** Once when it goes down, however often it is tried then, and once when it takes them again. */
async function tellOfTurn(deps: ForwarderDeps, run: Run, before: Breaker, at: Date): Promise<void> {
  const { state, why } = run.learnt.breaker;
  if (before.state === 'closed' && state === 'open') {
    await deps.onTurn(run.instanceId, { kind: 'upstream.down', at, why });
  } else if (before.state !== 'closed' && state === 'closed') {
    await deps.onTurn(run.instanceId, { kind: 'upstream.up', at, why: undefined });
  }
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
