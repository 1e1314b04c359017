/** An entity with what it is in GLPI, as far as an import of GLPI's tree has to know it. */
export interface TreeEntity {
  readonly entityId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly tag: string | null;
  /** Null: it was never in GLPI. */
  readonly glpiId: number | null;
  /** It was not in GLPI any more when last looked. */
  readonly isGone: boolean;
}

type Tagged = Pick<TreeEntity, 'entityId' | 'parentId' | 'tag'>;

/** Entities of both trees whose assets go under another tag now: their own, else the nearest above them. */
export function retagged(before: readonly Tagged[], after: readonly Tagged[]): string[] {
  const [former, present] = [tagsOf(before), tagsOf(after)];
  return [...present].flatMap(([entityId, tag]) =>
    former.has(entityId) && former.get(entityId) !== tag ? [entityId] : [],
  );
}

function tagsOf(tree: readonly Tagged[]): Map<string, string | null> {
  const entities = new Map(tree.map((entity) => [entity.entityId, entity]));
  const tags = new Map<string, string | null>();
  const tagOf = (entity: Tagged | undefined): string | null => {
    if (entity === undefined) return null;
    const { entityId, parentId, tag } = entity;
    const known = tags.get(entityId);
    if (known !== undefined) return known;
    const found = tag ?? (parentId === null ? null : tagOf(entities.get(parentId)));
    tags.set(entityId, found);
    return found;
  };
  for (const entity of tree) tagOf(entity);
  return tags;
}
