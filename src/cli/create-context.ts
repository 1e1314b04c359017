import { createLog, type Log } from '../observability/log';
import { readSettings, type Settings } from '../settings/settings';
import { cliActor } from './actor';
import { withAdminSession } from './admin-session';
import type { Shown } from './shown';
import type { Context } from './context';
import { CommandFailure, exitCodes } from './exit-code';
import { lostOutput } from './lost-output';
import { paintFor } from './printing/paint';
import { createProgress, type ProgressOutput } from './printing/progress';
import { startWaitingLine, type WaitingLine } from './printing/waiting-line';
import type { Screen } from './printing/table';
import { escapedJson, terminalJson, terminalText } from './printing/terminal-text';
import type { CommonOptions } from './program';
import { readInput } from './read-input';

export interface OpenContext {
  readonly context: Context;
  /** The command is over: nothing is drawn any more. */
  readonly close: () => void;
}

/**
 * What commands work with in this process: its environment, its terminal. `isSilent`: the command says by itself what it
 * does, and goes on.
 */
export function createContext(options: CommonOptions, isSilent: boolean): OpenContext {
  // Log lines would be written into it.
  const isWaitingShown = !isSilent && options.verbose !== true;
  const errors = errorOutput();
  const waiting = startWaitingLine({ ...errors, isTerminal: errors.isTerminal && isWaitingShown });
  let settings: Settings | undefined;
  const context: Context = {
    ...speaking(options.json === true, errors, waiting),
    actor: cliActor(),
    settings: () => (settings ??= settingsOrFailure()),
    log: (to) => logFor(context.settings(), to, options.verbose === true),
    withAdmin: (work) =>
      withAdminSession(
        {
          settings: context.settings(),
          actor: context.actor,
          instance: options.instance,
          log: context.log('stderr'),
          note: (line) => {
            context.note(line);
          },
        },
        work,
      ),
    readInput: (file, maxBytes) => {
      // Somebody may be typing.
      waiting.stop();
      return readInput(file, maxBytes);
    },
  };
  return {
    context,
    close: () => {
      waiting.stop();
    },
  };
}

function errorOutput(): ProgressOutput {
  const { stderr } = process;
  return {
    isTerminal: stderr.isTTY,
    columns: stderr.columns,
    write: (text) => {
      stderr.write(text);
    },
  };
}

type Speaking = Pick<Context, 'screen' | 'isJson' | 'show' | 'writeJsonLines' | 'note' | 'progress'>;

/** Results on standard output, everything beside them on standard error. */
function speaking(isJson: boolean, errors: ProgressOutput, waiting: WaitingLine): Speaking {
  const { stdout } = process;
  const screen: Screen = {
    columns: stdout.isTTY ? stdout.columns : undefined,
    paint: paintFor(stdout.isTTY && stdout.hasColors()),
  };
  return {
    screen,
    isJson,
    show: ({ value, text }: Shown) => {
      waiting.stop();
      stdout.write(`${isJson ? terminalJson(value) : text(screen)}\n`);
    },
    writeJsonLines: async (lines) => {
      if (stdout.isTTY) waiting.stop();
      await new Promise<void>((resolve, reject) => {
        stdout.write(stdout.isTTY ? escapedJson(lines) : lines, (error) => {
          if (error == null) resolve();
          else reject(lostOutput(error));
        });
      });
    },
    note: (line) => {
      waiting.clear();
      errors.write(`${terminalText(line)}\n`);
    },
    progress: (total, what) => {
      waiting.stop();
      return createProgress(errors, total, what);
    },
  };
}

function settingsOrFailure(): Settings {
  const read = readSettings();
  if (read.ok) return read.settings;
  const faults = read.faults.map((fault) => `\n  - ${fault}`).join('');
  throw new CommandFailure(
    exitCodes.usage,
    `${read.faults.length === 1 ? 'A setting is' : `${read.faults.length} settings are`} not valid:${faults}`,
    'All settings and what they may be: docs/settings.md',
  );
}

/** A command says what is wrong itself: of the log it shows only what it was asked for. */
function logFor(settings: Settings, to: 'stdout' | 'stderr', isVerbose: boolean): Log {
  if (to === 'stdout') return createLog({ level: settings.logLevel, format: settings.logFormat });
  const level = isVerbose ? 'debug' : 'error';
  return createLog({ level, format: settings.logFormat }, (line) => process.stderr.write(line));
}
