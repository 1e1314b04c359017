import { eraseLine, type ProgressOutput } from './progress';

export interface WaitingLine {
  /** Makes room for a line; it comes again after that. */
  clear(): void;
  /** For good: the result comes, or progress that says more. */
  stop(): void;
}

const tickMs = 1000;

/** That a command is at work, and for how long: from the first second on, on a terminal only. */
export function startWaitingLine(
  output: ProgressOutput,
  nowMs: () => number = () => performance.now(),
): WaitingLine {
  if (!output.isTerminal) return { clear: () => undefined, stop: () => undefined };
  const startedMs = nowMs();
  let isDrawn = false;
  const timer = setInterval(() => {
    isDrawn = true;
    output.write(`${eraseLine}Working … ${Math.floor((nowMs() - startedMs) / 1000)} s`);
  }, tickMs).unref();
  const clear = (): void => {
    if (isDrawn) output.write(eraseLine);
    isDrawn = false;
  };
  return {
    clear,
    stop: () => {
      clearInterval(timer);
      clear();
    },
  };
}
