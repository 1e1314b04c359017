export interface HandingOn<T> {
  /** From now on: what was offered before waits. */
  readonly start: () => void;
  readonly offer: (item: T) => void;
  readonly stop: () => void;
}

/**
 * Hands items on in their order, all that wait at once, and the next when those are done. It is over when one more is
 * offered than may wait, or when handing on throws: `onOver` is told once.
 */
export function handOn<T>(
  maxWaitingItems: number,
  work: (items: readonly T[]) => Promise<void>,
  onOver: (why: unknown) => void,
): HandingOn<T> {
  let waiting: T[] = [];
  let isBusy = true;
  let isOver = false;

  const stop = (): void => {
    isOver = true;
    waiting = [];
  };
  const giveUp = (why: unknown): void => {
    if (isOver) return;
    stop();
    onOver(why);
  };
  async function run(): Promise<void> {
    isBusy = true;
    while (waiting.length > 0) {
      const some = waiting;
      waiting = [];
      await work(some);
    }
    isBusy = false;
  }

  return {
    start: () => {
      run().catch(giveUp);
    },
    offer: (item) => {
      if (isOver) return;
      if (waiting.length >= maxWaitingItems) {
        giveUp(new Error(`more than ${maxWaitingItems} wait`));
        return;
      }
      waiting.push(item);
      if (!isBusy) run().catch(giveUp);
    },
    stop,
  };
}
