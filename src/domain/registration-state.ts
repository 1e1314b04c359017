/**
 * Where a registration stands, as the installation itself sees it. `pending`: never validated; `valid`: validated within
 * its time; `grace`: valid before, and the server was out of reach since; `expired`: out of reach for longer than the
 * grace, or the key's time is over; `revoked`: the server does not want it any more; `url_mismatch`: the key is bound to
 * another URL.
 */
export const registrationStates = [
  'pending',
  'valid',
  'grace',
  'expired',
  'revoked',
  'url_mismatch',
] as const;
export type RegistrationState = (typeof registrationStates)[number];

/** Lengths in milliseconds. The server says the first two. */
export interface ValidationPolicy {
  /** From one validation to the next. */
  readonly everyMs: number;
  /** How long a registration counts without having been validated again. */
  readonly graceMs: number;
}

export const defaultValidationPolicy: ValidationPolicy = {
  everyMs: 6 * 3_600_000,
  graceMs: 14 * 24 * 3_600_000,
};

/** Bounds of what a server may ask for. */
export const validationBoundsMs = { everyMin: 60_000, everyMax: 7 * 86_400_000, graceMax: 365 * 86_400_000 };
/** Of the interval, up or down, by chance: thousands of installations that started together do not come together. */
const jitterShare = 0.1;
const firstRetryMs = 60_000;
const longestRetryMs = 3_600_000;
/** A refusal is remembered for a short time only: an admin who rebinds the key must not wait for a day. */
const firstRefusedRetryMs = 300_000;

export interface Standing {
  readonly state: RegistrationState;
  readonly since: Date;
  readonly lastValidatedAt: Date | null;
  readonly lastAttemptAt: Date | null;
  /** In a row, without a validation between them. */
  readonly failedAttempts: number;
  /** When to ask next. */
  readonly nextAt: Date;
  /** Why the last attempt failed: code of a reason, or layer of the network; null after a validation. */
  readonly why: string | null;
}

export type Attempt =
  | { readonly kind: 'validated' }
  /** The server knows who asks, and says no. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly layer: string };

export function freshStanding(now: Date): Standing {
  return {
    state: 'pending',
    since: now,
    lastValidatedAt: null,
    lastAttemptAt: null,
    failedAttempts: 0,
    nextAt: now,
    why: null,
  };
}

const refusedStates: Readonly<Record<string, RegistrationState>> = {
  key_url_mismatch: 'url_mismatch',
  key_expired: 'expired',
};

/** `random`: from 0 up to, not including, 1. */
export function afterAttempt(
  before: Standing,
  attempt: Attempt,
  now: Date,
  policy: ValidationPolicy,
  random: () => number,
): Standing {
  const jittered = (ms: number): Date =>
    new Date(now.getTime() + Math.round(ms * (1 + jitterShare * (2 * random() - 1))));
  if (attempt.kind === 'validated') {
    return {
      state: 'valid',
      since: before.state === 'valid' ? before.since : now,
      lastValidatedAt: now,
      lastAttemptAt: now,
      failedAttempts: 0,
      nextAt: jittered(policy.everyMs),
      why: null,
    };
  }
  const failedAttempts = before.failedAttempts + 1;
  const first = attempt.kind === 'refused' ? firstRefusedRetryMs : firstRetryMs;
  const waitMs = Math.min(first * 2 ** Math.min(failedAttempts - 1, 20), longestRetryMs, policy.everyMs);
  const tried = { ...before, lastAttemptAt: now, failedAttempts, nextAt: jittered(waitMs) };
  if (attempt.kind === 'refused') {
    const state = refusedStates[attempt.reason] ?? 'revoked';
    return { ...changed(tried, state, now), why: attempt.reason };
  }
  const state = before.state === 'valid' ? 'grace' : before.state;
  return standingAt({ ...changed(tried, state, now), why: attempt.layer }, now, policy);
}

/** What time alone makes of it: a validation is cached for its time, then a grace, then it is over. */
export function standingAt(standing: Standing, now: Date, policy: ValidationPolicy): Standing {
  const { state, lastValidatedAt } = standing;
  if ((state !== 'valid' && state !== 'grace') || lastValidatedAt === null) return standing;
  const ageMs = now.getTime() - lastValidatedAt.getTime();
  if (ageMs > policy.graceMs) return changed(standing, 'expired', now);
  // Half an interval late is a machine that was off, or a loop that stands still.
  return ageMs > policy.everyMs * 1.5 ? changed(standing, 'grace', now) : standing;
}

/** A clock that was set back must not put the next attempt off for ever. */
export function isDue({ nextAt, lastAttemptAt }: Standing, now: Date): boolean {
  return nextAt <= now || (lastAttemptAt !== null && lastAttemptAt > now);
}

/** A relay hands on, and everything else that needs a registration goes on, in these. */
export function isGood({ state }: Pick<Standing, 'state'>): boolean {
  return state === 'valid' || state === 'grace';
}

function changed(standing: Standing, state: RegistrationState, now: Date): Standing {
  return standing.state === state ? standing : { ...standing, state, since: now };
}
