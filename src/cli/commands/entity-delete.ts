import { removeEntity } from '../../admin/entities';
import { command } from '../command';
import { chooseEntity } from '../entity-choice';

export const entityDelete = command({
  name: 'entity delete',
  summary: 'remove an entity that nothing uses',
  arguments: [{ name: '<entity>', description: 'id, complete name or unique name' }],
  examples: ['gatehouse entity delete "Root > France > Paris"'],
  run: async (context, _options, entity) => {
    const removed = await context.withAdmin(async (admin, caller) => {
      const chosen = await chooseEntity(admin, caller, entity);
      await removeEntity(admin, caller, chosen.id);
      return chosen;
    });
    return { value: { deleted: removed }, text: () => 'The entity is deleted.' };
  },
});
