import type { CommandSpec } from './command';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What may stand behind the words so far: further words of commands, or options of the command. */
interface Place {
  /** `''`, `key`, `key create`. */
  readonly path: string;
  readonly next: readonly { readonly word: string; readonly about: string }[];
}

const commonOptions = ['--json', '--instance', '--verbose', '--help'];

/** Words only, so that a shell needs not start the program for each key. */
export function completionScript(shell: Shell, commands: readonly CommandSpec[]): string {
  const places = placesOf(commands);
  switch (shell) {
    case 'bash':
      return bashScript(places);
    case 'zsh':
      // zsh runs completions made for bash.
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(places)}`;
    case 'fish':
      return fishScript(places);
  }
}

function placesOf(commands: readonly CommandSpec[]): Place[] {
  const places = new Map<string, Map<string, string>>();
  const put = (path: string, word: string, about: string): void => {
    const words = places.get(path) ?? new Map<string, string>();
    if (!words.has(word)) words.set(word, about);
    places.set(path, words);
  };
  for (const { name, summary, options = [] } of commands) {
    const words = name.split(' ');
    words.forEach((word, i) => {
      put(words.slice(0, i).join(' '), word, i === words.length - 1 ? summary : `commands on ${word}`);
    });
    for (const { flags, description } of options) {
      const long = /--[a-z-]+/.exec(flags)?.[0];
      if (long !== undefined) put(name, long, description);
    }
    for (const option of commonOptions) put(name, option, '');
  }
  return [...places].map(([path, words]) => ({
    path,
    next: [...words].map(([word, about]) => ({ word, about })),
  }));
}

function bashScript(places: readonly Place[]): string {
  const known = places.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`);
  const cases = places.map(
    ({ path, next }) => `    "${path}") words="${next.map(({ word }) => word).join(' ')}" ;;`,
  );
  return `# Completion of gatehouse. Made by \`gatehouse completion\`.
_gatehouse() {
  local at="" words="" i one
  for ((i = 1; i < COMP_CWORD; i++)); do
    one="\${at:+$at }\${COMP_WORDS[i]}"
    case "$one" in
      ${known.join('|')}) at="$one" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _gatehouse gatehouse
`;
}

function fishScript(places: readonly Place[]): string {
  const known = places.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`);
  const lines = places.flatMap(({ path, next }) =>
    next.map(({ word, about }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c gatehouse -n '__gatehouse_at "${path}"' ${what} -d '${about.replaceAll(/['\\]/g, '’')}'`;
    }),
  );
  return `# Completion of gatehouse. Made by \`gatehouse completion\`.
function __gatehouse_at
  set -l at ""
  for word in (commandline -opc)[2..-1]
    set -l one (string trim -- "$at $word")
    contains -- "$one" ${known.join(' ')}; and set at "$one"
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}
