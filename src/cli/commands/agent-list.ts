import { checkInput } from '../../admin/admin-schemas';
import { listAgents, type AgentQuery, type AgentView } from '../../admin/agents';
import { collect, command, given, limitOption, listed, wholeNumber } from '../command';
import { chooseEntity } from '../entity-choice';
import { table } from '../printing/table';

interface Options {
  readonly key?: string;
  readonly deviceid?: string;
  readonly generation?: number;
  readonly fullAwaited?: true;
  readonly silent?: true;
  readonly formerUrl?: true;
  readonly entity?: string;
  readonly before?: string;
  readonly limit?: number;
}

export const agentList = command<Options>({
  name: 'agent list',
  summary: 'show the programs that post inventories',
  options: [
    { flags: '--key <kid>', description: 'using this key' },
    { flags: '--deviceid <text>', description: "agent's name for its device" },
    {
      flags: '--generation <n>',
      description: 'that used this generation of the key last',
      parse: wholeNumber(1, 2_147_483_647),
    },
    { flags: '--full-awaited', description: 'of which a full inventory is awaited' },
    { flags: '--silent', description: 'that have said hello and never sent an inventory that was taken' },
    { flags: '--former-url', description: 'that came last by a former URL of their key' },
    { flags: '--entity <entity>', description: 'of keys of this entity and those below it' },
    { flags: '--before <time>', description: 'not heard of since then, ISO 8601' },
    limitOption,
  ],
  examples: ['gatehouse agent list --full-awaited', 'gatehouse agent list --key 3pWx8KqLm2Za --generation 1'],
  run: async (context, options) => {
    const { limit, entity, formerUrl } = options;
    const page = await context.withAdmin(async (admin, caller) => {
      const scope = entity === undefined ? undefined : (await chooseEntity(admin, caller, entity)).id;
      const query = queryOf(options, scope);
      return await collect(limit, (request) => listAgents(admin, caller, { ...query, ...request }));
    });
    return listed(page, 'No agent fits.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'KEY', text: ({ kid }) => kid, isWhole: true },
          { title: 'DEVICEID', text: (agent) => agent.deviceid ?? agent.sender },
          { title: 'VERSION', text: ({ version, userAgent }) => version ?? userAgent },
          { title: 'FROM', text: ({ sourceAddress }) => sourceAddress },
          { title: 'LAST CONTACT', text: ({ lastContact }) => lastContact },
          { title: 'LAST INVENTORY', text: ({ lastInventory }) => lastInventory },
          ...(formerUrl === true ? [{ title: 'BY', text: (agent: AgentView) => agent.formerUrl }] : []),
          { title: 'AWAITED', text: (agent) => (agent.fullAwaited ? 'full inventory' : '') },
        ],
        screen,
      ),
    );
  },
});

function queryOf(options: Options, entity: string | undefined): AgentQuery {
  const { key, deviceid, generation, fullAwaited, silent, formerUrl, before } = options;
  const fields = {
    ...{ key, deviceid, generation, entity },
    recursive: entity === undefined ? undefined : 'true',
    fullAwaited: fullAwaited && 'true',
    hasInventory: silent && 'false',
    usesFormerUrl: formerUrl && 'true',
    lastContactBefore: before,
  };
  return checkInput('query', 'AgentQuery', given(fields)) as AgentQuery;
}
