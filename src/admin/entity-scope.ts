import { Problem } from '../domain/problem';
import { completeNamesOf, findEntity, isInSubtree, listSubtree } from '../store/entities';
import type { Caller, Transaction } from './admin-deps';
import { uuidShape } from './page';

/** The entity whose subtree the caller's token is limited to. */
export function topOf({ token }: Caller): string | undefined {
  return token?.entityId ?? undefined;
}

/** Every entity that exists for the caller; undefined = all of the instance. */
export async function scopeOf(db: Transaction, caller: Caller): Promise<ReadonlySet<string> | undefined> {
  const top = topOf(caller);
  if (top === undefined) return undefined;
  return new Set((await listSubtree(db, caller.instanceId, top)).map(({ entityId }) => entityId));
}

/** True when the entity exists for the caller. A parent that is not there (null) is inside for the unlimited only. */
export async function isInside(db: Transaction, caller: Caller, entityId: string | null): Promise<boolean> {
  const top = topOf(caller);
  if (top === undefined) return true;
  return entityId !== null && (await isInSubtree(db, caller.instanceId, entityId, top));
}

/** `Root > France > Paris` of each; for a limited caller from its own top down, and without what is outside. */
export async function completeNamesShown(
  db: Transaction,
  caller: Caller,
  entityIds: readonly string[],
): Promise<Map<string, string>> {
  return await completeNamesOf(db, caller.instanceId, [...new Set(entityIds)], topOf(caller));
}

/**
 * The entities that the filter `entity` (with `recursive`) means, within what exists for the caller; undefined = no
 * filter. Throws Problem `query_invalid` when there is no such entity: an empty list would hide a slip.
 */
export async function entityScope(
  deps: { readonly db: Transaction },
  caller: Caller,
  query: { readonly entity?: string; readonly recursive?: string },
): Promise<readonly string[] | undefined> {
  const { entity } = query;
  if (entity === undefined) {
    const scope = await scopeOf(deps.db, caller);
    return scope && [...scope];
  }
  const isRecursive = query.recursive === 'true' || query.recursive === '1';
  const ids =
    !uuidShape.test(entity) || !(await isInside(deps.db, caller, entity))
      ? []
      : isRecursive
        ? (await listSubtree(deps.db, caller.instanceId, entity)).map(({ entityId }) => entityId)
        : [(await findEntity(deps.db, caller.instanceId, entity))?.entityId].filter((id) => id !== undefined);
  if (ids.length > 0) return ids;
  throw new Problem('query_invalid', 'There is no such entity.', [
    { field: 'entity', message: 'is no entity of this instance' },
  ]);
}
