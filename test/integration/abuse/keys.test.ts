import { randomBytes } from 'node:crypto';
import { issueSecret } from '../../../src/domain/key-format';
import {
  expectFolded,
  expectGoesOn,
  expectUntouched,
  lacking,
  messageOf,
  openScene,
  type Machine,
  type Scene,
} from '../../support/abuse';
import { jsonInventory } from '../../support/devices';
import { basic, request, type AgentAnswer } from '../../support/gateway';
import { guessedKey } from '../../support/guessed-keys';
import { eventually, expectRefusal, submissionOf } from '../../support/refusals';

/** Keys that are not, no longer or not yet good, and what the holder of a good one may not do. */
let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(async () => {
  await scene.close();
});

const reasonOf = async (answer: AgentAnswer) => (await submissionOf(scene.gateway, answer)).reason;
/** Of a refusal before the body was read, too: the answer to it names no submission. */
const lastReasonOf = async (kid: string) =>
  (await scene.gateway.api<{ items: { reason: string }[] }>('GET', `/submissions?kid=${kid}`)).items[0]
    ?.reason;
const assetsOf = async (kid: string) =>
  (await scene.gateway.sql('SELECT FROM asset WHERE kid = $1', [kid])).length;

/** An answer as far as it could tell one refusal from another. */
const shown = ({ status, phrase, text, headers }: AgentAnswer) => ({
  ...{ status, phrase, text },
  names: Object.keys(headers).sort(),
});

/** Sends everything of a device of Paris with such a credential: its asset stays, and the answer tells nothing. */
async function expectNoWayIn(
  credential: string,
  reason: 'key_malformed' | 'key_unknown' | 'key_wrong_secret',
) {
  const victim = await scene.settle(scene.machine());
  const attacker = { ...victim.machine, address: scene.machine().address };
  const answer = await scene.post(attacker, credential);
  expectRefusal(answer, reason, 'json');
  expect(shown(answer)).toEqual(shown(await scene.post(attacker, 'letmein')));
  await expectUntouched(scene.gateway, victim);
  await expectGoesOn(scene, victim, attacker);
  return expectFolded(scene.gateway, reason, attacker.address);
}

test('K1: a key with a wrong checksum is refused like any other, and told apart by the admin', async () => {
  const { key } = scene.paris;
  await expectNoWayIn(key.slice(0, -1) + (key.endsWith('0') ? '1' : '0'), 'key_malformed');
});

test('K2: a key id that nobody issued is refused like any other, and told apart by the admin', async () => {
  const { full, id } = issueSecret('grk', randomBytes);
  expect((await expectNoWayIn(full, 'key_unknown')).kid).toBe(id);
});

test('K3: a wrong secret for a key that exists is refused like any other, and told apart by the admin', async () => {
  // The checksum is right for the guess, as somebody has it who read this source.
  const { kid } = scene.paris;
  expect((await expectNoWayIn(guessedKey(kid), 'key_wrong_secret')).kid).toBe(kid);
});

test('K4: a key that is revoked, has ended or is closed takes nothing, not even of its own devices', async () => {
  const { gateway, paris } = scene;
  const end = new Date(Date.now() + 3_600_000).toISOString();
  for (const [reason, change] of [
    ['key_revoked', (kid: string) => gateway.api('POST', `/keys/${kid}/revoke`, {})],
    ['key_closed', (kid: string) => gateway.api('PATCH', `/keys/${kid}`, { mode: 'closed' })],
    ['key_expired', (kid: string) => gateway.api('PATCH', `/keys/${kid}`, { useUntil: end })],
  ] as const) {
    const { kid, key } = await gateway.newKey({ entityId: paris.entityId });
    const machine = scene.machine();
    const { assetId } = await submissionOf(gateway, await scene.post(machine, key));
    await change(kid);
    if (reason === 'key_expired') gateway.clock.now = new Date(Date.parse(end));
    const answer = await eventually(reason, async () => {
      const tried = await scene.post(
        machine,
        key,
        jsonInventory({ ...machine.device, softwares: ['implant'] }),
      );
      return tried.status === 200 ? undefined : tried;
    });
    expectRefusal(answer, reason, 'json');
    expect(await gateway.api('GET', `/assets/${assetId ?? ''}`)).toMatchObject({ name: machine.device.name });
    // What came before the gateway heard of the change was held at the worst; one refusal ends the waiting.
    expect(await gateway.api('GET', `/submissions?kid=${kid}&reason=${reason}`)).toMatchObject({
      items: [{ reason }],
    });
    gateway.clock.now = undefined;
  }
});

test('K4: an enrolment that has ended takes no new device and serves those it has', async () => {
  const { gateway, paris } = scene;
  const enrolUntil = new Date(Date.now() + 3_600_000);
  const { key, kid } = await gateway.newKey({
    entityId: paris.entityId,
    enrolUntil: enrolUntil.toISOString(),
  });
  const known = scene.machine();
  await scene.post(known, key);
  gateway.clock.now = enrolUntil;
  const { softwares = [] } = known.device;
  const changed = jsonInventory({ ...known.device, softwares: [...softwares, 'new'] }, known.content);
  expect(await submissionOf(gateway, await scene.post(known, key, changed))).toMatchObject({
    outcome: 'updated',
  });
  expect(await reasonOf(await scene.post(scene.machine(), key))).toBe('enrolment_ended');
  expect(await assetsOf(kid)).toBe(1);
  gateway.clock.now = undefined;
});

