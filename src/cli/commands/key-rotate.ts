import { checkInput } from '../../admin/admin-schemas';
import { rotateKey, type RotatedKey, type RotateInput } from '../../admin/key-generations';
import { agentCommandLines } from '../agent-command-lines';
import { command, given, wholeNumber } from '../command';
import { CommandFailure, exitCodes } from '../exit-code';
import { commandLineBlock } from '../printing/command-line-block';
import type { Screen } from '../printing/table';
import { addressOf } from './key-create';

interface Options {
  readonly graceDays?: number;
  readonly emergency?: true;
}

export const keyRotate = command<Options>({
  name: 'key rotate',
  summary: 'give a registration key a new secret (shown this once)',
  arguments: [{ name: '<kid>', description: 'the public part of the key' }],
  options: [
    {
      flags: '--grace-days <n>',
      description: 'how long the secrets before stay good (default 30)',
      parse: wholeNumber(0, 3650),
    },
    {
      flags: '--emergency',
      description: 'they end at once: their agents are refused until they have the new one',
    },
  ],
  examples: ['gatehouse key rotate 3pWx8KqLm2Za', 'gatehouse key rotate 3pWx8KqLm2Za --emergency'],
  run: async (context, { graceDays, emergency }, kid = '') => {
    if (emergency === true && graceDays !== undefined && graceDays > 0) {
      throw new CommandFailure(exitCodes.usage, 'Either --emergency or --grace-days, not both.');
    }
    const input = checkInput('body', 'KeyRotate', given({ graceDays: emergency === true ? 0 : graceDays }));
    const rotated = await context.withAdmin((admin, caller) =>
      rotateKey(admin, caller, kid, input as RotateInput),
    );
    const agents = agentCommandLines(addressOf(rotated));
    return { value: { ...rotated, agents }, text: (screen) => drawn(rotated, screen) };
  },
});

function drawn(rotated: RotatedKey, screen: Screen): string {
  const { key, kid, generation, graceUntil } = rotated;
  const former =
    graceUntil === null
      ? 'The secrets before have ended: agents are refused until they have the new one.'
      : `The secrets before are good until ${graceUntil}. Who still uses them: gatehouse key generations ${kid}`;
  return [
    `${screen.paint('bold', `Registration key, generation ${generation}`)} (shown this once, keep it safe):\n\n  ${key}`,
    former,
    commandLineBlock(agentCommandLines(addressOf(rotated)), screen),
  ].join('\n\n');
}
