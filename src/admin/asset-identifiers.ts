import type { IdentifierKind } from '../domain/identity';
import { listDroppedOf, listIdentifiersOf } from '../store/asset-identifiers';
import { listJunkOf } from '../store/junk';
import type { AdminDeps, Caller } from './admin-deps';
import { viewById } from './assets';

/** A value that the asset has shown, and whether it is recognised by it. Text of an agent. */
export interface AssetIdentifierView {
  readonly kind: IdentifierKind;
  /** As compared; of a filler as it was sent. */
  readonly value: string;
  /** Null for what was never kept. */
  readonly firstSeen: string | null;
  /** `filler`: known to stand on many machines; `learned`, `declared`: junk; `allowed`: counts by the word of an admin. */
  readonly state: 'counts' | 'filler' | 'learned' | 'declared' | 'allowed';
  /** Why it is left out, in words; null for what counts. */
  readonly why: string | null;
  /** What is said of it: see `GET /junk/{id}`. */
  readonly junkId: string | null;
}

export interface AssetIdentifiers {
  readonly items: readonly AssetIdentifierView[];
}

/**
 * What the asset is recognised by, and what of it is junk: all that it ever showed, and what its last submission showed
 * and was left out. At most 1000 and 64. Throws Problem `not_found`.
 */
export async function listAssetIdentifiers(
  deps: AdminDeps,
  caller: Caller,
  assetId: string,
): Promise<AssetIdentifiers> {
  const asset = await viewById(deps.db, caller, assetId);
  const held = await listIdentifiersOf(deps.db, caller.instanceId, asset.id);
  const dropped = await listDroppedOf(deps.db, caller.instanceId, asset.lastSubmission);
  const said = await listJunkOf(deps.db, caller.instanceId, held, asset.kid);
  const items = held.map(({ kind, value, firstSeen }): AssetIdentifierView => {
    // What counts first stands first.
    const word = said.find((row) => row.kind === kind && row.value === value);
    const state = word?.origin ?? 'counts';
    return {
      ...{ kind, value, firstSeen: firstSeen.toISOString(), state },
      why: whys[state],
      junkId: word?.junkId ?? null,
    };
  });
  const isHeld = (kind: string, value: string): boolean =>
    held.some((one) => one.kind === kind && one.value === value);
  return {
    items: [
      ...items,
      ...dropped.flatMap(({ kind, value, why }): AssetIdentifierView[] =>
        isHeld(kind, value) ? [] : [{ kind, value, firstSeen: null, state: 'filler', why, junkId: null }],
      ),
    ],
  };
}

const whys = {
  counts: null,
  allowed: null,
  learned: 'more machines of the key showed it than it can belong to',
  declared: 'an admin says that it is junk',
} as const;
