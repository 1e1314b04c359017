import type { PlayedStep } from './play-fleet';
import { terminalText } from '../printing/terminal-text';
import { table, type Column, type Screen } from '../printing/table';

const agents = { glpi: 'GLPI', fusioninventory: 'Fusion', ocs: 'OCS' } as const;
const colours = { accepted: 'green', quarantined: 'yellow', refused: 'red', answered: 'dim' } as const;

const columns: readonly Column<PlayedStep & { readonly number: number }>[] = [
  { title: '#', text: ({ number }) => number, isWhole: true },
  { title: 'MESSAGE', text: ({ step }) => step.what },
  { title: 'AGENT', text: ({ step }) => agents[step.agent] },
  { title: 'KEY', text: ({ step }) => step.key },
  { title: 'HTTP', text: ({ httpStatus }) => httpStatus, isWhole: true },
  { title: 'VERDICT', text: ({ verdict }) => verdict, isWhole: true },
  { title: 'BECAUSE', text: ({ because }) => because },
  { title: 'ENTITY', text: ({ entity }) => entity.replace(/^Root > /, '') },
];

/** The table of what was decided, scene by scene, and the surprises below it. */
export function drawFleet(played: readonly PlayedStep[], screen: Screen): string {
  const rows = played.map((step, i) => ({ ...step, number: i + 1 }));
  const lines = table(rows, columns, screen).split('\n');
  const [head = '', ...body] = lines;
  const drawn = body.flatMap((line, i) => {
    const row = rows[i];
    const scene = row?.step.scene;
    const heading = scene === undefined ? [] : ['', screen.paint('bold', scene)];
    return [...heading, ...(row === undefined ? [line] : withReason(line, row, screen))];
  });
  const surprises = rows.flatMap(({ number, surprises: of }) => of.map((text) => `#${number} ${text}`));
  const ending =
    surprises.length === 0
      ? 'Every decision is what the demo expects.'
      : `Not what the demo expects:\n${surprises.map((text) => `  ${screen.paint('red', text)}`).join('\n')}`;
  return [head, ...drawn, '', countsOf(played), ending].join('\n');
}

/** The row with its verdict in colour, and the why below it: that is a sentence and would not fit a column. */
function withReason(line: string, { verdict, why }: PlayedStep, screen: Screen): string[] {
  const colour = Object.hasOwn(colours, verdict) ? colours[verdict as keyof typeof colours] : 'dim';
  const row = line.replace(verdict, screen.paint(colour, verdict));
  return why === '' ? [row] : [row, screen.paint('dim', `      ${terminalText(why)}`)];
}

function countsOf(played: readonly PlayedStep[]): string {
  const count = (verdict: string) => played.filter((step) => step.verdict === verdict).length;
  const created = played.filter(({ because }) => because === 'created').length;
  return `${count('accepted')} accepted (${created} new assets), ${count('quarantined')} held for review, ${count('refused')} refused.`;
}
