import { command } from '../command';
import { examine } from '../doctor/doctor';
import type { Finding } from '../doctor/finding';
import { exitCodes, type ExitCode } from '../exit-code';
import { table, type Screen } from '../printing/table';
import { terminalText } from '../printing/terminal-text';

interface Options {
  readonly strict?: boolean;
}

export const doctor = command<Options>({
  name: 'doctor',
  summary: 'look at the whole installation: settings, database, keys, agents, GLPI; say what to do',
  options: [{ flags: '--strict', description: 'exit code 1 for warnings too' }],
  examples: ['gatehouse doctor', 'gatehouse doctor --strict --json'],
  run: async (context, { strict = false }) => {
    const findings = await examine(context);
    return {
      value: { isWell: !findings.some(({ state }) => state === 'problem'), findings },
      text: (screen) => drawn(findings, screen),
      exitCode: exitCodeOf(findings, strict),
    };
  },
});

function exitCodeOf(findings: readonly Finding[], isStrict: boolean): ExitCode {
  const worst = findings.find(({ state }) => state === 'problem');
  if (worst !== undefined) return worst.exitCode ?? exitCodes.refused;
  const isWarned = findings.some(({ state }) => state === 'warning');
  return isStrict && isWarned ? exitCodes.refused : exitCodes.done;
}

const colours = { ok: 'green', warning: 'yellow', problem: 'red', skipped: 'dim' } as const;

function drawn(findings: readonly Finding[], screen: Screen): string {
  const rows = table(
    findings,
    [
      { title: 'STATE', text: ({ state }) => state, isWhole: true, style: ({ state }) => colours[state] },
      { title: 'CHECK', text: ({ check }) => check, isWhole: true },
      { title: 'WHAT', text: ({ what }) => what.replaceAll('\n', ' ') },
    ],
    screen,
  );
  return [rows, ...advice(findings, screen)].join('\n');
}

/** Whole, because it is made to be copied. */
function advice(findings: readonly Finding[], { paint }: Screen): string[] {
  return findings.flatMap(({ check, state, what, nextStep }) =>
    nextStep === undefined
      ? []
      : [
          '',
          `${paint(colours[state], state)} ${check}: ${what.split('\n').map(terminalText).join('\n    ')}`,
          `  → ${terminalText(nextStep)}`,
        ],
  );
}
