import { checkInput } from '../../admin/admin-schemas';
import type { KeyPolicyInput } from '../../admin/key-policy';
import { changeKey } from '../../admin/keys';
import { command, given } from '../command';
import {
  keyPolicyBody,
  keyPolicyOptions,
  keyRestrictionRemovals,
  type KeyPolicyOptions,
} from './key-policy-options';
import { shownKey } from './key-show';

export const keyUpdate = command<KeyPolicyOptions & { readonly name?: string }>({
  name: 'key update',
  summary: 'change what a registration key allows',
  arguments: [{ name: '<kid>', description: 'the public part of the key' }],
  options: [
    { flags: '--name <name>', description: 'what people call it' },
    ...keyPolicyOptions,
    ...keyRestrictionRemovals,
  ],
  examples: [
    'gatehouse key update 3pWx8KqLm2Za --mode closed',
    'gatehouse key update 3pWx8KqLm2Za --no-use-until --max-assets 500',
  ],
  run: async (context, { name, ...policy }, kid) =>
    await context.withAdmin(async (admin, caller) => {
      const body = { ...(await keyPolicyBody(admin, caller, policy)), ...given({ name }) };
      const patch = checkInput('body', 'KeyPatch', body) as KeyPolicyInput;
      return shownKey(await changeKey(admin, caller, kid, patch));
    }),
});
