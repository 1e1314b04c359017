import type { InventoryContent, JsonValue } from '../domain/inventory';
import { sectionOf } from './content-sections';

/** What a device says of its own time, as in Showing; undefined where it says nothing or nothing credible. */
export interface DeviceClock {
  readonly bootTime: string | undefined;
  readonly installDate: string | undefined;
  readonly ranAt: string | undefined;
}

/**
 * How far two times of one device may go backwards without meaning anything, in seconds: daylight saving (agents write
 * local time, some with the offset of another season) and a clock put right.
 */
export const clockToleranceSeconds = 2 * 3600;
/** The same where only one of the two tells its time zone: a whole flight lies between them. */
export const zoneToleranceSeconds = 14 * 3600;
/** Agents that cannot find a date send the beginning of 1970, dead clocks that of 1980. */
const firstCredibleYear = 1990;

/** Where only a date is known: any time of that day may be meant. XML agents' dates of installation lose their time. */
const dayToleranceSeconds = 24 * 3600;

/** `now`: a time later than that by more than the tolerance is no time. */
export function clockOf(content: InventoryContent, now: Date): DeviceClock {
  const system = sectionOf(content, 'operatingsystem');
  const zone = offsetSeconds(sectionOf({ zone: system.timezone ?? null }, 'zone').offset);
  const read = (value: JsonValue | undefined): string | undefined => timeOf(value, zone, now);
  return {
    bootTime: read(system.boot_time),
    installDate: read(system.install_date),
    ranAt: read(sectionOf(content, 'accesslog').logdate),
  };
}

/** True when `time` is earlier than `than` by more than the tolerance; false when one of them is unknown. */
export function isClearlyEarlier(time: string | undefined, than: string | undefined): boolean {
  if (time === undefined || than === undefined || time === than) return false;
  const isOneZone = time.endsWith('Z') === than.endsWith('Z');
  const isDate = isDateOnly(time) || isDateOnly(than);
  const tolerance =
    (isOneZone ? clockToleranceSeconds : zoneToleranceSeconds) + (isDate ? dayToleranceSeconds : 0);
  return millis(than) - millis(time) > tolerance * 1000;
}

/** Without a zone read as UTC: only differences count. */
function millis(time: string): number {
  return Date.parse(time.endsWith('Z') || isDateOnly(time) ? time : `${time}Z`);
}

function isDateOnly(time: string): boolean {
  return !time.includes('T');
}

const written = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?/;

function timeOf(value: JsonValue | undefined, zone: number | undefined, now: Date): string | undefined {
  const parts = typeof value === 'string' ? written.exec(value) : null;
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((digits: string | undefined) => Number(digits ?? 0));
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const at = local - (zone ?? 0) * 1000;
  const latest = now.getTime() + (zone === undefined ? zoneToleranceSeconds : clockToleranceSeconds) * 1000;
  if (year < firstCredibleYear || at > latest) return undefined;
  if (parts[4] === undefined) return parts[0];
  const text = new Date(at).toISOString().slice(0, 19);
  return zone === undefined ? text : `${text}Z`;
}

function offsetSeconds(offset: JsonValue | undefined): number | undefined {
  const [, sign, hours, minutes] =
    typeof offset === 'string' ? (/^([+-])(\d\d)(\d\d)$/.exec(offset) ?? []) : [];
  if (sign === undefined) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}
