import { exitCodes, type ExitCode } from '../exit-code';

/** What `gatehouse doctor` found of one thing that it looked at. */
export interface Finding {
  readonly check: string;
  /** `skipped`: not looked at, because something else stands in the way. */
  readonly state: 'ok' | 'warning' | 'problem' | 'skipped';
  /** In figures. */
  readonly what: string;
  /** What to do about it; of each warning and problem. */
  readonly nextStep?: string;
  /** Of a problem. */
  readonly exitCode?: ExitCode;
}

export const ok = (check: string, what: string): Finding => ({ check, state: 'ok', what });
export const skipped = (check: string, what: string): Finding => ({ check, state: 'skipped', what });
export const warning = (check: string, what: string, nextStep: string): Finding => ({
  check,
  state: 'warning',
  what,
  nextStep,
});
export const problem = (check: string, what: string, nextStep?: string, exitCode?: ExitCode): Finding => ({
  check,
  state: 'problem',
  what,
  exitCode: exitCode ?? exitCodes.refused,
  ...(nextStep === undefined ? {} : { nextStep }),
});

/** Ends within so many days are told of: what is renewed by itself is renewed a month before. */
export const soonDays = 14;

const dayMs = 86_400_000;

export const daysAfter = (time: Date, days: number): Date => new Date(time.getTime() + days * dayMs);

/** Whole days from one time to a later one. */
export const daysBetween = (from: Date, to: Date): number =>
  Math.floor((to.getTime() - from.getTime()) / dayMs);

export const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

/** `1 key`, `2 keys`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
