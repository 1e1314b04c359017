import { checkInput } from '../../admin/admin-schemas';
import { liftBan, listBans, type BanQuery } from '../../admin/bans';
import { collect, command, given, limitOption, listed } from '../command';
import { sheet, table } from '../printing/table';

export const banList = command<{ case?: string; value?: string; limit?: number }>({
  name: 'ban list',
  summary: 'show banned identifiers, newest first',
  options: [
    { flags: '--case <id>', description: 'banned with this case of the quarantine' },
    { flags: '--value <text>', description: 'exactly this value' },
    limitOption,
  ],
  examples: ['gatehouse ban list'],
  run: async (context, { limit, ...filters }) => {
    const query = checkInput('query', 'BanQuery', given(filters)) as BanQuery;
    const page = await context.withAdmin((admin, caller) =>
      collect(limit, (request) => listBans(admin, caller, { ...query, ...request })),
    );
    return listed(page, 'Nothing is banned.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'BAN', text: ({ id }) => id, isWhole: true },
          { title: 'KIND', text: ({ kind }) => kind },
          { title: 'VALUE', text: ({ value }) => value },
          { title: 'SINCE', text: ({ bannedAt }) => bannedAt.slice(0, 16).replace('T', ' ') },
          { title: 'BY', text: ({ bannedBy }) => bannedBy },
          { title: 'NOTE', text: ({ note }) => note },
        ],
        screen,
      ),
    );
  },
});

export const banLift = command({
  name: 'ban lift',
  summary: 'let a banned identifier be shown again',
  arguments: [{ name: '<id>', description: 'of the ban, as in: gatehouse ban list' }],
  examples: ['gatehouse ban lift 0198c0de-0000-7000-8000-000000000002'],
  run: async (context, _options, id) => {
    const ban = await context.withAdmin((admin, caller) => liftBan(admin, caller, id));
    return { value: ban, text: (screen) => sheet(Object.entries(ban), screen) };
  },
});
