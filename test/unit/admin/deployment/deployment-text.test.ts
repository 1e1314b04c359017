import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as yaml from 'js-yaml';
import { platforms, type Deployment, type Platform } from '../../../../src/admin/deployment/deployment';
import { deploymentText, placeholderOf } from '../../../../src/admin/deployment/deployment-text';
import { recogniseSecret } from '../../../../src/domain/recognise-secret';
import {
  readAgentCfg,
  readBatchLine,
  readMsiProperties,
  readOcsCfg,
  readPowershellLine,
} from '../../../support/agent-configuration';

const kid = 'AbCdEf123456';
const key = `grk_${kid}_${'s'.repeat(49)}`;
const plain: Deployment = {
  url: 'https://inventory.example.org/glpi',
  key,
  kid,
  carriers: ['basic', 'oauth'],
  clientCertificate: 'optional',
  tag: 'PAR-1',
  name: 'France laptops',
  entity: 'Root > France',
};
const server = `https://${key}:x@inventory.example.org/glpi/`;

/** What people and attackers have called things. */
const hostileTags = [
  `it's`,
  `a "quoted" tag`,
  `"`,
  `'`,
  `"'"'`,
  'a # b',
  '#x',
  '$(touch x) `id` ${HOME}',
  '%PATH% 100%',
  '!PATH! ^ & | < > ( )',
  `"; Remove-Item C:\\ #`,
  `\u2019; Write-Host owned #`,
  '\u201bx\u2018',
  '{{ lookup("pipe", "id") }} {% raw %}',
  'back\\slash\\',
  'a: b - c, [d]',
  '  spaces  ',
  '\u00c9t\u00e9 \u4e2d\u6587 \u{1f600}',
  '- x',
  'server = https://evil.example/',
];
const hostileNames = [
  'a\nserver = https://evil.example/',
  '$(id) `id`',
  '& calc.exe &',
  '%COMSPEC%',
  "'; calc; '",
  '*/ --> ]]>',
  '\u2028\u202e\u0000\u001b[2J',
  ' > /etc/passwd',
  'x'.repeat(5000),
];

const fileOf = (platform: Platform, name: string, deployment: Deployment, os?: 'macos' | 'windows') => {
  const text = deploymentText(platform, deployment, os);
  const file = text.files.find((one) => one.name === name);
  if (file === undefined) throw new Error(`no ${name}: ${text.notes.join(' ')}`);
  return file.text;
};
const tagged = (tag: string): Deployment => ({ ...plain, tag });
/** Agents cut blanks around a value; inside quotes they are kept. */
const each = hostileTags.map((tag) => [tag] as const);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deployment-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('configuration for GLPI Agent and FusionInventory', () => {
  it.each(each)('gives the agent back URL and tag: %s', (tag) => {
    for (const platform of ['glpi-agent', 'fusioninventory'] as const) {
      const read = readAgentCfg(fileOf(platform, 'gatehouse.cfg', tagged(tag)));
      expect([read.get('server'), read.get('tag')]).toEqual([server, tag]);
      expect([...read.keys()]).toEqual(['server', 'tag', 'tasks']);
    }
  });

  it.each(each)('is written by its script as it is, for root only: %s', (tag) => {
    for (const [platform, cfg, place] of [
      ['glpi-agent', 'gatehouse.cfg', '/etc/glpi-agent/conf.d'],
      ['fusioninventory', 'gatehouse.cfg', '/etc/fusioninventory/conf.d'],
      ['ocs', 'ocsinventory-agent.cfg', '/etc/ocsinventory'],
    ] as const) {
      const script = fileOf(platform, 'install.sh', tagged(tag));
      expect(spawnSync('/bin/sh', ['-n'], { input: script }).status).toBe(0);
      const moved = script.replaceAll(place, folder).replaceAll(/^systemctl.*$/gm, 'true');
      const ran = spawnSync('/bin/sh', ['-s'], { input: moved, cwd: folder, encoding: 'utf8' });
      expect([ran.status, ran.stderr]).toEqual([0, '']);
      const written = path.join(folder, cfg);
      expect(readFileSync(written, 'utf8')).toBe(fileOf(platform, cfg, tagged(tag)));
      expect(statSync(written).mode & 0o777).toBe(0o600);
    }
  });

  const library = '/usr/share/fusioninventory/lib';
  const hasFusion =
    spawnSync('perl', [`-I${library}`, '-MFusionInventory::Agent::Config', '-e', '1']).status === 0;
  const withFusion = hasFusion ? it.each(each) : it.skip.each(each);
  withFusion('is read alike by the configuration reader of FusionInventory itself: %s', (tag) => {
    const file = path.join(folder, 'agent.cfg');
    writeFileSync(file, fileOf('fusioninventory', 'gatehouse.cfg', tagged(tag)));
    const program =
      'my $c = FusionInventory::Agent::Config->new(options => {"conf-file" => $ARGV[0]}); print join("\\0", @{$c->{server}}, $c->{tag});';
    const ran = spawnSync('perl', [`-I${library}`, '-MFusionInventory::Agent::Config', '-e', program, file]);
    expect(ran.stdout.toString().split('\0')).toEqual([server, tag]);
  });

  it.each(each)('gives OCS back URL and tag: %s', (tag) => {
    const read = readOcsCfg(fileOf('ocs', 'ocsinventory-agent.cfg', tagged(tag)));
    expect([read.get('server'), read.get('tag')]).toEqual([server, tag]);
    expect(read.get('ca')).toBe('/etc/ssl/certs/ca-certificates.crt');
  });

  it.each(each)('goes into the registry of Windows as it is: %s', (tag) => {
    const lines = fileOf('glpi-agent', 'gatehouse.reg', tagged(tag), 'windows').split('\r\n');
    const values = lines.flatMap((line) => {
      const pair = /^"([^"\\]+)"="((?:[^"\\]|\\["\\])*)"$/.exec(line);
      return pair === null ? [] : [[pair[1], pair[2]?.replace(/\\(.)/g, '$1')]];
    });
    expect(values).toEqual([
      ['server', server],
      ['tag', tag],
      ['tasks', 'inventory'],
    ]);
  });

  it('lies where each system has it', () => {
    expect(fileOf('glpi-agent', 'install.sh', plain)).toContain('/etc/glpi-agent/conf.d/gatehouse.cfg');
    expect(fileOf('glpi-agent', 'install.sh', plain, 'macos')).toContain(
      '/Applications/GLPI-Agent/etc/conf.d/gatehouse.cfg',
    );
  });
});

