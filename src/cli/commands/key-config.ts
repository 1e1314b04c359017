import { operatingSystems, platforms } from '../../admin/deployment/deployment';
import { placeholderOf } from '../../admin/deployment/deployment-text';
import { checkInput } from '../../admin/admin-schemas';
import { configOf, whyNotKey, type KeyConfig, type KeyConfigQuery } from '../../admin/key-config';
import { getKey } from '../../admin/keys';
import { maxSecretLength } from '../../domain/key-format';
import { command, given } from '../command';
import type { Context } from '../context';
import { CommandFailure, exitCodes } from '../exit-code';
import type { Screen } from '../printing/table';

interface Options {
  readonly for: string;
  readonly os?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

export const keyConfig = command<Options>({
  name: 'key config',
  summary: 'print ready configuration for agents that shall use a key',
  arguments: [{ name: '<kid>', description: 'the public part of the key' }],
  options: [
    { flags: '--for <platform>', description: platforms.join(', '), isRequired: true },
    { flags: '--os <system>', description: `for glpi-agent: ${operatingSystems.join(', ')} (default linux)` },
    {
      flags: '--key <source>',
      description: '- reads the key from standard input; without it a placeholder is printed',
    },
    { flags: '--key-file <file>', description: 'file that holds the key' },
  ],
  examples: [
    'gatehouse key config 3pWx8KqLm2Za --for windows-msi',
    'gatehouse key config 3pWx8KqLm2Za --for ansible --key-file key.txt > gatehouse.yml',
  ],
  run: async (context, options, kid) => {
    const query = checkInput(
      'query',
      'KeyConfigQuery',
      given({ for: options.for, os: options.os }),
    ) as KeyConfigQuery;
    const key = await readKey(context, options, kid);
    const view = await context.withAdmin((admin, caller) => getKey(admin, caller, kid));
    const shown = configOf(view, query, key ?? placeholderOf(kid));
    return { value: shown, text: (screen) => drawn(shown, key === undefined, screen) };
  },
});

/** From a file or standard input only: an argument would stand in the shell's history and in the list of processes. */
async function readKey(
  context: Context,
  { key, keyFile }: Options,
  kid: string,
): Promise<string | undefined> {
  if (key === undefined && keyFile === undefined) return undefined;
  if (key !== undefined && (key !== '-' || keyFile !== undefined)) {
    throw new CommandFailure(
      exitCodes.usage,
      'The key is read from standard input (--key -) or from a file (--key-file FILE), not from the command line.',
      'For example: gatehouse key config KID --for glpi-agent --key - < key.txt',
    );
  }
  const text = (await context.readInput(keyFile ?? '-', 4 * maxSecretLength)).toString().trim();
  const why = whyNotKey(text, kid);
  if (why === undefined) return text;
  throw new CommandFailure(
    exitCodes.refused,
    `What was given is not the key ${kid}. ${why}`,
    'Give the whole key.',
  );
}

/** Files as they are, made to be copied. What is no part of a file stands in comments before and after. */
function drawn(config: KeyConfig, hasPlaceholder: boolean, screen: Screen): string {
  const files = config.files.map(
    ({ name, text }) => `${screen.paint('dim', `# --- ${name} ---`)}\n${text.trimEnd()}`,
  );
  const missing = hasPlaceholder && config.files.length > 0;
  const notes = [
    ...(missing
      ? [`Replace ${config.placeholder} by the key: it is not stored, so it cannot be shown.`]
      : []),
    ...config.notes,
  ];
  return [...files, notes.map((note) => screen.paint('dim', `# ${note}`)).join('\n')].join('\n\n');
}
