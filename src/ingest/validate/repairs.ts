/**
 * What can be made of text that does not fit its type, by the type's name in schemas/inventory-types.json.
 * Undefined means nothing; what comes back is tested against the type again.
 */
export type Repair = (text: string) => string | undefined;

const yearFirst = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d.*))?$/;
const yearLast = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T]+(\d.*))?$/;
const compact = /^(\d{4})(\d{2})(\d{2})$/;
const timeOfDay = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;
/** No date in any agent's spelling is longer. */
const maxDateLength = 40;

const two = (digits: string): string => digits.padStart(2, '0');

/** `2025/04/20 00:00:00` (OCS), `2017-07-28 1:07:59` (iOS), `20190708`, `31/12/2015`; never a guess between two readings. */
function repairDate(text: string): string | undefined {
  if (text.length > maxDateLength) return undefined;
  const trimmed = text.trim();
  const parts = yearFirst.exec(trimmed) ?? compact.exec(trimmed);
  if (parts !== null) {
    const [, year = '', second = '', third = '', time] = parts;
    // Some agents wrote year, day, month (`2022-21-09`): taken so only where the usual order is impossible.
    return Number(second) > 12 ? dated(year, third, second, time) : dated(year, second, third, time);
  }
  const [, first = '', second = '', year, time] = yearLast.exec(trimmed) ?? [];
  if (year === undefined) return undefined;
  const [isDayFirst, isMonthFirst] = [Number(first) > 12, Number(second) > 12];
  if (isDayFirst === isMonthFirst && first !== second) return undefined;
  return isMonthFirst ? dated(year, first, second, time) : dated(year, second, first, time);
}

function dated(year: string, month: string, day: string, time: string | undefined): string | undefined {
  const date = `${year}-${two(month)}-${two(day)}`;
  if (time === undefined) return date;
  const parts = timeOfDay.exec(time);
  if (parts === null) return undefined;
  const [, hour = '', minute = '', second = '0', zone = ''] = parts;
  return `${date} ${two(hour)}:${two(minute)}:${two(second)}${zone}`;
}

/** A bare date is the start of its day. */
function repairDatetime(text: string): string | undefined {
  const date = repairDate(text);
  return date?.length === 10 ? `${date} 00:00:00` : date;
}

/** `-430` (Android), `+02:00`, `+2`. */
function repairZoneOffset(text: string): string | undefined {
  const [, sign, hours = '', minutes = '00'] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text.trim()) ?? [];
  return sign === undefined ? undefined : sign + two(hours) + minutes;
}

const trim: Repair = (text) => (text.length > 255 ? undefined : text.trim());

export const repairs: Readonly<Record<string, Repair>> = {
  date: repairDate,
  datetime: repairDatetime,
  zoneOffset: repairZoneOffset,
  ipv4: trim,
  ipv6: trim,
};

/** Other words for a choice, by the type's name: what old agents say → what the format says. */
export const aliases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  networkType: { ether: 'ethernet', local: 'loopback' },
  slotStatus: { 'in use': 'used', available: 'free' },
  virtualMachineStatus: { pause: 'paused', stopped: 'off' },
};
