import { makeCertificate } from '../../support/certificates';
import { deviceNumber, jsonInventory, type Device } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { quarantineScene } from '../../support/quarantine';
import { submissionOf } from '../../support/refusals';
import type { JsonObject } from '../../../src/domain/inventory';

let gateway: TestGateway;
const { open, resolve, problemOf, assetRow, show } = quarantineScene(() => gateway);
beforeAll(async () => {
  gateway = await startTestGateway({
    origin: { trustedProxies: ['127.0.0.1/32'], headerFamily: 'x-forwarded' },
    clientCertHeader: 'client-cert',
  });
});
afterAll(async () => {
  await gateway.close();
});

let number = 5000;
const anotherDevice = () => deviceNumber(number++);
const home = '192.0.2.10';
const elsewhere = '198.51.100.7';
const ssh = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICYWwKX1KRqEzIjEsWMQrFX5';
const otherSsh = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEJxr7rTdjiiNi3dgYc0Mg';

/** An agent of its own for each machine, as they come. */
function machine(device: Device = anotherDevice()) {
  const agentid = `5e0cbb1e-31aa-4d0d-8a0a-00000000${(number++).toString(16).padStart(4, '0')}`;
  const send = async (
    day: number,
    how: {
      content?: JsonObject;
      system?: JsonObject;
      from?: string;
      headers?: Record<string, string>;
      key?: string;
    } = {},
    shown: Device = device,
  ) =>
    submissionOf(
      gateway,
      await gateway.post('/', {
        body: jsonInventory(shown, {
          accesslog: { logdate: `2026-06-${String(day).padStart(2, '0')} 12:00:00` },
          operatingsystem: { kernel_name: 'linux', install_date: '2025-03-01 10:00:00', ...how.system },
          ...how.content,
        }),
        headers: { 'glpi-agent-id': agentid, 'x-forwarded-for': how.from ?? home, ...how.headers },
        ...(how.key === undefined ? {} : { key: how.key }),
      }),
    );
  return { device, send };
}

test('pin_downgraded: same takes the new ssh host key, and the device goes on with it', async () => {
  const { send } = machine();
  const { assetId } = await send(1, { system: { ssh_key: ssh } });
  const held = await send(2, { system: { ssh_key: otherSsh } });
  expect(held.reason).toBe('pin_downgraded');
  expect(await resolve(held.id, { action: 'same' })).toMatchObject({
    result: { assetId },
    isRemembered: true,
  });
  expect(await send(3, { system: { ssh_key: otherSsh } })).toMatchObject({ verdict: 'accepted', assetId });
});

test('pin_downgraded: rejected, who shows the wrong key is refused, and the machine itself goes on', async () => {
  const { send } = machine();
  const { assetId } = await send(1, { system: { ssh_key: ssh } });
  const held = await send(2, { system: { ssh_key: otherSsh } });
  await resolve(held.id, { action: 'reject' });
  expect(await send(3, { system: { ssh_key: otherSsh } })).toMatchObject({ reason: 'submission_rejected' });
  expect(await send(4, { system: { ssh_key: ssh } })).toMatchObject({ verdict: 'accepted', assetId });
});

test('a lost client certificate: same is remembered for the device without one', async () => {
  const certificate = makeCertificate();
  const shown = { 'client-cert': `:${certificate.der.toString('base64')}:` };
  const { send } = machine();
  const { assetId } = await send(1, { headers: shown });
  expect((await assetRow(assetId ?? '')).identity).toMatchObject({ certificates: [expect.any(String)] });
  const held = await send(2);
  expect(held.reason).toBe('pin_downgraded');
  await resolve(held.id, { action: 'same' });
  expect(await send(3)).toMatchObject({ verdict: 'accepted', assetId });
});

test('the certificate that a held device showed is shown again when it is let in', async () => {
  const { key } = await gateway.newKey({ mode: 'approve' });
  const certificate = makeCertificate();
  const shown = { 'client-cert': `:${certificate.der.toString('base64')}:` };
  const { send } = machine();
  const held = await send(1, { headers: shown, key });
  expect(held.reason).toBe('approval_needed');
  const { result } = await resolve(held.id, { action: 'new' });
  const identity = (await assetRow(result?.assetId ?? '')).identity as { certificates: string[] };
  expect(identity.certificates).toHaveLength(1);
  expect(await send(2, { key })).toMatchObject({ reason: 'pin_downgraded', assetId: result?.assetId });
  expect(await send(3, { headers: shown, key })).toMatchObject({
    verdict: 'accepted',
    assetId: result?.assetId,
  });
});

test('replay_suspected: a rejected recording leaves the asset and its machine alone; same rolls it back, once', async () => {
  const { device, send } = machine({ ...anotherDevice(), softwares: ['old'] });
  const newer = { ...device, softwares: ['new'] };
  const { assetId } = await send(1);
  await send(2, {}, newer);
  const before = await assetRow(assetId ?? '');
  const recording = await send(1, { from: elsewhere });
  expect(recording).toMatchObject({ reason: 'replay_suspected', assetId });
  expect(await resolve(recording.id, { action: 'reject' })).toMatchObject({ isRemembered: false });
  expect(await assetRow(assetId ?? '')).toEqual(before);
  const again = await send(1, { from: elsewhere });
  expect(again).toMatchObject({ reason: 'replay_suspected' });
  expect(await show(recording.id)).toMatchObject({ count: 2, resolution: null });
  expect(await send(3, {}, newer)).toMatchObject({ verdict: 'accepted', assetId });
  await resolve(again.id, { action: 'same' });
  const stored = await gateway.api<{ content: { softwares: object[] } }>(
    'GET',
    `/assets/${assetId ?? ''}/inventory`,
  );
  expect(stored.content.softwares).toEqual([{ name: 'old' }]);
  expect(await send(4, {}, newer)).toMatchObject({ outcome: 'updated', assetId });
});

