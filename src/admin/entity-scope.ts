import { Problem } from '../domain/problem';
import { findEntity, listSubtree } from '../store/entities';
import type { AdminDeps, Caller } from './admin-deps';
import { uuidShape } from './page';

/**
 * The entities that the filter `entity` (with `recursive`) means; undefined = no filter.
 * Throws Problem `query_invalid` when there is no such entity: an empty list would hide a slip.
 */
export async function entityScope(
  deps: AdminDeps,
  caller: Caller,
  query: { readonly entity?: string; readonly recursive?: string },
): Promise<readonly string[] | undefined> {
  const { entity } = query;
  if (entity === undefined) return undefined;
  const isRecursive = query.recursive === 'true' || query.recursive === '1';
  const ids = !uuidShape.test(entity)
    ? []
    : isRecursive
      ? (await listSubtree(deps.db, caller.instanceId, entity)).map(({ entityId }) => entityId)
      : [(await findEntity(deps.db, caller.instanceId, entity))?.entityId].filter((id) => id !== undefined);
  if (ids.length > 0) return ids;
  throw new Problem('query_invalid', 'There is no such entity.', [
    { field: 'entity', message: 'is no entity of this instance' },
  ]);
}
