import { checkInput } from '../../admin/admin-schemas';
import { listSubmissions, type SubmissionQuery } from '../../admin/submissions';
import { collect, command, given, limitOption, listed } from '../command';
import { chooseEntity } from '../entity-choice';
import { table } from '../printing/table';

type Options = Omit<SubmissionQuery, 'limit' | 'after' | 'kid' | 'recursive'> & { readonly limit?: number };

export const submissionList = command<Options>({
  name: 'submission list',
  summary: 'show what agents sent and what became of it, newest first',
  options: [
    { flags: '--verdict <verdict>', description: 'accepted, quarantined or refused' },
    { flags: '--outcome <outcome>', description: 'created, updated or unchanged' },
    { flags: '--reason <code>', description: 'code of a reason' },
    { flags: '--key <kid>', description: 'sent with this key' },
    { flags: '--asset <id>', description: 'of this asset' },
    { flags: '--entity <entity>', description: 'assigned to this entity or below it, else of a key there' },
    { flags: '--deviceid <text>', description: "agent's name for the device" },
    { flags: '--since <time>', description: 'at or after then, ISO 8601' },
    { flags: '--before <time>', description: 'before then, ISO 8601' },
    limitOption,
  ],
  examples: ['gatehouse submission list --verdict refused', 'gatehouse submission list --asset ID --json'],
  run: async (context, { limit, entity, ...filters }) => {
    const page = await context.withAdmin(async (admin, caller) => {
      const scope = entity === undefined ? undefined : (await chooseEntity(admin, caller, entity)).id;
      const recursive = scope === undefined ? undefined : 'true';
      const fields = given({ ...filters, entity: scope, recursive });
      const query = checkInput('query', 'SubmissionQuery', fields) as SubmissionQuery;
      return await collect(limit, (request) => listSubmissions(admin, caller, { ...query, ...request }));
    });
    return listed(page, 'No submission fits.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'ID', text: ({ id }) => id, isWhole: true },
          { title: 'RECEIVED', text: ({ receivedAt }) => receivedAt },
          { title: 'VERDICT', text: ({ verdict }) => verdict },
          { title: 'BECAUSE', text: ({ reason, outcome }) => reason ?? outcome },
          { title: 'DEVICE', text: ({ name, deviceid }) => name ?? deviceid },
          { title: 'FROM', text: ({ sourceAddress }) => sourceAddress },
          { title: 'TIMES', text: ({ folded }) => folded },
        ],
        screen,
      ),
    );
  },
});
