/** Where progress is told: standard error. */
export interface ProgressOutput {
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  write(text: string): void;
}

const barWidth = 30;
/** On a terminal; elsewhere a line every so often is enough for people and does not fill a log. */
const redrawMs = 100;
const lineMs = 2000;

/**
 * A bar that moves on a terminal, and lines elsewhere. `what`: what is counted, in the plural. The last call must come with
 * `count` equal to `total`; it ends the line.
 */
export function createProgress(
  output: ProgressOutput,
  total: number,
  what: string,
  nowMs: () => number = () => performance.now(),
): (count: number) => void {
  const startedMs = nowMs();
  let lastMs = output.isTerminal ? -Infinity : startedMs;
  return (count) => {
    const now = nowMs();
    const isLast = count >= total;
    if (!isLast && now - lastMs < (output.isTerminal ? redrawMs : lineMs)) return;
    lastMs = now;
    const share = total === 0 ? 1 : count / total;
    const told = `${count} of ${total} ${what} (${Math.floor(share * 100)} %)`;
    if (!output.isTerminal) {
      output.write(`${told}\n`);
      return;
    }
    const leftS = share === 0 ? undefined : Math.round(((now - startedMs) * (1 - share)) / share / 1000);
    const filled = Math.round(share * barWidth);
    const bar = `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]`;
    const line = `${bar} ${told}${isLast || leftS === undefined ? '' : `, ${leftS} s left`}`;
    // Erases what stood there before; cut, because a line that wraps cannot be drawn over.
    output.write(`\r\u001b[2K${line.slice(0, (output.columns ?? 80) - 1)}${isLast ? '\n' : ''}`);
  };
}
