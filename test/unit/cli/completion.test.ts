import { spawnSync } from 'node:child_process';
import { commandTable } from '../../../src/cli/command-table';
import { completionScript } from '../../../src/cli/completion';

const bash = completionScript('bash', commandTable);

/** What bash offers for these words, the last of which is being typed. */
function offered(...words: string[]): string[] {
  const script = `${bash}\nCOMP_WORDS=(gatehouse ${words.map((word) => `'${word}'`).join(' ')})\nCOMP_CWORD=${words.length}\n_gatehouse\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

it('completes commands, their words and their options, past arguments', () => {
  expect(offered('quar')).toEqual(['quarantine']);
  expect(offered('key', 're')).toEqual(['rebind', 'retire', 'revoke']);
  expect(offered('key', 'update', 'KID12345', '--pass')).toEqual(['--pass-task']);
  expect(offered('glpi', 'api', '')).toEqual(expect.arrayContaining(['set', 'show', 'remove']));
  expect(offered('asset', 'list', '--js')).toEqual(['--json']);
  expect(offered('no-such-command')).toEqual([]);
});

it.each(['zsh', 'fish'] as const)('knows every command for %s', (shell) => {
  const script = completionScript(shell, commandTable);
  for (const { name } of commandTable) expect(script).toContain(`"${name}"`);
});
