/** Where progress is told: standard error. */
export interface ProgressOutput {
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  write(text: string): void;
}

export interface Progress {
  (count: number): void;
  /** The work is over: what was drawn makes room. Needed where the total is not known, or was not reached. */
  end(): void;
}

const barWidth = 30;
/** Work that is over within it says nothing. */
const quietMs = 1000;
/** On a terminal; elsewhere a line every so often is enough for people and does not fill a log. */
const redrawMs = 100;
const lineMs = 2000;

/** Erases what stands in the line. */
export const eraseLine = '\r\u001b[2K';

/**
 * A bar that moves on a terminal, and lines elsewhere. `what`: what is counted, in the plural; `total`: undefined where
 * nobody knows it. Reaching the total ends it.
 */
export function createProgress(
  output: ProgressOutput,
  total: number | undefined,
  what: string,
  nowMs: () => number = () => performance.now(),
): Progress {
  const { isTerminal } = output;
  const startedMs = nowMs();
  let lastMs = isTerminal ? startedMs + quietMs - redrawMs : startedMs;
  let isDrawn = false;
  const progress = (count: number): void => {
    const now = nowMs();
    const isLast = total !== undefined && count >= total;
    const isDue = now - lastMs >= (isTerminal ? redrawMs : lineMs);
    if (!isDue && !(isLast && isDrawn)) return;
    lastMs = now;
    isDrawn = !isLast;
    const told = toldOf(count, total, what);
    if (!isTerminal) {
      output.write(`${told}\n`);
      return;
    }
    const bar = total === undefined ? '' : `${barOf(count, total)} `;
    const line = `${bar}${told}${isLast || total === undefined ? '' : leftText(count / total, now - startedMs)}`;
    // Cut, because a line that wraps cannot be drawn over.
    output.write(`${eraseLine}${line.slice(0, (output.columns ?? 80) - 1)}${isLast ? '\n' : ''}`);
  };
  const end = (): void => {
    if (isDrawn && isTerminal) output.write(eraseLine);
    isDrawn = false;
  };
  return Object.assign(progress, { end });
}

function toldOf(count: number, total: number | undefined, what: string): string {
  if (total === undefined) return `${count} ${what}`;
  const share = total === 0 ? 1 : count / total;
  return `${count} of ${total} ${what} (${Math.floor(share * 100)} %)`;
}

function barOf(count: number, total: number): string {
  const filled = Math.min(barWidth, Math.round((total === 0 ? 1 : count / total) * barWidth));
  return `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]`;
}

function leftText(share: number, passedMs: number): string {
  return share === 0 ? '' : `, ${Math.round((passedMs * (1 - share)) / share / 1000)} s left`;
}
