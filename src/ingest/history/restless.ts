import { createHash } from 'node:crypto';
import type { Difference } from './difference';

/**
 * What changed lately on an asset: of each thing how often, and on which day last (days since 1970). A thing is a row
 * that comes and goes, a field of a row, or a whole section when it changes in bulk.
 */
export type ChangedLately = Readonly<Record<string, readonly [times: number, day: number]>>;

/** Changed so often, each time within so many days of the last: it will go on. */
const restlessTimes = 3;
/** Agents that run once a week are seen to flap too. */
export const stillDays = 14;
/** More lines than this in one section are one thing: thousands of softwares that come and go with a registry view. */
const maxThingsPerSection = 100;
export const maxThingsRemembered = 256;

export interface Quietened {
  readonly list: readonly Difference[];
  readonly lately: ChangedLately;
}

/**
 * Leaves out what changes again and again: a software that flaps between two versions at every run, a USB device that
 * invents a serial each time (glpi#13559, glpi-agent#285, #291). The third change in a row is shown and marked, those
 * that follow are not, until the thing has been still for `stillDays`. Pure.
 */
export function quieten(all: readonly Difference[], before: ChangedLately, day: number): Quietened {
  const perSection = new Map<string, number>();
  for (const { section } of all) perSection.set(section, (perSection.get(section) ?? 0) + 1);
  const now = new Map<string, number>();
  const timesOf = (thing: string): number => {
    const id = createHash('sha256').update(thing).digest('hex').slice(0, 12);
    const known = now.get(id);
    if (known !== undefined) return known;
    const [times, last] = before[id] ?? [0, 0];
    // Beyond the mark it need not be counted: it stays restless as long as it moves.
    const counted = day - last > stillDays ? 1 : Math.min(times + 1, restlessTimes + 1);
    now.set(id, counted);
    return counted;
  };
  const list = all.flatMap((one): Difference[] => {
    if ((perSection.get(one.section) ?? 0) > maxThingsPerSection) return shownAs(one, timesOf(one.section));
    const name = JSON.stringify([one.section, one.row]);
    if (one.fields === undefined) return shownAs(one, timesOf(name));
    const fields = one.fields.map((field) => ({ field, times: timesOf(`${name} ${field.field}`) }));
    const shown = fields.filter(({ times }) => times <= restlessTimes);
    if (shown.length === 0) return [];
    const times = Math.max(...shown.map((field) => field.times));
    return shownAs({ ...one, fields: shown.map(({ field }) => field) }, times);
  });
  return { list, lately: remembered(before, now, day) };
}

function shownAs(one: Difference, times: number): Difference[] {
  if (times > restlessTimes) return [];
  return [times === restlessTimes ? { ...one, isRestless: true } : one];
}

/** The latest; what has been still long enough is forgotten. */
function remembered(before: ChangedLately, now: ReadonlyMap<string, number>, day: number): ChangedLately {
  const fresh = [...now].map(([id, times]) => [id, [times, day]] as const);
  const others = Object.entries(before)
    .filter(([id, [, last]]) => !now.has(id) && day - last <= stillDays)
    .sort(([, [, a]], [, [, b]]) => b - a);
  return Object.fromEntries([...fresh, ...others].slice(0, maxThingsRemembered));
}
