import { createHash } from 'node:crypto';
import { setUpstream } from '../../../src/admin/upstream';
import { deviceNumber, jsonInventory } from '../../support/devices';
import { startFakeJobServer, type FakeJobServer } from '../../support/fake-job-server';
import { basic, startTestGateway, type TestGateway } from '../../support/gateway';
import { expectRefusal } from '../../support/refusals';

let glpi: FakeJobServer;
let gateway: TestGateway;
const password = 'upstream-password-of-the-test';
/** What jobs hold and no log may show. */
const esxPassword = 'password-of-the-hypervisor';
const community = 'community-of-the-switches';

beforeAll(async () => {
  glpi = await startFakeJobServer();
  gateway = await startTestGateway({
    origin: { trustedProxies: ['127.0.0.1/32'], headerFamily: 'x-forwarded' },
  });
  await setUpstream(
    gateway.gateway.admin,
    { instanceId: 1, actor: 'test' },
    { url: glpi.url, credential: { kind: 'basic', user: 'gatehouse', password } },
  );
});
afterAll(async () => {
  await gateway.close();
  await glpi.close();
});

const home = '198.51.100.7';
const modules = ['esx', 'collect', 'deploy'] as const;
const root = '/glpi/plugins/glpiinventory';
const everything = ['netdiscovery', 'netinventory', 'esx', 'collect', 'deploy'];
const evil = 'https://glpi.example/plugins/glpiinventory/b';
const schedule = (...names: string[]) =>
  JSON.stringify({
    configValidityPeriod: 600,
    schedule: names.map((task) => ({ task, periodicity: 3600, remote: `${evil}/${task.toLowerCase()}/` })),
  });

let devices = 0;
interface Agent {
  readonly key: string;
  readonly kid: string;
  readonly deviceid: string;
}
/** An agent with an asset, which it last reported from `home`. */
async function pinnedAgent(
  passTasks: readonly string[] = everything,
  deviceidOf = (deviceid: string) => deviceid,
): Promise<Agent> {
  const { key, kid } = await gateway.newKey({ passTasks });
  const made = deviceNumber(++devices);
  const device = { ...made, deviceid: deviceidOf(made.deviceid) };
  const answer = await gateway.post('/', { body: jsonInventory(device), key, headers: from(home) });
  expect(answer.status).toBe(200);
  return { key, kid, deviceid: device.deviceid };
}
const from = (address: string) => ({ 'x-forwarded-for': address, 'user-agent': 'GLPI-Agent_v1.11' });
const get = (path: string, key?: string, address = home) =>
  gateway.get(path, { ...from(address), ...(key === undefined ? {} : { authorization: basic(key) }) });
const poll = ({ key, deviceid }: Agent, address = home) =>
  get(
    `/?action=getConfig&machineid=${encodeURIComponent(deviceid)}&task%5BESX%5D=2.9&task%5BCollect%5D=2.7&task%5BDeploy%5D=3.0`,
    key,
    address,
  );
const scheduleOf = async (agent: Agent, address = home) =>
  (JSON.parse((await poll(agent, address)).text) as { schedule: { task: string; remote: string }[] })
    .schedule;
/** The path below which the agent gets the jobs of a module. */
async function remoteOf(agent: Agent, task: string): Promise<string> {
  const remote = (await scheduleOf(agent)).find((one) => one.task === task)?.remote ?? '';
  expect(remote).toMatch(/^http:\/\/localhost:\d+\/gatehouse\/v1\/jobs\/grj_[\w.-]+\/$/);
  return new URL(remote).pathname;
}

beforeEach(() => {
  glpi.seen.length = 0;
  glpi.answers = { [`GET ${root}/?getConfig`]: { body: schedule('ESX', 'Collect', 'Deploy', 'Other') } };
});

