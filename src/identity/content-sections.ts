import { isJsonObject, type InventoryContent, type JsonObject, type JsonValue } from '../domain/inventory';

/** Rows of a section that are looked at; agents send under 200 interfaces. */
const maxRows = 1024;

/** A section that is one object; empty when it is missing or something else. */
export function sectionOf(content: InventoryContent, name: string): JsonObject {
  const section = Object.hasOwn(content, name) ? content[name] : undefined;
  return isJsonObject(section) ? section : {};
}

/** The rows of a section; a single object counts as one row. */
export function rowsOf(content: InventoryContent, name: string): readonly JsonObject[] {
  const section = Object.hasOwn(content, name) ? content[name] : undefined;
  if (isJsonObject(section)) return [section];
  return Array.isArray(section) ? section.slice(0, maxRows).filter(isJsonObject) : [];
}

/** A field that is one value or a list of values. */
export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (Array.isArray(value)) return value.slice(0, maxRows);
  return value === undefined ? [] : [value];
}
