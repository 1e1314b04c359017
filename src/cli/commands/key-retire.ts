import { retireGeneration } from '../../admin/key-generations';
import { command } from '../command';

export const keyRetire = command({
  name: 'key retire',
  summary: 'end an older secret of a registration key for ever',
  arguments: [
    { name: '<kid>', description: 'the public part of the key' },
    { name: '<generation>', description: 'its number, see gatehouse key generations' },
  ],
  examples: ['gatehouse key retire 3pWx8KqLm2Za 1'],
  run: async (context, _options, kid = '', generation = '') => {
    const retired = await context.withAdmin((admin, caller) =>
      retireGeneration(admin, caller, kid, generation),
    );
    return {
      value: retired,
      text: () =>
        `Generation ${retired.generation} of ${kid} is retired. ${retired.agentCount} agents used it last.`,
    };
  },
});
