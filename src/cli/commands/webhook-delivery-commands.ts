import { checkInput } from '../../admin/admin-schemas';
import {
  listDeliveries,
  redeliver,
  testWebhook,
  type DeliveryQuery,
  type DeliveryView,
} from '../../admin/webhook-deliveries';
import { collect, command, given, limitOption, listed, type CommandSpec } from '../command';
import { exitCodes } from '../exit-code';
import { sheet, table } from '../printing/table';
import type { Shown } from '../shown';

const id = { name: '<id>', description: 'of the webhook, as in: gatehouse webhook list' };
const anId = '0198c0de-0000-7000-8000-000000000003';

const webhookTest = command({
  name: 'webhook test',
  summary: 'send a test message now, and say what came of it',
  arguments: [id],
  examples: [`gatehouse webhook test ${anId}`],
  run: async (context, _options, webhook) =>
    shownDelivery(await context.withAdmin((admin, caller) => testWebhook(admin, caller, webhook)), true),
});

const webhookDeliveries = command<{ state?: string; limit?: number }>({
  name: 'webhook deliveries',
  summary: 'show what was sent to a webhook and what waits, the newest event first',
  arguments: [id],
  options: [{ flags: '--state <state>', description: 'waiting, delivered or failed' }, limitOption],
  examples: [`gatehouse webhook deliveries ${anId} --state failed`],
  run: async (context, { state, limit }, webhook) => {
    const query = checkInput('query', 'WebhookDeliveryQuery', given({ state })) as DeliveryQuery;
    const page = await context.withAdmin((admin, caller) =>
      collect(limit, (request) => listDeliveries(admin, caller, webhook, { ...query, ...request })),
    );
    return listed(page, 'Nothing was sent to it.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'EVENT', text: (row) => row.id, isWhole: true },
          { title: 'KIND', text: ({ kind }) => kind },
          { title: 'STATE', text: (row) => row.state },
          { title: 'TRIES', text: ({ attempts }) => attempts },
          { title: 'LAST', text: ({ lastAt }) => lastAt },
          { title: 'STATUS', text: ({ lastStatus }) => lastStatus },
          { title: 'WHY', text: ({ lastTrouble }) => lastTrouble },
          { title: 'NEXT', text: ({ dueAt }) => dueAt },
        ],
        screen,
      ),
    );
  },
});

const webhookRedeliver = command({
  name: 'webhook redeliver',
  summary: 'send a message again',
  arguments: [id, { name: '<event>', description: 'as in: gatehouse webhook deliveries' }],
  examples: [`gatehouse webhook redeliver ${anId} 42`],
  run: async (context, _options, webhook, event = '') =>
    shownDelivery(
      await context.withAdmin((admin, caller) => redeliver(admin, caller, webhook, event)),
      false,
    ),
});

/** A test that nobody took is a no. */
function shownDelivery(delivery: DeliveryView, isTest: boolean): Shown {
  const isTaken = !isTest || delivery.state === 'delivered';
  return {
    value: delivery,
    text: (screen) => sheet(Object.entries(delivery), screen),
    exitCode: isTaken ? exitCodes.done : exitCodes.refused,
  };
}

export const webhookDeliveryCommands: readonly CommandSpec[] = [
  webhookTest,
  webhookDeliveries,
  webhookRedeliver,
];
