import { command } from '../command';
import { examine } from '../doctor';
import type { Finding } from '../finding';
import { exitCodes } from '../exit-code';
import { terminalText } from '../printing/terminal-text';
import type { Screen } from '../printing/table';

export const doctor = command({
  name: 'doctor',
  summary: 'look for what commonly goes wrong, and say what to do',
  examples: ['gatehouse doctor'],
  run: async (context) => {
    const findings = await examine(context.settings(), context.log('stderr'));
    const worst = findings.find(({ state }) => state === 'problem');
    return {
      value: { isWell: worst === undefined, findings },
      text: (screen) => findings.map((finding) => drawn(finding, screen)).join('\n'),
      exitCode: worst?.exitCode ?? exitCodes.done,
    };
  },
});

const colours = { ok: 'green', warning: 'yellow', problem: 'red' } as const;

function drawn({ check, state, what, nextStep }: Finding, screen: Screen): string {
  const lines = what.split('\n').map(terminalText).join('\n    ');
  const first = `${screen.paint(colours[state], state.padEnd(8))} ${check}: ${lines}`;
  return nextStep === undefined ? first : `${first}\n         → ${terminalText(nextStep)}`;
}
