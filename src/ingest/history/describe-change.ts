import type { InventoryContent } from '../../domain/inventory';
import type { Difference } from './difference';
import { quieten, type ChangedLately } from './restless';
import { differencesOf } from './section-differences';

/** A stored inventory and the one that takes its place. */
export interface InventoryChange {
  readonly before: InventoryContent;
  readonly after: InventoryContent;
  /** That differ, by their digests. */
  readonly sections: readonly string[];
  readonly lately: ChangedLately;
  readonly at: Date;
}

/** What the asset's history says of it. */
export interface DescribedChange {
  /** At most `maxDifferences`, and `maxDifferencesBytes` of JSON. */
  readonly differences: readonly Difference[];
  /** How many there are beyond those. */
  readonly left: number;
  readonly lately: ChangedLately;
}

/** An update of an operating system changes thousands of softwares; nobody reads more of them than this. */
export const maxDifferences = 100;
export const maxDifferencesBytes = 16_384;

const dayMs = 24 * 60 * 60_000;

/** Pure. */
export function describeChange({ before, after, sections, lately, at }: InventoryChange): DescribedChange {
  const day = Math.floor(at.getTime() / dayMs);
  const quiet = quieten(differencesOf(before, after, sections), lately, day);
  const differences: Difference[] = [];
  let bytes = 0;
  for (const one of quiet.list.slice(0, maxDifferences)) {
    bytes += Buffer.byteLength(JSON.stringify(one));
    if (bytes > maxDifferencesBytes) break;
    differences.push(one);
  }
  return { differences, left: quiet.list.length - differences.length, lately: quiet.lately };
}
