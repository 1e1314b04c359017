/**
 * How many inventories may be on their way at once: found by trying. Each answer tells how much longer it took than
 * the quickest of its size; from that follows how many of those on their way only wait inside the upstream. A few
 * waiting keep it busy, more only add latency: GLPI on two cores does 2.5 inventories a second one at a time, 5.8 with
 * four and 5.4 with eight. (The reckoning is that of TCP Vegas.)
 */
export interface Pace {
  /** How many at once; a fraction, so that it grows by one in as many answers as it allows. */
  readonly window: number;
  /** Quickest answer in ms by size class of what was sent: a small inventory takes 400 ms, one of 160 KB 1,300. */
  readonly quickest: Readonly<Record<string, number>>;
  /** Mean latency of late, in ms; for people. */
  readonly latencyMs: number;
  /** ms since 1970; the window is halved once for what went out before this. */
  readonly halvedAt: number;
}

export const startPace: Pace = { window: 1, quickest: {}, latencyMs: 0, halvedAt: 0 };

/** Waiting inside the upstream: fewer than this are too few, more than that too many. */
const fewWaiting = 2;
const manyWaiting = 4;
/** The quickest answer is forgotten slowly, half of it in 7,000 answers: an upstream may become slower for good. */
const forgetting = 1.0001;
const latencyWeight = 0.1;

export interface Answered {
  readonly bytes: number;
  readonly latencyMs: number;
  /** ms since 1970 at which it was sent. */
  readonly sentAt: number;
}

/** A good answer. Only one of an upstream that is kept busy says anything about a larger window. */
export function onGoodAnswer(pace: Pace, answered: Answered, inFlight: number, maxWindow: number): Pace {
  const { latencyMs } = answered;
  const size = sizeClassOf(answered.bytes);
  const known = pace.quickest[size];
  const best = known === undefined ? latencyMs : Math.min(latencyMs, known * forgetting);
  const waiting = pace.window * (1 - best / Math.max(latencyMs, 1));
  const step = waiting < fewWaiting ? 1 : waiting > manyWaiting ? -1 : 0;
  const isFull = inFlight >= Math.floor(pace.window);
  const window = step === 1 && !isFull ? pace.window : pace.window + step / pace.window;
  return {
    ...pace,
    window: clamp(window, maxWindow),
    quickest: { ...pace.quickest, [size]: best },
    latencyMs: mean(pace.latencyMs, latencyMs),
  };
}

/** An answer that failed, or none. Those that were on their way together halve it once. */
export function onBadAnswer(pace: Pace, answered: Answered, now: number, maxWindow: number): Pace {
  if (answered.sentAt < pace.halvedAt) return pace;
  return { ...pace, window: clamp(pace.window / 2, maxWindow), halvedAt: now };
}

/** How many at once. */
export function windowOf({ window }: Pace, maxWindow: number): number {
  return Math.max(1, Math.min(maxWindow, Math.floor(window)));
}

function clamp(window: number, maxWindow: number): number {
  return Math.max(1, Math.min(maxWindow, window));
}

function mean(before: number, now: number): number {
  return Math.round(before === 0 ? now : before + (now - before) * latencyWeight);
}

/** Powers of two of kilobytes; contacts are a class of their own. */
function sizeClassOf(bytes: number): string {
  return String(Math.max(0, Math.ceil(Math.log2(Math.max(1, bytes / 1024)))));
}

/** What was stored by another process, or nothing of use. */
export function readPace(stored: unknown): Pace {
  const { window, quickest, latencyMs, halvedAt } = (stored ?? {}) as Partial<Pace>;
  const isWhole = [window, latencyMs, halvedAt].every((value) => typeof value === 'number' && value >= 0);
  if (!isWhole || typeof quickest !== 'object') return startPace;
  return { window: Math.max(1, window ?? 1), quickest, latencyMs: latencyMs ?? 0, halvedAt: halvedAt ?? 0 };
}
