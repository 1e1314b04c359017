import { listKeys } from '../../admin/keys';
import { countsText, pepperReport } from '../../admin/pepper';
import { collect, command, given, limitOption, listed } from '../command';
import { chooseEntity } from '../entity-choice';
import { table } from '../printing/table';

export const keyList = command<{ entity?: string; limit?: number }>({
  name: 'key list',
  summary: 'show registration keys, newest first',
  options: [
    { flags: '--entity <entity>', description: 'only keys of this entity and those below it' },
    limitOption,
  ],
  examples: ['gatehouse key list', 'gatehouse key list --entity France --json'],
  run: async (context, { entity, limit }) => {
    const { page, left } = await context.withAdmin(async (admin, caller) => {
      const scope = entity === undefined ? undefined : (await chooseEntity(admin, caller, entity)).id;
      const filter = given({ entity: scope, recursive: scope === undefined ? undefined : 'true' });
      const { previous } = await pepperReport(admin);
      return {
        page: await collect(limit, (request) => listKeys(admin, caller, { ...filter, ...request })),
        left: countsText(previous),
      };
    });
    const shown = listed(
      page,
      'There are no registration keys. Make one: gatehouse key create',
      (rows, screen) =>
        table(
          rows,
          [
            { title: 'KID', text: ({ kid }) => kid, isWhole: true },
            { title: 'NAME', text: ({ name }) => name },
            { title: 'ENTITY', text: (key) => key.entity },
            { title: 'STATE', text: ({ state }) => state },
            { title: 'MODE', text: ({ mode }) => mode },
            {
              title: 'ASSETS',
              text: ({ assetCount, maxAssets }) =>
                `${assetCount}${maxAssets === null ? '' : `/${maxAssets}`}`,
            },
            { title: 'ENDS WITH', text: ({ hint }) => hint },
            { title: 'LAST USED', text: ({ lastUsedAt }) => lastUsedAt },
          ],
          screen,
        ),
    );
    const note = `\n\nKEY_PEPPER_PREVIOUS is still needed for ${left}, until they are used.`;
    return { ...shown, text: (screen) => shown.text(screen) + (left === '' ? '' : note) };
  },
});
