import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setUpstream } from '../../src/admin/upstream';
import { startFakeJobServer, type FakeJobServer } from '../support/fake-job-server';
import { startTestGateway, type TestGateway } from '../support/gateway';
import { createFleet, lackingForAgents, type AgentFleet, type AgentInstall } from '../support/real-agents';

/** Debian has each task of FusionInventory in a package of its own. */
const modules = ['Collect', 'Deploy', 'ESX', 'NetDiscovery'];
const moduleFolder = '/usr/share/fusioninventory/lib/FusionInventory/Agent/Task';
const absent = modules.filter((name) => !existsSync(path.join(moduleFolder, `${name}.pm`)));
const lacking =
  lackingForAgents() ?? (absent.length > 0 ? `tasks not installed: ${absent.join(', ')}` : undefined);
if (lacking !== undefined) console.warn(`Jobs of real agents are not run: ${lacking}.`);
const describeWithTasks = lacking === undefined ? describe : describe.skip;

const testTimeoutMs = 240_000;
const root = '/glpi/plugins/glpiinventory';
let glpi: FakeJobServer;
let gateway: TestGateway;
let fleet: AgentFleet;
let agent: AgentInstall;
let folder: string;
let url: string;

beforeAll(async () => {
  if (lacking !== undefined) return;
  folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-jobs-'));
  glpi = await startFakeJobServer();
  gateway = await startTestGateway();
  await setUpstream(
    gateway.gateway.admin,
    { instanceId: 1, actor: 'test' },
    { url: glpi.url, credential: { kind: 'none' } },
  );
  fleet = createFleet();
  agent = fleet.install('fusioninventory');
  const { key } = await gateway.newKey({ passTasks: ['collect', 'deploy', 'esx', 'netdiscovery'] });
  url = `${gateway.url.replace('//', `//${key}:x@`)}/`;
  // The inventory pins the agent to where it comes from.
  await agent.run(url, { options: ['--force'] });
}, testTimeoutMs);
afterAll(async () => {
  if (lacking !== undefined) return;
  fleet.remove();
  rmSync(folder, { recursive: true, force: true });
  await gateway.close();
  await glpi.close();
});

const schedule = (task: string) => ({
  body: JSON.stringify({
    configValidityPeriod: 600,
    schedule: [{ task, remote: `${glpi.url}/plugins/glpiinventory/b/${task.toLowerCase()}/` }],
  }),
});
const run = async (task: string) => {
  glpi.seen.length = 0;
  return agent.run(url, { options: [`--tasks=${task}`, '--force', '--debug', '--debug'] });
};
/** The prologs, in which the agent asks for scans too, left out. */
const asked = () =>
  glpi.seen
    .filter(({ method }) => method === 'GET')
    .map(({ target }) => new URL(target, glpi.url).searchParams);
const actions = () => asked().map((query) => query.get('action'));

describeWithTasks('FusionInventory’s tasks, with jobs of the GLPI behind', () => {
  test(
    'Collect looks for files and answers through the gateway',
    async () => {
      glpi.answers = {
        [`GET ${root}/?getConfig`]: schedule('Collect'),
        [`GET ${root}/b/collect/?getJobs`]: {
          body: JSON.stringify({
            jobs: [
              {
                uuid: 'job-1',
                function: 'findFile',
                ...{ dir: '/etc', limit: 1, recursive: 0 },
                filter: { name: 'hostname', is_file: 1, is_dir: 0 },
              },
            ],
            ...{ postmethod: 'POST', token: 'csrf' },
          }),
        },
        [`GET ${root}/b/collect/?setAnswer`]: { body: '{}' },
        [`GET ${root}/b/collect/?jobsDone`]: { body: '{}' },
      };
      const { output } = await run('collect');
      expect([actions(), output]).toEqual([
        ['getConfig', 'getJobs', 'setAnswer', 'jobsDone'],
        expect.stringContaining('/gatehouse/v1/jobs/grj_'),
      ]);
      expect(asked()[2]?.get('path')).toBe('/etc/hostname');
      expect(
        new Set(
          asked()
            .slice(0, 2)
            .map((query) => query.get('machineid')),
        ).size,
      ).toBe(1);
    },
    testTimeoutMs,
  );

  test(
    'Deploy fetches a package and runs it through the gateway',
    async () => {
      const done = path.join(folder, 'done');
      const part = Buffer.from('a package');
      const sha512 = createHash('sha512').update(part).digest('hex');
      const file = { name: 'package.txt', multiparts: [sha512], uncompress: 0, p2p: 1 };
      glpi.answers = {
        [`GET ${root}/?getConfig`]: schedule('Deploy'),
        [`GET ${root}/b/deploy/?getJobs`]: {
          body: JSON.stringify({
            jobs: [
              {
                uuid: 'job-2',
                checks: [],
                associatedFiles: [sha512],
                actions: [{ cmd: { exec: `cp package.txt ${done}` } }],
              },
            ],
            associatedFiles: {
              [sha512]: { ...file, 'p2p-retention-duration': 0, mirrors: ['http://192.0.2.9/'] },
            },
          }),
        },
        [`GET ${root}/b/deploy/?getFilePart`]: { type: 'application/octet-stream', body: part },
        [`GET ${root}/b/deploy/?setStatus`]: { body: '{}' },
      };
      const { output } = await run('deploy');
      expect([existsSync(done), existsSync(done) ? '' : output]).toEqual([true, '']);
      expect(readFileSync(done, 'utf8')).toBe('a package');
      expect(actions()).toEqual(expect.arrayContaining(['getConfig', 'getJobs', 'getFilePart', 'setStatus']));
      expect(output).not.toContain('192.0.2.9');
    },
    testTimeoutMs,
  );

  test(
    'ESX is told a host, and reports that it cannot be reached',
    async () => {
      glpi.answers = {
        [`GET ${root}/?getConfig`]: schedule('ESX'),
        [`GET ${root}/b/esx/?getJobs`]: {
          body: JSON.stringify({
            jobs: [{ uuid: 'job-3', host: '127.0.0.1:1', user: 'root', password: 'of-esx' }],
          }),
        },
        [`GET ${root}/b/esx/?setLog`]: { body: '{}' },
      };
      await run('esx');
      expect(actions()).toEqual(['getConfig', 'getJobs', 'setLog']);
      expect([asked()[2]?.get('uuid'), asked()[2]?.get('code')]).toEqual(['job-3', 'ko']);
      expect(gateway.log.join('\n')).not.toContain('of-esx');
    },
    testTimeoutMs,
  );

  test(
    'NetDiscovery scans the range that GLPI names, and GLPI hears of its start and end',
    async () => {
      const options = `<OPTION><NAME>NETDISCOVERY</NAME><PARAM PID="7" THREADS_DISCOVERY="1" TIMEOUT="1"/>
        <RANGEIP ID="1" IPSTART="127.0.0.1" IPEND="127.0.0.1" ENTITY="0"/></OPTION>`;
      glpi.answers = {
        'POST /glpi/front/inventory.php': { type: 'application/xml', body: `<REPLY>${options}</REPLY>` },
      };
      await run('netdiscovery');
      const bodies = glpi.seen.map(({ body }) => body);
      expect(bodies[0]).toContain('<QUERY>PROLOG</QUERY>');
      const control = bodies.filter((body) => body.includes('<PROCESSNUMBER>7</PROCESSNUMBER>'));
      expect(control.some((body) => body.includes('<START>1</START>'))).toBe(true);
      expect(control.some((body) => body.includes('<END>1</END>'))).toBe(true);
    },
    testTimeoutMs,
  );
});
