import type { Carrier } from '../domain/registration-key';

export interface AgentAddress {
  /** URL the key is good for, in canonical spelling. */
  readonly url: string;
  /** The whole key, or a placeholder. */
  readonly key: string;
  readonly carriers: readonly Carrier[];
  /** What the agents have to call themselves, when the key asks for it. */
  readonly tag?: string;
}

export interface AgentCommandLine {
  readonly agent: string;
  readonly line: string;
}

/**
 * What to type on a device, for each family. The key stands in the userinfo of the URL: all three families send it
 * unasked with every message there, while their user and password options cost three requests each.
 * Empty when the key travels only in ways that an agent has no command line for.
 */
export function agentCommandLines({ url, key, carriers, tag }: AgentAddress): AgentCommandLine[] {
  const base = url.replace(/\/$/, '');
  const server = carriers.includes('basic')
    ? `${base.replace('://', `://${key}:x@`)}/`
    : carriers.includes('path')
      ? `${base}/k/${key}/`
      : undefined;
  const tagged = tag === undefined ? '' : ` --tag=${shellWord(tag)}`;
  if (server === undefined) return carriers.includes('oauth') ? [oauthLine(base, key, tagged)] : [];
  const word = shellWord(server);
  // OCS demands a certificate authority file for HTTPS unless told otherwise; with its own default path it fails.
  const authority = url.startsWith('https:') ? ' --ca=/etc/ssl/certs/ca-certificates.crt' : '';
  return [
    { agent: 'GLPI Agent', line: `glpi-agent --server=${word}${tagged} --force` },
    { agent: 'FusionInventory', line: `fusioninventory-agent --server=${word}${tagged} --force` },
    { agent: 'OCS Inventory', line: `ocsinventory-agent --server=${word}${tagged}${authority}` },
  ];
}

function oauthLine(base: string, key: string, tagged: string): AgentCommandLine {
  const kid = key.split('_')[1] ?? key;
  return {
    agent: 'GLPI Agent 1.10 and newer',
    line: `glpi-agent --server=${shellWord(`${base}/`)} --oauth-client-id=${shellWord(kid)} --oauth-client-secret=${shellWord(key)}${tagged} --force`,
  };
}

/** As it is where a shell leaves it alone, else between single quotes. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
