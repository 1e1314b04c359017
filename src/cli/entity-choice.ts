import type { AdminDeps, Caller } from '../admin/admin-deps';
import { listEntities, maxEntitiesPerInstance, type EntityView } from '../admin/entities';
import { maxPageItems } from '../admin/page';
import { CommandFailure, exitCodes } from './exit-code';

/** Every entity of the instance, in the order of their complete names. */
export async function allEntities(admin: AdminDeps, caller: Caller): Promise<EntityView[]> {
  const entities: EntityView[] = [];
  let after: string | undefined;
  do {
    const page = await listEntities(admin, caller, {
      limit: maxPageItems,
      ...(after === undefined ? {} : { after }),
    });
    entities.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined && entities.length <= maxEntitiesPerInstance);
  return entities.sort((a, b) => (spelled(a.completeName) < spelled(b.completeName) ? -1 : 1));
}

/** The entity that a person means by an id, a complete name (`Root > France`) or a name that only one has. */
export async function chooseEntity(admin: AdminDeps, caller: Caller, text: string): Promise<EntityView> {
  const entities = await allEntities(admin, caller);
  const wanted = spelled(text);
  const byPlace = entities.find(({ id, completeName }) => id === wanted || spelled(completeName) === wanted);
  if (byPlace !== undefined) return byPlace;
  const byName = entities.filter(({ name }) => spelled(name) === wanted);
  if (byName.length === 1 && byName[0] !== undefined) return byName[0];
  if (byName.length === 0) {
    throw new CommandFailure(
      exitCodes.refused,
      `There is no entity "${text}".`,
      'See what there is: gatehouse entity list',
    );
  }
  const names = byName.slice(0, 5).map(({ completeName }) => `"${completeName}"`);
  throw new CommandFailure(
    exitCodes.refused,
    `${byName.length} entities have the name "${text}".`,
    `Give the complete name, for example ${names.join(' or ')}`,
  );
}

function spelled(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/\s*>\s*/g, ' > ');
}
