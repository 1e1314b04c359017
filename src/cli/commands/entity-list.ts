import { allEntities } from '../entity-choice';
import { command, listed } from '../command';
import { table } from '../printing/table';

export const entityList = command({
  name: 'entity list',
  summary: 'show the tree of entities',
  examples: ['gatehouse entity list'],
  run: async (context) => {
    const items = await context.withAdmin(allEntities);
    return listed({ items, next: null }, 'There are no entities.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'ID', text: ({ id }) => id, isWhole: true },
          { title: 'ENTITY', text: ({ completeName }) => completeName },
          { title: 'TAG', text: ({ tag }) => tag },
        ],
        screen,
      ),
    );
  },
});
