import { Problem } from '../../domain/problem';
import type { TreeEntity } from '../../domain/tree-entity';
import { planEntities, type EntityPlan, type EntityStep } from '../../glpi/plan-entities';
import type { GlpiEntity } from '../../glpi/glpi-api';
import { findRootEntity, lockTree } from '../../store/entities';
import { listTree, writeTree } from '../../store/glpi/glpi-entities';
import { noteImport } from '../../store/glpi/glpi-api-settings';
import { notifyKeyChange } from '../../store/keys/key-changes';
import { listKeysWithRulesTo } from '../../store/keys/key-records';
import { violatedConstraint } from '../../store/violated-constraint';
import type { AdminDeps, Caller, Transaction } from '../admin-deps';
import { maxEntitiesPerInstance, maxEntityDepth } from '../entities';
import { resendRetagged } from '../forwarding/resend-retagged';
import { recordAudit } from '../record-audit';
import { askGlpi, asProblem } from './ask-glpi';

/** One line of what an import does, or did. */
export interface ImportLine {
  readonly kind: EntityStep['kind'];
  readonly entityId: string;
  readonly glpiId: number | null;
  /** As it is afterwards: `Root > France > Paris`. */
  readonly completeName: string;
  /** Name, complete name of the parent, or tag: before and after. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface EntityImport {
  /** False: a preview, nothing was changed. */
  readonly applied: boolean;
  /** Entities that GLPI showed. */
  readonly seen: number;
  readonly lines: readonly ImportLine[];
}

/** What an import would do now. Throws Problem `glpi_api_missing`, `glpi_unavailable`, `entity_limit_reached`. */
export async function previewImport(deps: AdminDeps, caller: Caller): Promise<EntityImport> {
  const ofGlpi = await askGlpi(deps, caller.instanceId, (api) => api.listEntities());
  const { plan, ofHouse } = await planNow(deps, deps.db, caller.instanceId, ofGlpi);
  return { applied: false, seen: ofGlpi.length, lines: linesOf(plan, ofHouse) };
}

/**
 * Brings the entities in step with GLPI's tree, whole or not at all. Throws as the preview, and Problem `entity_in_use`
 * when a move would carry the target of a key's rule out of the key's entity.
 */
export async function importEntities(deps: AdminDeps, caller: Caller): Promise<EntityImport> {
  const { instanceId } = caller;
  try {
    const ofGlpi = await askGlpi(deps, instanceId, (api) => api.listEntities());
    return await deps.db.transaction().execute(async (trx) => {
      await lockTree(trx, instanceId);
      const { plan, ofHouse } = await planNow(deps, trx, instanceId, ofGlpi);
      const lines = linesOf(plan, ofHouse);
      await apply(deps, trx, instanceId, plan, ofHouse);
      const trees = { before: ofHouse, after: plan.after };
      const resent = await resendRetagged(trx, instanceId, trees, deps.now());
      await noteImport(trx, instanceId, deps.now(), { seen: ofGlpi.length, ...countsOf(lines) });
      if (lines.some(({ kind }) => kind !== 'tag-taken')) {
        const { length } = lines;
        const detail = {
          seen: ofGlpi.length,
          ...countsOf(lines),
          ...resent,
          lines: lines.slice(0, maxAuditedLines),
          length,
        };
        await recordAudit(deps, trx, caller, 'entity.import', String(instanceId), detail);
        await notifyKeyChange(trx, '*');
      }
      return { applied: true, seen: ofGlpi.length, lines };
    });
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'glpi_api_missing') throw error;
    await noteImport(deps.db, instanceId, deps.now(), { failed: error.code, detail: error.detail });
    throw error;
  }
}

/** The rest is in the entities themselves. */
const maxAuditedLines = 500;

