import type { TreeEntity } from '../domain/tree-entity';
import type { GlpiEntity } from './glpi-api';
import { inTreeOrder } from './tree-order';

/** One that an import makes, or takes for GLPI's because it lies in the same place under the same name. */
interface Arrival {
  readonly kind: 'create' | 'link';
  readonly entityId: string;
  readonly glpiId: number;
  readonly name: string;
  readonly parentId: string | null;
}

interface Change<K extends string, T> {
  readonly kind: K;
  readonly entityId: string;
  readonly before: T;
  readonly after: T;
}

/**
 * What an import does about one entity. `back`: it was marked as gone and is in GLPI again. `tag-taken`: GLPI's tag for
 * it belongs to another entity and stays there.
 */
export type EntityStep =
  | Arrival
  | Change<'rename', string>
  | Change<'move' | 'tag', string | null>
  | { readonly kind: 'tag-taken'; readonly entityId: string; readonly tag: string }
  | { readonly kind: 'gone' | 'back'; readonly entityId: string };

export interface EntityPlan {
  readonly steps: readonly EntityStep[];
  /** Every entity of Gatehouse as it is after the steps, parents before children. */
  readonly after: readonly TreeEntity[];
}

/** Longest name and tag that Gatehouse keeps. */
const maxTextLength = 255;

/**
 * What has to happen here for the tree to be GLPI's. Entities are told by their id in GLPI; one that is new is taken for
 * one that lies here in the same place under the same name. What was never in GLPI is left alone, and nothing is deleted.
 * `root`: of the instance, which GLPI's root becomes. Throws GlpiFault for a tree that is none.
 */
export function planEntities(
  ofGlpi: readonly GlpiEntity[],
  ofHouse: readonly TreeEntity[],
  root: TreeEntity,
  newId: () => string,
): EntityPlan {
  const pairs = pair(inTreeOrder(ofGlpi), ofHouse, root, newId);
  const paired = new Set(pairs.map(({ entityId }) => entityId));
  const others = ofHouse
    .filter(({ entityId }) => !paired.has(entityId))
    .map((one) => ({ ...one, isGone: one.glpiId !== null }));
  const named = withNames(pairs, others);
  const { tagged, taken } = withTags(named, others);
  const after = [...others, ...tagged];
  const before = new Map(ofHouse.map((one) => [one.entityId, one]));
  const steps = [...tagged, ...others].flatMap((one) => stepsFor(before.get(one.entityId), one));
  return { steps: [...steps, ...taken], after: parentsFirst(after) };
}

interface Pair {
  readonly entityId: string;
  readonly parentId: string | null;
  readonly entity: GlpiEntity;
  readonly before: TreeEntity | undefined;
}

/** Which entity here each of GLPI's is. */
function pair(
  ofGlpi: readonly GlpiEntity[],
  ofHouse: readonly TreeEntity[],
  root: TreeEntity,
  newId: () => string,
): Pair[] {
  const byGlpiId = new Map(
    ofHouse.flatMap((one) => (one.glpiId === null ? [] : [[one.glpiId, one] as const])),
  );
  const free = new Map(
    ofHouse.filter(({ glpiId }) => glpiId === null).map((one) => [placeKey(one.parentId, one.name), one]),
  );
  const idHere = new Map<number, string>();
  return ofGlpi.map((entity) => {
    const { glpiId, parentGlpiId } = entity;
    const isRoot = glpiId === 0;
    const below = (parentGlpiId === null ? undefined : idHere.get(parentGlpiId)) ?? root.entityId;
    const parentId = isRoot ? root.parentId : below;
    const namesake = isRoot && root.glpiId === null ? root : free.get(placeKey(parentId, nameOf(entity)));
    const before = byGlpiId.get(glpiId) ?? namesake;
    if (before === namesake && namesake !== undefined)
      free.delete(placeKey(namesake.parentId, namesake.name));
    const entityId = before?.entityId ?? newId();
    idHere.set(glpiId, entityId);
    return { entityId, parentId, entity, before };
  });
}

