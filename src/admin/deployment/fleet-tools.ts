import { agentOptions, heading, impossible } from './agent-options';
import { glpiAgentCfg, glpiAgentTraits } from './configuration-files';
import type { Deployment, DeploymentText } from './deployment';
import { yamlText } from './quoting';

/** A playbook that configures agents which are installed already. */
export function ansibleText(deployment: Deployment): DeploymentText {
  const found = agentOptions(deployment, glpiAgentTraits);
  if (typeof found === 'string') return impossible('ansible', found);
  const content = glpiAgentCfg(deployment, found.options).join('\n') + '\n';
  const lines = [
    ...heading(deployment).map((line) => `# ${line}`),
    '- name: Point GLPI Agent at Gatehouse',
    '  hosts: all',
    '  become: true',
    '  tasks:',
    '    - name: Folder of the configuration',
    '      ansible.builtin.file:',
    '        path: /etc/glpi-agent/conf.d',
    '        state: directory',
    '        mode: "0755"',
    '    - name: Server and registration key',
    '      ansible.builtin.copy:',
    '        dest: /etc/glpi-agent/conf.d/gatehouse.cfg',
    '        owner: root',
    '        group: root',
    '        mode: "0600"',
    // Unsafe: braces in it are text, not a template.
    `        content: !unsafe ${yamlText(content)}`,
    '      no_log: true',
    '      notify: Restart GLPI Agent',
    '  handlers:',
    '    - name: Restart GLPI Agent',
    '      ansible.builtin.service:',
    '        name: glpi-agent',
    '        state: restarted',
  ];
  return {
    platform: 'ansible',
    files: [{ name: 'gatehouse.yml', text: lines.join('\n') + '\n' }],
    notes: [
      'Encrypt it before it goes into a repository: ansible-vault encrypt gatehouse.yml',
      'The agent itself is installed by a role of yours, e.g. from the packages of its project.',
      ...found.notes,
    ],
  };
}

/** The agent as a container that makes the inventory of its host. Which image is for the admin to say. */
export function dockerText(deployment: Deployment): DeploymentText {
  const found = agentOptions(deployment, glpiAgentTraits);
  if (typeof found === 'string') return impossible('docker', found);
  const lines = [
    ...heading(deployment)
      .slice(0, 1)
      .map((line) => `# ${line}`),
    'services:',
    '  glpi-agent:',
    '    image: "${GLPI_AGENT_IMAGE:?name of an image with GLPI Agent}"',
    '    command: ["glpi-agent", "--daemon", "--no-fork", "--logger=stderr"]',
    '    network_mode: host',
    '    pid: host',
    '    uts: host',
    '    privileged: true',
    '    restart: unless-stopped',
    '    volumes:',
    '      - glpi-agent:/var/lib/glpi-agent',
    '    secrets:',
    '      - source: gatehouse',
    '        target: /etc/glpi-agent/conf.d/gatehouse.cfg',
    'secrets:',
    '  gatehouse:',
    '    file: ./gatehouse.cfg',
    'volumes:',
    '  glpi-agent: {}',
  ];
  return {
    platform: 'docker',
    files: [
      { name: 'gatehouse.cfg', text: glpiAgentCfg(deployment, found.options).join('\n') + '\n' },
      { name: 'compose.yaml', text: lines.join('\n') + '\n' },
    ],
    notes: [
      'There is no official image of GLPI Agent: name yours in GLPI_AGENT_IMAGE.',
      'The volume keeps the agent id: without it every start would be a new agent.',
      'To inventory the host, the agent needs the host name, network and devices of the host, hence privileged.',
      ...found.notes,
    ],
  };
}
