import { Problem } from '../domain/problem';

/** A time or a date in ISO 8601. Undefined for days that no month has: Date would take 31 February for 2 March. */
export function calendarTime(text: string): Date | undefined {
  const day = text.slice(0, 10);
  const midnight = new Date(`${day}T00:00:00Z`);
  const time = new Date(text);
  if (Number.isNaN(time.getTime()) || Number.isNaN(midnight.getTime())) return undefined;
  return midnight.toISOString().startsWith(day) ? time : undefined;
}

export const notInCalendar = 'is no time of the calendar';

/** Reads a time of a query. Throws Problem `query_invalid`. */
export function readQueryTime(field: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = calendarTime(text);
  if (time !== undefined) return time;
  throw new Problem('query_invalid', `${field} ${notInCalendar}.`, [{ field, message: notInCalendar }]);
}
