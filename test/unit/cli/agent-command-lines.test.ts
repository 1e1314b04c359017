import { spawnSync } from 'node:child_process';
import { shellWord } from '../../../src/admin/deployment/quoting';
import { agentCommandLines } from '../../../src/cli/agent-command-lines';
import { carriers, defaultCarriers } from '../../../src/domain/registration-key';

const key = 'grk_AbCdEf123456_secret';

describe('command lines for agents', () => {
  test('put the key where all families send it unasked', () => {
    const lines = agentCommandLines({ url: 'https://inv.example.org', key, carriers: defaultCarriers });
    expect(lines.map(({ agent }) => agent)).toEqual(['GLPI Agent', 'FusionInventory', 'OCS Inventory']);
    for (const { line } of lines) expect(line).toContain(`--server=https://${key}:x@inv.example.org/`);
  });

  test('keep the base path of the URL', () => {
    const [line] = agentCommandLines({ url: 'http://localhost:8080/inv', key, carriers });
    expect(line?.line).toContain(`--server=http://${key}:x@localhost:8080/inv/`);
  });

  test('use the path where that is the only way', () => {
    const [line] = agentCommandLines({ url: 'http://localhost:8080', key, carriers: ['path'] });
    expect(line?.line).toContain(`--server=http://localhost:8080/k/${key}/`);
  });

  test('use OAuth where only GLPI Agent can', () => {
    const lines = agentCommandLines({ url: 'http://localhost', key, carriers: ['oauth'] });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.line).toContain('--oauth-client-id=AbCdEf123456');
  });

  test('are none where no agent has an option for the carrier', () => {
    expect(agentCommandLines({ url: 'http://localhost', key, carriers: ['header'] })).toEqual([]);
  });

  test.each(["it's", 'a b', '$(touch x)', '`id`', 'a"b', '<registration key>', 'PAR-1'])(
    'quote %s so that a shell gives it back',
    (tag) => {
      const echoed = spawnSync('/bin/sh', ['-c', `printf %s ${shellWord(tag)}`], { encoding: 'utf8' });
      expect(echoed.stdout).toBe(tag);
    },
  );
});
