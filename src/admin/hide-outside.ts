import { listAssetsOf } from '../store/assets';
import type { Caller, Transaction } from './admin-deps';
import { scopeOf } from './entity-scope';

type Json = Readonly<Record<string, unknown>>;

/** What a limited caller is shown instead of facts about an asset that does not exist for it. */
const hidden: Json = { hidden: 'an asset outside the entity of your token' };

/** Evidence is as deep as the rules make it; deeper is hidden as well, so that a slip shows nothing. */
const maxDepth = 20;

/**
 * Facts behind decisions name the assets that a submission was compared with, also those of other entities. Takes out
 * of each what is said of assets outside the caller's subtree. For callers without limit nothing changes.
 */
export async function hideOutside<T extends { readonly assetId: string | null }>(
  db: Transaction,
  caller: Caller,
  views: readonly T[],
  factsOf: (view: T) => unknown,
  withFacts: (view: T, facts: unknown) => T,
): Promise<T[]> {
  const scope = await scopeOf(db, caller);
  if (scope === undefined) return [...views];
  const named = new Set<string>();
  for (const view of views) {
    if (view.assetId !== null) named.add(view.assetId);
    collectAssetIds(factsOf(view), named, 0);
  }
  const inside = await listAssetsOf(db, caller.instanceId, [...named], [...scope]);
  return views.map((view) => {
    const isHidden = view.assetId !== null && !inside.has(view.assetId);
    const shown = withFacts(view, isHidden ? hidden : withoutOutside(factsOf(view), inside, 0));
    return isHidden ? { ...shown, assetId: null } : shown;
  });
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function assetIdOf(value: object): string | undefined {
  const { assetId } = value as { assetId?: unknown };
  return typeof assetId === 'string' && uuid.test(assetId) ? assetId : undefined;
}

function collectAssetIds(value: unknown, into: Set<string>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return;
  const assetId = assetIdOf(value);
  if (assetId !== undefined) into.add(assetId);
  for (const member of Object.values(value)) collectAssetIds(member, into, depth + 1);
}

function withoutOutside(value: unknown, inside: ReadonlySet<string>, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > maxDepth) return hidden;
  if (Array.isArray(value)) return value.map((member) => withoutOutside(member, inside, depth + 1));
  const assetId = assetIdOf(value);
  if (assetId !== undefined && !inside.has(assetId)) return hidden;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    withoutOutside(member, inside, depth + 1),
  ]);
  return Object.fromEntries(members) as Json;
}
