export interface Spaced {
  /** Runs at once, or when the time since the last run is over: once for all that asked meanwhile. */
  readonly ask: () => void;
  readonly stop: () => void;
}

/** Runs something at most once in a time, and never leaves the last one who asked without. */
export function spaced(intervalMs: number, run: () => void): Spaced {
  let timer: NodeJS.Timeout | undefined;
  let isAsked = false;
  const ask = (): void => {
    if (timer !== undefined) {
      isAsked = true;
      return;
    }
    run();
    timer = setTimeout(() => {
      timer = undefined;
      if (!isAsked) return;
      isAsked = false;
      ask();
    }, intervalMs).unref();
  };
  return {
    ask,
    stop: () => {
      clearTimeout(timer);
      isAsked = false;
    },
  };
}
