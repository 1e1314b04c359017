import type { EntityView } from '../../admin/entities';
import { command } from '../command';
import type { Shown } from '../shown';
import { chooseEntity } from '../entity-choice';
import { sheet } from '../printing/table';

export const entityShow = command({
  name: 'entity show',
  summary: 'show one entity',
  arguments: [{ name: '<entity>', description: 'id, complete name or unique name' }],
  examples: ['gatehouse entity show "Root > France"'],
  run: async (context, _options, entity) =>
    shownEntity(await context.withAdmin((admin, caller) => chooseEntity(admin, caller, entity))),
});

export function shownEntity(entity: EntityView): Shown {
  const { id, completeName, tag, parentId, createdAt } = entity;
  return {
    value: entity,
    text: (screen) =>
      sheet(
        [
          ['entity', completeName],
          ['id', id],
          ['tag', tag],
          ['below', parentId],
          ['created', createdAt],
        ],
        screen,
      ),
  };
}
