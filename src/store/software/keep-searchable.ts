import type { Pool } from 'pg';
import { makeSoftwareSearchable } from './make-searchable';

export interface KeepSearchableDeps {
  readonly pool: Pool;
  /** Much was done: so many assets since it was told last. Most inventories change no software, and are not told of. */
  readonly onProgress: (assets: number) => void;
  readonly onTrouble: (what: string, error: unknown) => void;
  /** How often is looked when nothing waits. */
  readonly idleMs?: number;
}

const defaultIdleMs = 2000;
/** Of the time, one part is worked and so many are left to inventories. */
const restParts = 3;
const troubleRestMs = 30_000;
/** Less than this is not told. */
const muchAssets = 1000;
const tellEveryMs = 60_000;

export interface KeepSearchable {
  /** Waits for the batch under way. */
  close(): Promise<void>;
}

/**
 * Makes assets searchable by software a little after their inventories, a quarter of the time at most. Any number of
 * processes may do so: one does at a time.
 */
export function keepSoftwareSearchable(deps: KeepSearchableDeps): KeepSearchable {
  let isClosing = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const progress = tellProgress(deps.onProgress);
  const next = (): void => {
    running = turn(deps, progress).then((restMs) => {
      if (!isClosing) timer = setTimeout(next, restMs).unref();
    });
  };
  next();
  return {
    close: async () => {
      isClosing = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Resolves to how long to rest. Never throws. */
async function turn(deps: KeepSearchableDeps, progress: (assets: number) => void): Promise<number> {
  const startedMs = performance.now();
  try {
    const made = (await makeSoftwareSearchable(deps.pool)) ?? 0;
    progress(made);
    const idleMs = deps.idleMs ?? defaultIdleMs;
    return made === 0 ? idleMs : Math.min(idleMs, restParts * (performance.now() - startedMs));
  } catch (error) {
    deps.onTrouble('making software searchable', error);
    return troubleRestMs;
  }
}

function tellProgress(tell: KeepSearchableDeps['onProgress']): (assets: number) => void {
  let untold = 0;
  let toldMs = -Infinity;
  return (assets) => {
    untold += assets;
    const isSoon = assets > 0 && performance.now() - toldMs < tellEveryMs;
    if (untold < muchAssets || isSoon) return;
    tell(untold);
    untold = 0;
    toldMs = performance.now();
  };
}
