import { checkInput } from '../../admin/admin-schemas';
import type { AssetQuery } from '../../admin/asset-query';
import { listAssets } from '../../admin/assets';
import { collect, command, given, limitOption, listed } from '../command';
import { chooseEntity } from '../entity-choice';
import { table } from '../printing/table';

type Options = Omit<AssetQuery, 'limit' | 'after' | 'recursive'> & {
  readonly limit?: number;
};

export const assetList = command<Options>({
  name: 'asset list',
  summary: 'find assets, newest first',
  options: [
    { flags: '--entity <entity>', description: 'in this entity and those below it' },
    { flags: '--key <kid>', description: 'brought in by this key' },
    { flags: '--itemtype <itemtype>', description: 'for example Computer, Printer' },
    { flags: '--status <status>', description: 'active or retired' },
    { flags: '--q <text>', description: 'any of name, serial, UUID, MAC, address, deviceid, user, software' },
    { flags: '--name <text>', description: 'name' },
    { flags: '--serial <text>', description: 'serial number' },
    { flags: '--uuid <text>', description: 'UUID, in either byte order' },
    { flags: '--mac <text>', description: 'network card, in any notation' },
    { flags: '--ip <text>', description: 'address' },
    { flags: '--deviceid <text>', description: "agent's name for the device" },
    { flags: '--os <text>', description: 'operating system; * stands for any run of characters' },
    { flags: '--software <text>', description: 'part of the name of a software it has' },
    {
      flags: '--agent-version <text>',
      description: 'version of its agent; * stands for any run of characters',
    },
    { flags: '--last-seen-before <time>', description: 'not heard of since then, ISO 8601' },
    { flags: '--last-seen-after <time>', description: 'heard of since then, ISO 8601' },
    limitOption,
  ],
  examples: [
    'gatehouse asset list --entity France',
    'gatehouse asset list --mac 00-11-22-33-44-55 --json',
    'gatehouse asset list --software "firefox 115" --os "windows*"',
  ],
  run: async (context, { limit, entity, ...filters }) => {
    const page = await context.withAdmin(async (admin, caller) => {
      const scope = entity === undefined ? undefined : (await chooseEntity(admin, caller, entity)).id;
      const recursive = scope === undefined ? undefined : 'true';
      const query = checkInput(
        'query',
        'AssetQuery',
        given({ ...filters, entity: scope, recursive }),
      ) as AssetQuery;
      return await collect(limit, (request) => listAssets(admin, caller, { ...query, ...request }));
    });
    return listed(page, 'No asset fits.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'ID', text: ({ id }) => id, isWhole: true },
          { title: 'ITEMTYPE', text: ({ itemtype }) => itemtype },
          { title: 'NAME', text: ({ name }) => name },
          { title: 'SERIAL', text: ({ serial }) => serial },
          { title: 'ENTITY', text: (asset) => asset.entity },
          { title: 'STATUS', text: ({ status }) => status },
          { title: 'LAST SEEN', text: ({ lastSeen }) => lastSeen },
        ],
        screen,
      ),
    );
  },
});
