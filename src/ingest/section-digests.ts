import type { InventoryContent, JsonValue } from '../domain/inventory';
import { ValueDigest } from './value-digest';
import { volatileFields, volatileSections } from './volatile-fields';

const digest = new ValueDigest();

/** Whether a field says nothing about the device as such: see src/ingest/volatile-fields.ts. */
export function isVolatileField(section: string, field: string, value: JsonValue | undefined): boolean {
  if (volatileSections.has(section)) return true;
  const when = volatileFields.get(section)?.get(field);
  return when === true || (when !== undefined && typeof value === 'string' && when.test(value));
}

/** Per section whether a field does not count, made once. */
const leftOut = new Map(
  [...volatileFields].map(([section, fields]) => [
    section,
    (key: string, value: JsonValue): boolean => {
      const when = fields.get(key);
      return when === true || (when !== undefined && typeof value === 'string' && when.test(value));
    },
  ]),
);

/**
 * Section → 16 hex digits that change when the section says something new about the device: not by the order of rows
 * or keys, nor by what src/ingest/volatile-fields.ts lists. Sections that are volatile as a whole are left out.
 * `only`: names of the sections wanted; all when missing.
 */
export function digestSections(
  content: InventoryContent,
  only: readonly string[] = Object.keys(content),
): Record<string, string> {
  const digests: Record<string, string> = {};
  for (const section of only) {
    const value = content[section];
    if (value === undefined || volatileSections.has(section)) continue;
    digests[section] = digest.of(value, leftOut.get(section));
  }
  return digests;
}

/** Names of the sections that differ: changed, new, or gone. In the order of `after`, those gone last. */
export function changedSections(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const changed = Object.keys(after).filter((section) => before[section] !== after[section]);
  const gone = Object.keys(before).filter((section) => !Object.hasOwn(after, section));
  return [...changed, ...gone];
}
