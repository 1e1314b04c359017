import type { QuarantineReason, RefusalReason } from './refusal-reason';

/** Facts behind a decision, for admins only. Plain JSON; text in it may come from an agent and is hostile. */
export type Evidence = Record<string, unknown>;

export interface Refused {
  readonly verdict: 'refused';
  readonly reason: RefusalReason;
  readonly evidence: Evidence;
}

export interface Quarantined {
  readonly verdict: 'quarantined';
  readonly reason: QuarantineReason;
  readonly evidence: Evidence;
  /** The asset whose identity the submission claims, when there is one. */
  readonly conflictsWith?: string;
}

export interface Passed<T> {
  readonly verdict: 'passed';
  readonly value: T;
}

/** What a stage returns: it lets the submission pass, knowing more about it, or ends its way. */
export type StageResult<T> = Passed<T> | Refused;
export type HoldableResult<T> = StageResult<T> | Quarantined;

export type Outcome = 'created' | 'updated' | 'unchanged';

export const passed = <T>(value: T): Passed<T> => ({ verdict: 'passed', value });

export const refused = (reason: RefusalReason, evidence: Evidence = {}): Refused => ({
  verdict: 'refused',
  reason,
  evidence,
});

export const quarantined = (
  reason: QuarantineReason,
  evidence: Evidence = {},
  conflictsWith?: string,
): Quarantined => ({
  verdict: 'quarantined',
  reason,
  evidence,
  ...(conflictsWith === undefined ? {} : { conflictsWith }),
});
