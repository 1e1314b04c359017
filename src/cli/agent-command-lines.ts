import { agentServer, type KeyInUse } from '../admin/deployment/agent-server';
import { shellWord } from '../admin/deployment/quoting';

export interface AgentAddress extends Omit<KeyInUse, 'kid'> {
  /** What the agents have to call themselves, when the key asks for it. */
  readonly tag?: string;
}

export interface AgentCommandLine {
  readonly agent: string;
  readonly line: string;
}

/**
 * What to type on a device, for each family; `key config` gives the same for good.
 * Empty when the key travels only in ways that an agent has no command line for.
 */
export function agentCommandLines({ tag, ...use }: AgentAddress): AgentCommandLine[] {
  const kid = use.key.split('_')[1] ?? use.key;
  const tagged = tag === undefined ? '' : ` --tag=${shellWord(tag)}`;
  const server = agentServer({ ...use, kid }, { oauthAndCertificate: true });
  if (server === undefined || server.by === 'certificate') return [];
  const word = shellWord(server.server);
  if (server.by === 'oauth') {
    const client = `--oauth-client-id=${shellWord(server.clientId)} --oauth-client-secret=${shellWord(server.clientSecret)}`;
    const line = `glpi-agent --server=${word} ${client}${tagged} --force`;
    return [{ agent: 'GLPI Agent 1.10 and newer', line }];
  }
  // OCS demands a certificate authority file for HTTPS unless told otherwise; with its own default path it fails.
  const authority = use.url.startsWith('https:') ? ' --ca=/etc/ssl/certs/ca-certificates.crt' : '';
  return [
    { agent: 'GLPI Agent', line: `glpi-agent --server=${word}${tagged} --force` },
    { agent: 'FusionInventory', line: `fusioninventory-agent --server=${word}${tagged} --force` },
    { agent: 'OCS Inventory', line: `ocsinventory-agent --server=${word}${tagged}${authority}` },
  ];
}
