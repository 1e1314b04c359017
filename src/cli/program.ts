import { Command, Option } from 'commander';
import type { CommandSpec } from './command';

/** Options that every command takes. */
export interface CommonOptions {
  readonly json?: true;
  readonly verbose?: true;
  readonly instance?: string;
}

export type Execute = (
  spec: CommandSpec,
  options: CommonOptions & object,
  args: readonly string[],
) => Promise<void>;

interface Terminal {
  readonly columns: number | undefined;
  readonly version: string;
}

/** Makes commander's tree of the table of commands. `execute` is called with the one that was chosen. */
export function createProgram(
  commands: readonly CommandSpec[],
  terminal: Terminal,
  execute: Execute,
): Command {
  const program = new Command('gatehouse')
    .description(
      'Lets in only agents that hold a registration key, and puts each asset in the entity the key names.',
    )
    .version(terminal.version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: false, sortSubcommands: false })
    .showHelpAfterError('See how it is used: add --help.');
  const { columns } = terminal;
  if (columns !== undefined) program.configureOutput({ getOutHelpWidth: () => columns });
  for (const spec of commands) add(program, spec, execute);
  return program;
}

function add(program: Command, spec: CommandSpec, execute: Execute): void {
  const words = spec.name.split(' ');
  const own = words.pop() ?? '';
  const group = words.reduce(groupOf, program);
  const made = group.command(own).description(spec.summary);
  for (const { name, description } of spec.arguments ?? []) made.argument(name, description);
  for (const { flags, description, isRequired, parse } of spec.options ?? []) {
    const option = new Option(flags, description).makeOptionMandatory(isRequired === true);
    made.addOption(parse === undefined ? option : option.argParser(parse));
  }
  made
    .option('--json', 'one JSON document instead of text')
    .option('--instance <instance>', 'id or name of the GLPI instance (default: the first)')
    .option('--verbose', 'say more, and show the stack of a fault');
  const examples = spec.examples.map((example) => `  ${example}`).join('\n');
  if (examples !== '') made.addHelpText('after', `\nExample:\n${examples}`);
  made.action(async (...given: unknown[]) => {
    // Commander calls with the arguments, then the options, then the command.
    const args = given
      .slice(0, -2)
      .flat()
      .filter((arg) => arg !== undefined) as string[];
    await execute(spec, made.opts(), args);
  });
}

const groupSummaries: Readonly<Record<string, string>> = {
  entity: 'where assets belong',
  key: 'registration keys: what lets agents in',
  asset: 'devices',
  submission: 'what agents sent, and what became of it',
  quarantine: 'what waits for a decision',
  ban: 'what is shut out under every key',
  agent: 'programs that post inventories',
  token: 'tokens for the admin API',
  admin: 'the same as token',
  webhook: 'where events are sent to',
  audit: 'what admins changed',
  registration: 'what registered here, and what this installation is registered as',
  instance: 'GLPI instances served by this installation',
  event: 'what happened that admins should know of',
  junk: 'values that identify nothing, and fillers that count again',
  match: 'how devices are recognised',
  upstream: 'the GLPI server behind an instance, and how it is reached',
  forward: 'what waits for GLPI, and what it did not take',
  glpi: 'what is asked of GLPI and told to it',
  api: 'the credential for its API',
  import: 'what is taken over from GLPI',
};

function groupOf(parent: Command, name: string): Command {
  return (
    parent.commands.find((child) => child.name() === name) ??
    parent
      .command(name)
      .description(groupSummaries[name] ?? '')
      .helpCommand(false)
  );
}
