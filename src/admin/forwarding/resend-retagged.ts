import { retagged, type TreeEntity } from '../../domain/tree-entity';
import { enqueueAssets } from '../../store/forwarding/enqueue';
import type { Transaction } from '../admin-deps';

/**
 * Has assets sent again that go under another tag after a change of the tree, behind what is new and changed: GLPI finds
 * the entity by it. Resolves to what the audit entry tells of it: nothing when there are none.
 */
export async function resendRetagged(
  trx: Transaction,
  instanceId: number,
  trees: { readonly before: readonly TreeEntity[]; readonly after: readonly TreeEntity[] },
  at: Date,
): Promise<{ readonly resent?: number }> {
  const entityIds = new Set(retagged(trees.before, trees.after));
  if (entityIds.size === 0) return {};
  const resent = await enqueueAssets(trx, instanceId, { entityIds }, at);
  return resent === 0 ? {} : { resent };
}
