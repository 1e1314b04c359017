import { once } from 'node:events';
import { createLog, type Log } from '../observability/log';
import { readSettings, type Settings } from '../settings/settings';
import { cliActor } from './actor';
import { withAdminSession } from './admin-session';
import type { Shown } from './shown';
import type { Context } from './context';
import { CommandFailure, exitCodes } from './exit-code';
import { paintFor } from './printing/paint';
import { createProgress } from './printing/progress';
import type { Screen } from './printing/table';
import { escapedJson, terminalJson, terminalText } from './printing/terminal-text';
import type { CommonOptions } from './program';
import { readInput } from './read-input';

/** What commands work with in this process: its environment, its terminal. */
export function createContext(options: CommonOptions): Context {
  const isJson = options.json === true;
  const { stdout, stderr } = process;
  const screen: Screen = {
    columns: stdout.isTTY ? stdout.columns : undefined,
    paint: paintFor(stdout.isTTY && stdout.hasColors()),
  };
  let settings: Settings | undefined;
  const context: Context = {
    screen,
    isJson,
    actor: cliActor(),
    settings: () => (settings ??= settingsOrFailure()),
    log: (to) => logFor(context.settings(), to, options.verbose === true),
    show: ({ value, text }: Shown) => {
      stdout.write(`${isJson ? terminalJson(value) : text(screen)}\n`);
    },
    writeJsonLines: async (lines) => {
      if (stdout.write(stdout.isTTY ? escapedJson(lines) : lines)) return;
      await once(stdout, 'drain').catch(() => {
        throw new CommandFailure(exitCodes.refused, 'Whoever reads the output closed it before its end.');
      });
    },
    note: (line) => {
      stderr.write(`${terminalText(line)}\n`);
    },
    progress: (total, what) =>
      createProgress(
        {
          isTerminal: stderr.isTTY,
          columns: stderr.columns,
          write: (text) => {
            stderr.write(text);
          },
        },
        total,
        what,
      ),
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
    readInput,
  };
  return context;
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