describe('a poll for jobs', () => {
  it('is passed on for the tasks of the key, and every URL in the answer is one of ours', async () => {
    const agent = await pinnedAgent(['collect', 'deploy']);
    const answer = await poll(agent);
    expect(answer.text).not.toContain('glpi.example');
    const { schedule: tasks } = JSON.parse(answer.text) as { schedule: { task: string }[] };
    expect(tasks.map(({ task }) => task)).toEqual(['Collect', 'Deploy']);
    const [seen] = glpi.seen;
    expect(new URL(seen?.target ?? '', glpi.url).searchParams.toString()).toBe(
      new URLSearchParams({
        action: 'getConfig',
        machineid: agent.deviceid,
        'task[Collect]': '2.7',
        'task[Deploy]': '3.0',
      }).toString(),
    );
    expect(seen?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from(`gatehouse:${password}`).toString('base64')}`,
      'user-agent': 'GLPI-Agent_v1.11',
      'x-forwarded-for': home,
    });
  });

  it('has an empty answer, and GLPI is not asked, without the task in the key', async () => {
    expect(await scheduleOf(await pinnedAgent([]))).toEqual([]);
    expect(await scheduleOf(await pinnedAgent(['netdiscovery']))).toEqual([]);
    expect(glpi.seen).toEqual([]);
  });

  it('has an empty answer for a deviceid that is nobody’s, another key’s, or asked for from elsewhere', async () => {
    const agent = await pinnedAgent();
    const other = await pinnedAgent();
    expect(await scheduleOf({ ...agent, deviceid: 'nobody-2026-01-01-00-00-00' })).toEqual([]);
    expect(await scheduleOf({ ...agent, deviceid: other.deviceid })).toEqual([]);
    expect(await scheduleOf(agent, '203.0.113.9')).toEqual([]);
    expect(glpi.seen).toEqual([]);
    expect(await scheduleOf(agent)).toHaveLength(3);
  });

  it.each(['é', 'ｅ', 'e\u0301'])(
    'has an empty answer for a deviceid with %j, which GLPI’s database takes for another',
    async (letter) => {
      const agent = await pinnedAgent(everything, (deviceid) => deviceid.replace('e', letter));
      expect(await scheduleOf(agent)).toEqual([]);
      expect(glpi.seen).toEqual([]);
    },
  );

  it('has an empty answer for an asset that is contested or retired', async () => {
    const agent = await pinnedAgent();
    await gateway.sql(`UPDATE asset SET contested = '{}' WHERE kid = $1`, [agent.kid]);
    expect(await scheduleOf(agent)).toEqual([]);
    await gateway.sql(`UPDATE asset SET contested = NULL, status = 'retired' WHERE kid = $1`, [agent.kid]);
    expect(await scheduleOf(agent)).toEqual([]);
  });

  it.each([
    ['no answer that can be read', { body: '<html>Service is down for maintenance</html>' }],
    ['an error', { status: 500, body: '' }],
    ['a list', { body: '[1]' }],
    ['a schedule that is none', { body: '{"schedule":{"task":"Collect"}}' }],
  ])('has an empty answer when GLPI gives %s', async (_what, answer) => {
    glpi.answers = { [`GET ${root}/?getConfig`]: answer };
    expect(await scheduleOf(await pinnedAgent())).toEqual([]);
  });
});

describe('jobs', () => {
  const esxJobs = JSON.stringify({
    jobs: [{ uuid: 'a1b2', host: 'esx1', user: 'root', password: esxPassword }],
  });

  it.each(modules)(
    'of %s reach the agent without its key, under its deviceid whatever it asks for',
    async (module) => {
      glpi.answers[`GET ${root}/b/${module}/?getJobs`] = { body: esxJobs };
      const agent = await pinnedAgent();
      const path = await remoteOf(agent, { esx: 'ESX', collect: 'Collect', deploy: 'Deploy' }[module]);
      const answer = await get(`${path}?action=getJobs&machineid=somebody-else&version=2`);
      expect([answer.status, JSON.parse(answer.text)]).toMatchObject([200, JSON.parse(esxJobs)]);
      expect(answer.headers['cache-control']).toBe('no-store');
      const asked = new URL(glpi.seen.at(-1)?.target ?? '', glpi.url).searchParams;
      expect(asked.getAll('machineid')).toEqual([agent.deviceid]);
      expect(asked.get('version')).toBe('2');
    },
  );

  it('of Deploy name this gateway as their only source of files, and files come through it', async () => {
    const part = Buffer.from('a part of a package');
    const sha512 = createHash('sha512').update(part).digest('hex');
    const file = {
      name: 'setup.exe',
      multiparts: [sha512],
      p2p: 1,
      mirrors: [`${evil}/deploy/?action=getFilePart&file=`, 'http://10.0.0.9/'],
    };
    glpi.answers[`GET ${root}/b/deploy/?getJobs`] = {
      body: JSON.stringify({ jobs: [{ uuid: 'u1' }], associatedFiles: { [sha512]: file, bad: 'x' } }),
    };
    glpi.answers[`GET ${root}/b/deploy/?getFilePart`] = { type: 'application/octet-stream', body: part };
    const path = await remoteOf(await pinnedAgent(), 'Deploy');
    const jobs = await get(`${path}?action=getJobs&machineid=x`);
    expect(jobs.text).not.toMatch(/glpi\.example|10\.0\.0\.9/);
    const { associatedFiles } = JSON.parse(jobs.text) as {
      associatedFiles: Record<string, { mirrors: string[]; p2p: number }>;
    };
    expect(Object.keys(associatedFiles)).toEqual([sha512]);
    const { mirrors = [], p2p } = associatedFiles[sha512] ?? {};
    expect([mirrors.length, p2p]).toEqual([1, 0]);
    // As the agent builds it.
    const url = new URL(`${mirrors[0] ?? ''}/${sha512.slice(0, 1)}/${sha512.slice(0, 2)}/${sha512}`);
    const got = await get(`${url.pathname}${url.search}`);
    expect([got.status, got.text]).toEqual([200, part.toString()]);
  });

  it('of Collect go on by GET: GLPI’s session and token stay here', async () => {
    glpi.answers[`GET ${root}/b/collect/?getJobs`] = {
      body: JSON.stringify({
        jobs: [{ uuid: 'u1', function: 'findFile' }],
        postmethod: 'POST',
        token: 'csrf',
      }),
    };
    glpi.answers[`GET ${root}/b/collect/?setAnswer`] = { body: '{"token":"csrf"}' };
    const path = await remoteOf(await pinnedAgent(), 'Collect');
    const jobs = await get(`${path}?action=getJobs&machineid=x`);
    expect(JSON.parse(jobs.text)).toEqual({ jobs: [{ uuid: 'u1', function: 'findFile' }] });
    const answer = await get(`${path}?action=setAnswer&uuid=u1&path=C%3A%5Ca%20b&_cpt=1`);
    expect([answer.status, answer.text]).toEqual([200, '{}']);
    const asked = new URL(glpi.seen.at(-1)?.target ?? '', glpi.url).searchParams;
    expect([asked.get('uuid'), asked.get('path'), asked.get('_cpt')]).toEqual(['u1', 'C:\\a b', '1']);
    expect(
      (await gateway.post(`${path}?action=setAnswer&uuid=u1`, { body: 'x', headers: from(home) })).status,
    ).toBe(405);
  });

  it('are not asked for beyond what the module has: other actions, too many or too long parameters', async () => {
    const path = await remoteOf(await pinnedAgent(), 'ESX');
    glpi.seen.length = 0;
    const many = (n: number) => Array.from({ length: n }, (_, i) => `p${i}=1`).join('&');
    const long = (n: number) => `?action=setLog&msg=${'x'.repeat(n)}`;
    // All of them are machineid or action for PHP, where the last one counts.
    const others = ['+machineid', 'machineid%00x', 'machineid[]', '++action', 'action%5Bx%5D'];
    const bad = [
      ...['', '?action=getFilePart&file=/a/ab/abc', '?action=setAnswer&uuid=1'],
      ...others.map((name) => `?action=getJobs&${name}=another-agent`),
    ];
    for (const query of [...bad, `?action=setLog&${many(201)}`, long(4097)]) {
      expect((await get(`${path}${query}`)).status).toBe(400);
    }
    expect(glpi.seen).toEqual([]);
    glpi.answers[`GET ${root}/b/esx/?setLog`] = { body: '' };
    for (const query of [`?action=setLog&${many(200)}`, long(4096)]) {
      expect((await get(`${path}${query}`)).status).toBe(200);
    }
  });

  it('are refused from elsewhere, after an hour, with a ticket of ours that was changed, and once the key is revoked', async () => {
    glpi.answers[`GET ${root}/b/esx/?getJobs`] = { body: esxJobs };
    const agent = await pinnedAgent();
    const path = await remoteOf(agent, 'ESX');
    const ask = (at = path, address = home) => get(`${at}?action=getJobs&machineid=x`, undefined, address);
    expect((await ask(path, '203.0.113.9')).status).toBe(403);
    const [head = '', signature = ''] = path.split('.');
    expectRefusal(await ask(`${head}.${signature.slice(1)}`), 'token_invalid', 'json');
    const claims = Buffer.from(`${agent.kid}.1.9999999999.esx.${agent.deviceid}`).toString('base64url');
    expectRefusal(await ask(`/gatehouse/v1/jobs/grj_${claims}.${signature}`), 'token_invalid', 'json');
    gateway.clock.now = new Date(Date.now() + 3_601_000);
    expectRefusal(await ask(), 'token_invalid', 'json');
    gateway.clock.now = undefined;
    expect((await ask()).status).toBe(200);
    await gateway.api('POST', `/keys/${agent.kid}/revoke`, {});
    expectRefusal(await ask(), 'key_revoked', 'json');
  });

  it('a ticket is no credential of anything else', async () => {
    const ticket = /grj_[\w.-]+/.exec(await remoteOf(await pinnedAgent(), 'ESX'))?.[0] ?? '';
    const body = jsonInventory(deviceNumber(++devices));
    for (const authorization of [`Bearer ${ticket}`, basic(ticket)]) {
      const headers = { ...from(home), authorization, 'content-type': 'application/json' };
      expectRefusal(await gateway.post('/', { body, key: false, headers }), 'key_malformed', 'json');
    }
    expect((await gateway.post(`/k/${ticket}`, { body, key: false, headers: from(home) })).status).toBe(403);
  });

  it.each([
    ['nothing that can be read', { body: 'oops' }, 502],
    ['an error', { status: 500, body: '' }, 502],
    ['more than is read', { body: Buffer.alloc(4 * 1024 * 1024 + 1, 0x20) }, 503],
  ])('say so when GLPI answers %s', async (_what, answer, status) => {
    const path = await remoteOf(await pinnedAgent(), 'ESX');
    glpi.answers[`GET ${root}/b/esx/?getJobs`] = answer;
    expect((await get(`${path}?action=getJobs`)).status).toBe(status);
  });
});

describe('tasks of the network', () => {
  const reply = `<?xml version="1.0"?><REPLY><PROLOG_FREQ>24</PROLOG_FREQ><RESPONSE>SEND</RESPONSE>
    <OPTION><NAME>NETDISCOVERY</NAME><PARAM PID="7" THREADS_DISCOVERY="20" TIMEOUT="1"/>
      <RANGEIP ID="1" IPSTART="10.0.0.1" IPEND="10.0.0.9" ENTITY="0"/>
      <AUTHENTICATION ID="3" VERSION="2c" COMMUNITY="${community} &amp;&quot;&lt;"/></OPTION>
    <OPTION><NAME>REGISTRY</NAME><PARAM NAME="x" HIVE="y">z</PARAM></OPTION>
    <OPTION><NAME>SNMPQUERY</NAME><PARAM PID="8"/><DEVICE ID="1" IP="10.0.0.4" remote="${evil}"/></OPTION></REPLY>`;
  const prologOf = (deviceid: string) =>
    `<?xml version="1.0"?><REQUEST><DEVICEID>${deviceid}</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>`;
  const postXml = ({ key }: Agent, body: string, address = home) =>
    gateway.post('/', { body, key, headers: { ...from(address), 'content-type': 'application/xml' } });
  const contact = ({ deviceid }: Agent) =>
    JSON.stringify({
      action: 'contact',
      deviceid,
      'enabled-tasks': ['inventory', ...everything, 'wakeonlan'],
    });

  it('are named in the contact, so that the agent asks for them by a prolog; what is not passed on is disabled', async () => {
    const agent = await pinnedAgent(['netdiscovery', 'collect']);
    const headers = { ...from(home), 'glpi-agent-id': 'acd1a9fa-e74d-11f1-ba19-e87ffa90f81a' };
    const answer = await gateway.post('/', { body: contact(agent), key: agent.key, headers });
    const said = JSON.parse(answer.text) as { disabled: string[]; tasks: Record<string, { server: string }> };
    expect(said.disabled).toEqual(['netinventory', 'esx', 'deploy', 'wakeonlan']);
    expect(Object.keys(said.tasks)).toEqual(['inventory', 'netdiscovery']);
    expect([said.tasks.inventory?.server, said.tasks.netdiscovery?.server]).toEqual([
      'glpi',
      'glpiinventory',
    ]);
    const elsewhere = await gateway.post('/', {
      body: contact(agent),
      key: agent.key,
      headers: { ...headers, 'x-forwarded-for': '203.0.113.9' },
    });
    expect(JSON.parse(elsewhere.text)).toMatchObject({ disabled: [...everything, 'wakeonlan'] });
  });

  it('come with the prolog: options and attributes that agents read, of the tasks of the key, and nothing else', async () => {
    glpi.answers['POST /glpi/front/inventory.php'] = { type: 'application/xml', body: reply };
    const agent = await pinnedAgent(['netdiscovery', 'netinventory']);
    const { text } = await postXml(agent, prologOf(agent.deviceid));
    expect(text).toContain(
      '<OPTION><NAME>NETDISCOVERY</NAME><PARAM PID="7" THREADS_DISCOVERY="20" TIMEOUT="1"/>',
    );
    expect(text).toContain(`COMMUNITY="${community} &amp;&quot;&lt;"`);
    expect(text).toContain(
      '<OPTION><NAME>SNMPQUERY</NAME><PARAM PID="8"/><DEVICE ID="1" IP="10.0.0.4"/></OPTION>',
    );
    expect(text).not.toMatch(/REGISTRY|glpi\.example/);
    expect(glpi.seen.at(-1)?.body).toContain(`<DEVICEID>${agent.deviceid}</DEVICEID><QUERY>PROLOG</QUERY>`);
    const one = await pinnedAgent(['netinventory']);
    expect((await postXml(one, prologOf(one.deviceid))).text).not.toContain('NETDISCOVERY');
    // Nothing of it stays for the next one.
    const none = await pinnedAgent([]);
    for (const [who, address] of [
      [none, home],
      [agent, '203.0.113.9'],
    ] as const) {
      const plain = await postXml(who, prologOf(who.deviceid), address);
      expect(plain.text).toMatch(/<RESPONSE>SEND<\/RESPONSE><\/REPLY>$/);
    }
  });

  it.each([
    ['no XML', 'Service is down for maintenance'],
    ['another document', '<HTML><OPTION/></HTML>'],
    ['a document type', `<!DOCTYPE r [<!ENTITY x "y">]>${reply.slice(21)}`],
    ['half an answer', reply.slice(0, 200)],
  ])('are left out when GLPI answers %s, and the agent goes on', async (_what, body) => {
    glpi.answers['POST /glpi/front/inventory.php'] = { type: 'application/xml', body };
    const agent = await pinnedAgent();
    const answer = await postXml(agent, prologOf(agent.deviceid));
    expect([answer.status, answer.text.includes('OPTION')]).toEqual([200, false]);
  });

  it('are followed by GLPI: start, counts and end of a scan reach it, written anew', async () => {
    glpi.answers['POST /glpi/front/inventory.php'] = { type: 'application/xml', body: '<REPLY/>' };
    const agent = await pinnedAgent();
    const control = `<REQUEST><CONTENT><AGENT><START>1</START><AGENTVERSION>v1.11</AGENTVERSION><NBIP>9</NBIP><EVIL>x' OR 1</EVIL></AGENT>
      <MODULEVERSION>6.5</MODULEVERSION><PROCESSNUMBER>7</PROCESSNUMBER></CONTENT><DEVICEID>${agent.deviceid}</DEVICEID><QUERY>NETDISCOVERY</QUERY></REQUEST>`;
    expect((await postXml(agent, control)).status).toBe(200);
    expect(glpi.seen.map(({ body }) => body)).toEqual([
      `<?xml version="1.0" encoding="UTF-8"?>\n<REQUEST><CONTENT><AGENT><START>1</START><AGENTVERSION>v1.11</AGENTVERSION><NBIP>9</NBIP></AGENT><MODULEVERSION>6.5</MODULEVERSION><PROCESSNUMBER>7</PROCESSNUMBER></CONTENT><DEVICEID>${agent.deviceid}</DEVICEID><QUERY>NETDISCOVERY</QUERY></REQUEST>`,
    ]);
    await postXml(await pinnedAgent([]), control);
    expect(glpi.seen).toHaveLength(1);
  });
});

it('nothing that was passed on stands in a log line or in the database', async () => {
  const secrets = [esxPassword, community, password];
  expect(secrets.filter((secret) => gateway.log.join('\n').includes(secret))).toEqual([]);
  const tables = await gateway.sql<{ name: string }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  for (const { name } of tables) {
    const rows = await gateway.sql<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    const held = rows.map(({ row }) => row).join('\n');
    expect([name, secrets.filter((secret) => held.includes(secret))]).toEqual([name, []]);
  }
});
