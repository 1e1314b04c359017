import { Problem } from '../domain/problem';
import * as store from '../store/entities';
import { listTree } from '../store/glpi/glpi-entities';
import { notifyKeyChange } from '../store/keys/key-changes';
import { listKeysWithRulesTo } from '../store/keys/key-records';
import { violatedConstraint } from '../store/violated-constraint';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { completeNamesShown, isInside, scopeOf, topOf } from './entity-scope';
import { resendRetagged } from './forwarding/resend-retagged';
import { limitOf, pageOf, readCursor, uuidShape, type Page, type PageRequest } from './page';
import { recordAudit } from './record-audit';

export interface EntityView {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
  /** `Root > France > Paris`. */
  readonly completeName: string;
  readonly tag: string | null;
  readonly createdAt: string;
  /** Its id in GLPI, when it was taken over from there. */
  readonly glpiId: number | null;
  /** Since when it is not in GLPI any more. */
  readonly goneFromGlpi: string | null;
}

export interface EntityInput {
  readonly name: string;
  /** Left out: below the instance's root entity. Null: beside it. */
  readonly parentId?: string | null;
  readonly tag?: string | null;
}

/** Deepest tree; GLPI's own users report at most ten levels. */
export const maxEntityDepth = 32;
export const maxEntitiesPerInstance = 20_000;

export interface EntityQuery extends PageRequest {
  /** Without case; `*` stands for any run of characters. */
  readonly name?: string;
  readonly tag?: string;
  /** Only those right below it. */
  readonly parent?: string;
}

export async function listEntities(
  deps: AdminDeps,
  caller: Caller,
  request: EntityQuery,
): Promise<Page<EntityView>> {
  const after = readCursor('entities', request, [uuidShape])?.[0];
  const { name, tag, parent } = request;
  const filter = { name, tag, parentId: parent, entityIds: await scopeOf(deps.db, caller) };
  const page = { limit: limitOf(request) + 1, after };
  const rows = await store.listEntityPage(deps.db, caller.instanceId, filter, page);
  const ids = rows.map(({ entityId }) => entityId);
  const names = await completeNamesShown(deps.db, caller, ids);
  return pageOf(
    'entities',
    request,
    rows,
    (row) => [row.entityId],
    (row) => viewOf(row, names, caller),
  );
}

export async function getEntity(deps: AdminDeps, caller: Caller, entityId: string): Promise<EntityView> {
  return await viewById(deps.db, caller, entityId);
}

/** Throws Problem `entity_exists`, `entity_tag_taken`, `entity_limit_reached`, or `body_invalid` for the parent. */
export async function createEntity(deps: AdminDeps, caller: Caller, input: EntityInput): Promise<EntityView> {
  return await inTree(deps, caller, async (trx) => {
    if ((await store.countEntities(trx, caller.instanceId)) >= maxEntitiesPerInstance) {
      throw new Problem(
        'entity_limit_reached',
        `An instance holds at most ${maxEntitiesPerInstance} entities.`,
      );
    }
    const entityId = deps.newId();
    const parentId = input.parentId === undefined ? await usualParent(trx, caller) : input.parentId;
    await checkParent(trx, caller, parentId, 1);
    const entity = { entityId, parentId, name: input.name.trim(), tag: input.tag ?? null };
    await store.insertEntity(trx, caller.instanceId, { ...entity, createdAt: deps.now() });
    await recordAudit(deps, trx, caller, 'entity.create', entityId, { ...entity });
    return entityId;
  });
}

/** What is left out stays. Throws as `createEntity`, and Problem `entity_cycle`, `entity_in_use`. */
export async function changeEntity(
  deps: AdminDeps,
  caller: Caller,
  entityId: string,
  patch: Partial<EntityInput>,
): Promise<EntityView> {
  return await inTree(deps, caller, async (trx) => {
    const before = await existing(trx, caller, entityId);
    const after = {
      entityId,
      name: patch.name?.trim() ?? before.name,
      parentId: staysUnder(caller, before, patch) ? before.parentId : (patch.parentId ?? null),
      tag: patch.tag === undefined ? before.tag : patch.tag,
    };
    const isMoved = after.parentId !== before.parentId;
    const mayRetag = isMoved || after.tag !== before.tag;
    const treeBefore = mayRetag ? await listTree(trx, caller.instanceId) : [];
    const subtree = isMoved ? await store.listSubtree(trx, caller.instanceId, entityId) : [];
    if (isMoved) {
      if (subtree.some((member) => member.entityId === after.parentId)) {
        throw new Problem('entity_cycle', 'An entity cannot be moved below itself.');
      }
      await checkParent(trx, caller, after.parentId, Math.max(...subtree.map(({ depth }) => depth)));
    }
    await store.updateEntity(trx, caller.instanceId, after);
    if (isMoved) await checkRulesStayInside(trx, caller, subtree);
    const treeAfter = mayRetag ? await listTree(trx, caller.instanceId) : [];
    const trees = { before: treeBefore, after: treeAfter };
    const resent = await resendRetagged(trx, caller.instanceId, trees, deps.now());
    await recordAudit(deps, trx, caller, 'entity.update', entityId, { before, after, ...resent });
    return entityId;
  });
}

