import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { agentOptions } from '../admin/deployment/agent-options';
import { cfgValue, commentText } from '../admin/deployment/quoting';
import type { AgentHints } from '../registration/present';
import { CommandFailure, exitCodes } from './exit-code';

/** Where GLPI Agent reads further files from, by the system. */
export const agentConfigFolders: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: '/etc/glpi-agent/conf.d',
  darwin: '/Applications/GLPI-Agent/etc/conf.d',
};
export const agentConfigName = 'gatehouse.cfg';
const marker = '# Written by gatehouse register.';

export interface AgentConfigPlan {
  readonly file: string;
  /** Other files of the agent that name a server: the agent would ask several, or another. */
  readonly alsoNameServer: readonly string[];
}

/**
 * Looks whether the file can be written, and would destroy nothing of somebody else's. Changes nothing.
 * @throws CommandFailure
 */
export function planAgentConfig(folder: string | undefined): AgentConfigPlan {
  const place = folder ?? agentConfigFolders[process.platform];
  if (place === undefined) {
    throw new CommandFailure(
      exitCodes.usage,
      'GLPI Agent has its configuration in the registry here.',
      'Use: gatehouse key config KID --for glpi-agent --os windows',
    );
  }
  const file = path.join(place, agentConfigName);
  if (!existsSync(place)) {
    throw new CommandFailure(
      exitCodes.refused,
      `${place} is not there: is GLPI Agent installed?`,
      'Install it first, or say where with --agent-config-dir.',
    );
  }
  try {
    accessSync(place, constants.W_OK);
  } catch (error) {
    throw new CommandFailure(exitCodes.refused, `${place} cannot be written to.`, 'Run it as root (sudo).', {
      cause: error,
    });
  }
  if (existsSync(file) && !readFileSync(file, 'utf8').startsWith(marker)) {
    throw new CommandFailure(
      exitCodes.refused,
      `${file} is there, and was not written by gatehouse register: it is left alone.`,
      'Move it away, then run this again.',
    );
  }
  return { file, alsoNameServer: filesWithServer(place, path.join(place, '../agent.cfg')) };
}

/** The lines of the file. @throws CommandFailure when the agent cannot send the key */
export function agentConfigText(
  use: { readonly server: string; readonly key: string; readonly kid: string } & AgentHints,
): string {
  const found = agentOptions(
    { ...use, url: use.server, name: '', entity: '' },
    { oauthAndCertificate: true, certificateFile: '/etc/glpi-agent/client.pem' },
  );
  if (typeof found === 'string') throw new CommandFailure(exitCodes.refused, found);
  return [
    `${marker} Holds a secret: readable for root only.`,
    `# Key ${commentText(use.kid)}`,
    ...found.options.map(([name, value]) => `${name} = ${cfgValue(value)}`),
    'tasks = inventory',
    '',
  ].join('\n');
}

function filesWithServer(folder: string, main: string): string[] {
  const others = readdirSync(folder)
    .filter((name) => name.endsWith('.cfg') && name !== agentConfigName)
    .map((name) => path.join(folder, name));
  return [main, ...others].filter((file) => {
    try {
      return /^\s*server\s*=\s*\S/m.test(readFileSync(file, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  });
}
