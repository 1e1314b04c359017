import { checkInput } from '../../admin/admin-schemas';
import { listKeys, type KeyQuery } from '../../admin/keys';
import { countsText, pepperReport } from '../../admin/pepper';
import { collect, command, given, limitOption, listed } from '../command';
import { chooseEntity } from '../entity-choice';
import { table } from '../printing/table';

type Options = Omit<KeyQuery, 'limit' | 'after' | 'recursive'> & { readonly limit?: number };

export const keyList = command<Options>({
  name: 'key list',
  summary: 'show registration keys, newest first',
  options: [
    { flags: '--entity <entity>', description: 'only keys of this entity and those below it' },
    { flags: '--state <state>', description: 'active, enrolment-ended, expired, closed or revoked' },
    { flags: '--mode <mode>', description: 'auto, approve, observe or closed' },
    { flags: '--name <text>', description: 'name; * stands for any run of characters' },
    { flags: '--owner <text>', description: 'owner; * stands for any run of characters' },
    limitOption,
  ],
  examples: ['gatehouse key list', 'gatehouse key list --entity France --json'],
  run: async (context, { entity, limit, ...filters }) => {
    const { page, left } = await context.withAdmin(async (admin, caller) => {
      const scope = entity === undefined ? undefined : (await chooseEntity(admin, caller, entity)).id;
      const recursive = scope === undefined ? undefined : 'true';
      const fields = given({ ...filters, entity: scope, recursive });
      const filter = checkInput('query', 'KeyQuery', fields) as KeyQuery;
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
