import { InvalidArgumentError } from 'commander';
import { listEvents } from '../../admin/events';
import { eventKinds, type EventKind } from '../../domain/event';
import { collect, command, given, limitOption, listed } from '../command';
import { table } from '../printing/table';

function kindOf(text: string): EventKind {
  if (Object.hasOwn(eventKinds, text)) return text as EventKind;
  throw new InvalidArgumentError(`must be one of ${Object.keys(eventKinds).join(', ')}.`);
}

export const eventList = command<{ kind?: EventKind; limit?: number }>({
  name: 'event list',
  summary: 'show what happened that admins should know of, newest first',
  options: [
    { flags: '--kind <kind>', description: 'only of this kind, e.g. conflict.opened', parse: kindOf },
    limitOption,
  ],
  examples: ['gatehouse event list', 'gatehouse event list --kind upstream.down'],
  run: async (context, { kind, limit }) => {
    const page = await context.withAdmin((admin, caller) =>
      collect(limit, (request) => listEvents(admin, caller, { ...given({ kind }), ...request })),
    );
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
