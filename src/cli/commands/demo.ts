import { command } from '../command';
import type { Shown } from '../shown';
import { createAdminClient } from '../demo/admin-client';
import { openDemoGateway, type DemoGateway } from '../demo/demo-house';
import { drawFleet } from '../demo/draw-fleet';
import { playFleet, type PlayedStep } from '../demo/play-fleet';
import { setUpDemo } from '../demo/set-up-demo';
import { whereToLook } from '../demo/where-to-look';
import { exitCodes } from '../exit-code';
import { watchStopRequests } from '../serve/stop-request';

export const demo = command<{ once?: true }>({
  name: 'demo',
  summary: 'play a small fleet through a throw-away gateway, and show what was decided and why',
  options: [{ flags: '--once', description: 'end after the table instead of waiting for Ctrl-C' }],
  examples: ['gatehouse demo', 'gatehouse demo --once --json'],
  run: async (context, { once }) => {
    const stop = watchStopRequests(() => undefined);
    context.note('Starting a throw-away gateway …');
    const house = await openDemoGateway(context.log('stderr'), (line) => {
      context.note(line);
    });
    try {
      const api = createAdminClient(house.apiUrl, house.adminToken);
      const keys = await setUpDemo(api);
      const played = await playFleet(house.port, api, keys);
      const result = shown(played, house);
      if (once === true) return result;
      context.show({
        ...result,
        text: (screen) => `${result.text(screen)}\n\n${whereToLook(house, played, screen)}`,
      });
      await stop.requested;
      return undefined;
    } finally {
      await house.close();
    }
  },
});

function shown(played: readonly PlayedStep[], { apiUrl }: DemoGateway): Shown {
  const isAsExpected = played.every(({ surprises }) => surprises.length === 0);
  const items = played.map(({ step, ...decided }) => ({
    message: step.what,
    sentBy: step.agent,
    key: step.key,
    ...decided,
  }));
  return {
    value: { isAsExpected, apiUrl, items },
    text: (screen) => drawFleet(played, screen),
    exitCode: isAsExpected ? exitCodes.done : exitCodes.refused,
  };
}
