import type { InventoryContent, JsonObject, JsonValue } from '../../domain/inventory';
import { isVolatileField } from '../section-digests';
import { naturalKeys } from './natural-keys';

/** One readable change: a row that came or went, or fields of a row that now say something else. */
export interface Difference {
  readonly section: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** What a person would call the row, e.g. the name of a software; empty for sections of one row. */
  readonly row: string;
  /** Of a row that changed. */
  readonly fields?: readonly FieldDifference[];
}

export interface FieldDifference {
  readonly field: string;
  readonly before: JsonValue | null;
  readonly after: JsonValue | null;
}

export interface Differences {
  /** At most `maxDifferences`. */
  readonly list: readonly Difference[];
  /** How many there are beyond those. */
  readonly left: number;
}

/** An update of an operating system changes thousands of softwares; nobody reads more of them than this. */
export const maxDifferences = 200;
const maxFieldsPerRow = 20;
/** Longest text of an agent that the history repeats. */
const maxTextChars = 200;

/**
 * What differs in the named sections between two inventories. Rows are matched by their natural keys, so that another
 * order is no difference; volatile fields are none either. Pure, and linear in the size of the sections.
 */
export function differencesOf(
  before: InventoryContent,
  after: InventoryContent,
  sections: readonly string[],
): Differences {
  const all = sections.flatMap((section) => inSection(section, before[section], after[section]));
  return { list: all.slice(0, maxDifferences), left: Math.max(0, all.length - maxDifferences) };
}

function inSection(
  section: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): Difference[] {
  if (isRow(before) && isRow(after)) return changedRow(section, '', before, after);
  const old = rowsByKey(section, before);
  const fresh = rowsByKey(section, after);
  return [...new Set([...fresh.keys(), ...old.keys()])].flatMap((key) =>
    inGroup(section, old.get(key) ?? [], fresh.get(key) ?? []),
  );
}

/** Rows of one natural key: most often one on each side. Those that are equal are no difference, whatever their order. */
function inGroup(section: string, before: readonly JsonObject[], after: readonly JsonObject[]): Difference[] {
  const old = new Map<string, JsonObject[]>();
  for (const row of before)
    old.set(stableText(section, row), [...(old.get(stableText(section, row)) ?? []), row]);
  const fresh = after.filter((row) => old.get(stableText(section, row))?.pop() === undefined);
  const gone = [...old.values()].flat();
  return Array.from({ length: Math.max(fresh.length, gone.length) }, (_, i) => [gone[i], fresh[i]]).flatMap(
    ([was, is]): Difference[] => {
      if (was !== undefined && is !== undefined) return changedRow(section, nameOf(section, is), was, is);
      if (is !== undefined) return [{ section, change: 'added', row: nameOf(section, is) }];
      return was === undefined ? [] : [{ section, change: 'removed', row: nameOf(section, was) }];
    },
  );
}

function changedRow(section: string, row: string, before: JsonObject, after: JsonObject): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const fields = names.flatMap((field): FieldDifference[] => {
    const [was, is] = [before[field], after[field]];
    const isSame = JSON.stringify(was) === JSON.stringify(is);
    if (isSame || isVolatileField(section, field, was) || isVolatileField(section, field, is)) return [];
    return [{ field, before: shown(was), after: shown(is) }];
  });
  return fields.length === 0
    ? []
    : [{ section, change: 'changed', row, fields: fields.slice(0, maxFieldsPerRow) }];
}

function rowsByKey(section: string, value: JsonValue | undefined): Map<string, JsonObject[]> {
  const rows = new Map<string, JsonObject[]>();
  for (const row of rowsOf(value)) {
    const group = rows.get(keyOf(section, row));
    if (group === undefined) rows.set(keyOf(section, row), [row]);
    else group.push(row);
  }
  return rows;
}

function keyOf(section: string, row: JsonObject): string {
  const fields = keyFieldsOf(section, row);
  if (fields !== undefined) return JSON.stringify(fields.map((field) => [field, row[field]]));
  return stableText(section, row);
}

/** All that the row says, but for what is volatile, whatever the order of its fields. */
function stableText(section: string, row: JsonObject): string {
  const stable = Object.keys(row)
    .filter((field) => !isVolatileField(section, field, row[field]))
    .sort();
  return JSON.stringify(stable.map((field) => [field, row[field]]));
}

function keyFieldsOf(section: string, row: JsonObject): readonly string[] | undefined {
  return naturalKeys[section]?.find((fields) =>
    fields.every((field) => row[field] !== undefined && row[field] !== null && row[field] !== ''),
  );
}

/** The first text that names the row for a person. */
function nameOf(section: string, row: JsonObject): string {
  const preferred = ['name', 'caption', 'description', 'login', 'designation', 'model', 'ifname'];
  const fields = [...preferred, ...(keyFieldsOf(section, row) ?? [])];
  for (const field of fields) {
    const value = row[field];
    if (typeof value === 'string' && value !== '') return value.slice(0, maxTextChars);
    if (typeof value === 'number') return `${field} ${value}`;
  }
  return '';
}

function shown(value: JsonValue | undefined): JsonValue | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return value.slice(0, maxTextChars);
  if (typeof value !== 'object' || value === null) return value;
  return JSON.stringify(value).slice(0, maxTextChars);
}

function rowsOf(value: JsonValue | undefined): JsonObject[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [isRow(value) ? value : { value }];
  return value.map((one) => (isRow(one) ? one : { value: one }));
}

function isRow(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
