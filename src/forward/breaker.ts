import { backoffMs, knockWaits, slowKnockWaits } from './backoff';
import { maxRetryAfterMs, type DownWhy, type Judgement } from './judge-answer';

/**
 * Whether anything is sent at all. Closed: all goes. Open: nothing goes before `until`; then one is sent to see
 * (half open), and its answer closes the breaker or opens it for longer.
 */
export interface Breaker {
  readonly state: 'closed' | 'open' | 'half_open';
  /** Answers in a row that were not of a working upstream. */
  readonly troubles: number;
  /** How often it has opened since it was closed. */
  readonly knocks: number;
  /** ms since 1970; when the next may go. */
  readonly until: number;
  readonly why: DownWhy | 'many_failures' | undefined;
}

export const closedBreaker: Breaker = { state: 'closed', troubles: 0, knocks: 0, until: 0, why: undefined };

/** A connection that broke once says little; these say it of themselves. */
const lasting: readonly DownWhy[] = [
  'credential_refused',
  'wrong_url',
  'not_glpi',
  'loop',
  'tls',
  'inventory_disabled',
];
const needsAPerson: ReadonlySet<string> = new Set(lasting);
const opensAtOnce: ReadonlySet<string> = new Set<DownWhy>([
  ...lasting,
  'maintenance',
  'database_down',
  'overloaded',
]);
/** Of those that may be chance. */
const troublesToOpen = 3;
/** Inventories that fail one by one may each be at fault; so many in a row are not. */
const failuresToOpen = 10;

/** How many may be on their way now, of those that the pace allows. */
export function allowed(breaker: Breaker, window: number, now: number): number {
  if (breaker.state === 'closed') return window;
  if (breaker.state === 'half_open') return 1;
  return isOver(breaker, now) ? 1 : 0;
}

/** Also when it is further away than any wait: the clock was ahead when it was written. */
function isOver({ until }: Breaker, now: number): boolean {
  return now >= until || until - now > maxRetryAfterMs;
}

/** The first one goes after an open time: from now on its answer decides. */
export function onSent(breaker: Breaker, now: number): Breaker {
  return breaker.state === 'open' && isOver(breaker, now) ? { ...breaker, state: 'half_open' } : breaker;
}

export function onJudged(breaker: Breaker, judgement: Judgement, now: number, random: () => number): Breaker {
  if (judgement.kind === 'delivered' || judgement.kind === 'refused') {
    // Answers to what was sent before it opened say nothing about now.
    return breaker.state === 'open' ? breaker : closedBreaker;
  }
  const troubles = breaker.troubles + 1;
  if (breaker.state === 'open') return { ...breaker, troubles };
  if (judgement.kind === 'failed') {
    if (breaker.state === 'closed' && troubles < failuresToOpen) return { ...breaker, troubles };
    return opened(breaker, troubles, 'many_failures', undefined, now, random);
  }
  const isSure =
    opensAtOnce.has(judgement.why) || breaker.state === 'half_open' || troubles >= troublesToOpen;
  if (!isSure) return { ...breaker, troubles };
  return opened(breaker, troubles, judgement.why, judgement.retryAfterMs, now, random);
}

function opened(
  before: Breaker,
  troubles: number,
  why: NonNullable<Breaker['why']>,
  retryAfterMs: number | undefined,
  now: number,
  random: () => number,
): Breaker {
  const knocks = before.knocks + 1;
  const waits = needsAPerson.has(why) ? slowKnockWaits : knockWaits;
  const wait = Math.max(retryAfterMs ?? 0, backoffMs(knocks, waits, random));
  return { state: 'open', troubles, knocks, until: now + wait, why };
}

/** Another credential is worth a knock at once: whoever brought it need not wait for the next. */
export function onNewCredential(breaker: Breaker, now: number): Breaker {
  const waits = breaker.state === 'open' && breaker.why === 'credential_refused' && breaker.until > now;
  return waits ? { ...breaker, until: now } : breaker;
}

/** What was stored by another process, or nothing of use. */
export function readBreaker(stored: unknown): Breaker {
  const { state, troubles, knocks, until, why } = (stored ?? {}) as Partial<Breaker>;
  const isWhole =
    (state === 'closed' || state === 'open' || state === 'half_open') &&
    [troubles, knocks, until].every((value) => typeof value === 'number');
  if (!isWhole) return closedBreaker;
  // Whoever sent the one that was to tell is gone with it.
  return {
    state: state === 'half_open' ? 'open' : state,
    troubles: troubles ?? 0,
    knocks: knocks ?? 0,
    until: until ?? 0,
    why,
  };
}
