export interface LateRefusalLimits {
  /** Refusals without a good key that this process answers at once, in a second. */
  readonly maxPromptRefusalsPerSecond: number;
  /** How much later the others are answered. */
  readonly lateRefusalMs: number;
  /** Requests that wait so at a time; beyond them refusals are answered at once again. */
  readonly maxLateRefusals: number;
}

export interface LateRefusals {
  /** Resolves when the refusal is to be answered: at once, or later while there are too many of them. */
  whenDue(): Promise<void>;
  readonly waiting: number;
}

const secondMs = 1000;

/**
 * Lets a flood of bad keys wait for its answers. Each connection can ask for nothing more meanwhile, so that a flood of
 * few connections takes little of the one thread that good agents share with it (measured: bench/README.md). Nobody
 * with a good key ever waits here, and an agent with a bad one loses a second.
 * `nowMs`: any clock that is never set back.
 */
export function createLateRefusals(
  { maxPromptRefusalsPerSecond, lateRefusalMs, maxLateRefusals }: LateRefusalLimits,
  nowMs: () => number = () => performance.now(),
): LateRefusals {
  let secondBegan = nowMs();
  let prompt = 0;
  let waiting = 0;

  function isPrompt(): boolean {
    const now = nowMs();
    if (now - secondBegan >= secondMs) {
      secondBegan = now;
      prompt = 0;
    }
    return ++prompt <= maxPromptRefusalsPerSecond;
  }

  return {
    whenDue: async () => {
      if (isPrompt() || waiting >= maxLateRefusals) return;
      waiting++;
      await new Promise((resolve) => setTimeout(resolve, lateRefusalMs));
      waiting--;
    },
    get waiting() {
      return waiting;
    },
  };
}
