import type { GlpiEntity } from './glpi-api';
import { GlpiFault } from './glpi-fault';

/**
 * Parents before children. An entity whose parent is not among them comes as one without: a user of the API may see only
 * a part of the tree. Throws GlpiFault where there is no tree.
 */
export function inTreeOrder(entities: readonly GlpiEntity[]): GlpiEntity[] {
  if (entities.length === 0) {
    throw new GlpiFault(
      'rights',
      'GLPI shows no entity at all.',
      'Give the API user a profile that may read entities, on the root entity and below.',
    );
  }
  const known = new Set(entities.map(({ glpiId }) => glpiId));
  if (known.size !== entities.length) throw noTree('an id twice');
  const children = Map.groupBy(entities, ({ parentGlpiId }) =>
    parentGlpiId !== null && known.has(parentGlpiId) ? parentGlpiId : 'top',
  );
  const ordered = [...(children.get('top') ?? [])];
  // The list grows while it is walked.
  for (const { glpiId } of ordered) ordered.push(...(children.get(glpiId) ?? []));
  if (ordered.length !== entities.length) throw noTree('a cycle');
  return ordered;
}

function noTree(why: string): GlpiFault {
  return new GlpiFault(
    'content',
    `Entities: GLPI's tree holds ${why}.`,
    'Nothing was taken. Repair it in GLPI.',
  );
}
