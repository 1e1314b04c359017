import { isJsonObject, type InventoryContent } from '../domain/inventory';

/**
 * Sections that a partial may send in part. Measured: `glpi-inventory --partial=cpu` sends only those fields of
 * hardware that belong to the category asked for (`memory` and `swap` with memories, `defaultgateway` with networks);
 * taken as the whole section, the next one would take the others away.
 */
const sectionsSentInPart: ReadonlySet<string> = new Set(['hardware']);

/** Lays a partial inventory onto the stored one: the sections it lists replace theirs, all others stay. Copies neither. */
export function mergePartial(stored: InventoryContent, partial: InventoryContent): InventoryContent {
  const merged = { ...stored, ...partial };
  for (const section of sectionsSentInPart) {
    const [before, now] = [stored[section], partial[section]];
    if (isJsonObject(before) && isJsonObject(now)) merged[section] = { ...before, ...now };
  }
  return merged;
}
