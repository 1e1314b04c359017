import type { InventoryContent } from '../domain/inventory';
import { isJsonObject } from '../domain/inventory';
import { shownText } from './clean-text';

/** Most names of one device by which it is found: a full Linux desktop has some 3,000 packages. */
export const maxNamesPerAsset = 5000;

/** What an inventory calls its software, each name once, in lower case: what a search compares with. */
export function softwareNames({ softwares }: InventoryContent): string[] {
  const names = new Set<string>();
  if (!Array.isArray(softwares)) return [];
  for (const software of softwares) {
    if (names.size >= maxNamesPerAsset) break;
    const name = isJsonObject(software) ? searchedName(software.name) : undefined;
    if (name !== undefined) names.add(name);
  }
  return [...names];
}

/** Some letters are longer in lower case: cut once more. */
function searchedName(value: unknown): string | undefined {
  return shownText(shownText(value)?.toLowerCase());
}
