import type { DeviceIdentity, StoredIdentity } from '../domain/identity';
import type { InventoryContent } from '../domain/inventory';
import type { Difference } from '../ingest/history/difference';
import { differencesOf } from '../ingest/history/section-differences';

/** `missing` says on which side nothing is known. */
export type Mark = 'equal' | 'differs' | 'missing on both' | 'missing at the device' | 'missing at the asset';

export interface ComparedField {
  readonly field: string;
  /** As compared, so normalised; of cards and addresses all, of the rest at most one. */
  readonly device: readonly string[];
  /** Every value that the asset was recognised by so far, the newest first; at most `maxShownValues`. */
  readonly asset: readonly string[];
  readonly mark: Mark;
}

export interface ComparedSection {
  readonly section: string;
  readonly differences: number;
}

export interface ComparedContent {
  /** Sections that differ, most differences first. */
  readonly sections: readonly ComparedSection[];
  /** The first of them in words; at most `maxShownDifferences`. */
  readonly differences: readonly Difference[];
  /** How many are not shown. */
  readonly left: number;
}

export const maxShownValues = 10;
export const maxShownDifferences = 50;
/** Inventories of the field have about 45. */
const maxComparedSections = 100;

/** What the held device shows beside what the asset is known by. */
export function compareIdentity(device: DeviceIdentity, asset: StoredIdentity): ComparedField[] {
  const one = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);
  const pairs: readonly [string, readonly string[], readonly string[]][] = [
    ['certificate', one(device.certificate), asset.certificates],
    ['sshKey', one(device.sshKey), asset.sshKeys],
    ['serial', one(device.serial), asset.serials],
    ['uuid', one(device.uuid), asset.uuids],
    ['agentid', one(device.agentid), asset.agentids],
    ['macs', device.macs, asset.macs],
    ['deviceid', one(device.deviceid), asset.deviceids],
    ['hostname', one(device.hostname), asset.hostnames],
    ['ips', device.ips, asset.ips],
  ];
  return pairs.map(([field, shown, known]) => ({
    field,
    device: shown,
    asset: known.slice(0, maxShownValues),
    mark: markOf(shown, known),
  }));
}

function markOf(device: readonly string[], asset: readonly string[]): Mark {
  if (device.length === 0) return asset.length === 0 ? 'missing on both' : 'missing at the device';
  if (asset.length === 0) return 'missing at the asset';
  return device.some((value) => asset.includes(value)) ? 'equal' : 'differs';
}

/**
 * Whether the device shows something that the asset was never recognised by. If not, the asset's own machine may show
 * exactly the same, and nothing may be remembered against it.
 */
export function isTellableApart(device: DeviceIdentity, asset: StoredIdentity): boolean {
  return compareIdentity(device, asset).some(
    ({ field, device: shown }) => field !== 'ips' && shown.some((value) => !holds(asset, field, value)),
  );
}

function holds(asset: StoredIdentity, field: string, value: string): boolean {
  const name = field === 'macs' || field === 'ips' ? field : (`${field}s` as keyof StoredIdentity);
  return asset[name].includes(value);
}

/** What the two inventories say differently. Of a partial only what it carries is compared. */
export function compareContent(
  asset: InventoryContent,
  device: InventoryContent,
  isPartial: boolean,
): ComparedContent {
  const names = isPartial
    ? Object.keys(device)
    : [...new Set([...Object.keys(asset), ...Object.keys(device)])];
  const compared = names.slice(0, maxComparedSections).map((section) => {
    const list = differencesOf(asset, device, [section]);
    return { section, list: list.slice(0, maxShownDifferences), differences: list.length };
  });
  const differing = compared
    .filter(({ differences }) => differences > 0)
    .sort((a, b) => b.differences - a.differences || (a.section < b.section ? -1 : 1));
  // Few differences first: a name tells more than the hundredth software.
  const shown = differing.toReversed().flatMap(({ list }) => list);
  const total = differing.reduce((sum, { differences }) => sum + differences, 0);
  const differences = shown.slice(0, maxShownDifferences);
  return {
    sections: differing.map(({ section, differences: n }) => ({ section, differences: n })),
    differences,
    left: total - differences.length,
  };
}
