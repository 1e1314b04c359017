import { checkInput } from '../../admin/admin-schemas';
import { changeEntity, type EntityInput } from '../../admin/entities';
import { command, given } from '../command';
import { chooseEntity } from '../entity-choice';
import { shownEntity } from './entity-show';

interface Options {
  readonly name?: string;
  readonly parent?: string;
  /** False: taken away. */
  readonly tag?: string | false;
}

export const entityUpdate = command<Options>({
  name: 'entity update',
  summary: 'rename, move or tag an entity',
  arguments: [{ name: '<entity>', description: 'id, complete name or unique name' }],
  options: [
    { flags: '--name <name>', description: 'new name' },
    { flags: '--parent <entity>', description: 'move below this entity' },
    { flags: '--tag <tag>', description: 'what agents say to get here, when their key maps tags' },
    { flags: '--no-tag', description: 'take the tag away' },
  ],
  examples: ['gatehouse entity update "Root > France" --name Francia'],
  run: async (context, { name, parent, tag }, entity) =>
    await context.withAdmin(async (admin, caller) => {
      const { id } = await chooseEntity(admin, caller, entity);
      const parentId = parent === undefined ? undefined : (await chooseEntity(admin, caller, parent)).id;
      const fields = given({ name, parentId, tag: tag === false ? null : tag });
      const patch = checkInput('body', 'EntityPatch', fields) as Partial<EntityInput>;
      return shownEntity(await changeEntity(admin, caller, id, patch));
    }),
});
