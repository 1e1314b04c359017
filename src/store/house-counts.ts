import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { Tables } from './tables';
import { countAssets } from './asset-tally';
import { listInstances } from './instances';
import { countOpenCases } from './quarantine';
import { countSilentAssets } from './silent-assets';
import { countWaiting } from './software/waiting-software';
import { listWatchedKeys } from './watch';

/** What a monitor wants to know of the house, beside what its processes do. Of all instances together. */
export interface HouseCounts {
  readonly assets: { readonly active: number; readonly retired: number };
  /** Held devices that wait for a decision; counted to a bound, as the overview does. */
  readonly heldDevices: number;
  /** Active assets not heard of for `silentDays`; counted to a bound. */
  readonly silentAssets: number;
  /** Assets that are not found by their software as it is now; counted to a bound. */
  readonly softwareWaiting: number;
  readonly keysUsedUp: number;
  /** Within seven days. */
  readonly keysExpiring: number;
}

const dayMs = 24 * 60 * 60_000;

/** A few statements whose cost does not grow with the fleet. */
export async function countHouse(
  db: Kysely<Tables>,
  pool: Pool,
  now: Date,
  silentDays: number,
): Promise<HouseCounts> {
  const silentBefore = new Date(now.getTime() - silentDays * dayMs);
  const counts = { active: 0, retired: 0, held: 0, silent: 0 };
  for (const { instanceId } of await listInstances(db)) {
    for (const { status, count } of await countAssets(db, instanceId, undefined)) {
      if (status === 'active' || status === 'retired') counts[status] += count;
    }
    counts.held += (await countOpenCases(db, instanceId, undefined)).open;
    counts.silent += await countSilentAssets(db, instanceId, undefined, silentBefore);
  }
  const keys = await listWatchedKeys(pool, now);
  return {
    assets: { active: counts.active, retired: counts.retired },
    heldDevices: counts.held,
    silentAssets: counts.silent,
    softwareWaiting: await countWaiting(pool),
    keysUsedUp: keys.filter(({ isUsedUp }) => isUsedUp).length,
    keysExpiring: keys.filter(({ expiresAt }) => expiresAt !== null).length,
  };
}
