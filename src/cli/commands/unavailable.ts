import { command } from '../command';
import { CommandFailure, exitCodes } from '../exit-code';

/** Named in the interface, and not there yet: says so instead of "unknown command". Not in the list of commands. */
export const unavailableCommands = ['test'].map((name) =>
  command({
    name,
    summary: 'not available in this version',
    arguments: [{ name: '[words...]', description: '' }],
    examples: [],
    run: () =>
      Promise.reject(
        new CommandFailure(
          exitCodes.usage,
          `gatehouse ${name} is not available in this version.`,
          'See what is: gatehouse --help',
        ),
      ),
  }),
);
