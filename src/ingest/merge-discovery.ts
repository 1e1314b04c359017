import { isJsonObject, type InventoryContent, type JsonObject, type JsonValue } from '../domain/inventory';

/**
 * Lays what a network scan found of a known device onto its stored inventory. A scan sees less than an inventory, so
 * it adds what is missing and refreshes the addresses; it replaces nothing else.
 */
export function mergeDiscovery(stored: InventoryContent, discovered: InventoryContent): InventoryContent {
  const before = objectOr(stored.network_device);
  const found = objectOr(discovered.network_device);
  if (found === undefined) return { ...discovered, ...stored };
  const networkDevice: JsonObject = { ...found, ...before };
  if (found.ips !== undefined) networkDevice.ips = found.ips;
  return { ...discovered, ...stored, network_device: networkDevice };
}

function objectOr(value: JsonValue | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}
