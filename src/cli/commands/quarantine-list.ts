import { checkInput } from '../../admin/admin-schemas';
import type { CaseView } from '../../admin/case-view';
import { listQuarantine, type QuarantineQuery } from '../../admin/quarantine';
import { collect, command, given, limitOption, listed } from '../command';
import { chooseEntity } from '../entity-choice';
import { table } from '../printing/table';

interface Options {
  readonly key?: string;
  readonly reason?: string;
  readonly asset?: string;
  readonly entity?: string;
  readonly recursive?: true;
  readonly resolved?: string;
  readonly limit?: number;
}

export const quarantineList = command<Options>({
  name: 'quarantine list',
  summary: 'show held devices that wait for a decision: why, who, when, how often, against what',
  options: [
    { flags: '--key <kid>', description: 'sent with this key' },
    { flags: '--reason <code>', description: 'held for this reason' },
    { flags: '--asset <id>', description: 'that claim to be this asset' },
    {
      flags: '--entity <entity>',
      description: 'of the keys of this entity: id, complete name or unique name',
    },
    { flags: '--recursive', description: 'and of those below it' },
    { flags: '--resolved <which>', description: 'true: decided ones; all: both (default false)' },
    limitOption,
  ],
  examples: ['gatehouse quarantine list', 'gatehouse quarantine list --reason identity_conflict'],
  run: async (context, { limit, entity, recursive, ...filters }) => {
    const page = await context.withAdmin(async (admin, caller) => {
      const of = entity === undefined ? undefined : (await chooseEntity(admin, caller, entity)).id;
      const asked = given({ ...filters, entity: of, recursive: recursive && 'true' });
      const query = checkInput('query', 'QuarantineQuery', asked) as QuarantineQuery;
      return await collect(limit, (request) => listQuarantine(admin, caller, { ...query, ...request }));
    });
    return listed(page, 'Nothing is held.', (rows, screen) =>
      [
        table(
          rows,
          [
            { title: 'CASE', text: ({ id }) => id, isWhole: true },
            { title: 'LAST SEEN', text: ({ lastSeen }) => lastSeen.slice(0, 16).replace('T', ' ') },
            { title: 'TIMES', text: ({ count }) => count },
            { title: 'REASON', text: ({ reason }) => reason },
            { title: 'DEVICE', text: ({ name, serial, deviceid }) => name ?? serial ?? deviceid },
            { title: 'FROM', text: ({ sourceAddress }) => sourceAddress },
            { title: 'KEY', text: ({ kid }) => kid },
            { title: 'CLAIMS TO BE', text: claimOf },
            ...(rows.some(({ resolution }) => resolution !== null)
              ? [{ title: 'DECIDED', text: ({ resolution }: CaseView) => resolution }]
              : []),
          ],
          screen,
        ),
        '',
        'Look at one: gatehouse quarantine show <case>',
      ].join('\n'),
    );
  },
});

function claimOf({ conflictsWith }: CaseView): string | undefined {
  return conflictsWith === null
    ? undefined
    : (conflictsWith.name ?? conflictsWith.serial ?? conflictsWith.id);
}
