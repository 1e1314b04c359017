import { checkInput } from '../../admin/admin-schemas';
import { changeInstance, type InstanceInput } from '../../admin/instances';
import { command, each, given } from '../command';
import { sheet } from '../printing/table';

export const instanceUpdate = command<{ name?: string; url?: readonly string[] }>({
  name: 'instance update',
  summary: 'rename the instance, or change its public URLs (of the first one: set PUBLIC_URL)',
  options: [
    { flags: '--name <name>', description: 'new name' },
    { flags: '--url <url>', description: 'public URL, the first is primary (again for more)', parse: each },
  ],
  examples: ['gatehouse instance update --instance north --url https://north.example.org'],
  run: async (context, { name, url }) => {
    const fields = given({ name, publicUrls: url });
    const patch = checkInput('body', 'InstancePatch', fields) as Partial<InstanceInput>;
    const changed = await context.withAdmin((admin, caller) => changeInstance(admin, caller, patch));
    return { value: changed, text: (screen) => sheet(Object.entries(changed), screen) };
  },
});