/** Throws Problem `entity_in_use` when it has children, keys (revoked ones too) or assets. */
export async function removeEntity(deps: AdminDeps, caller: Caller, entityId: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await store.lockTree(trx, caller.instanceId);
    const before = await existing(trx, caller, entityId);
    const use = await store.findEntityUse(trx, caller.instanceId, entityId);
    const users = [
      use.hasChildren ? 'entities below it' : '',
      use.hasKeys ? 'registration keys that belong to it or lead to it' : '',
      use.hasAssets ? 'assets' : '',
      use.hasTokens ? 'admin tokens that are limited to it' : '',
    ].filter((user) => user !== '');
    if (users.length > 0) throw new Problem('entity_in_use', `The entity still has ${users.join(', ')}.`);
    await store.deleteEntity(trx, caller.instanceId, entityId).catch(asProblem);
    await recordAudit(deps, trx, caller, 'entity.delete', entityId, { before });
    await notifyKeyChange(trx, '*');
  });
}

/** Runs a change of the tree alone, tells holders of keys (they know the tags of entities), and shows the result. */
async function inTree(
  deps: AdminDeps,
  caller: Caller,
  change: (trx: Transaction) => Promise<string>,
): Promise<EntityView> {
  return await deps.db.transaction().execute(async (trx) => {
    await store.lockTree(trx, caller.instanceId);
    const entityId = await change(trx).catch(asProblem);
    await notifyKeyChange(trx, '*');
    return await viewById(trx, caller, entityId);
  });
}

/** The top of what the caller may see; else the root entity. */
async function usualParent(trx: Transaction, caller: Caller): Promise<string | null> {
  return topOf(caller) ?? (await store.findRootEntity(trx, caller.instanceId))?.entityId ?? null;
}

/** A limited caller is shown its own top without a parent, and may say so again. */
function staysUnder(caller: Caller, { entityId }: store.EntityRecord, patch: Partial<EntityInput>): boolean {
  return patch.parentId === undefined || (patch.parentId === null && entityId === topOf(caller));
}

async function checkParent(
  trx: Transaction,
  caller: Caller,
  parentId: string | null,
  heightBelow: number,
): Promise<void> {
  const isThere = await isInside(trx, caller, parentId);
  if (parentId === null && isThere) return;
  const depth = isThere && parentId !== null ? await store.depthOf(trx, caller.instanceId, parentId) : 0;
  if (depth === 0) {
    throw new Problem('body_invalid', 'The parent entity does not exist.', [
      { field: '/parentId', message: 'is no entity of this instance' },
    ]);
  }
  if (depth + heightBelow > maxEntityDepth) {
    throw new Problem('entity_limit_reached', `Entities lie at most ${maxEntityDepth} levels deep.`);
  }
}

/** A key may assign only inside its entity's subtree: a move must not carry a rule's target out of it. */
async function checkRulesStayInside(
  trx: Transaction,
  caller: Caller,
  moved: readonly store.SubtreeMember[],
): Promise<void> {
  const ids = moved.map(({ entityId }) => entityId);
  for (const key of await listKeysWithRulesTo(trx, caller.instanceId, ids)) {
    const inside = new Set(
      (await store.listSubtree(trx, caller.instanceId, key.entityId)).map(({ entityId }) => entityId),
    );
    if (key.rules.some((rule) => !inside.has(rule.entityId))) {
      throw new Problem(
        'entity_in_use',
        `Rules of key ${key.kid} lead into what is to be moved out of the key's entity.`,
      );
    }
  }
}

async function existing(trx: Transaction, caller: Caller, entityId: string): Promise<store.EntityRecord> {
  const entity = uuidShape.test(entityId)
    ? await store.findEntity(trx, caller.instanceId, entityId)
    : undefined;
  if (entity === undefined || !(await isInside(trx, caller, entity.entityId)))
    throw new Problem('not_found', 'There is no such entity.');
  return entity;
}

async function viewById(db: Transaction, caller: Caller, entityId: string): Promise<EntityView> {
  const entity = await existing(db, caller, entityId);
  return viewOf(entity, await completeNamesShown(db, caller, [entityId]), caller);
}

function viewOf(
  entity: store.EntityRecord,
  completeNames: ReadonlyMap<string, string>,
  caller: Caller,
): EntityView {
  return {
    id: entity.entityId,
    name: entity.name,
    parentId: entity.entityId === topOf(caller) ? null : entity.parentId,
    completeName: completeNames.get(entity.entityId) ?? entity.name,
    tag: entity.tag,
    createdAt: entity.createdAt.toISOString(),
    glpiId: entity.glpiId,
    goneFromGlpi: entity.glpiGoneAt?.toISOString() ?? null,
  };
}

const problemOfConstraint: Readonly<Record<string, () => Problem>> = {
  entity_sibling_name: () =>
    new Problem('entity_exists', 'The parent entity already has an entity of this name.'),
  entity_tag: () => new Problem('entity_tag_taken', 'Another entity of this instance has this tag.'),
  asset_instance_id_entity_id_fkey: () => new Problem('entity_in_use', 'The entity still has assets.'),
  webhook_instance_id_entity_id_fkey: () =>
    new Problem('entity_in_use', 'A webhook is limited to the entity.'),
};

function asProblem(error: unknown): never {
  throw problemOfConstraint[violatedConstraint(error) ?? '']?.() ?? error;
}
