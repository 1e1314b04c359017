import type { InventoryContent, JsonObject, JsonValue } from '../../domain/inventory';
import { isVolatileField } from '../section-digests';
import { describedRow } from './described-row';
import type { Difference, FieldDifference } from './difference';
import { naturalKeys } from './natural-keys';

const maxFieldsPerRow = 20;
/** Longest text of an agent that the history repeats. */
const maxTextChars = 200;

/**
 * Every difference in the named sections between two inventories. Rows are matched by their natural keys, so that
 * another order is no difference; volatile fields are none either, nor is the case of an identifier. Pure, and linear
 * in the size of the sections.
 */
export function differencesOf(
  before: InventoryContent,
  after: InventoryContent,
  sections: readonly string[],
): Difference[] {
  return sections.flatMap((section) => inSection(section, before[section], after[section]));
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
  for (const row of before) push(old, stableText(section, row), row);
  const fresh = after.filter((row) => old.get(stableText(section, row))?.pop() === undefined);
  const gone = [...old.values()].flat();
  return Array.from({ length: Math.max(fresh.length, gone.length) }, (_, i) => [gone[i], fresh[i]]).flatMap(
    ([was, is]): Difference[] => {
      if (was !== undefined && is !== undefined) return changedRow(section, nameOf(section, is), was, is);
      if (is !== undefined) return [rowOf(section, 'added', is)];
      return was === undefined ? [] : [rowOf(section, 'removed', was)];
    },
  );
}

function rowOf(section: string, change: 'added' | 'removed', row: JsonObject): Difference {
  const name = nameOf(section, row);
  const text = describedRow(section, row).slice(0, maxTextChars);
  return { section, change, row: name, ...(text === '' || text === name ? {} : { text }) };
}

function changedRow(section: string, row: string, before: JsonObject, after: JsonObject): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const fields = names.flatMap((field): FieldDifference[] => {
    const [was, is] = [before[field], after[field]];
    const isSame = sayingOf(field, was) === sayingOf(field, is);
    if (isSame || isVolatileField(section, field, was) || isVolatileField(section, field, is)) return [];
    return [{ field, before: shown(was), after: shown(is) }];
  });
  return fields.length === 0
    ? []
    : [{ section, change: 'changed', row, fields: fields.slice(0, maxFieldsPerRow) }];
}

function rowsByKey(section: string, value: JsonValue | undefined): Map<string, JsonObject[]> {
  const rows = new Map<string, JsonObject[]>();
  for (const row of rowsOf(value)) push(rows, keyOf(section, row), row);
  return rows;
}

function push(groups: Map<string, JsonObject[]>, key: string, row: JsonObject): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [row]);
  else group.push(row);
}

/** Agents differ in the case of these, and so does one agent after an update. */
const caseless = /^(?:uuid|guid|mac|wwn|.*_uuid)$/;

function sayingOf(field: string, value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && caseless.test(field)
    ? JSON.stringify(value.toLowerCase())
    : JSON.stringify(value);
}

function keyOf(section: string, row: JsonObject): string {
  const fields = keyFieldsOf(section, row);
  if (fields !== undefined)
    return JSON.stringify(fields.map((field) => [field, sayingOf(field, row[field])]));
  return stableText(section, row);
}

/** All that the row says, but for what is volatile, whatever the order of its fields. */
function stableText(section: string, row: JsonObject): string {
  const stable = Object.keys(row)
    .filter((field) => !isVolatileField(section, field, row[field]))
    .sort();
  return JSON.stringify(stable.map((field) => [field, sayingOf(field, row[field])]));
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
