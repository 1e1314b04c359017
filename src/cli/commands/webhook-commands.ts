import { checkInput } from '../../admin/admin-schemas';
import {
  changeWebhook,
  createWebhook,
  getWebhook,
  listWebhooks,
  removeWebhook,
  rotateWebhook,
  type RotateInput,
  type WebhookInput,
  type WebhookPatch,
} from '../../admin/webhooks';
import {
  collect,
  command,
  given,
  limitOption,
  list,
  listed,
  wholeNumber,
  type CommandSpec,
} from '../command';
import { chooseEntity } from '../entity-choice';
import { CommandFailure, exitCodes } from '../exit-code';
import { sheet, table } from '../printing/table';
import { webhookDeliveryCommands } from './webhook-delivery-commands';

const id = { name: '<id>', description: 'of the webhook, as in: gatehouse webhook list' };
const anId = '0198c0de-0000-7000-8000-000000000003';
const all = 'all';

const events = {
  flags: '--events <kinds>',
  description: `kinds of events, see docs/webhooks.md; several with commas; "${all}" (default)`,
  parse: list,
};

const webhookList = command<{ limit?: number }>({
  name: 'webhook list',
  summary: 'show webhooks, newest first',
  options: [limitOption],
  examples: ['gatehouse webhook list'],
  run: async (context, { limit }) => {
    const page = await context.withAdmin((admin, caller) =>
      collect(limit, (request) => listWebhooks(admin, caller, request)),
    );
    return listed(page, 'There are no webhooks.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'ID', text: (row) => row.id, isWhole: true },
          { title: 'NAME', text: ({ name }) => name },
          { title: 'STATE', text: ({ state }) => state },
          { title: 'WAITING', text: ({ waiting }) => waiting },
          { title: 'EVENTS', text: ({ kinds }) => (kinds.length === 0 ? all : kinds.join(' ')) },
          { title: 'ENTITY', text: ({ entity }) => entity ?? all },
          { title: 'URL', text: ({ url }) => url },
        ],
        screen,
      ),
    );
  },
});

const webhookShow = command({
  name: 'webhook show',
  summary: 'show one webhook',
  arguments: [id],
  examples: [`gatehouse webhook show ${anId}`],
  run: async (context, _options, webhook) => {
    const one = await context.withAdmin((admin, caller) => getWebhook(admin, caller, webhook));
    return { value: one, text: (screen) => sheet(Object.entries(one), screen) };
  },
});

interface Described {
  readonly name?: string;
  readonly events?: string[];
  readonly entity?: string;
}

const webhookAdd = command<Described & { readonly url: string }>({
  name: 'webhook add',
  summary: 'have events sent to a URL; shows once what they are signed with',
  options: [
    { flags: '--url <url>', description: 'where they are sent to', isRequired: true },
    { flags: '--name <name>', description: 'for people (default: the host of the URL)' },
    events,
    { flags: '--entity <entity>', description: 'only of this entity and those below it (default: all)' },
  ],
  examples: [
    'gatehouse webhook add --url https://hooks.example.org/gatehouse --events conflict.opened,upstream.down',
  ],
  run: async (context, { url, name, events: kinds, entity }) => {
    const fields = given({ url, name, kinds: kindsOf(kinds) });
    const input = checkInput('body', 'WebhookCreate', fields) as WebhookInput;
    const created = await context.withAdmin(async (admin, caller) => {
      const entityId = entity === undefined ? null : (await chooseEntity(admin, caller, entity)).id;
      return await createWebhook(admin, caller, { ...input, entityId });
    });
    const { secret, ...rest } = created;
    return {
      value: created,
      text: (screen) =>
        `${screen.paint('bold', 'Secret')} that its messages are signed with (shown this once; docs/webhooks.md says how to check):\n\n  ${secret}\n\n${sheet(Object.entries(rest), screen)}\n\nTry it: gatehouse webhook test ${rest.id}`,
    };
  },
});

interface Changes extends Described {
  readonly url?: string;
  readonly everywhere?: true;
  readonly on?: true;
  readonly off?: true;
}

const webhookUpdate = command<Changes>({
  name: 'webhook update',
  summary: 'change a webhook, or switch it off and on',
  arguments: [id],
  options: [
    { flags: '--url <url>', description: 'where events are sent to' },
    { flags: '--name <name>', description: 'for people' },
    events,
    { flags: '--entity <entity>', description: 'only of this entity and those below it' },
    { flags: '--everywhere', description: 'of every entity' },
    { flags: '--off', description: 'queue nothing for it' },
    { flags: '--on', description: 'and go on' },
  ],
  examples: [`gatehouse webhook update ${anId} --off`],
  run: async (context, options, webhook) => {
    const { url, name, events: kinds, entity, everywhere, on, off } = options;
    if ((on === true && off === true) || (everywhere === true && entity !== undefined)) {
      throw new CommandFailure(
        exitCodes.usage,
        '--on and --off, --entity and --everywhere exclude each other.',
      );
    }
    const enabled = on === true ? true : off === true ? false : undefined;
    const fields = given({ url, name, kinds: kindsOf(kinds), enabled });
    const patch = checkInput('body', 'WebhookPatch', fields) as WebhookPatch;
    const changed = await context.withAdmin(async (admin, caller) => {
      const chosen = entity === undefined ? undefined : (await chooseEntity(admin, caller, entity)).id;
      const place = chosen ?? (everywhere === true ? null : undefined);
      return await changeWebhook(admin, caller, webhook, {
        ...patch,
        ...(place === undefined ? {} : { entityId: place }),
      });
    });
    return { value: changed, text: (screen) => sheet(Object.entries(changed), screen) };
  },
});

const webhookRotate = command<{ graceHours?: number }>({
  name: 'webhook rotate',
  summary: 'give a webhook another secret, shown once; the one before it signs along for a while',
  arguments: [id],
  options: [
    {
      flags: '--grace-hours <n>',
      description: 'how long messages are signed with both (default 24); 0: no more at once',
      parse: wholeNumber(0, 720),
    },
  ],
  examples: [`gatehouse webhook rotate ${anId}`, `gatehouse webhook rotate ${anId} --grace-hours 0`],
  run: async (context, { graceHours }, webhook) => {
    const input = checkInput('body', 'WebhookRotate', given({ graceHours })) as RotateInput;
    const { secret, ...rest } = await context.withAdmin((admin, caller) =>
      rotateWebhook(admin, caller, webhook, input),
    );
    const until = rest.formerSecretUntil;
    const former =
      until === null
        ? 'Nothing is signed with the one before it any more.'
        : `Until ${until} messages are signed with the one before it too.`;
    return {
      value: { ...rest, secret },
      text: (screen) =>
        `${screen.paint('bold', 'Secret')} that its messages are signed with from now on (shown this once):\n\n  ${secret}\n\n${former}`,
    };
  },
});

const webhookRemove = command({
  name: 'webhook remove',
  summary: 'remove a webhook with what waits for it',
  arguments: [id],
  examples: [`gatehouse webhook remove ${anId}`],
  run: async (context, _options, webhook) => {
    await context.withAdmin((admin, caller) => removeWebhook(admin, caller, webhook));
    return { value: { removed: true }, text: () => 'The webhook is removed.' };
  },
});

function kindsOf(kinds: string[] | undefined): string[] | undefined {
  return kinds?.length === 1 && kinds[0] === all ? [] : kinds;
}

export const webhookCommands: readonly CommandSpec[] = [
  webhookList,
  webhookShow,
  webhookAdd,
  webhookUpdate,
  webhookRotate,
  webhookRemove,
  ...webhookDeliveryCommands,
];