test('K5: of fifty first contacts at once, a key for ten takes exactly ten, through two gateways', async () => {
  const { gateway, paris } = scene;
  const { kid, key } = await gateway.newKey({ entityId: paris.entityId, maxAssets: 10 });
  const twin = await gateway.twin();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => {
      const { device, agentid, address, content } = scene.machine();
      const headers = { 'glpi-agent-id': agentid, 'x-forwarded-for': address };
      return (n % 2 === 0 ? gateway : twin).post('/', { body: jsonInventory(device, content), headers, key });
    }),
  );
  await twin.close();
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  expect([count(200), count(403)]).toEqual([10, 40]);
  expect(await assetsOf(kid)).toBe(10);
  const refused = await gateway.sql(`SELECT FROM submission WHERE kid = $1 AND reason = 'quota_exceeded'`, [
    kid,
  ]);
  expect(refused).toHaveLength(40);
});

test('K6: a device that is installed anew stays the device that the quota counts', async () => {
  const { gateway, paris } = scene;
  const { kid, key } = await gateway.newKey({ entityId: paris.entityId, maxAssets: 1 });
  const machine = scene.machine();
  const first = await submissionOf(gateway, await scene.post(machine, key));
  for (let year = 2027; year < 2031; year++) {
    const again: Machine = {
      ...machine,
      agentid: scene.machine().agentid,
      device: { ...machine.device, deviceid: `${machine.device.name}-${year}-01-01-00-00-00` },
    };
    expect(await submissionOf(gateway, await scene.post(again, key))).toMatchObject({
      verdict: 'accepted',
      assetId: first.assetId,
    });
  }
  expect(await assetsOf(kid)).toBe(1);
});

test('K7: what a key restricts it refuses when the submission leaves it out', async () => {
  const { gateway, paris } = scene;
  const cases: [reason: string, traits: object, message: (machine: Machine) => string][] = [
    [
      'itemtype_not_allowed',
      { itemtypes: ['Printer'] },
      ({ device }) => messageOf({ ...scene.machine(), device }).replace('"itemtype":"Computer",', ''),
    ],
    ['tag_not_allowed', { tagPolicy: 'require', tag: 'PARIS' }, messageOf],
    [
      'tag_not_allowed',
      { tagPolicy: 'require', tag: 'PARIS' },
      ({ device }) => jsonInventory({ ...device, tag: ' ' }),
    ],
    ['task_not_allowed', { tasks: ['netinventory'] }, messageOf],
    ['key_network_mismatch', { cidrs: ['2001:db8::/32'] }, messageOf],
    ['key_carrier_not_allowed', { carriers: ['bearer'] }, messageOf],
    ['certificate_missing', { clientCertificate: 'required' }, messageOf],
  ];
  for (const [reason, traits, message] of cases) {
    const { kid, key } = await gateway.newKey({ entityId: paris.entityId, ...traits });
    const machine = scene.machine();
    expect([reason, (await scene.post(machine, key, message(machine))).status]).toEqual([reason, 403]);
    expect(await lastReasonOf(kid)).toBe(reason);
    expect(await assetsOf(kid)).toBe(0);
  }
  await expect(gateway.newKey({ tagPolicy: 'require' })).rejects.toThrow(/is required when tagPolicy/);
  // Without serial and UUID it is another device, never the one that has them.
  const victim = await scene.settle(scene.machine());
  const shy = {
    ...victim.machine,
    device: lacking(victim.machine.device, 'serial', 'uuid', 'macs') as Machine['device'],
  };
  await scene.post({ ...shy, agentid: scene.machine().agentid }, paris.key);
  await expectUntouched(gateway, victim);
});

const anyBody = Buffer.from(
  '<REQUEST><DEVICEID>a-2026-01-02-03-04-05</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>',
);
const challenges = ({ rawHeaders }: AgentAnswer) =>
  rawHeaders.flatMap((name, i) =>
    i % 2 === 0 && /^www-auth/i.test(name) ? [`${name}: ${rawHeaders[i + 1] ?? ''}`] : [],
  );

test('K14: the challenge is the one line that every family of agents understands', async () => {
  const port = Number(new URL(scene.gateway.url).port);
  for (const userAgent of [
    'GLPI-Agent_v1.11',
    'FusionInventory-Agent_v2.6',
    'OCS-NG_unified_unix_agent_v2.10.0',
  ]) {
    const answer = await request(port, 'POST', '/', { 'user-agent': userAgent }, anyBody);
    expect([answer.status, challenges(answer)]).toEqual([401, ['WWW-Authenticate: Basic realm="Gatehouse"']]);
    expect(answer.bytes.length).toBeGreaterThan(0);
  }
});

test('K15: there is no 401 without the challenge, whatever is asked for and however', async () => {
  const port = Number(new URL(scene.gateway.url).port);
  const tries: [method: string, path: string, headers: Record<string, string>][] = [
    ['POST', '/', {}],
    ['POST', '/front/inventory.php', { 'content-type': 'application/json' }],
    ['POST', '/plugins/glpiinventory/', { authorization: '' }],
    ['POST', '/k//front/inventory.php', {}],
    ['POST', '/', { authorization: basic('', '') }],
    ['GET', '/?action=getConfig&machineid=x', {}],
    ['GET', '/plugins/glpiinventory/b/esx/?action=getJobs&machineid=x', {}],
    ['POST', '/api.php/token', { 'content-type': 'application/json' }],
    ['POST', '/front/inventory.php', { expect: '100-continue' }],
  ];
  const statuses: number[] = [];
  for (const [method, path, headers] of tries) {
    const answer = await request(port, method, path, headers, method === 'GET' ? undefined : anyBody);
    statuses.push(answer.status);
    const expected = answer.status === 401 ? ['WWW-Authenticate: Basic realm="Gatehouse"'] : [];
    expect([path, answer.status, challenges(answer)]).toEqual([path, answer.status, expected]);
  }
  expect(statuses.filter((status) => status === 401).length).toBeGreaterThan(4);
});
