import type { Log } from '../../observability/log';
import type { Database } from '../../store/database';
import { deleteOldSubmissions } from '../../store/retention';

const intervalMs = 60 * 60_000;
/** Not at once: a start has better things to do. */
const firstRunMs = 60_000;
const dayMs = 24 * 60 * 60_000;

export interface Housekeeping {
  /** Waits for what is being done. */
  stop(): Promise<void>;
}

/** Deletes old submissions every hour. Of all processes on a database one does it at a time. */
export function startHousekeeping({ pool }: Database, retentionDays: number, log: Log): Housekeeping {
  let running: Promise<void> = Promise.resolve();
  const cleanUp = async (): Promise<void> => {
    try {
      const deleted = await deleteOldSubmissions(pool, new Date(Date.now() - retentionDays * dayMs));
      if (deleted !== undefined && deleted > 0)
        log.info({ deleted, retentionDays }, 'deleted old submissions');
    } catch (error) {
      log.warn({ err: error }, 'old submissions could not be deleted; tried again in an hour');
    }
  };
  const run = (): void => {
    running = cleanUp();
  };
  const first = setTimeout(run, firstRunMs).unref();
  const hourly = setInterval(run, intervalMs).unref();
  return {
    stop: async () => {
      clearTimeout(first);
      clearInterval(hourly);
      await running;
    },
  };
}
