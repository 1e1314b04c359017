import type { JsonValue } from '../../domain/inventory';
import { listOf } from '../json-values';
import type { Cast } from './field-rules';

const wholeNumber = /^[+-]?\d+$/;
const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i;
const maxNumberLength = 40;
/** Counters of 64 bits are the largest numbers agents send. Beyond 2^53 they lose their last digits, as in any JSON. */
const largest = 2 ** 64;

/** `"12"`, `"12.0"`, `"1e3"`, `" 12 "` → integer. Anything with a unit or a fraction is none. */
export const int: Cast = (value) => {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text.length > maxNumberLength) return undefined;
  if (!wholeNumber.test(text) && !number.test(text)) return undefined;
  const parsed = Number(text);
  return Number.isInteger(parsed) && Math.abs(parsed) < largest ? parsed + 0 : undefined;
};

const words: ReadonlyMap<string, boolean> = new Map([
  ...['1', 'true', 'yes', 'on'].map((word) => [word, true] as const),
  ...['0', 'false', 'no', 'off'].map((word) => [word, false] as const),
]);

export const bool: Cast = (value) => {
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' ? words.get(value.trim().toLowerCase()) : undefined;
};

export const lower: Cast = (value) => (typeof value === 'string' ? value.toLowerCase() : undefined);

/** One or several elements of the same name as a list. */
export const list: Cast = (value) => listOf(value);

/** A value of a closed set after lower-casing, by a table from what agents write to what the format has. */
export function oneOf(known: string, synonyms: Readonly<Record<string, string>> = {}): Cast {
  const table = new Map<string, JsonValue>([
    ...known.split(' ').map((word) => [word, word] as const),
    ...Object.entries(synonyms),
  ]);
  return (value) => (typeof value === 'string' ? table.get(value.trim().toLowerCase()) : undefined);
}