export function countsOf(lines: readonly ImportLine[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of lines) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

interface Planned {
  readonly plan: EntityPlan;
  readonly ofHouse: readonly TreeEntity[];
}

async function planNow(
  { newId }: Pick<AdminDeps, 'newId'>,
  db: Transaction,
  instanceId: number,
  ofGlpi: readonly GlpiEntity[],
): Promise<Planned> {
  const ofHouse = await listTree(db, instanceId);
  const rootId = (await findRootEntity(db, instanceId))?.entityId;
  const root = ofHouse.find(({ entityId }) => entityId === rootId);
  if (root === undefined) throw new Error(`instance ${instanceId} has no root entity`);
  const plan = planned(() => planEntities(ofGlpi, ofHouse, root, newId));
  if (plan.after.length > maxEntitiesPerInstance) {
    throw new Problem(
      'entity_limit_reached',
      `An instance holds at most ${maxEntitiesPerInstance} entities.`,
    );
  }
  const depths = new Map<string | null, number>([[null, 0]]);
  for (const { entityId, parentId } of plan.after) {
    const depth = (depths.get(parentId) ?? 0) + 1;
    if (depth > maxEntityDepth) {
      throw new Problem(
        'entity_limit_reached',
        `Entities lie at most ${maxEntityDepth} levels deep; GLPI's lie deeper.`,
      );
    }
    depths.set(entityId, depth);
  }
  return { plan, ofHouse };
}

function planned(plan: () => EntityPlan): EntityPlan {
  try {
    return plan();
  } catch (error) {
    throw asProblem(error);
  }
}

async function apply(
  deps: AdminDeps,
  trx: Transaction,
  instanceId: number,
  { steps, after }: EntityPlan,
  ofHouse: readonly TreeEntity[],
): Promise<void> {
  const before = new Set(ofHouse.map(({ entityId }) => entityId));
  const touched = new Set(steps.filter(({ kind }) => kind !== 'tag-taken').map(({ entityId }) => entityId));
  const toWrite = after.filter(({ entityId }) => touched.has(entityId));
  const created = toWrite.filter(({ entityId }) => !before.has(entityId));
  const changed = toWrite.filter(({ entityId }) => before.has(entityId));
  await writeTree(trx, instanceId, { created, changed }, deps.now()).catch(nameClash);
  const moved = steps.flatMap((step) => (step.kind === 'move' ? [step.entityId] : []));
  if (moved.length > 0) await checkRulesStayInside(trx, instanceId, after, moved);
}

function nameClash(error: unknown): never {
  // Names that differ for us and not for the database: it folds case by its own rules.
  if (violatedConstraint(error)?.startsWith('entity_') === true) {
    throw new Problem('entity_exists', 'Two entities of GLPI would have the same name or tag in one place.');
  }
  throw error;
}

/** A key may assign only inside its entity's subtree: a move must not carry a rule's target out of it. */
async function checkRulesStayInside(
  trx: Transaction,
  instanceId: number,
  after: readonly TreeEntity[],
  moved: readonly string[],
): Promise<void> {
  const parents = new Map(after.map(({ entityId, parentId }) => [entityId, parentId]));
  const isBelow = (entityId: string, top: string): boolean => {
    for (let at: string | null = entityId; at !== null; at = parents.get(at) ?? null)
      if (at === top) return true;
    return false;
  };
  const below = after.filter(({ entityId }) => moved.some((top) => isBelow(entityId, top)));
  const targets = below.map(({ entityId }) => entityId);
  for (const key of await listKeysWithRulesTo(trx, instanceId, targets)) {
    if (key.rules.every((rule) => isBelow(rule.entityId, key.entityId))) continue;
    throw new Problem(
      'entity_in_use',
      `Rules of key ${key.kid} lead into what GLPI moved out of the key's entity. Change the rules, then import again.`,
    );
  }
}

function linesOf({ steps, after }: EntityPlan, ofHouse: readonly TreeEntity[]): ImportLine[] {
  const names = completeNames(after);
  const former = completeNames(ofHouse);
  const glpiIds = new Map(after.map(({ entityId, glpiId }) => [entityId, glpiId]));
  const parentOf = (parentId: string | null, of: ReadonlyMap<string, string>): string | null =>
    parentId === null ? null : (of.get(parentId) ?? null);
  return steps.map((step): ImportLine => {
    const { kind, entityId } = step;
    const line = {
      kind,
      entityId,
      glpiId: glpiIds.get(entityId) ?? null,
      completeName: names.get(entityId) ?? '',
    };
    switch (step.kind) {
      case 'rename':
      case 'tag':
        return { ...line, before: step.before, after: step.after };
      case 'move':
        return { ...line, before: parentOf(step.before, former), after: parentOf(step.after, names) };
      case 'tag-taken':
        return { ...line, before: null, after: step.tag };
      case 'create':
      case 'link':
      case 'gone':
      case 'back':
        return { ...line, before: null, after: null };
    }
  });
}

/** Of lists with parents in any order. */
function completeNames(entities: readonly TreeEntity[]): Map<string, string> {
  const byId = new Map(entities.map((one) => [one.entityId, one]));
  const names = new Map<string, string>();
  const nameOf = (one: TreeEntity): string => {
    const known = names.get(one.entityId);
    if (known !== undefined) return known;
    const parent = one.parentId === null ? undefined : byId.get(one.parentId);
    const name = parent === undefined ? one.name : `${nameOf(parent)} > ${one.name}`;
    names.set(one.entityId, name);
    return name;
  };
  for (const one of entities) nameOf(one);
  return names;
}
