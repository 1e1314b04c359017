import type { JsonValue } from '../../domain/inventory';
import type { Cast } from './field-rules';

/** How `a/b/YYYY` is read when both readings are possible: by the field's documented order. */
type SlashOrder = 'day first' | 'month first';

interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** `hh:mm:ss`, undefined for a date alone. */
  readonly time: string | undefined;
}

const time = '(?:[T ](\\d{1,2}:\\d{2}(?::\\d{2})?)(?:\\.\\d{1,6})?(?:Z|[+-]\\d{2}:?\\d{2}(?::?\\d{2})?)?)?';
const yearFirst = new RegExp(`^(\\d{4})([-/])(\\d{1,2})\\2(\\d{1,2})${time}$`);
const yearLast = new RegExp(`^(\\d{1,2})([/.-])(\\d{1,2})\\2(\\d{4}|\\d{2})${time}$`);
const compact = /^(\d{4})(\d{2})(\d{2})$/;
/** `Tue Mar  8 14:01:02 2011`, as rpm and C's asctime write it. */
const asctime = /^[A-Za-z]{3} ([A-Za-z]{3}) +(\d{1,2}) (\d{1,2}:\d{2}:\d{2}) (?:[A-Z]{2,5} )?(\d{4})$/;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const maxDateLength = 40;

/** Any date that agents write → `YYYY-MM-DD`. Undefined for what is none. Never rolls over into the next month. */
export const date: Cast = (value) => {
  const moment = momentOf(value, 'day first');
  return moment && dateText(moment);
};

/** BIOS dates are month first by SMBIOS (7.1, BIOS Release Date). */
export const biosDate: Cast = (value) => {
  const moment = momentOf(value, 'month first');
  return moment && dateText(moment);
};

/** → `YYYY-MM-DD hh:mm:ss`. FusionInventory writes some boot times as year, day, month. */
export const bootTime: Cast = (value) => {
  const moment = momentOf(value, 'day first') ?? momentOf(swapDayAndMonth(value), 'day first');
  return moment && `${dateText(moment)} ${moment.time ?? '00:00:00'}`;
};

/** When a process started → date and time. `ps` also gives `Mon14` or `09:15`, which say nothing without a today. */
export const processStart: Cast = (value) => {
  const moment = momentOf(value, 'day first');
  return moment?.time === undefined ? undefined : `${dateText(moment)} ${moment.time}`;
};

function momentOf(value: JsonValue | undefined, order: SlashOrder): Moment | undefined {
  if (typeof value !== 'string' || value.length > maxDateLength) return undefined;
  const text = value.trim();
  const first = yearFirst.exec(text);
  if (first) return moment(first[1], first[3], first[4], first[5]);
  const last = yearLast.exec(text);
  if (last) return slashMoment(last, last[2] === '.' ? 'day first' : order);
  const digits = compact.exec(text);
  if (digits) return moment(digits[1], digits[2], digits[3]);
  const words = asctime.exec(text);
  if (!words) return undefined;
  return moment(words[4], months.indexOf(words[1]?.toLowerCase() ?? '') + 1, words[2], words[3]);
}

function slashMoment([, a, , b, year, clock]: RegExpExecArray, order: SlashOrder): Moment | undefined {
  const dayFirst = moment(fullYear(year), b, a, clock);
  const monthFirst = moment(fullYear(year), a, b, clock);
  return order === 'day first' ? (dayFirst ?? monthFirst) : (monthFirst ?? dayFirst);
}

/** Two digits: the PC BIOS is of 1981, so 81 to 99 are of the last century. */
function fullYear(text = ''): number {
  const year = Number(text);
  return text.length > 2 ? year : year + (year > 80 ? 1900 : 2000);
}

type Digits = string | number | undefined;

function moment(yearText: Digits, monthText: Digits, dayText: Digits, clock?: string): Moment | undefined {
  const [year, month, day] = [Number(yearText), Number(monthText), Number(dayText)];
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (year < 1000 || month < 1 || month > 12 || day < 1 || day > daysInMonth) return undefined;
  const timeOfDay = clock === undefined ? undefined : timeText(clock);
  return timeOfDay === null ? undefined : { year, month, day, time: timeOfDay };
}

/** Null when there is no such time of day. */
function timeText(clock: string): string | null {
  const [hours = '', minutes = '', seconds = '00'] = clock.split(':');
  const isPossible = Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60;
  return isPossible ? `${hours.padStart(2, '0')}:${minutes}:${seconds}` : null;
}

function dateText({ year, month, day }: Moment): string {
  return `${year}-${pad(month)}-${pad(day)}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function swapDayAndMonth(value: JsonValue): JsonValue {
  return typeof value === 'string' ? value.replace(/^(\d{4})-(\d{2})-(\d{2})/, '$1-$3-$2') : value;
}