test('clone_suspected: what shows one identity cannot become two assets nor be banned, and reject is for the one submission', async () => {
  const { send } = machine();
  const { assetId } = await send(2, { system: { boot_time: '2026-06-02 08:00:00' } });
  const held = await send(3, { system: { boot_time: '2026-05-20 08:00:00' } });
  expect(held).toMatchObject({ reason: 'clone_suspected', assetId });
  for (const action of ['ban', 'new']) {
    expect(await problemOf('POST', `/quarantine/${held.id}/resolve`, { action })).toMatchObject({
      code: 'resolution_impossible',
    });
  }
  expect(await resolve(held.id, { action: 'reject' })).toMatchObject({ isRemembered: false });
  expect((await assetRow(assetId ?? '')).contested).toBeNull();
  expect(await send(4, { system: { boot_time: '2026-06-02 08:00:00' } })).toMatchObject({
    verdict: 'accepted',
  });
});

test('identity_ambiguous: an admin says which of the assets it is, and is believed from then on', async () => {
  const device = anotherDevice();
  const one = machine(device);
  const { assetId } = await one.send(1);
  const { key } = await gateway.newKey();
  const two = machine(device);
  const other = await resolve((await two.send(1, { key })).id, { action: 'new' });
  // Both under one key: what its agent says fits two assets equally well.
  const [{ kid } = { kid: '' }] = await gateway.sql<{ kid: string }>(
    'SELECT kid FROM asset WHERE asset_id = $1',
    [assetId],
  );
  await gateway.sql(
    'UPDATE asset SET kid = $1, identity = (SELECT identity FROM asset WHERE asset_id = $3) WHERE asset_id = $2',
    [kid, other.result?.assetId, assetId],
  );
  const held = await one.send(2);
  expect(held.reason).toBe('identity_ambiguous');
  expect((await open(`reason=identity_ambiguous`))[0]).toMatchObject({ id: held.id, conflictsWith: null });
  expect(await problemOf('POST', `/quarantine/${held.id}/resolve`, { action: 'same' })).toMatchObject({
    status: 422,
  });
  await resolve(held.id, { action: 'same', assetId: assetId ?? '' });
  expect(await one.send(3)).toMatchObject({ verdict: 'accepted', assetId });
});

test('explain tells of a decision and of a ban', async () => {
  const { kid, key } = await gateway.newKey({ mode: 'approve' });
  const device = anotherDevice();
  const post = () => gateway.post('/', { body: jsonInventory(device), key });
  const held = await submissionOf(gateway, await post());
  const explained = () =>
    gateway.api<{ reason: string }>('POST', '/explain', {
      kid,
      inventory: JSON.parse(jsonInventory(device)) as object,
    });
  await resolve(held.id, { action: 'reject' });
  expect(await explained()).toMatchObject({ verdict: 'refused', reason: 'submission_rejected' });
  await gateway.api('POST', `/quarantine/${held.id}/reopen`);
  await resolve(held.id, { action: 'ban' });
  expect(await explained()).toMatchObject({ verdict: 'refused', reason: 'identity_banned' });
});

describe('an operator of one site', () => {
  test('decides for its own keys, not on assets of other sites, and bans nothing', async () => {
    const site = async (name: string) =>
      (await gateway.api<{ id: string }>('POST', '/entities', { name, tag: name })).id;
    const [paris, lyon] = [await site('Paris'), await site('Lyon')];
    const [ofParis, ofLyon] = [
      await gateway.newKey({ entityId: paris }),
      await gateway.newKey({ entityId: lyon }),
    ];
    const { token } = await gateway.api<{ token: string }>('POST', '/tokens', {
      name: 'Lyon',
      role: 'operator',
      entityId: lyon,
    });
    const asLyon = async (path: string, body: object) => {
      const answer = await fetch(`${gateway.url}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, ...((await answer.json()) as object) };
    };
    const { send } = machine();
    const { assetId } = await send(1, { key: ofParis.key });
    const held = await send(2, { key: ofLyon.key });
    expect(held.reason).toBe('asset_of_other_key');
    const path = `/quarantine/${held.id}/resolve`;
    expect(await asLyon(path, { action: 'same' })).toMatchObject({ code: 'resolution_impossible' });
    expect(await asLyon(path, { action: 'same', assetId })).toMatchObject({ status: 422 });
    expect(await asLyon(path, { action: 'ban' })).toMatchObject({ status: 403, code: 'role_insufficient' });
    expect(await asLyon('/quarantine/resolve', { ids: [held.id], action: 'ban' })).toMatchObject({
      status: 403,
    });
    expect(await asLyon(path, { action: 'new' })).toMatchObject({ status: 200, resolution: 'new' });
    const there = await machine().send(1, { key: ofLyon.key });
    expect(there.verdict).toBe('accepted');
    expect((await assetRow(assetId ?? '')).kid).toBe(ofParis.kid);
  });
});
