import { command, type CommandSpec } from '../command';
import { completionScript, shells } from '../completion';
import { CommandFailure, exitCodes } from '../exit-code';

/** Needs the table of all commands, itself among them. */
export function completion(commands: () => readonly CommandSpec[]): CommandSpec {
  return command({
    name: 'completion',
    summary: 'print what makes a shell complete the commands',
    arguments: [{ name: '<shell>', description: shells.join(', ') }],
    examples: [
      'gatehouse completion bash > /etc/bash_completion.d/gatehouse',
      'gatehouse completion zsh >> ~/.zshrc',
      'gatehouse completion fish > ~/.config/fish/completions/gatehouse.fish',
    ],
    run: (_context, _options, name = '') => {
      const shell = shells.find((one) => one === name);
      if (shell === undefined) {
        throw new CommandFailure(
          exitCodes.usage,
          `There is no completion for ${name}.`,
          `Shells: ${shells.join(', ')}.`,
        );
      }
      const script = completionScript(shell, commands());
      return Promise.resolve({ value: { shell, script }, text: () => script });
    },
  });
}
