import { deviceNumber, jsonInventory, xmlInventory } from '../../support/devices';
import { basic, startTestGateway, type AgentAnswer, type TestGateway } from '../../support/gateway';
import { expectRefusal, submissionOf } from '../../support/refusals';

let gateway: TestGateway;
beforeAll(async () => (gateway = await startTestGateway()));
afterAll(async () => {
  await gateway.close();
});

const agentid = { 'glpi-agent-id': 'acd1a9fa-e74d-11f1-ba19-e87ffa90f81a' };
const post = (key: string, body: string, headers: Record<string, string> = agentid) =>
  gateway.post('/', { body, key, headers: { 'content-type': 'application/x-compress-zlib', ...headers } });
const keyFor = async (...tasks: string[]) => (await gateway.newKey({ tasks })).key;

const scanned = (action: string, n: number) =>
  JSON.stringify({
    action,
    deviceid: 'scanner-1',
    itemtype: 'NetworkEquipment',
    content: {
      versionclient: 'GLPI-NetInventory_v1.11',
      network_device: {
        type: 'Networking',
        name: `switch-${n}`,
        serial: `SWITCH${n}X7`,
        mac: `00:1b:21:7f:00:${String(n).padStart(2, '0')}`,
      },
    },
  });
/** No two tests share a device: it would be the other key's. */
let devices = 0;
const nextDevice = () => ++devices;
const messages: Record<string, (n: number) => string> = {
  inventory: (n) => jsonInventory(deviceNumber(n)),
  netdiscovery: (n) => scanned('netdiscovery', n),
  netinventory: (n) => scanned('netinventory', n),
};

async function refusedTask(answer: AgentAnswer): Promise<unknown> {
  expect([answer.status, answer.phrase]).toEqual([403, 'Task not allowed for this key']);
  const { verdict, reason, assetId, evidence } = await submissionOf(gateway, answer);
  expect([verdict, reason, assetId]).toEqual(['refused', 'task_not_allowed', null]);
  return evidence;
}

describe.each(Object.keys(messages))('a key for %s only', (task) => {
  it('takes it, and refuses every other task on record, without an asset', async () => {
    const key = await keyFor(task);
    for (const [other, message] of Object.entries(messages)) {
      const answer = await post(key, message(nextDevice()));
      if (other === task) expect(answer.status).toBe(200);
      else expect(await refusedTask(answer)).toMatchObject({ task: other, allowed: [task] });
    }
  });
});

it('a key without list takes every task', async () => {
  const key = await keyFor();
  for (const message of Object.values(messages)) {
    expect((await post(key, message(nextDevice()))).status).toBe(200);
  }
});

it('what names no task is an inventory, and refused where none is allowed', async () => {
  const key = await keyFor('netdiscovery');
  const { action: _named, ...nameless } = JSON.parse(messages.inventory?.(nextDevice()) ?? '') as Record<
    string,
    unknown
  >;
  expect(await refusedTask(await post(key, JSON.stringify(nameless)))).toMatchObject({ task: 'inventory' });
  const xml = xmlInventory(deviceNumber(nextDevice())).replace('<QUERY>INVENTORY</QUERY>', '');
  expect(await refusedTask(await post(key, xml, {}))).toMatchObject({ task: 'inventory' });
});

describe('an agent whose key allows no inventory', () => {
  const contact = JSON.stringify({
    action: 'contact',
    deviceid: 'desk-1',
    'enabled-tasks': ['inventory', 'netdiscovery'],
  });
  const prolog = '<?xml version="1.0"?><REQUEST><DEVICEID>desk-1</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>';

  it('is told in contact not to make one, whether it names the task or not', async () => {
    const key = await keyFor('netdiscovery');
    const disabled = async (message: string) =>
      (JSON.parse((await post(key, message)).text) as { disabled: string[] }).disabled;
    expect(await disabled(contact)).toEqual(['inventory', 'netdiscovery']);
    expect(await disabled('{"action":"contact","deviceid":"desk-1"}')).toEqual(['inventory']);
  });

  it('is told in prolog to stop', async () => {
    const answer = await post(await keyFor('netdiscovery'), prolog, {});
    expect(answer.text).toContain('<RESPONSE>STOP</RESPONSE>');
    const allowed = await post(await keyFor('inventory', 'netdiscovery'), prolog, {});
    expect(allowed.text).toContain('<RESPONSE>SEND</RESPONSE>');
  });
});

describe('job polls', () => {
  const poll = (query: string, headers?: Record<string, string>) => gateway.get(`/?${query}`, headers);

  it.each(['getConfig', 'getJobs', 'getNetworkJobs', 'setLog'])('%s needs a good key', async (action) => {
    const query = `action=${action}&machineid=desk-1`;
    expectRefusal(await poll(query, {}), 'key_missing', 'json');
    expectRefusal(await poll(query, { authorization: basic('grk_nonsense') }), 'key_malformed', 'json');
  });

  it.each([[], ['inventory'], ['netdiscovery']])(
    'never hand out a job or a credential, whatever the key allows (%p)',
    async (...tasks) => {
      const authorization = basic(await keyFor(...tasks));
      for (const machineid of ['desk-1', 'scanner-1', "x' OR '1'='1"]) {
        const jobs = await poll(`action=getJobs&machineid=${encodeURIComponent(machineid)}`, {
          authorization,
        });
        expect([jobs.status, jobs.text]).toEqual([200, '{}']);
        const config = await poll(`action=getConfig&machineid=${encodeURIComponent(machineid)}`, {
          authorization,
        });
        expect(JSON.parse(config.text)).toEqual({ configValidityPeriod: 600, schedule: [] });
      }
    },
  );
});
