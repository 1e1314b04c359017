import type { JsonObject, JsonValue } from '../../domain/inventory';
import type { FieldPath, NoteBook } from './note-book';

/** Longest text of a field that the schemas do not know; the longest known ones have the same limit. */
export const maxTextLength = 65_536;
/** Longest name of a field. The longest of the format has 21 characters. */
export const maxKeyLength = 100;
/** Deepest nesting below a section. The format needs four levels. */
export const maxDepth = 32;

// One character class that is cheap to scan (0.02 µs a field, half of what the exact ones cost together);
// what it finds, such as a line break or an emoji, is then looked at exactly.
const suspicious = /[^\x20-\ud7ff\ue000-\uffff]/;
// NUL cannot be stored by PostgreSQL in jsonb or text; the other C0 controls have no place in an inventory.
// eslint-disable-next-line no-control-regex
const control = /[\0-\x08\x0b\x0c\x0e-\x1f]/;
// eslint-disable-next-line no-control-regex
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f]+/g;

/**
 * True when nothing in the value needs cleaning, whatever its field: no control characters but tab and line breaks,
 * no lone surrogates, no endless text, no number beyond a double, no key that no agent would send. Every value of every
 * inventory goes through here, so it builds nothing.
 */
export function isWholesome(value: JsonValue | undefined, depth = 0): boolean {
  if (typeof value === 'string') return isWholesomeText(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return typeof value === 'boolean';
  if (value === null) return true;
  if (depth >= maxDepth) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isWholesome(item, depth + 1)) return false;
    return true;
  }
  for (const key in value) {
    if (!isPlausibleKey(key) || !isWholesome(value[key], depth + 1)) return false;
  }
  return true;
}

/** A name that a field of an inventory can have. `__proto__` is none: it would not be a field once copied. */
export function isPlausibleKey(key: string): boolean {
  if (seenKeys.has(key)) return true;
  const isPlausible =
    key !== '' && key.length <= maxKeyLength && !suspicious.test(key) && key !== '__proto__';
  if (isPlausible && seenKeys.size < maxSeenKeys) seenKeys.add(key);
  return isPlausible;
}

/** The same names come in every row: looking one up takes half the time of looking at it. The format has some 450. */
const seenKeys = new Set<string>();
const maxSeenKeys = 4096;

function isWholesomeText(text: string): boolean {
  if (text.length > maxTextLength) return false;
  return !suspicious.test(text) || (!control.test(text) && text.isWellFormed());
}

/**
 * Mends what `isWholesome` finds, in place. Undefined for a value that nothing can be made of.
 * Control characters go, lone surrogates become U+FFFD, long text is cut, implausible keys are removed.
 */
export function cleanse(
  value: JsonValue | undefined,
  path: FieldPath,
  notes: NoteBook,
  depth = 0,
): JsonValue | undefined {
  if (typeof value === 'string') return cleanText(value, path, notes);
  if (typeof value !== 'object' || value === null) {
    if (isWholesome(value)) return value;
    notes.add(path, 'not a number, text, list or object: dropped');
    return undefined;
  }
  if (depth >= maxDepth) {
    notes.add(path, `nested deeper than ${maxDepth} levels: dropped`);
    return undefined;
  }
  return Array.isArray(value) ? cleanList(value, path, notes, depth) : cleanObject(value, path, notes, depth);
}

function cleanText(text: string, path: FieldPath, notes: NoteBook): string {
  if (isWholesomeText(text)) return text;
  let clean = text;
  if (control.test(clean)) {
    notes.add(path, 'control characters removed');
    clean = clean.replace(controls, '');
  }
  clean = cutText(clean, maxTextLength, path, notes);
  if (clean.isWellFormed()) return clean;
  notes.add(path, 'lone surrogates replaced');
  return clean.toWellFormed();
}

/** Cuts text to a number of UTF-16 units, never in the middle of a character. */
export function cutText(text: string, maxLength: number, path: FieldPath, notes: NoteBook): string {
  if (text.length <= maxLength) return text;
  notes.add(path, `longer than ${maxLength} characters: cut`);
  const isInsidePair = /[\ud800-\udbff]/.test(text.charAt(maxLength - 1));
  return text.slice(0, isInsidePair ? maxLength - 1 : maxLength);
}

function cleanList(list: JsonValue[], path: FieldPath, notes: NoteBook, depth: number): JsonValue[] {
  let kept = 0;
  for (const [index, item] of list.entries()) {
    const clean = cleanse(item, [...path, index], notes, depth + 1);
    if (clean !== undefined) list[kept++] = clean;
  }
  list.length = kept;
  return list;
}

function cleanObject(object: JsonObject, path: FieldPath, notes: NoteBook, depth: number): JsonObject {
  for (const key of Object.keys(object)) {
    if (!isPlausibleKey(key)) {
      notes.add([...path, key], 'not a plausible name of a field: dropped');
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      delete object[key];
      continue;
    }
    const clean = cleanse(object[key], [...path, key], notes, depth + 1);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    if (clean === undefined) delete object[key];
    else object[key] = clean;
  }
  return object;
}
