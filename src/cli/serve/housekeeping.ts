import { v7 as timeOrderedId } from 'uuid';
import { retireUnusedGenerations } from '../../admin/key-generations';
import type { Log } from '../../observability/log';
import type { Settings } from '../../settings/settings';
import { deleteOldSessions } from '../../store/admin-sessions';
import { deleteOldAgents } from '../../store/agent-retention';
import type { Database } from '../../store/database';
import { deleteOldCases } from '../../store/quarantine-retention';
import { deleteOldSubmissions } from '../../store/retention';

const intervalMs = 60 * 60_000;
/** Not at once: a start has better things to do. */
const firstRunMs = 60_000;
const dayMs = 24 * 60 * 60_000;

export interface Housekeeping {
  /** Waits for what is being done. */
  stop(): Promise<void>;
}

/** What is done every hour. Resolves to how much was done; undefined when another process is at it. */
interface Chore {
  /** For the log: `housekeeping: <what>`. */
  readonly what: string;
  readonly run: () => Promise<number | undefined>;
}

function choresOf({ pool, db }: Database, settings: Settings): readonly Chore[] {
  const daysAgo = (days: number): Date => new Date(Date.now() - days * dayMs);
  return [
    {
      what: 'forgotten cases of the quarantine deleted',
      run: () =>
        deleteOldCases(
          pool,
          {
            openBefore: daysAgo(settings.quarantineRetentionDays),
            decidedBefore: daysAgo(settings.submissionRetentionDays),
          },
          new Date(),
        ),
    },
    {
      what: 'old submissions deleted',
      run: () => deleteOldSubmissions(pool, daysAgo(settings.submissionRetentionDays)),
    },
    {
      what: 'agents without asset deleted',
      run: () => deleteOldAgents(pool, daysAgo(settings.agentRetentionDays)),
    },
    {
      what: 'ended sessions of the console deleted',
      run: () => deleteOldSessions(db, daysAgo(1)),
    },
    {
      what: 'unused generations of keys retired',
      run: () => retireUnusedGenerations({ db, now: () => new Date(), newId: () => timeOrderedId() }),
    },
  ];
}

/** Does the chores every hour. Of all processes on a database one does each at a time. */
export function startHousekeeping(database: Database, settings: Settings, log: Log): Housekeeping {
  const chores = choresOf(database, settings);
  let running: Promise<void> = Promise.resolve();
  const cleanUp = async (): Promise<void> => {
    for (const { what, run } of chores) {
      try {
        const done = await run();
        if (done !== undefined && done > 0) log.info({ done }, `housekeeping: ${what}`);
      } catch (error) {
        log.warn({ err: error }, `housekeeping: ${what}: failed, tried again in an hour`);
      }
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
