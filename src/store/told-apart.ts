export interface ToldApart {
  /**
   * The name under which a refusal is counted: its own as long as there is room for one more, else that of many.
   * `source` is for a kid that we do not know, beyond the few that are kept of one source.
   */
  choose(
    at: Date,
    names: { readonly own: string; readonly source: string; readonly isStranger: boolean },
  ): Told;
}

export type Told = 'own' | 'source' | 'many';

/** Kids that we do not know, kept of one source within a minute: enough to see a typing error, too few to fill rows. */
const maxStrangersPerSource = 4;
/** Names of an hour, as a multiple of those of a minute: a flood that goes on for days must not add rows all the time. */
const minutesWorthPerHour = 10;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Decides who is told apart among refusals before authentication. Bounded by the minute and by the hour. */
export function createToldApart(maxNamesPerMinute: number): ToldApart {
  let minute = 0;
  let hour = 0;
  let namesOfHour = 0;
  const names = new Set<string>();
  const strangers = new Map<string, number>();

  function turnPage(at: Date): void {
    const minuteNow = Math.floor(at.getTime() / minuteMs);
    const hourNow = Math.floor(at.getTime() / hourMs);
    if (minuteNow !== minute) {
      names.clear();
      strangers.clear();
    }
    if (hourNow !== hour) namesOfHour = 0;
    minute = minuteNow;
    hour = hourNow;
  }

  function isTold(name: string): boolean {
    if (names.has(name)) return true;
    if (names.size >= maxNamesPerMinute || namesOfHour >= maxNamesPerMinute * minutesWorthPerHour)
      return false;
    names.add(name);
    namesOfHour++;
    return true;
  }

  return {
    choose: (at, { own, source, isStranger }) => {
      turnPage(at);
      if (!isStranger || names.has(own)) return isTold(own) ? 'own' : 'many';
      const known = strangers.get(source) ?? 0;
      if (known >= maxStrangersPerSource) return isTold(source) ? 'source' : 'many';
      if (!isTold(own)) return 'many';
      strangers.set(source, known + 1);
      return 'own';
    },
  };
}
