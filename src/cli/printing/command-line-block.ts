import type { AgentCommandLine } from '../agent-command-lines';
import type { Screen } from './table';

/** Ready lines for a shell, never cut: they are made to be copied. */
export function commandLineBlock(lines: readonly AgentCommandLine[], screen: Screen): string {
  if (lines.length === 0)
    return 'No agent sends a key in the ways that this key allows without further configuration.';
  const drawn = lines.map(({ agent, line }) => `  ${screen.paint('dim', `# ${agent}`)}\n  ${line}`);
  return ['On a device, run the one it has:', ...drawn].join('\n');
}
