import { maxCanaryRowsPerHour } from '../../../src/store/canary-alarms';
import { deviceNumber, jsonInventory } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { guessedKey } from '../../support/guessed-keys';
import { eventually, expectRefusal } from '../../support/refusals';

let gateway: TestGateway;
const start = new Date('2026-11-23T08:00:00.000Z');
beforeAll(async () => {
  gateway = await startTestGateway({
    origin: { trustedProxies: ['127.0.0.0/8'], headerFamily: 'x-forwarded' },
  });
});
afterAll(async () => {
  await gateway.close();
});
beforeEach(() => {
  gateway.clock.now = start;
});

const send = (key: string, from = '192.0.2.1') =>
  gateway.post('/', {
    body: jsonInventory(deviceNumber(7)),
    key,
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
  });
const audited = (kid: string) =>
  gateway.sql<{ detail: { source: string } }>(
    `SELECT detail FROM audit WHERE object = $1 AND action = 'key.canary' ORDER BY seq`,
    [kid],
  );
const auditedTimes = (kid: string, times: number) =>
  eventually(`${times} rows of the audit`, async () =>
    (await audited(kid)).length >= times ? true : undefined,
  );
const alarms = (kid: string) =>
  gateway.log.filter((line) => line.includes(kid) && line.includes('canary key was used'));
const uses = async () => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/^gatehouse_canary_key_uses_total (\d+)$/m.exec(text)?.[1]);
};

it('is answered as an unknown key is, makes nothing, and is told to the admin', async () => {
  const { kid, key } = await gateway.newKey({ canary: true });
  const before = await uses();
  const answer = await send(key);
  expectRefusal(answer, 'key_unknown', 'json');
  const unknown = await send(guessedKey('zzzzzzzzzzzz'));
  const shown = ({ status, phrase, text, headers }: typeof answer) => [
    status,
    phrase,
    text,
    Object.keys(headers),
  ];
  expect(shown(answer)).toEqual(shown(unknown));
  await auditedTimes(kid, 1);
  expect(await audited(kid)).toEqual([{ detail: { source: '192.0.2.1', address: '192.0.2.1' } }]);
  const { items } = await gateway.api<{ items: object[] }>('GET', '/events?kind=canary.used');
  expect(items).toMatchObject([{ object: kid, entity: 'Root', detail: { address: '192.0.2.1' } }]);
  expect(alarms(kid)).toHaveLength(1);
  expect(JSON.parse(alarms(kid)[0] ?? '{}')).toMatchObject({
    level: 40,
    kid,
    sourceAddress: '192.0.2.1',
  });
  expect(await uses()).toBe(before + 1);
  expect(await gateway.sql('SELECT FROM asset')).toEqual([]);
  expect(await gateway.sql('SELECT FROM agent')).toEqual([]);
});

it('gets no access token, and no other answer for being revoked or rotated', async () => {
  const { kid, key } = await gateway.newKey({ canary: true });
  const fields = { grant_type: 'client_credentials', client_id: kid, client_secret: key };
  const ask = (secret: string) =>
    gateway.post('/api.php/token', {
      body: Buffer.from(JSON.stringify({ ...fields, client_secret: secret })),
      key: false,
      headers: { 'content-type': 'application/json' },
    });
  const refused = await ask(key);
  const guessed = await ask(guessedKey('zzzzzzzzzzzz'));
  expect([refused.status, refused.text]).toEqual([guessed.status, guessed.text]);
  await gateway.api('POST', `/keys/${kid}/rotate`, { graceDays: 0 });
  expectRefusal(await send(key), 'key_unknown', 'json');
  await gateway.api('POST', `/keys/${kid}/revoke`);
  expectRefusal(await send(key), 'key_unknown', 'json');
});

it('is counted and folded, not one row each', async () => {
  const { kid, key } = await gateway.newKey({ canary: true });
  for (let i = 0; i < 20; i++) await send(key);
  const folded = await eventually('the count', async () => {
    const rows = await gateway.sql<{ folded: number }>(
      `SELECT folded::int FROM submission WHERE kid = $1 AND reason = 'key_canary'`,
      [kid],
    );
    return rows[0]?.folded === 20 ? rows : undefined;
  });
  expect(folded).toHaveLength(1);
  expect(await audited(kid)).toHaveLength(1);
  expect(alarms(kid)).toHaveLength(1);
});

it('alarms again after an hour, and of another source at once', async () => {
  const { kid, key } = await gateway.newKey({ canary: true });
  const hourMs = 60 * 60_000;
  await send(key);
  gateway.clock.now = new Date(start.getTime() + hourMs - 1);
  await send(key);
  await send(key, '192.0.2.2');
  await auditedTimes(kid, 2);
  gateway.clock.now = new Date(start.getTime() + hourMs);
  await send(key);
  await auditedTimes(kid, 3);
  expect((await audited(kid)).map(({ detail }) => detail.source)).toEqual([
    '192.0.2.1',
    '192.0.2.2',
    '192.0.2.1',
  ]);
});

it('writes one row an hour for all processes together', async () => {
  const { kid, key } = await gateway.newKey({ canary: true });
  const twin = await gateway.twin();
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.9' };
  await Promise.all([twin.post('/', { body: '{}', key, headers }), send(key, '192.0.2.9')]);
  await auditedTimes(kid, 1);
  await twin.close();
  expect(await audited(kid)).toHaveLength(1);
});

it(`writes ${maxCanaryRowsPerHour} rows of one key within an hour and not one more, from however many addresses`, async () => {
  const { kid, key } = await gateway.newKey({ canary: true });
  for (let i = 0; i <= maxCanaryRowsPerHour; i++) {
    await send(key, `198.51.100.${i}`);
    if (i < maxCanaryRowsPerHour) await auditedTimes(kid, i + 1);
  }
  expect(alarms(kid)).toHaveLength(maxCanaryRowsPerHour + 1);
  // What is being written ends before the next of the same key is.
  gateway.clock.now = new Date(start.getTime() + 2 * 60 * 60_000);
  await send(key, '203.0.113.1');
  await auditedTimes(kid, maxCanaryRowsPerHour + 1);
  expect(await audited(kid)).toHaveLength(maxCanaryRowsPerHour + 1);
});
