import { deflateSync, gzipSync } from 'node:zlib';
import type { ReasonCode } from '../../../src/domain/refusal-reason';
import {
  expectFolded,
  expectUntouched,
  headersOf,
  messageOf,
  openScene,
  type Scene,
  type Victim,
} from '../../support/abuse';
import { xmlInventory } from '../../support/devices';
import { submissionOf } from '../../support/refusals';

/** Bodies made to break the reader. Each is sent without a key, with that of another site, and with the victim's. */
let scene: Scene;
let victim: Victim;
beforeAll(async () => {
  scene = await openScene({ maxBodyBytes: 1024 * 1024 });
  victim = await scene.settle(scene.machine());
});
afterAll(async () => {
  await scene.close();
});

interface Hostile {
  readonly body: Buffer;
  readonly reason: ReasonCode;
  readonly contentType?: string;
}

async function playBody({
  body,
  reason,
  contentType = 'application/x-compress-zlib',
}: Hostile): Promise<void> {
  const { gateway, lyon, paris } = scene;
  const attacker = { ...victim.machine, address: scene.machine().address };
  const headers = { ...headersOf(attacker), 'content-type': contentType };
  const assets = await gateway.sql('SELECT asset_id FROM asset');
  expect((await gateway.post('/', { body, headers, key: false })).status).toBe(401);
  await expectFolded(gateway, 'key_missing', attacker.address);
  for (const key of [lyon.key, paris.key]) {
    const answer = await gateway.post('/', { body, headers, key });
    const { verdict, reason: found, assetId } = await submissionOf(gateway, answer);
    expect([verdict, found, assetId]).toEqual(['refused', reason, null]);
  }
  await expectUntouched(gateway, victim);
  expect(await gateway.sql('SELECT asset_id FROM asset')).toEqual(assets);
}

const zlib = (text: string | Buffer): Buffer => deflateSync(text);
const xmlOf = (head: string, inside = ''): Buffer => zlib(xmlInventory(victim.machine.device, inside, head));
const message = () => messageOf(victim.machine);

test('A12: a bomb, a body beyond the limit and endless nesting are refused by their reason', async () => {
  const nested = `${'['.repeat(1e5)}${']'.repeat(1e5)}`;
  for (const hostile of [
    { body: zlib(Buffer.alloc(64 * 1024 * 1024)), reason: 'inflate_limit_exceeded' },
    { body: zlib(zlib(Buffer.alloc(64 * 1024 * 1024))), reason: 'payload_malformed' },
    { body: Buffer.alloc(1024 * 1024 + 1, 32), reason: 'body_too_large', contentType: 'application/json' },
    {
      body: zlib(`{"action":"inventory","deviceid":"x","content":${nested}}`),
      reason: 'payload_too_complex',
    },
    { body: xmlOf('', '<A>'.repeat(1e5) + '</A>'.repeat(1e5)), reason: 'payload_too_complex' },
  ] satisfies Hostile[]) {
    await playBody(hostile);
  }
});

test('K24: a zip bomb, an external entity, deep JSON and huge lists cost a refusal each', async () => {
  const manyItems = JSON.stringify(Array.from({ length: 50_001 }, () => 0));
  for (const hostile of [
    {
      body: gzipSync(Buffer.alloc(64 * 1024 * 1024)),
      reason: 'inflate_limit_exceeded',
      contentType: 'application/x-compress-gzip',
    },
    {
      body: xmlOf('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '<NOTE>&x;</NOTE>'),
      reason: 'payload_malformed',
    },
    { body: xmlOf('<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">'), reason: 'payload_malformed' },
    {
      body: zlib(message().replace('"content":{', `"content":{"x":${'{"a":'.repeat(40)}1${'}'.repeat(40)},`)),
      reason: 'payload_too_complex',
    },
    {
      body: zlib(message().replace('"content":{', `"content":{"storages":${manyItems},`)),
      reason: 'payload_too_complex',
    },
    { body: zlib(message().replace('{', '{"__proto__":{"isAdmin":true},')), reason: 'payload_malformed' },
  ] satisfies Hostile[]) {
    await playBody(hostile);
  }
});

test('K25: a deviceid that is an object or a list is refused, and SQL in texts stays text', async () => {
  const { gateway, lyon } = scene;
  const { deviceid } = victim.machine.device;
  const inPlaceOf = (forged: unknown) =>
    message().replace(`"deviceid":"${deviceid}"`, `"deviceid":${JSON.stringify(forged)}`);
  for (const forged of [{ '0': deviceid }, { $ne: 'x' }, [deviceid], [[deviceid]], true]) {
    await playBody({ body: zlib(inPlaceOf(forged)), reason: 'deviceid_invalid' });
  }
  // As XML: child elements in place of text.
  const xml = xmlInventory(victim.machine.device).replace(
    `<DEVICEID>${deviceid}</DEVICEID>`,
    `<DEVICEID><X>${deviceid}</X><Y>' OR 1=1 -- </Y></DEVICEID>`,
  );
  await playBody({ body: zlib(xml), reason: 'deviceid_invalid' });

  const sql = `'; UPDATE asset SET name = 'owned' --`;
  const attacker = scene.machine();
  const device = {
    ...attacker.device,
    deviceid: `${deviceid}${sql}`,
    name: sql,
    serial: `X1${sql}`,
    softwares: [sql],
  };
  const answer = await scene.post({ ...attacker, device }, lyon.key);
  const { assetId } = await submissionOf(gateway, answer);
  expect(await gateway.api('GET', `/assets/${assetId ?? ''}`)).toMatchObject({ name: sql });
  expect(
    await gateway.api('GET', `/submissions?deviceid=${encodeURIComponent(device.deviceid)}`),
  ).toMatchObject({
    items: [{ assetId }],
  });
  await expectUntouched(gateway, victim);
});
