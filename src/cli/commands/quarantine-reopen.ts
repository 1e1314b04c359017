import { reopen } from '../../admin/resolve-quarantined';
import { command } from '../command';
import { sheet } from '../printing/table';
import { aboutCase } from './quarantine-text';

export const quarantineReopen = command({
  name: 'quarantine reopen',
  summary: 'take a decision back, so that the device is judged afresh; assets and bans made by it stay',
  arguments: [{ name: '<id>', description: 'of the case, or of one of its submissions' }],
  examples: ['gatehouse quarantine reopen 0198c0de-0000-7000-8000-000000000002'],
  run: async (context, _options, id) => {
    const held = await context.withAdmin((admin, caller) => reopen(admin, caller, id));
    return { value: held, text: (screen) => sheet(aboutCase(held), screen) };
  },
});
