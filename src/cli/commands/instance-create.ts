import { checkInput } from '../../admin/admin-schemas';
import { createInstance, type InstanceInput } from '../../admin/instances';
import { command, each } from '../command';
import { sheet } from '../printing/table';

export const instanceCreate = command<{ url?: readonly string[] }>({
  name: 'instance create',
  summary: 'serve one more GLPI, with entities, keys and tokens of its own',
  arguments: [{ name: '<name>', description: 'what people call it' }],
  options: [{ flags: '--url <url>', description: 'its public URL (again for more)', parse: each }],
  examples: ['gatehouse instance create north --url https://north.example.org'],
  run: async (context, { url }, name) => {
    const input = checkInput('body', 'InstanceCreate', { name, publicUrls: url ?? [] }) as InstanceInput;
    const created = await context.withAdmin((admin) => createInstance(admin, context.actor, input));
    const { adminToken, ...rest } = created;
    return {
      value: created,
      text: (screen) =>
        `${sheet(Object.entries(rest), screen)}\n\n${screen.paint('bold', 'Its first admin token')} (shown this once):\n\n  ${adminToken}`,
    };
  },
});