describe('an installation on Windows', () => {
  const commandOf = (deployment: Deployment) => {
    const lines = fileOf('windows-msi', 'install-glpi-agent.cmd', deployment).split('\r\n');
    return lines.find((line) => line.startsWith('msiexec')) ?? '';
  };

  it.each(each)('gives the installer URL and tag through cmd.exe: %s', (tag) => {
    const read = readMsiProperties(readBatchLine(commandOf(tagged(tag))));
    expect([read.get('SERVER'), read.get('TAG')]).toEqual([server, tag]);
    expect([...read.keys()]).toEqual(['SERVER', 'TAG', 'TASKS', 'RUNNOW', 'ADD_FIREWALL_EXCEPTION']);
  });

  it.each(each)('gives the installer URL and tag through PowerShell: %s', (tag) => {
    const lines = fileOf('intune', 'install-glpi-agent.ps1', tagged(tag)).split('\r\n');
    const read = lines.filter((line) => !/^\ufeff?#/.test(line)).map(readPowershellLine);
    const properties = read.find(({ code }) => code === '$properties = _')?.literals[0] ?? '';
    const given = readMsiProperties(` ${properties}`);
    expect([given.get('SERVER'), given.get('TAG')]).toEqual([server, tag]);
    // What is code is the same whatever the tag.
    const codeOf = (text: string) =>
      text
        .split('\r\n')
        .filter((line) => !line.includes('#'))
        .map((line) => readPowershellLine(line).code);
    expect(read.map(({ code }) => code)).toEqual(codeOf(fileOf('intune', 'install-glpi-agent.ps1', plain)));
  });

  it('has a percent sign of the URL for the installer, not for cmd.exe', () => {
    const read = readMsiProperties(readBatchLine(commandOf({ ...plain, url: 'https://h.example/a%20b&c' })));
    expect(read.get('SERVER')).toBe(`https://${key}:x@h.example/a%20b&c/`);
  });

  it('puts OAuth2 clients into the registry, as the installer has no property for them', () => {
    const text = fileOf('windows-msi', 'install-glpi-agent.cmd', { ...plain, carriers: ['oauth'] });
    expect(text).toContain('SERVER="https://inventory.example.org/glpi/"');
    expect(text).toContain(`/v oauth-client-id /t REG_SZ /d "${kid}"`);
    expect(text).toContain(`/v oauth-client-secret /t REG_SZ /d "${key}"`);
  });
});

describe('tools for fleets', () => {
  const unsafe = new yaml.Type('!unsafe', { kind: 'scalar', construct: (text: unknown) => text });
  const schema = yaml.Schema.create(yaml.DEFAULT_SAFE_SCHEMA, [unsafe]);

  it.each(each)('an Ansible playbook writes URL and tag, as text and no template: %s', (tag) => {
    const text = fileOf('ansible', 'gatehouse.yml', tagged(tag));
    const [play] = yaml.safeLoad(text, { schema }) as {
      tasks: Record<string, { content?: string; mode: string }>[];
    }[];
    const copy = play?.tasks[1]?.['ansible.builtin.copy'];
    expect(play?.tasks[1]).toMatchObject({ no_log: true });
    expect(copy?.mode).toBe('0600');
    expect(copy?.content).toBe(fileOf('glpi-agent', 'gatehouse.cfg', tagged(tag)));
    expect(text).toMatch(/content: !unsafe "/);
  });

  it('a container gets the key as a file, not in its environment or command', () => {
    const compose = fileOf('docker', 'compose.yaml', plain);
    expect(compose).not.toContain(key);
    expect(yaml.safeLoad(compose)).toMatchObject({
      services: {
        'glpi-agent': {
          secrets: [{ source: 'gatehouse', target: '/etc/glpi-agent/conf.d/gatehouse.cfg' }],
        },
      },
      secrets: { gatehouse: { file: './gatehouse.cfg' } },
    });
    expect(readAgentCfg(fileOf('docker', 'gatehouse.cfg', plain)).get('server')).toBe(server);
  });
});

describe('every platform', () => {
  it.each(platforms.map((platform) => [platform]))(
    'keeps names that people chose inside comments: %s',
    (platform) => {
      const shape = (deployment: Deployment) =>
        deploymentText(platform, deployment).files.map(({ text }) =>
          text
            // Within the playbook the file with its comment is one scalar.
            .replace(/"# Gatehouse: .*?\\n/, '"')
            .split(/\r?\n/)
            .filter((line) => !/^\ufeff?\s*'?(#|rem |;)/.test(line)),
        );
      for (const name of hostileNames) {
        expect(shape({ ...plain, name, entity: name })).toEqual(shape(plain));
        for (const { text } of deploymentText(platform, { ...plain, name, entity: name }).files) {
          expect(text.split('\n').filter((line) => line.length > 700)).toEqual([]);
          expect(text.replace(/^\ufeff/, '')).not.toMatch(/(?![\r\n])[\p{C}\p{Zl}]/u);
        }
      }
    },
  );

  it.each(platforms.map((platform) => [platform]))(
    'leaves out a tag that cannot be shown, and says so: %s',
    (platform) => {
      for (const tag of ['a\nb', '\u202eevil', '\u0000', '\ud800', 'a\u2028b']) {
        const { files, notes } = deploymentText(platform, tagged(tag));
        expect(files.map(({ text }) => text)).toEqual(
          deploymentText(platform, { ...plain, tag: undefined }).files.map(({ text }) => text),
        );
        expect(notes.join()).toContain('tag');
      }
    },
  );

  it.each(platforms.map((platform) => [platform]))(
    'has a placeholder that is taken for no key: %s',
    (platform) => {
      const placeholder = placeholderOf(kid);
      const texts = deploymentText(platform, { ...plain, key: placeholder })
        .files.map(({ text }) => text)
        .join('');
      expect(texts).toContain(placeholder);
      expect(placeholder).toMatch(/^\w+$/);
      expect(recogniseSecret(placeholder).looksLike).toBe('placeholder');
    },
  );

  it('says why when an agent cannot send the key, instead of writing what fails', () => {
    const why = (platform: Platform, over: Partial<Deployment>) => {
      const { files, notes } = deploymentText(platform, { ...plain, ...over });
      expect(files).toEqual([]);
      return notes.join();
    };
    expect(why('fusioninventory', { carriers: ['oauth'] })).toContain('basic, path');
    expect(why('glpi-agent', { carriers: ['header', 'bearer'] })).toContain('header, bearer');
    expect(why('ocs', { clientCertificate: 'required' })).toContain('certificate');
    expect(why('glpi-agent', { url: 'https://h.example/a,b' })).toContain('comma');
    expect(why('glpi-agent', { url: '' })).toContain('no URL');
  });

  it('names the file of the client certificate when the key demands one', () => {
    const read = readAgentCfg(
      fileOf('glpi-agent', 'gatehouse.cfg', { ...plain, clientCertificate: 'required' }),
    );
    expect(read.get('ssl-cert-file')).toBe('/etc/glpi-agent/client.pem');
    const alone = readAgentCfg(
      fileOf('glpi-agent', 'gatehouse.cfg', { ...plain, carriers: ['certificate'] }),
    );
    expect([alone.get('server'), alone.get('ssl-cert-file')]).toEqual([
      'https://inventory.example.org/glpi/',
      '/etc/glpi-agent/client.pem',
    ]);
  });

  it('warns of a URL that is not encrypted', () => {
    const { notes } = deploymentText('glpi-agent', { ...plain, url: 'http://inventory.example.org' });
    expect(notes.join()).toContain('readable for everybody on the way');
  });
});
