import { randomBytes } from 'node:crypto';
import type { CommandSpec } from '../../src/cli/command';
import { commandTable } from '../../src/cli/command-table';
import type { Context } from '../../src/cli/context';
import { explainFault } from '../../src/cli/failure';
import { peppersOf } from '../../src/domain/pepper';
import { registrationStore, type RegistrationStore } from '../../src/registration/registration-store';
import { readSettings } from '../../src/settings/settings';
import { throwAwayFolder } from './built-program';
import type { TestGateway } from './gateway';

/** An installation: a data folder of its own, and commands run in it as the program would, in this process. */
export interface Installation {
  readonly dataDir: string;
  readonly store: RegistrationStore;
  run(name: string, options?: object, args?: readonly string[], more?: RunMore): Promise<Ran>;
  remove(): void;
}

export interface RunMore {
  /** What standard input, or any file, holds. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly exitCode: number;
  /** What stands on standard output. */
  readonly text: string;
  readonly value: Record<string, unknown>;
  readonly notes: readonly string[];
  /** Of a failure. */
  readonly layer: string | undefined;
  readonly message: string;
  readonly nextStep: string;
}

const screen = { columns: undefined, paint: (_style: string, text: string) => text };

export function anInstallation(gateway?: TestGateway): Installation {
  const folder = throwAwayFolder();
  const pepper = randomBytes(32).toString('hex');
  const store = registrationStore(folder.path, () => peppersOf(Buffer.from(pepper)));
  return {
    dataDir: folder.path,
    store,
    run: async (name, options = {}, args = [], { input = '', env = {} } = {}) => {
      const read = readSettings({ DATA_DIR: folder.path, KEY_PEPPER: pepper, ...env });
      if (!read.ok) throw new Error(read.faults.join(' '));
      const notes: string[] = [];
      const context: Pick<Context, 'settings' | 'readInput' | 'note' | 'actor' | 'withAdmin' | 'log'> = {
        actor: 'cli:test',
        settings: () => read.settings,
        log: () => {
          throw new Error('no log');
        },
        note: (line) => void notes.push(line),
        readInput: () => Promise.resolve(Buffer.from(input)),
        withAdmin: async (work) => {
          if (gateway === undefined) throw new Error('no database behind this command');
          return await work(gateway.gateway.admin, { instanceId: 1, actor: 'cli:test' });
        },
      };
      try {
        const shown = await specOf(name).run(context as Context, options, ...args);
        if (shown === undefined) throw new Error('the command printed nothing');
        return {
          exitCode: shown.exitCode ?? 0,
          text: shown.text(screen),
          value: shown.value as Record<string, unknown>,
          ...{ notes, layer: undefined, message: '', nextStep: '' },
        };
      } catch (error) {
        const { exitCode, message, nextStep, layer } = explainFault(error);
        if (message.includes('unexpected')) throw error;
        return { exitCode, message, layer, nextStep: nextStep ?? '', text: '', value: {}, notes };
      }
    },
    remove: () => {
      folder.remove();
    },
  };
}

function specOf(name: string): CommandSpec {
  const spec = commandTable.find((one) => one.name === name);
  if (spec === undefined) throw new Error(`there is no command ${name}`);
  return spec;
}
