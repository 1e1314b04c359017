import { checkInput } from '../../admin/admin-schemas';
import { listQuarantine, type QuarantineQuery } from '../../admin/quarantine';
import { collect, command, given, limitOption, listed } from '../command';
import { table } from '../printing/table';

export const quarantineList = command<{ key?: string; reason?: string; limit?: number }>({
  name: 'quarantine list',
  summary: 'show held submissions that wait for a decision, newest first',
  options: [
    { flags: '--key <kid>', description: 'sent with this key' },
    { flags: '--reason <code>', description: 'held for this reason' },
    limitOption,
  ],
  examples: ['gatehouse quarantine list'],
  run: async (context, { limit, ...filters }) => {
    const query = checkInput('query', 'QuarantineQuery', given(filters)) as QuarantineQuery;
    const page = await context.withAdmin((admin, caller) =>
      collect(limit, (request) => listQuarantine(admin, caller, { ...query, ...request })),
    );
    return listed(page, 'Nothing is held.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'SUBMISSION', text: ({ id }) => id, isWhole: true },
          { title: 'RECEIVED', text: ({ receivedAt }) => receivedAt },
          { title: 'REASON', text: ({ reason }) => reason },
          { title: 'DEVICE', text: ({ name, deviceid }) => name ?? deviceid },
          { title: 'CLAIMS TO BE', text: ({ conflictsWith }) => conflictsWith?.name ?? conflictsWith?.id },
        ],
        screen,
      ),
    );
  },
});
