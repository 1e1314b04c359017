import { isJsonObject, type InventoryContent, type JsonObject, type JsonValue } from '../../domain/inventory';
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
  if (isJsonObject(before) && isJsonObject(after)) return changedRow(section, before, after, '');
  const old = rowsByKey(section, before);
  const fresh = rowsByKey(section, after);
  return [...new Set([...fresh.keys(), ...old.keys()])].flatMap((key) =>
    inGroup(section, old.get(key) ?? [], fresh.get(key) ?? []),
  );
}

/** Rows of one natural key. Those that are equal are no difference, whatever their order. */
function inGroup(section: string, before: readonly JsonObject[], after: readonly JsonObject[]): Difference[] {
  const [onlyOld, onlyFresh] = [before[0], after[0]];
  // Nearly every group: writing its rows out to compare them made up most of the time.
  if (before.length === 1 && after.length === 1 && onlyOld !== undefined && onlyFresh !== undefined)
    return changedRow(section, onlyOld, onlyFresh);
  const old = new Map<string, JsonObject[]>();
  for (const row of before) push(old, stableText(section, row), row);
  const fresh = after.filter((row) => old.get(stableText(section, row))?.pop() === undefined);
  const gone = [...old.values()].flat();
  return Array.from({ length: Math.max(fresh.length, gone.length) }, (_, i) => [gone[i], fresh[i]]).flatMap(
    ([was, is]): Difference[] => {
      if (was !== undefined && is !== undefined) return changedRow(section, was, is);
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

/** `row`: what the difference calls it; else its own name. */
function changedRow(section: string, before: JsonObject, after: JsonObject, row?: string): Difference[] {
  const names = fieldsNotIdentical(before, after);
  if (names.length === 0) return [];
  const fields = names.flatMap((field): FieldDifference[] => {
    const [was, is] = [before[field], after[field]];
    const isSame = sayingOf(field, was) === sayingOf(field, is);
    if (isSame || isVolatileField(section, field, was) || isVolatileField(section, field, is)) return [];
    return [{ field, before: shown(was), after: shown(is) }];
  });
  if (fields.length === 0) return [];
  const name = row ?? nameOf(section, after);
  return [{ section, change: 'changed', row: name, fields: fields.slice(0, maxFieldsPerRow) }];
}

/** Most fields are the same text or number: only the others are worth writing out. Those that are new come last. */
function fieldsNotIdentical(before: JsonObject, after: JsonObject): string[] {
  const [old, fresh] = [Object.keys(before), Object.keys(after)];
  const names = old.filter((field) => before[field] !== after[field]);
  if (names.length === 0 && old.length === fresh.length) return names;
  return [...names, ...fresh.filter((field) => !Object.hasOwn(before, field))];
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

const caselessKeyFields: ReadonlySet<string> = new Set(
  Object.values(naturalKeys)
    .flat(2)
    .filter((field) => caseless.test(field)),
);

/** Begins with the number of the natural key, where the row has one. Lengths keep apart what is put behind each other. */
function keyOf(section: string, row: JsonObject): string {
  const sets = naturalKeys[section];
  const number = sets?.findIndex((fields) => fields.every((field) => isSaid(row[field]))) ?? -1;
  const fields = sets?.[number];
  if (fields === undefined) return stableText(section, row);
  let key = String(number);
  for (const field of fields) {
    const value = row[field];
    if (typeof value === 'string') {
      const text = caselessKeyFields.has(field) ? value.toLowerCase() : value;
      key += `"${text.length}:${text}`;
    } else {
      key += `,${JSON.stringify(value)}`;
    }
  }
  return key;
}

/** All that the row says, but for what is volatile, whatever the order of its fields. */
function stableText(section: string, row: JsonObject): string {
  const stable = Object.keys(row)
    .filter((field) => !isVolatileField(section, field, row[field]))
    .sort();
  return JSON.stringify(stable.map((field) => [field, sayingOf(field, row[field])]));
}

function keyFieldsOf(section: string, row: JsonObject): readonly string[] | undefined {
  return naturalKeys[section]?.find((fields) => fields.every((field) => isSaid(row[field])));
}

function isSaid(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
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
  if (!Array.isArray(value)) return [isJsonObject(value) ? value : { value }];
  return value.map((one) => (isJsonObject(one) ? one : { value: one }));
}
