import { dressed } from '../../simulation/dress';
import { drawFleet } from '../../simulation/fleet';
import { daysOf, shuffledWithinDays } from '../../simulation/order';
import { command, list, wholeNumber } from '../command';
import type { Context } from '../context';
import { createAdminClient } from '../demo/admin-client';
import { openDemoGateway } from '../demo/demo-house';
import { CommandFailure, exitCodes } from '../exit-code';
import { readTemplates } from '../simulate/read-templates';
import { sendMessages } from '../simulate/send-messages';
import { drawReport, reportOf } from '../simulate/simulation-report';
import { makeSites, readDecisions } from '../simulate/sites';

interface Options {
  readonly seed?: number;
  readonly devices?: number;
  readonly sites?: number;
  readonly trait?: readonly string[];
  readonly rate?: number;
  readonly concurrency?: number;
  readonly shuffle?: true;
  readonly strict?: true;
  readonly templates?: string;
  readonly server?: string;
}

/** Where a simulation plays: a throw-away gateway, or one that runs. */
interface Stage {
  readonly server: string;
  readonly apiUrl: string;
  readonly adminToken: string;
  close(): Promise<void>;
}

export const simulate = command<Options>({
  name: 'simulate',
  summary: 'play a made-up fleet whose truth is known, and score how its devices were recognised',
  options: [
    {
      flags: '--seed <n>',
      description: 'the same seed draws the same fleet (default 1)',
      parse: wholeNumber(0, 2_147_483_647),
    },
    {
      flags: '--devices <n>',
      description: 'devices of the fleet (default 2000)',
      parse: wholeNumber(1, 1_000_000),
    },
    {
      flags: '--sites <n>',
      description: 'sites, each with an entity and a key (default 5)',
      parse: wholeNumber(2, 1000),
    },
    { flags: '--trait <name>', description: 'only these traits (several by commas)', parse: list },
    { flags: '--rate <n>', description: 'messages a second at most', parse: wholeNumber(1, 100_000) },
    {
      flags: '--concurrency <n>',
      description: 'messages at a time (default 1)',
      parse: wholeNumber(1, 1000),
    },
    { flags: '--shuffle', description: 'another order within each day' },
    {
      flags: '--templates <folder>',
      description: 'inventories in JSON whose software, memories and so on the simulated computers get',
    },
    { flags: '--strict', description: 'exit code 1 unless nearly all is recognised and no spoof got in' },
    {
      flags: '--server <url>',
      description:
        'a running gateway instead of a throw-away one; makes entities, keys and assets there. ADMIN_TOKEN must hold an admin token of it',
    },
  ],
  examples: [
    'gatehouse simulate',
    'gatehouse simulate --seed 7 --devices 5000 --concurrency 16 --shuffle --json',
  ],
  run: async (context, options) => {
    const { seed = 1, devices = 2000, sites: siteCount = 5, concurrency = 1, shuffle, strict } = options;
    const fleet = drawFleet({ seed, devices, sites: siteCount, traits: options.trait });
    const messages = dressed(
      fleet.messages,
      options.templates === undefined ? [] : readTemplates(options.templates),
    );
    const order = shuffle === true ? shuffledWithinDays(messages, seed) : messages;
    const stage = await openStage(context, options.server);
    try {
      const api = createAdminClient(stage.apiUrl, stage.adminToken);
      const sites = await makeSites(api, siteCount, `Simulation ${seed}, ${new Date().toISOString()}`);
      const progress = context.progress(order.length, 'messages');
      const startedMs = performance.now();
      const sent = await sendMessages(daysOf(order), {
        server: new URL(stage.server),
        keys: sites.map(({ key }) => key),
        concurrency,
        ratePerSecond: options.rate,
        onSent: progress,
      });
      const seconds = (performance.now() - startedMs) / 1000;
      context.note('Reading what was decided …');
      const reading = context.progress(order.length, 'decisions');
      const decided = await readDecisions(api, sites, sent, reading);
      reading.end();
      const report = reportOf({ seed, devices: fleet.devices }, sent, decided, seconds);
      return {
        value: report,
        text: (screen) => drawReport(report, screen),
        exitCode: strict === true && !report.isGood ? exitCodes.refused : exitCodes.done,
      };
    } finally {
      await stage.close();
    }
  },
});

async function openStage(context: Context, server: string | undefined): Promise<Stage> {
  if (server === undefined) {
    context.note('Starting a throw-away gateway …');
    const gateway = await openDemoGateway(context.log('stderr'), (line) => {
      context.note(line);
    });
    return { ...gateway, server: `http://127.0.0.1:${gateway.port}/`, close: () => gateway.close() };
  }
  const adminToken = context.settings().adminToken;
  if (!URL.canParse(server) || adminToken === undefined) {
    throw new CommandFailure(
      exitCodes.usage,
      URL.canParse(server) ? 'ADMIN_TOKEN is not set.' : `${server} is no URL.`,
      'Set ADMIN_TOKEN to an admin token of that gateway, and --server to its public URL.',
    );
  }
  const apiUrl = `${server.replace(/\/+$/, '')}/api/v1`;
  return { server, apiUrl, adminToken, close: () => Promise.resolve() };
}
