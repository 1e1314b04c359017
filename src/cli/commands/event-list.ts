import { InvalidArgumentError } from 'commander';
import { checkInput } from '../../admin/admin-schemas';
import { listEvents, type EventQuery } from '../../admin/events';
import { eventKinds, type EventKind } from '../../domain/event';
import { collect, command, given, limitOption, listed } from '../command';
import { chooseEntity } from '../entity-choice';
import { table } from '../printing/table';

function kindOf(text: string): EventKind {
  if (Object.hasOwn(eventKinds, text)) return text as EventKind;
  throw new InvalidArgumentError(`must be one of ${Object.keys(eventKinds).join(', ')}.`);
}

type Options = Omit<EventQuery, 'limit' | 'after' | 'recursive' | 'submissions'> & {
  readonly limit?: number;
};

export const eventList = command<Options>({
  name: 'event list',
  summary: 'show what happened that admins should know of, newest first',
  options: [
    { flags: '--kind <kind>', description: 'only of this kind, e.g. conflict.opened', parse: kindOf },
    { flags: '--object <id>', description: 'of this asset, held device or key' },
    { flags: '--entity <entity>', description: 'of this entity and those below it' },
    { flags: '--since <time>', description: 'at or after then, ISO 8601' },
    { flags: '--before <time>', description: 'before then, ISO 8601' },
    limitOption,
  ],
  examples: ['gatehouse event list', 'gatehouse event list --kind upstream.down --since 2027-01-01'],
  run: async (context, { limit, entity, ...filters }) => {
    const page = await context.withAdmin(async (admin, caller) => {
      const scope = entity === undefined ? undefined : (await chooseEntity(admin, caller, entity)).id;
      const recursive = scope === undefined ? undefined : 'true';
      const fields = given({ ...filters, entity: scope, recursive });
      const query = checkInput('query', 'EventQuery', fields) as EventQuery;
      return await collect(limit, (request) => listEvents(admin, caller, { ...query, ...request }));
    });
    return listed(page, 'Nothing has happened.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'AT', text: ({ at }) => at, isWhole: true },
          { title: 'WHAT', text: (row) => row.kind, isWhole: true },
          { title: 'ENTITY', text: ({ entity }) => entity },
          { title: 'OBJECT', text: ({ object }) => object },
          { title: 'DETAIL', text: ({ detail }) => JSON.stringify(detail) },
        ],
        screen,
      ),
    );
  },
});
