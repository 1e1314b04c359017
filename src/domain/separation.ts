import type { Identifier } from './identity';

/** Most assets that one asset is held apart from. */
export const maxSeparationsPerAsset = 32;
/** Most identifiers remembered of one separation. */
export const maxIdentifiersPerSeparation = 128;

/** An admin said that two assets are two machines. Stands on both rows of the pair. */
export interface Separation {
  /** The other asset. */
  readonly assetId: string;
  /** Whether this asset kept what was left, or is the one that the identifiers went to. */
  readonly side: 'stayed' | 'left';
  /** What belongs to the one that left, and to it alone. */
  readonly identifiers: readonly Identifier[];
}
