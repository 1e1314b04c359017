import { randomBytes } from 'node:crypto';
import { issueSecret } from '../../../src/domain/key-format';
import type { RateLimitSettings } from '../../../src/ingest/rate-limits';
import { deviceNumber, jsonInventory, xmlInventory } from '../../support/devices';
import { openRequest, startTestGateway, type TestGateway } from '../../support/gateway';
import { guessedKey } from '../../support/guessed-keys';
import { eventually, expectRefusal } from '../../support/refusals';

const wide: RateLimitSettings = {
  maxPerMinutePerKey: 10_000,
  maxPerMinutePerAddress: 10_000,
  maxPerMinutePerDevice: 10_000,
  maxRefusedPerMinutePerAddress: 10_000,
  maxRefusedPerMinutePerKey: 10_000,
  rateLimitMaxRemembered: 1000,
  workers: 1,
};
let gateway: TestGateway;
const open = async (rateLimits: Partial<RateLimitSettings>) => {
  gateway = await startTestGateway({
    rateLimits: { ...wide, ...rateLimits },
    origin: { trustedProxies: ['127.0.0.1/32'], headerFamily: 'x-forwarded' },
  });
  // Whole minutes: what is counted is folded by them.
  gateway.clock.now = new Date('2026-11-02T08:30:00Z');
};
afterEach(async () => {
  await gateway.close();
});
const later = (seconds: number) =>
  (gateway.clock.now = new Date((gateway.clock.now?.getTime() ?? 0) + seconds * 1000));

const agentid = { 'glpi-agent-id': 'acd1a9fa-e74d-11f1-ba19-e87ffa90f81a' };
const post = (n: number, key?: string | false, headers: Record<string, string> = agentid) =>
  gateway.post('/', {
    body: jsonInventory(deviceNumber(n)),
    headers: { 'content-type': 'application/x-compress-zlib', ...headers },
    ...(key === undefined ? {} : { key }),
  });
const rows = () =>
  gateway.sql<{ reason: string; kid: string | null; n: number; rows: number }>(
    `SELECT reason, kid, sum(folded)::int AS n, count(*)::int AS rows FROM submission
      WHERE verdict = 'refused' GROUP BY reason, kid`,
  );
const counted = (reason: string, n: number) =>
  eventually(`${n} of ${reason}`, async () => {
    const found = (await rows()).find((row) => row.reason === reason);
    return found?.n === n ? found : undefined;
  });

describe('a key', () => {
  it('with a limit of its own is held to it: counted, one row in all, and the rest passes a minute later', async () => {
    await open({});
    const { key, kid } = await gateway.newKey({ requestsPerMinute: 3 });
    for (let n = 0; n < 3; n++) expect((await post(n, key)).status).toBe(200);
    for (let n = 3; n < 8; n++) {
      const answer = await post(n, key);
      expectRefusal(answer, 'rate_limited', 'json');
      expect(answer.headers['retry-after']).toBe('60');
    }
    // The limit of one key is nothing to another.
    expect((await post(20)).status).toBe(200);
    expect(await counted('rate_limited', 5)).toEqual({ reason: 'rate_limited', kid, n: 5, rows: 1 });
    expect(await gateway.sql('SELECT FROM asset')).toHaveLength(4);
    later(60);
    expect((await post(3, key)).status).toBe(200);
  });

  it('is held to it by every kind of request: hello, job poll, token', async () => {
    await open({});
    const { key, kid } = await gateway.newKey({ requestsPerMinute: 1 });
    expect((await post(1, key)).status).toBe(200);
    const authorization = `Bearer ${key}`;
    const poll = await gateway.get('/?action=getConfig&machineid=x', { authorization });
    expect(poll.status).toBe(429);
    const contact = JSON.stringify({ action: 'contact', deviceid: 'desk-1' });
    expect((await gateway.post('/', { body: contact, key, headers: agentid })).status).toBe(429);
    const token = await gateway.post('/api.php/token', {
      body: Buffer.from(
        JSON.stringify({ grant_type: 'client_credentials', client_id: kid, client_secret: key }),
      ),
      headers: { 'content-type': 'application/json' },
      key: false,
    });
    expect([token.status, token.headers['retry-after']]).toEqual([429, '60']);
  });
});

describe('a device', () => {
  const limited = () => open({ maxPerMinutePerDevice: 2 });

  it('that posts again and again is stopped, and others under the same key are not', async () => {
    await limited();
    for (let i = 0; i < 2; i++) expect((await post(1)).status).toBe(200);
    expectRefusal(await post(1), 'rate_limited', 'json');
    expect((await post(2)).status).toBe(200);
    later(60);
    expect((await post(1)).status).toBe(200);
  });

  it('is not stopped by another one that took its deviceid', async () => {
    await limited();
    const other = { 'glpi-agent-id': 'ffffffff-e74d-11f1-ba19-e87ffa90f81a' };
    for (let i = 0; i < 5; i++) await post(1, undefined, other);
    for (let i = 0; i < 5; i++) await post(1, undefined, { ...agentid, 'x-forwarded-for': '192.0.2.7' });
    expect((await post(1)).status).toBe(200);
  });

  it('that scans a network reports as many others as it found', async () => {
    await limited();
    for (let n = 0; n < 6; n++) {
      const scanned = {
        action: 'netinventory',
        deviceid: 'scanner-1',
        itemtype: 'NetworkEquipment',
        content: {
          versionclient: 'GLPI-NetInventory_v1.11',
          network_device: {
            type: 'Networking',
            name: `switch-${n}`,
            serial: `SWITCH${n}X7`,
            mac: `00:1b:21:7f:00:0${n}`,
          },
        },
      };
      const answer = await gateway.post('/', { body: JSON.stringify(scanned), headers: agentid });
      expect(answer.status).toBe(200);
    }
  });
});

