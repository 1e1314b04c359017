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
/** A thread that works more than this has no time to spare: one batch, and then the rest of an idle one. */
const busyShare = 0.5;
const troubleRestMs = 30_000;
/** Less than this is not told. */
const muchAssets = 1000;
const tellEveryMs = 60_000;

export interface KeepSearchable {
  /** Waits for the batch under way. */
  close(): Promise<void>;
}

/**
 * Makes assets searchable by software a little after their inventories, a quarter of the time at most, and 50 each
 * two seconds while inventories need the thread. Any number of processes may do so: one does at a time.
 */
export function keepSoftwareSearchable(deps: KeepSearchableDeps): KeepSearchable {
  let isClosing = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const progress = tellProgress(deps.onProgress);
  const load = watchLoad();
  const next = (): void => {
    running = turn(deps, progress, load).then((restMs) => {
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
async function turn(
  deps: KeepSearchableDeps,
  progress: (assets: number) => void,
  load: Load,
): Promise<number> {
  const startedMs = performance.now();
  const busy = load();
  try {
    const made = (await makeSoftwareSearchable(deps.pool)) ?? 0;
    progress(made);
    const idleMs = deps.idleMs ?? defaultIdleMs;
    return restOf({ made, busy, workedMs: performance.now() - startedMs, idleMs });
  } catch (error) {
    deps.onTrouble('making software searchable', error);
    return troubleRestMs;
  }
}

interface Worked {
  readonly made: number;
  /** Of this thread's time before it, the share that it was busy. */
  readonly busy: number;
  readonly workedMs: number;
  readonly idleMs: number;
}

/** How long to rest after a batch. */
export function restOf({ made, busy, workedMs, idleMs }: Worked): number {
  return made === 0 || busy > busyShare ? idleMs : Math.min(idleMs, restParts * workedMs);
}

/** The share of its time that this thread was busy since it was asked last. */
type Load = () => number;

function watchLoad(): Load {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
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
