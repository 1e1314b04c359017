import { once } from 'node:events';
import type { Response } from 'express';

/** A reader that went away never drains. */
export async function drained(response: Response): Promise<void> {
  if (response.destroyed) return;
  const gone = new AbortController();
  const isOver = Promise.race([
    once(response, 'drain', { signal: gone.signal }),
    once(response, 'close', { signal: gone.signal }),
  ]);
  await isOver.finally(() => {
    gone.abort();
  });
}
