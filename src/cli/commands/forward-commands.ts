import { checkInput } from '../../admin/admin-schemas';
import {
  dropForwards,
  pauseForwarding,
  resend,
  resumeForwarding,
  retryDead,
  type DeadSelection,
  type PauseInput,
  type ResendInput,
} from '../../admin/forwarding/changes';
import { listForwarded, type ForwardQuery } from '../../admin/forwarding/list';
import {
  collect,
  command,
  given,
  limitOption,
  list,
  listed,
  type CommandSpec,
  type OptionRow,
} from '../command';
import { chooseEntity } from '../entity-choice';
import { table } from '../printing/table';
import { forwardShow } from './forward-show';
import { forwardStatus, shownStatus } from './forward-status';

interface ListOptions {
  readonly state?: string;
  readonly reason?: string;
  readonly entity?: string;
  readonly limit?: number;
}

const forwardList = command<ListOptions>({
  name: 'forward list',
  summary: 'show assets of which something waits to be passed on or was given up, the longest waiting first',
  options: [
    { flags: '--state <state>', description: 'waiting, retrying, in_flight, dead or done' },
    { flags: '--reason <reason>', description: 'only what failed of this, as forward status names it' },
    { flags: '--entity <entity>', description: 'in this entity and those below it' },
    limitOption,
  ],
  examples: ['gatehouse forward list --state dead', 'gatehouse forward list --reason schema --json'],
  run: async (context, { limit, entity, ...filters }) => {
    const page = await context.withAdmin(async (admin, caller) => {
      const scope = entity === undefined ? undefined : (await chooseEntity(admin, caller, entity)).id;
      const fields = given({
        ...filters,
        entity: scope,
        recursive: scope === undefined ? undefined : 'true',
      });
      const query = checkInput('query', 'ForwardQuery', fields) as ForwardQuery;
      return await collect(limit, (request) => listForwarded(admin, caller, { ...query, ...request }));
    });
    return listed(page, 'Nothing waits, and nothing was given up.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'ASSET', text: ({ assetId }) => assetId, isWhole: true },
          { title: 'NAME', text: ({ name }) => name },
          { title: 'ENTITY', text: (one) => one.entity },
          { title: 'STATE', text: ({ state }) => state },
          { title: 'SENDS', text: ({ sends }) => sends },
          { title: 'SINCE', text: ({ since }) => since },
          { title: 'TRIES', text: ({ attempts }) => attempts },
          { title: 'REASON', text: ({ reason }) => reason },
          { title: 'DETAIL', text: ({ detail }) => detail },
        ],
        screen,
      ),
    );
  },
});

const forwardPause = command<{ why?: string; until?: string }>({
  name: 'forward pause',
  summary: 'send nothing to GLPI for a while; agents go on being answered, and nothing is lost',
  options: [
    { flags: '--why <text>', description: 'why, for the next who looks' },
    {
      flags: '--until <time>',
      description: 'it goes on by itself then, ISO 8601 (default: at forward resume)',
    },
  ],
  examples: ['gatehouse forward pause --why "upgrade to GLPI 11" --until 2026-12-01T06:00:00Z'],
  run: async (context, options) => {
    const input = checkInput('body', 'ForwardPause', given(options)) as PauseInput;
    return shownStatus(await context.withAdmin((admin, caller) => pauseForwarding(admin, caller, input)));
  },
});

const forwardResume = command({
  name: 'forward resume',
  summary: 'go on sending to GLPI',
  examples: ['gatehouse forward resume'],
  run: async (context) => shownStatus(await context.withAdmin(resumeForwarding)),
});

const assetOption: OptionRow = {
  flags: '--asset <ids>',
  description: 'of these assets, with commas',
  parse: list,
};
const allOption: OptionRow = { flags: '--all', description: 'all' };

interface DeadOptions {
  readonly asset?: readonly string[];
  readonly reason?: string;
  readonly all?: true;
}

const deadOptions: readonly OptionRow[] = [
  assetOption,
  { flags: '--reason <reason>', description: 'those given up for this reason' },
  allOption,
];

const selectionOf = ({ asset, reason, all }: DeadOptions) =>
  checkInput('body', 'ForwardSelection', given({ assetIds: asset, reason, all })) as DeadSelection;

const forwardRetry = command<DeadOptions>({
  name: 'forward retry',
  summary: 'try again what was given up, behind what is new',
  options: deadOptions,
  examples: ['gatehouse forward retry --reason too_large', 'gatehouse forward retry --all'],
  run: async (context, options) => {
    const input = selectionOf(options);
    const counted = await context.withAdmin((admin, caller) => retryDead(admin, caller, input));
    return { value: counted, text: () => `${counted.count} are tried again.` };
  },
});

const forwardDrop = command<DeadOptions>({
  name: 'forward drop',
  summary:
    'take out what was given up, or whatever waits of the assets named; their next inventories are sent',
  options: deadOptions,
  examples: ['gatehouse forward drop --reason schema'],
  run: async (context, options) => {
    const input = selectionOf(options);
    const counted = await context.withAdmin((admin, caller) => dropForwards(admin, caller, input));
    return { value: counted, text: () => `${counted.count} were taken out.` };
  },
});

interface ResendOptions {
  readonly asset?: readonly string[];
  readonly entity?: string;
  readonly key?: string;
  readonly all?: true;
}

const forwardResend = command<ResendOptions>({
  name: 'forward resend',
  summary:
    'send what is stored to GLPI once more, behind what is new; e.g. after GLPI was restored from a backup',
  options: [
    assetOption,
    { flags: '--entity <entity>', description: 'of this entity and those below it' },
    { flags: '--key <kid>', description: 'brought in by this key' },
    allOption,
  ],
  examples: ['gatehouse forward resend --entity "Root > France"', 'gatehouse forward resend --all'],
  run: async (context, { asset, entity, key, all }) => {
    const counted = await context.withAdmin(async (admin, caller) => {
      const entityId = entity === undefined ? undefined : (await chooseEntity(admin, caller, entity)).id;
      const fields = given({ assetIds: asset, entityId, kid: key, all });
      return await resend(admin, caller, checkInput('body', 'ForwardResend', fields) as ResendInput);
    });
    return { value: counted, text: () => `${counted.count} are sent again, behind what is new.` };
  },
});

export const forwardCommands: readonly CommandSpec[] = [
  forwardStatus,
  forwardList,
  forwardShow,
  forwardPause,
  forwardResume,
  forwardRetry,
  forwardResend,
  forwardDrop,
];
