import { Problem } from '../domain/problem';

/** Reads a time of a query. Its form was checked; the calendar has the last word (a 60th second has no Date). */
export function readQueryTime(field: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new Problem('query_invalid', `${field} is no time of the calendar.`, [
    { field, message: 'is no time of the calendar' },
  ]);
}
