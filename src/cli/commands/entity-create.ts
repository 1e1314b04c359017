import { checkInput } from '../../admin/admin-schemas';
import { createEntity, type EntityInput } from '../../admin/entities';
import { command, given } from '../command';
import { chooseEntity } from '../entity-choice';
import { shownEntity } from './entity-show';

export const entityCreate = command<{ parent?: string; tag?: string }>({
  name: 'entity create',
  summary: 'add an entity',
  arguments: [{ name: '<name>', description: 'its own name, without the names above it' }],
  options: [
    { flags: '--parent <entity>', description: 'below this entity (default: the root entity)' },
    { flags: '--tag <tag>', description: 'what agents say to get here, when their key maps tags' },
  ],
  examples: ['gatehouse entity create Paris --parent "Root > France" --tag PAR'],
  run: async (context, { parent, tag }, name) =>
    await context.withAdmin(async (admin, caller) => {
      const parentId = parent === undefined ? undefined : (await chooseEntity(admin, caller, parent)).id;
      const input = checkInput('body', 'EntityCreate', given({ name, tag, parentId })) as EntityInput;
      return shownEntity(await createEntity(admin, caller, input));
    }),
});
