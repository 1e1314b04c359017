import { rebindKey } from '../../admin/rebind';
import { command } from '../command';
import { shownKey } from './key-show';
import { rebindBody, rebindOptions, type RebindOptions } from './rebind-options';

export const keyRebind = command<RebindOptions>({
  name: 'key rebind',
  summary: 'bind a registration key to another URL; agents may go on under the old one for a while',
  arguments: [{ name: '<kid>', description: 'the public part of the key' }],
  options: rebindOptions,
  examples: [
    'gatehouse key rebind 3pWx8KqLm2Za --url https://inventory.example.org',
    'gatehouse key rebind 3pWx8KqLm2Za --keep-old-until now',
  ],
  run: async (context, options, kid) =>
    shownKey(
      await context.withAdmin((admin, caller) =>
        rebindKey(admin, caller, kid, rebindBody(options, admin.now())),
      ),
    ),
});