describe('an address', () => {
  it('is held to the general limit with good keys, IPv6 by /64', async () => {
    await open({ maxPerMinutePerAddress: 2 });
    const from = (address: string) => post(1, undefined, { ...agentid, 'x-forwarded-for': address });
    expect((await from('2001:db8::1')).status).toBe(200);
    expect((await from('2001:db8::2')).status).toBe(200);
    expectRefusal(await from('2001:db8::3'), 'rate_limited', 'json');
    expect((await from('2001:db8:0:1::1')).status).toBe(200);
  });

  it('that guesses is answered at once, unread, while a good key from there passes', async () => {
    await open({ maxRefusedPerMinutePerAddress: 3 });
    const unknown = guessedKey('zzzzzzzzzzzz');
    for (let i = 0; i < 3; i++) expect((await post(1, unknown)).status).toBe(403);
    // The body is announced and never sent: who waited for it would not answer.
    const { outgoing, answer } = openRequest(Number(new URL(gateway.url).port), 'POST', '/', {
      authorization: `Bearer ${unknown}`,
      'content-length': 1_000_000,
      ...agentid,
    });
    outgoing.flushHeaders();
    const { status, headers } = await answer;
    expect([status, headers.connection]).toEqual([429, 'close']);
    outgoing.destroy();
    expect((await post(2)).status).toBe(200);
    const other = await post(3, unknown, { ...agentid, 'x-forwarded-for': '192.0.2.9' });
    expect(other.status).toBe(403);
    later(60);
    expect((await post(1, unknown)).status).toBe(403);
  });

  it('always gets the challenge: agents with user and password ask without them first', async () => {
    await open({ maxRefusedPerMinutePerAddress: 1 });
    for (let i = 0; i < 4; i++) {
      const answer = await gateway.post('/', { body: xmlInventory(deviceNumber(1)), key: false });
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Basic realm="Gatehouse"']);
    }
  });
});

it('one key id is guessed at only so often, from however many addresses, and its right secret passes', async () => {
  await open({ maxRefusedPerMinutePerKey: 2 });
  const { kid, key } = await gateway.newKey();
  const guess = (n: number, secret: string) =>
    post(1, undefined, {
      ...agentid,
      authorization: `Bearer ${secret}`,
      'x-forwarded-for': `192.0.2.${n}`,
    });
  const secret = guessedKey(kid);
  const answers = [await guess(1, secret), await guess(2, secret), await guess(3, secret)];
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 429]);
  // An invented key id is told apart by nothing.
  const invented = guessedKey('zzzzzzzzzzzz');
  const others = [await guess(1, invented), await guess(2, invented), await guess(3, invented)];
  expect(others.map(({ status, text }) => [status, text])).toEqual(
    answers.map(({ status, text }) => [status, text]),
  );
  expect((await guess(1, key)).status).toBe(200);
  await counted('key_wrong_secret', 3);
});

it('a revoked key that goes on being used has so many rows, then a count, and always the same answer', async () => {
  await open({ maxRefusedPerMinutePerKey: 3 });
  const { key, kid } = await gateway.newKey();
  await gateway.api('POST', `/keys/${kid}/revoke`, {});
  for (let n = 0; n < 10; n++) expectRefusal(await post(n, key), 'key_revoked', 'json');
  expect(await counted('key_revoked', 10)).toEqual({ reason: 'key_revoked', kid, n: 10, rows: 4 });
});

it('lets requests with bad keys wait in a flood, and nobody else: not a good key, and not who waits for the challenge', async () => {
  gateway = await startTestGateway({
    lateRefusals: { maxPromptRefusalsPerSecond: 0.5, maxLateRefusals: 2 },
  });
  const { full } = issueSecret('grk', randomBytes);
  const waiting = async () =>
    /^gatehouse_late_refusals (\d+)$/m.exec((await gateway.get('/metrics')).text)?.[1];
  const over = (n: number, credential: string | false) => post(n, credential).then(({ status }) => status);
  expect(await over(1, full)).toBe(403);
  const late = [2, 3].map((n) => over(n, full));
  await eventually('two that wait', async () => ((await waiting()) === '2' ? true : undefined));
  expect(await over(4, gateway.key)).toBe(200);
  expect(await over(5, false)).toBe(401);
  // One more than may wait.
  expect(await over(6, full)).toBe(403);
  expect(await Promise.all(late)).toEqual([403, 403]);
});

it('lets requests without a key wait too, once their address is beyond its limit', async () => {
  gateway = await startTestGateway({
    rateLimits: { ...wide, maxPerMinutePerAddress: 2 },
    lateRefusals: { maxPromptRefusalsPerSecond: 0.5, maxLateRefusals: 1 },
  });
  const ask = (n: number) => post(n, false).then(({ status }) => status);
  expect([await ask(1), await ask(2)]).toEqual([401, 401]);
  expect(await ask(3)).toBe(429);
  const late = ask(4);
  await eventually('one that waits', async () =>
    /^gatehouse_late_refusals 1$/m.test((await gateway.get('/metrics')).text) ? true : undefined,
  );
  expect(await late).toBe(429);
});
