import { isJsonObject, type JsonObject, type JsonValue } from '../domain/inventory';

/** A section's rows, however it was written: a list, a single object, or nothing. What is not an object is no row. */
export function rowsOf(value: JsonValue | undefined): JsonObject[] {
  return listOf(value).filter(isJsonObject);
}

/** A repeated element is a list, a single one is not: both as a list. */
export function listOf(value: JsonValue | undefined): JsonValue[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Trimmed text, undefined when there is none. */
export function textOf(value: JsonValue | undefined): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}
