import type { GenerationView } from '../../admin/generation-view';
import { listGenerations } from '../../admin/key-generations';
import { collect, command, limitOption, listed } from '../command';
import { table } from '../printing/table';

export const keyGenerations = command<{ limit?: number }>({
  name: 'key generations',
  summary: 'show the secrets of a registration key, who uses them, and which may be retired',
  arguments: [{ name: '<kid>', description: 'the public part of the key' }],
  options: [limitOption],
  examples: ['gatehouse key generations 3pWx8KqLm2Za'],
  run: async (context, { limit }, kid = '') => {
    const page = await context.withAdmin((admin, caller) =>
      collect(limit, (request) => listGenerations(admin, caller, kid, request)),
    );
    return listed(page, 'The key has no generations.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'GENERATION', text: ({ generation }) => String(generation) },
          { title: 'STATE', text: stateText },
          { title: 'ENDS WITH', text: ({ hint }) => hint },
          { title: 'MADE', text: ({ createdAt }) => createdAt },
          { title: 'LAST USED', text: ({ lastUsedAt }) => lastUsedAt ?? 'never' },
          { title: 'AGENTS', text: ({ agentCount }) => String(agentCount) },
          { title: 'SAFE TO RETIRE', text: ({ whyNot }) => whyNot ?? 'yes' },
          { title: 'PEPPER', text: ({ pepper }) => pepper },
        ],
        screen,
      ),
    );
  },
});

function stateText({ state, useUntil, retiredWhy }: GenerationView): string {
  if (state === 'grace') return `good until ${useUntil ?? ''}`;
  return state === 'retired' ? `retired ${retiredWhy ?? ''}` : state;
}
