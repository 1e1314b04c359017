import net from 'node:net';
import { once } from 'node:events';
import { deflateSync } from 'node:zlib';
import { expectUntouched, messageOf, openScene, type Scene, type Victim } from '../../support/abuse';
import { basic, startTestGateway, type TestGateway } from '../../support/gateway';
import { expectRefusal, eventually, type SubmissionRow } from '../../support/refusals';

/** From where and to where a request says it goes: forwarding headers and Host are the sender's to write. */
let scene: Scene;
/** Nobody stands in front of it. */
let bare: TestGateway;
let victim: Victim;
beforeAll(async () => {
  [scene, bare] = await Promise.all([openScene(), startTestGateway()]);
  victim = await scene.settle(scene.machine());
});
afterEach(async () => {
  await expectUntouched(scene.gateway, victim);
});
afterAll(async () => {
  await Promise.all([scene.close(), bare.close()]);
});

/** What the victim would send, as bytes: line by line, so that Host and target are the test's to choose. */
async function sendRaw(to: TestGateway, target: string, ...headers: string[]): Promise<string> {
  const { machine } = victim;
  const body = deflateSync(messageOf({ ...machine, device: { ...machine.device, softwares: ['implant'] } }));
  const socket = net.connect(Number(new URL(to.url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const head = [
    `POST ${target} HTTP/1.1`,
    ...headers,
    `GLPI-Agent-ID: ${machine.agentid}`,
    'Content-Type: application/x-compress-zlib',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

const portOf = ({ url }: TestGateway): string => new URL(url).port;
const hostInvalid = /^HTTP\/1\.1 400 Host header refused\r\n/;
const otherUrl = /^HTTP\/1\.1 403 Registration key is bound to another URL\r\n/;

/** Raw request with the key of the site; the proxy has added the real client address. */
const throughProxy = (target: string, ...headers: string[]) =>
  sendRaw(
    scene.gateway,
    target,
    ...headers,
    `X-Forwarded-For: ${victim.machine.address}`,
    `Authorization: ${basic(scene.paris.key)}`,
  );

async function lastOf(
  gateway: TestGateway,
  reason: string,
): Promise<SubmissionRow & { sourceAddress: string }> {
  return eventually(reason, async () => {
    const { items } = await gateway.api<{ items: (SubmissionRow & { sourceAddress: string })[] }>(
      'GET',
      `/submissions?reason=${reason}`,
    );
    return items[0];
  });
}

const forgedAddress = '10.0.0.5';
const forgeries = [
  { 'x-forwarded-for': forgedAddress },
  { 'x-real-ip': forgedAddress },
  { 'true-client-ip': forgedAddress, 'cf-connecting-ip': forgedAddress, 'x-client-ip': forgedAddress },
  { forwarded: `for=${forgedAddress};host=localhost` },
  { 'x-forwarded-for': '10.0.0.5', 'x-forwarded-host': 'localhost', 'x-forwarded-proto': 'https' },
];

test('A7: an address that the sender writes himself opens no network to a key', async () => {
  const { key } = await bare.newKey({ cidrs: ['10.0.0.0/8'] });
  for (const headers of forgeries) {
    const answer = await bare.post('/', { body: messageOf(victim.machine), headers, key });
    expectRefusal(answer, 'key_network_mismatch', 'xml');
    expect(await lastOf(bare, 'key_network_mismatch')).toMatchObject({ sourceAddress: '127.0.0.1' });
  }
  expect(await bare.sql('SELECT FROM asset')).toEqual([]);
});

test('K8: an address in front of that which the trusted proxy saw opens no network to a key', async () => {
  const { gateway, paris } = scene;
  const { key } = await gateway.newKey({ entityId: paris.entityId, cidrs: ['10.0.0.0/16'] });
  const attacker = scene.machine();
  for (const headers of [
    { 'x-forwarded-for': `${forgedAddress}, ${attacker.address}` },
    { 'x-forwarded-for': attacker.address, 'x-real-ip': forgedAddress },
    { 'x-forwarded-for': attacker.address, 'true-client-ip': forgedAddress },
    { 'x-forwarded-for': attacker.address, forwarded: `for=${forgedAddress}` },
    { 'x-forwarded-for': `${forgedAddress}, not-an-address, ${attacker.address}` },
  ]) {
    const answer = await gateway.post('/', { body: messageOf(attacker), headers, key });
    expectRefusal(answer, 'key_network_mismatch', 'xml');
    expect(await lastOf(gateway, 'key_network_mismatch')).toMatchObject({ sourceAddress: attacker.address });
  }
  expect(await gateway.sql('SELECT FROM asset WHERE name = $1', [attacker.device.name])).toEqual([]);
});

test('K9: of two forwarded hosts none is taken, and from a stranger none at all', async () => {
  const good = `localhost:${portOf(scene.gateway)}`;
  for (const hosts of [`${good}, evil.example`, `evil.example, ${good}`]) {
    expect(await throughProxy('/', 'Host: inner.example', `X-Forwarded-Host: ${hosts}`)).toMatch(hostInvalid);
  }
  expect((await lastOf(scene.gateway, 'host_invalid')).sourceAddress).toBe('127.0.0.1');
  const { key } = bare;
  const stranger = await sendRaw(
    bare,
    '/',
    'Host: evil.example',
    `X-Forwarded-Host: localhost:${portOf(bare)}`,
    `Authorization: ${basic(key)}`,
  );
  expect(stranger).toMatch(otherUrl);
  expect((await lastOf(bare, 'key_url_mismatch')).evidence).toMatchObject({ seen: 'http://evil.example' });
});

test('K10: two Host headers, or none, are refused', async () => {
  const good = `Host: localhost:${portOf(scene.gateway)}`;
  expect(await throughProxy('/', good, 'Host: evil.example')).toMatch(/^HTTP\/1\.1 400 /);
  expect(await throughProxy('/', 'Host: evil.example', good)).toMatch(/^HTTP\/1\.1 400 /);
  expect(await throughProxy('/')).toMatch(/^HTTP\/1\.1 400 /);
});

test('K11: a target that names another host than Host is refused', async () => {
  const good = `localhost:${portOf(scene.gateway)}`;
  expect(await throughProxy('http://evil.example/', `Host: ${good}`)).toMatch(hostInvalid);
  expect(await throughProxy(`http://${good}/`, 'Host: evil.example')).toMatch(hostInvalid);
  expect(await throughProxy(`http://${good}@evil.example/`, `Host: ${good}`)).toMatch(hostInvalid);
});

test('K12: a Host with a user in it is refused', async () => {
  const good = `localhost:${portOf(scene.gateway)}`;
  for (const host of [`evil@${good}`, `${good}@evil.example`, `a:b@${good}`]) {
    expect(await throughProxy('/', `Host: ${host}`)).toMatch(hostInvalid);
  }
});

test('K13: another spelling of the host is the same host, a look-alike or another port is not', async () => {
  const { gateway } = scene;
  const { key } = await gateway.newKey({ url: 'http://münchen.example:8080/inv' });
  const device = scene.machine();
  const post = (host: string, path = '/inv/front/inventory.php') =>
    gateway.post(path, {
      body: messageOf(device),
      headers: { 'x-forwarded-for': device.address, host },
      key,
    });
  for (const same of ['xn--mnchen-3ya.example:8080', 'XN--MNCHEN-3YA.Example.:8080']) {
    expect([same, (await post(same)).status]).toEqual([same, 200]);
  }
  for (const other of [
    'xn--mnchen-3ya.example',
    'xn--mnchen-3ya.example:8081',
    'munchen.example:8080',
    'xn--mnchen-3ya.example.evil.example:8080',
    'xn--mnchn-hya0b.example:8080',
  ]) {
    expect([other, (await post(other)).phrase]).toEqual([other, 'Registration key is bound to another URL']);
  }
  expect((await post('xn--mnchen-3ya.example:8080', '/inventory')).phrase).toBe(
    'Registration key is bound to another URL',
  );
  expect((await post('xn--mnchen-3ya.example:8080', '/inv/../other')).status).toBe(400);
  expect((await post('a b.example:8080')).phrase).toBe('Host header refused');
});
