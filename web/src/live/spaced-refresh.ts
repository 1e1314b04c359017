/**
 * Runs at once, then once for all that asked while it ran and for `intervalMs` after: a flood of news makes no flood of
 * requests.
 */
export function spacedRefresh(intervalMs: number, run: () => Promise<unknown>) {
  let isBusy = false;
  let isAsked = false;
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function work(): Promise<void> {
    isBusy = true;
    isAsked = false;
    await run();
    timer = setTimeout(() => {
      isBusy = false;
      if (isAsked && !isOver) void work();
    }, intervalMs);
  }

  return {
    ask: (): void => {
      isAsked = true;
      if (!isBusy && !isOver) void work();
    },
    stop: (): void => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
