import { listInstances } from '../../admin/instances';
import { command, listed } from '../command';
import { table } from '../printing/table';

export const instanceList = command({
  name: 'instance list',
  summary: 'show the GLPI instances that this installation serves',
  examples: ['gatehouse instance list'],
  run: async (context) => {
    const items = await context.withAdmin((admin) => listInstances(admin));
    return listed({ items, next: null }, 'There are no instances.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'ID', text: ({ id }) => id, isWhole: true },
          { title: 'NAME', text: ({ name }) => name },
          { title: 'PUBLIC URLS', text: ({ publicUrls }) => publicUrls.join(' ') },
        ],
        screen,
      ),
    );
  },
});
