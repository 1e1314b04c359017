import { revokeKey } from '../../admin/keys';
import { command } from '../command';
import { keySheet } from './key-show';

export const keyRevoke = command({
  name: 'key revoke',
  summary: 'end a registration key for ever; its assets stay',
  arguments: [{ name: '<kid>', description: 'the public part of the key' }],
  examples: ['gatehouse key revoke 3pWx8KqLm2Za'],
  run: async (context, _options, kid) => {
    const key = await context.withAdmin((admin, caller) => revokeKey(admin, caller, kid));
    return { value: key, text: (screen) => `The key is revoked.\n\n${keySheet(key, screen)}` };
  },
});
