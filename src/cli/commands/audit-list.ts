import { listAudit } from '../../admin/audit';
import { collect, command, given, limitOption, listed } from '../command';
import { table } from '../printing/table';

export const auditList = command<{ object?: string; limit?: number }>({
  name: 'audit list',
  summary: 'show what admins changed and what was held, newest first',
  options: [
    {
      flags: '--object <id>',
      description: 'only changes of this entity, key, asset, token, held device or instance',
    },
    limitOption,
  ],
  examples: ['gatehouse audit list'],
  run: async (context, { object, limit }) => {
    const page = await context.withAdmin((admin, caller) =>
      collect(limit, (request) => listAudit(admin, caller, { ...given({ object }), ...request })),
    );
    return listed(page, 'Nothing was changed.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'AT', text: ({ at }) => at, isWhole: true },
          { title: 'BY', text: ({ actor }) => actor },
          { title: 'WHAT', text: ({ action }) => action },
          { title: 'OBJECT', text: (row) => row.object },
          { title: 'DETAIL', text: ({ detail }) => JSON.stringify(detail) },
        ],
        screen,
      ),
    );
  },
});
