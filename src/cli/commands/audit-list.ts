import { checkInput } from '../../admin/admin-schemas';
import { listAudit, type AuditQuery } from '../../admin/audit';
import { collect, command, given, limitOption, listed } from '../command';
import { table } from '../printing/table';

type Options = Omit<AuditQuery, 'limit' | 'after'> & { readonly limit?: number };

export const auditList = command<Options>({
  name: 'audit list',
  summary: 'show what admins changed and what was held, newest first',
  options: [
    {
      flags: '--object <id>',
      description: 'only changes of this entity, key, asset, token, held device or instance',
    },
    { flags: '--actor <text>', description: 'by whom; * stands for any run of characters' },
    { flags: '--action <text>', description: 'what was done, e.g. key.*' },
    { flags: '--since <time>', description: 'at or after then, ISO 8601' },
    { flags: '--before <time>', description: 'before then, ISO 8601' },
    limitOption,
  ],
  examples: ['gatehouse audit list', 'gatehouse audit list --action "key.*" --since 2027-01-01'],
  run: async (context, { limit, ...filters }) => {
    const query = checkInput('query', 'AuditQuery', given(filters)) as AuditQuery;
    const page = await context.withAdmin((admin, caller) =>
      collect(limit, (request) => listAudit(admin, caller, { ...query, ...request })),
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