/** Siblings have different names here without regard to case: who comes too late gets GLPI's id behind the name. */
function withNames(
  pairs: readonly Pair[],
  others: readonly TreeEntity[],
): (Pair & { readonly name: string })[] {
  const taken = new Set(others.map(({ parentId, name }) => placeKey(parentId, name)));
  return pairs.map((one) => {
    const wanted = nameOf(one.entity);
    const suffix = ` (GLPI ${one.entity.glpiId})`;
    const isTaken = taken.has(placeKey(one.parentId, wanted));
    const name = isTaken ? wanted.slice(0, maxTextLength - suffix.length).toWellFormed() + suffix : wanted;
    taken.add(placeKey(one.parentId, name));
    return { ...one, name };
  });
}

/**
 * GLPI's tag is taken over, for its rule goes by it. Where GLPI has none, the one here stays: agents may name it. A tag
 * is one entity's; whoever keeps it goes before whoever wants it.
 */
function withTags(
  named: readonly (Pair & { readonly name: string })[],
  others: readonly TreeEntity[],
): { readonly tagged: TreeEntity[]; readonly taken: EntityStep[] } {
  const wanted = (one: Pair): string | null => tagOf(one.entity) ?? one.before?.tag ?? null;
  const keeps = (one: Pair): boolean => wanted(one) === (one.before?.tag ?? null);
  const holders = new Set(
    [...others, ...named.filter(keeps).map(({ before }) => before)].map((one) => lower(one?.tag)),
  );
  holders.delete('');
  const taken: EntityStep[] = [];
  const claim = (tag: string | null): string | null => {
    if (tag === null || holders.has(lower(tag))) return null;
    holders.add(lower(tag));
    return tag;
  };
  const tagged = named.map((one): TreeEntity => {
    const { entityId, parentId, name, entity } = one;
    const want = wanted(one);
    let tag = keeps(one) ? want : claim(want);
    if (tag !== want && want !== null) {
      taken.push({ kind: 'tag-taken', entityId, tag: want });
      tag = claim(one.before?.tag ?? null);
    }
    return { entityId, parentId, name, tag, glpiId: entity.glpiId, isGone: false };
  });
  return { tagged, taken };
}

function stepsFor(before: TreeEntity | undefined, after: TreeEntity): EntityStep[] {
  const { entityId, glpiId, name, parentId } = after;
  const steps: EntityStep[] = [];
  if (before === undefined && glpiId !== null)
    steps.push({ kind: 'create', entityId, glpiId, name, parentId });
  if (before !== undefined) {
    if (before.glpiId === null && glpiId !== null)
      steps.push({ kind: 'link', entityId, glpiId, name, parentId });
    if (before.isGone && !after.isGone) steps.push({ kind: 'back', entityId });
    if (!before.isGone && after.isGone) steps.push({ kind: 'gone', entityId });
    if (before.name !== name) steps.push({ kind: 'rename', entityId, before: before.name, after: name });
    if (before.parentId !== parentId)
      steps.push({ kind: 'move', entityId, before: before.parentId, after: parentId });
  }
  const formerTag = before?.tag ?? null;
  if (formerTag !== after.tag) steps.push({ kind: 'tag', entityId, before: formerTag, after: after.tag });
  return steps;
}

function parentsFirst(entities: readonly TreeEntity[]): TreeEntity[] {
  const children = Map.groupBy(entities, ({ parentId }) => parentId);
  const ordered = [...(children.get(null) ?? [])];
  // The list grows while it is walked.
  for (const { entityId } of ordered) ordered.push(...(children.get(entityId) ?? []));
  return ordered;
}

function placeKey(parentId: string | null, name: string): string {
  return `${parentId ?? ''}/${lower(name)}`;
}

function lower(text: string | null | undefined): string {
  return (text ?? '').toLowerCase();
}

function nameOf({ name, glpiId }: GlpiEntity): string {
  const clean = oneLine(name).slice(0, maxTextLength).toWellFormed().trim();
  return clean === '' ? `Entity ${glpiId}` : clean;
}

function tagOf({ tag }: GlpiEntity): string | undefined {
  const clean = oneLine(tag ?? '');
  return clean === '' || clean.length > maxTextLength ? undefined : clean;
}

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
