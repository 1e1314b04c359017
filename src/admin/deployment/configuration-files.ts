import { agentOptions, heading, impossible, type AgentOption } from './agent-options';
import type { Deployment, DeploymentText, OperatingSystem } from './deployment';
import { cfgValue, msiProperty, ocsValue, shellWord } from './quoting';

const folders = {
  linux: '/etc/glpi-agent/conf.d',
  macos: '/Applications/GLPI-Agent/etc/conf.d',
} as const;

export const glpiAgentTraits = {
  oauthAndCertificate: true,
  certificateFile: '/etc/glpi-agent/client.pem',
} as const;

/** A file for conf.d, and a script that puts it there. On Windows the agent reads the registry: reg commands. */
export function glpiAgentText(deployment: Deployment, os: OperatingSystem = 'linux'): DeploymentText {
  if (os === 'windows') return glpiAgentRegistryText(deployment);
  const folder = folders[os];
  const traits = { ...glpiAgentTraits, certificateFile: `${folder.replace(/\/conf\.d$/, '')}/client.pem` };
  const found = agentOptions(deployment, traits);
  if (typeof found === 'string') return impossible('glpi-agent', found);
  const lines = glpiAgentCfg(deployment, found.options);
  const restart =
    os === 'linux' ? 'systemctl restart glpi-agent' : 'launchctl kickstart -k system/com.teclib.glpi-agent';
  return {
    platform: 'glpi-agent',
    files: [
      { name: 'gatehouse.cfg', text: lines.join('\n') + '\n' },
      { name: 'install.sh', text: installScript(folder, 'gatehouse.cfg', lines, restart) },
    ],
    notes: [
      `gatehouse.cfg belongs into ${folder}; install.sh puts it there and starts the agent anew.`,
      ...found.notes,
    ],
  };
}

export function glpiAgentCfg(deployment: Deployment, options: readonly AgentOption[]): string[] {
  return [
    ...heading(deployment).map((line) => `# ${line}`),
    ...options.map(([name, value]) => `${name} = ${cfgValue(value)}`),
    'tasks = inventory',
  ];
}

function glpiAgentRegistryText(deployment: Deployment): DeploymentText {
  const certificateFile = 'C:\\Program Files\\GLPI-Agent\\etc\\client.pem';
  const found = agentOptions(deployment, { oauthAndCertificate: true, certificateFile });
  if (typeof found === 'string') return impossible('glpi-agent', found);
  const values = [...found.options, ['tasks', 'inventory'] as const];
  const lines = [
    'Windows Registry Editor Version 5.00',
    ...heading(deployment).map((line) => `; ${line}`),
    '',
    '[HKEY_LOCAL_MACHINE\\SOFTWARE\\GLPI-Agent]',
    ...values.map(([name, value]) => `"${name}"="${value.replace(/[\\"]/g, '\\$&')}"`),
  ];
  return {
    platform: 'glpi-agent',
    files: [{ name: 'gatehouse.reg', text: lines.join('\r\n') + '\r\n' }],
    notes: [
      'For an agent that is installed already: reg import gatehouse.reg, then restart the service GLPI-Agent. Save the file as UTF-16 when it holds letters beyond ASCII.',
      ...found.notes,
    ],
  };
}

export function fusionInventoryText(deployment: Deployment): DeploymentText {
  const found = agentOptions(deployment, { oauthAndCertificate: false });
  if (typeof found === 'string') return impossible('fusioninventory', found);
  const lines = glpiAgentCfg(deployment, found.options);
  const folder = '/etc/fusioninventory/conf.d';
  return {
    platform: 'fusioninventory',
    files: [
      { name: 'gatehouse.cfg', text: lines.join('\n') + '\n' },
      {
        name: 'install.sh',
        text: installScript(
          folder,
          'gatehouse.cfg',
          lines,
          'systemctl restart fusioninventory-agent || true',
        ),
      },
    ],
    notes: [
      `gatehouse.cfg belongs into ${folder}, where agent.cfg has the line "include conf.d/"; else write its lines into /etc/fusioninventory/agent.cfg.`,
      ...found.notes,
    ],
  };
}

export function ocsText(deployment: Deployment): DeploymentText {
  const found = agentOptions(deployment, { oauthAndCertificate: false });
  if (typeof found === 'string') return impossible('ocs', found);
  const authority: AgentOption[] = deployment.url.startsWith('https:')
    ? [['ca', '/etc/ssl/certs/ca-certificates.crt']]
    : [];
  const lines = [
    ...heading(deployment).map((line) => `# ${line}`),
    ...[...found.options, ...authority].map(([name, value]) => `${name}=${ocsValue(value)}`),
  ];
  return {
    platform: 'ocs',
    files: [
      { name: 'ocsinventory-agent.cfg', text: lines.join('\n') + '\n' },
      {
        name: 'install.sh',
        text: installScript('/etc/ocsinventory', 'ocsinventory-agent.cfg', lines, undefined),
      },
    ],
    notes: [
      'ocsinventory-agent.cfg replaces /etc/ocsinventory/ocsinventory-agent.cfg. A line "local=" there (Debian has one) would write files instead of sending.',
      'ca names a file of certificate authorities: the agent has none of its own. Where yours lies elsewhere, change it.',
      ...found.notes,
    ],
  };
}

/** Writes the lines to a file that only root reads. Every line is one word of the shell. */
function installScript(
  folder: string,
  file: string,
  lines: readonly string[],
  restart: string | undefined,
): string {
  const target = `${folder}/${file}`;
  return [
    '#!/bin/sh',
    '# Run as root.',
    'set -eu',
    'umask 077',
    `mkdir -p ${shellWord(folder)}`,
    `printf '%s\\n' \\`,
    ...lines.map((line) => `  ${shellWord(line)} \\`),
    `  > ${shellWord(target)}`,
    `chmod 600 ${shellWord(target)}`,
    ...(restart === undefined ? [] : [restart]),
    '',
  ].join('\n');
}

export const windowsCertificateFile = 'C:\\ProgramData\\GLPI-Agent\\client.pem';

/** Options of the agent as properties of its installer; those that it has no property for go to the registry. */
export function msiProperties(options: readonly AgentOption[]): {
  readonly properties: readonly string[];
  readonly registry: readonly AgentOption[];
} {
  const names: Readonly<Record<string, string>> = {
    server: 'SERVER',
    tag: 'TAG',
    'ssl-cert-file': 'SSL_CERT_FILE',
  };
  const known = options.flatMap(([name, value]) => {
    const property = names[name];
    return property === undefined ? [] : [msiProperty(property, value)];
  });
  return {
    properties: [...known, 'TASKS="inventory"', 'RUNNOW=1', 'ADD_FIREWALL_EXCEPTION=0'],
    registry: options.filter(([name]) => names[name] === undefined),
  };
}
