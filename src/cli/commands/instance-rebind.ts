import { rebindInstance } from '../../admin/rebind';
import { command } from '../command';
import { sheet } from '../printing/table';
import { shownAlias } from './key-show';
import { rebindBody, rebindOptions, type RebindOptions } from './rebind-options';

export const instanceRebind = command<RebindOptions>({
  name: 'instance rebind',
  summary: 'bind the instance to other URLs; agents may go on under the old ones for a while',
  options: rebindOptions,
  examples: [
    'gatehouse instance rebind --instance north --url https://north.example.org',
    'gatehouse instance rebind --keep-old-until 2027-01-31',
  ],
  run: async (context, options) => {
    const changed = await context.withAdmin((admin, caller) =>
      rebindInstance(admin, caller, rebindBody(options, admin.now())),
    );
    const shown = { ...changed, urlAliases: changed.urlAliases.map(shownAlias) };
    return { value: changed, text: (screen) => sheet(Object.entries(shown), screen) };
  },
});
