import { v7 as timeOrderedId } from 'uuid';
import type { AdminDeps } from '../../admin/admin-deps';
import { importDueEntities } from '../../admin/glpi/import-due';
import { lookUpDelivered } from '../../admin/glpi/look-up-delivered';
import { retireUnusedGenerations } from '../../admin/key-generations';
import type { Settings } from '../../settings/settings';
import { deleteOldSessions } from '../../store/admin-sessions';
import { compactAssetTally } from '../../store/asset-tally';
import { deleteOldEvents } from '../../store/events';
import { deleteOldIdempotencyKeys } from '../../store/idempotency';
import { deleteOldTallies, tallySubmissions } from '../../store/submission-tally';
import { watchForEvents } from '../../store/watch';
import { forgetFormerSecrets } from '../../store/webhooks';
import { deleteOldAgents } from '../../store/agent-retention';
import type { Database } from '../../store/database';
import { deleteOldCases } from '../../store/quarantine-retention';
import { deleteOldSubmissions } from '../../store/retention';

const intervalMs = 60 * 60_000;
/** Counting and watching: what an admin sees must be of now. */
const minuteMs = 60_000;
/** Not at once: a start has better things to do. */
const firstRunMs = 60_000;
const dayMs = 24 * 60 * 60_000;
/** As far back as the overview shows hours and days. */
const hoursShownDays = 8;
const daysShown = 400;

export interface Housekeeping {
  /** Waits for what is being done. */
  stop(): Promise<void>;
}

/** What is done every hour, or every minute. Resolves to how much was done; undefined when another process is at it. */
interface Chore {
  /** For the log: `housekeeping: <what>`. */
  readonly what: string;
  readonly run: () => Promise<number | undefined>;
}

function choresOf({ pool, db }: Database, settings: Settings, admin: AdminDeps): readonly Chore[] {
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
      what: 'old events deleted',
      run: () => deleteOldEvents(db, daysAgo(settings.eventRetentionDays)),
    },
    {
      what: 'old idempotency keys deleted',
      run: () => deleteOldIdempotencyKeys(db, daysAgo(1)),
    },
    {
      what: 'old counts deleted',
      run: () => deleteOldTallies(pool, daysAgo(hoursShownDays), daysAgo(daysShown)),
    },
    {
      what: 'entities of GLPI taken over',
      run: () => importDueEntities(admin, settings.importEntitiesEveryHours),
    },
    {
      what: 'former secrets of webhooks forgotten',
      run: () => forgetFormerSecrets(db, new Date()),
    },
    {
      what: 'unused generations of keys retired',
      run: () => retireUnusedGenerations({ db, now: () => new Date(), newId: () => timeOrderedId() }),
    },
  ];
}

/** What is done every minute; it is logged when it fails, since it is done so often. */
function minuteChoresOf({ pool }: Database, settings: Settings, admin: AdminDeps): readonly Chore[] {
  return [
    { what: 'submissions counted', run: () => tallySubmissions(pool, new Date()) },
    { what: 'counts of assets compacted', run: () => compactAssetTally(pool) },
    { what: 'events made', run: () => watchForEvents(pool, new Date(), settings) },
    { what: 'delivered assets looked up in GLPI', run: () => lookUpDelivered(admin) },
  ];
}

/** Does the chores every hour. Of all processes on a database one does each at a time. */
export function startHousekeeping(database: Database, settings: Settings, admin: AdminDeps): Housekeeping {
  const { log } = admin;
  const chores = choresOf(database, settings, admin);
  let running: Promise<void> = Promise.resolve();
  const doAll = async (some: readonly Chore[], level: 'info' | 'debug', again: string): Promise<void> => {
    for (const { what, run } of some) {
      try {
        const done = await run();
        if (done !== undefined && done > 0) log[level]({ done }, `housekeeping: ${what}`);
      } catch (error) {
        log.warn({ err: error }, `housekeeping: ${what}: failed, tried again in ${again}`);
      }
    }
  };
  const run = (): void => {
    running = running.then(() => doAll(chores, 'info', 'an hour'));
  };
  const everyMinute = minuteChoresOf(database, settings, admin);
  let isMinuteDone = true;
  const runMinute = (): void => {
    if (!isMinuteDone) return;
    isMinuteDone = false;
    running = running
      .then(() => doAll(everyMinute, 'debug', 'a minute'))
      .then(() => {
        isMinuteDone = true;
      });
  };
  const first = setTimeout(run, firstRunMs).unref();
  const hourly = setInterval(run, intervalMs).unref();
  const minutely = setInterval(runMinute, minuteMs).unref();
  return {
    stop: async () => {
      clearTimeout(first);
      clearInterval(hourly);
      clearInterval(minutely);
      await running;
    },
  };
}
