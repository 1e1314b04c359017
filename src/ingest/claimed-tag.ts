import type { ValidInventory } from '../domain/inventory';

/** What agents send when no tag was set; OCS does. */
const emptyTags = new Set(['', 'na', 'n/a', 'none', '(none)', 'null']);

/**
 * The tag that the agent claims, trimmed and lower-cased; undefined when it sends none. It is the agent's own word:
 * it may choose among what the key allows, never more.
 */
export function claimedTag(inventory: ValidInventory): string | undefined {
  const tag = inventory.tag?.trim().toLowerCase() ?? '';
  return emptyTags.has(tag) ? undefined : tag;
}
