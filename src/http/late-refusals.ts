export interface LateRefusalLimits {
  /** Refusals without a good key that this process answers: as many at once, then evenly as many a second. */
  readonly maxPromptRefusalsPerSecond: number;
  /** Requests that wait for their turn at a time; beyond them refusals are answered at once again. */
  readonly maxLateRefusals: number;
}

export interface LateRefusals {
  /** Resolves when it is the refusal's turn: at once, or after those that wait already while there are too many. */
  whenDue(): Promise<void>;
  readonly waiting: number;
}

const secondMs = 1000;

/**
 * Lets a flood of bad keys wait for its answers. Each connection can ask for nothing more meanwhile, so that a flood of
 * few connections takes little of the one thread that good agents share with it. Turns come evenly: let go together,
 * those that waited would come back together, and good agents between them wait too (measured: bench/README.md). Nobody
 * with a good key ever waits here; an agent with a bad one waits for maxLateRefusals / maxPromptRefusalsPerSecond
 * seconds at most. `nowMs`: any clock that is never set back.
 */
export function createLateRefusals(
  { maxPromptRefusalsPerSecond, maxLateRefusals }: LateRefusalLimits,
  nowMs: () => number = () => performance.now(),
): LateRefusals {
  const turnMs = secondMs / maxPromptRefusalsPerSecond;
  /** How far ahead of an even sequence refusals may be answered, for a burst. */
  const burstMs = Math.max(0, secondMs - turnMs);
  let nextTurnMs = nowMs();
  let waiting = 0;

  return {
    whenDue: async () => {
      const now = nowMs();
      const turn = Math.max(nextTurnMs, now);
      const waitMs = turn - burstMs - now;
      if (waitMs > 0 && waiting >= maxLateRefusals) return;
      nextTurnMs = turn + turnMs;
      if (waitMs <= 0) return;
      waiting++;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      waiting--;
    },
    get waiting() {
      return waiting;
    },
  };
}
