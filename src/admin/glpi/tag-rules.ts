import { tagRule, tagRuleXml } from '../../glpi/tag-rule';
import { listTree } from '../../store/glpi/glpi-entities';
import type { AdminDeps, Caller } from '../admin-deps';
import { completeNamesShown, scopeOf } from '../entity-scope';

/** The tag that Gatehouse sends for an entity, which is to be its inventory tag in GLPI. */
export interface EntityTag {
  readonly entityId: string;
  readonly completeName: string;
  readonly glpiId: number | null;
  /** Null: none; what is put in there goes where GLPI's rules say without. */
  readonly tag: string | null;
}

export interface GlpiRules {
  readonly rule: typeof tagRule;
  /** File of rules for GLPI's import. */
  readonly xml: string;
  readonly entities: readonly EntityTag[];
}

/** Name of the root entity of a GLPI that nobody renamed. */
const usualRootName = 'Root entity';

/** What GLPI needs so that the tag that Gatehouse sets puts each asset in its entity. */
export async function describeGlpiRules(deps: AdminDeps, caller: Caller): Promise<GlpiRules> {
  const tree = await listTree(deps.db, caller.instanceId);
  const scope = await scopeOf(deps.db, caller);
  const shown = tree.filter(({ entityId }) => scope === undefined || scope.has(entityId));
  const names = await completeNamesShown(
    deps.db,
    caller,
    shown.map(({ entityId }) => entityId),
  );
  const rootName = tree.find(({ glpiId }) => glpiId === 0)?.name ?? usualRootName;
  return {
    rule: tagRule,
    xml: tagRuleXml(rootName),
    entities: shown
      .map(({ entityId, glpiId, tag }) => ({
        entityId,
        glpiId,
        tag,
        completeName: names.get(entityId) ?? '',
      }))
      .toSorted((a, b) => (a.completeName < b.completeName ? -1 : 1)),
  };
}
