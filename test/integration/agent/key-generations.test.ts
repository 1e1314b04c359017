import { maxLiveGenerations } from '../../../src/domain/registration-key';
import { retireUnusedGenerations } from '../../../src/admin/key-generations';
import { deviceNumber, jsonInventory } from '../../support/devices';
import { startTestGateway, type AgentAnswer, type TestGateway, type Twin } from '../../support/gateway';
import { guessedKey } from '../../support/guessed-keys';
import { eventually, expectRefusal } from '../../support/refusals';

interface Key {
  readonly kid: string;
  readonly key: string;
}
interface Rotated extends Key {
  readonly generation: number;
  readonly graceUntil: string | null;
}
interface Generation {
  readonly generation: number;
  readonly state: string;
  readonly agentCount: number;
  readonly activeAgentCount: number;
  readonly safeToRetire: boolean;
  readonly whyNot: string | null;
  readonly lastUsedAt: string | null;
  readonly retiredWhy: string | null;
}

const dayMs = 24 * 60 * 60_000;
const start = new Date('2026-11-23T08:00:00.000Z');
let gateway: TestGateway;
let devices = 100;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
});
beforeEach(() => {
  gateway.clock.now = start;
});

const later = (ms: number) => {
  gateway.clock.now = new Date((gateway.clock.now ?? start).getTime() + ms);
};
const rotate = (kid: string, body: object = {}) => gateway.api<Rotated>('POST', `/keys/${kid}/rotate`, body);
const generationsOf = async (kid: string) =>
  (await gateway.api<{ items: Generation[] }>('GET', `/keys/${kid}/generations`)).items;
const retire = (kid: string, generation: number) =>
  gateway.api<Generation>('POST', `/keys/${kid}/generations/${generation}/retire`);
const send = (key: string, n = 1, on: Pick<TestGateway | Twin, 'post'> = gateway): Promise<AgentAnswer> =>
  on.post('/', {
    body: jsonInventory(deviceNumber(n)),
    key,
    headers: {
      'content-type': 'application/json',
      'glpi-agent-id': `3a4b5c6d-0000-4000-8000-${String(n).padStart(12, '0')}`,
    },
  });
const status = async (...about: Parameters<typeof send>) => (await send(...about)).status;
const lastReason = async (kid: string) =>
  (await gateway.api<{ items: { reason: string }[] }>('GET', `/submissions?kid=${kid}`)).items[0]?.reason;
/** The use of a key is written once a minute, and when a process ends. */
async function usedOnce(key: string, n: number): Promise<void> {
  const passing = await gateway.twin();
  expect(await status(key, n, passing)).toBe(200);
  await passing.close();
}

describe('a key that is rotated', () => {
  it('lets the old secret and the new one in, for the same device, to the end of the grace and no longer', async () => {
    const { kid, key } = await gateway.newKey();
    const n = devices++;
    expect(await status(key, n)).toBe(200);
    const second = await rotate(kid, { graceDays: 7 });
    expect(second).toMatchObject({ kid, generation: 2, graceUntil: '2026-11-30T08:00:00.000Z' });
    expect(second.key.split('_')[1]).toBe(kid);
    expect(second.key).not.toBe(key);

    later(7 * dayMs - 1);
    expect(await status(key, n)).toBe(200);
    later(1);
    expectRefusal(await send(key, n), 'key_rotated', 'json');
    expect(await lastReason(kid)).toBe('key_rotated');
    expect(await status(second.key, n)).toBe(200);
    expect(await gateway.sql('SELECT FROM asset WHERE kid = $1', [kid])).toHaveLength(1);
  });

  it('keeps the old secrets for 30 days when nothing else is said', async () => {
    const { kid } = await gateway.newKey();
    expect(await rotate(kid)).toMatchObject({ graceUntil: '2026-12-23T08:00:00.000Z' });
  });

  it('never lets an older secret outlive a newer one', async () => {
    const { kid, key } = await gateway.newKey();
    const second = await rotate(kid, { graceDays: 30 });
    await rotate(kid, { graceDays: 1 });
    later(dayMs);
    expect([await status(key), await status(second.key)]).toEqual([403, 403]);
  });

  it('shows a guesser nothing of its generations', async () => {
    const { kid } = await gateway.newKey();
    await rotate(kid, { graceDays: 0 });
    expectRefusal(await send(guessedKey(kid)), 'key_wrong_secret', 'json');
  });

  it('is told who still uses which secret, and when the old one may go', async () => {
    const { kid, key } = await gateway.newKey();
    const [slow, quick] = [devices++, devices++];
    for (const n of [slow, quick]) await usedOnce(key, n);
    const second = await rotate(kid);
    expect(await status(second.key, quick)).toBe(200);

    const agents = (generation: number) =>
      gateway
        .api<{ items: { deviceid: string; generation: number }[] }>(
          'GET',
          `/agents?key=${kid}&generation=${generation}`,
        )
        .then(({ items }) => items.map((agent) => [agent.deviceid, agent.generation]));
    expect(await agents(1)).toEqual([[deviceNumber(slow).deviceid, 1]]);
    expect(await agents(2)).toEqual([[deviceNumber(quick).deviceid, 2]]);
    expect((await generationsOf(kid))[1]).toMatchObject({
      ...{ state: 'grace', agentCount: 1, activeAgentCount: 1, safeToRetire: false },
      whyNot: '1 agent used it last, and would be locked out.',
    });
    expect((await generationsOf(kid))[0]).toMatchObject({
      generation: 2,
      state: 'current',
      safeToRetire: false,
    });

    expect(await status(second.key, slow)).toBe(200);
    expect((await generationsOf(kid))[1]).toMatchObject({
      ...{ agentCount: 0, safeToRetire: false },
      whyNot: 'It was used within the last two days.',
    });
    later(2 * dayMs);
    expect((await generationsOf(kid))[1]).toMatchObject({ safeToRetire: true, whyNot: null });
  });

  it('notes the secret of an agent that only says hello, too', async () => {
    const { kid } = await gateway.newKey();
    const { key } = await rotate(kid);
    const deviceid = `hello-${kid}`;
    const hello = { action: 'contact', deviceid, 'installed-tasks': [], 'enabled-tasks': [] };
    const answer = await gateway.post('/', {
      body: JSON.stringify(hello),
      key,
      headers: {
        'content-type': 'application/json',
        'glpi-agent-id': '3a4b5c6d-0000-4000-8000-00000000ffff',
      },
    });
    expect(answer.status).toBe(200);
    expect(await gateway.sql('SELECT generation FROM agent WHERE deviceid = $1', [deviceid])).toEqual([
      { generation: 2 },
    ]);
  });

  it(`has ${maxLiveGenerations} secrets at a time and not one more`, async () => {
    const { kid, key } = await gateway.newKey();
    const keys = [key];
    while (keys.length < maxLiveGenerations) keys.push((await rotate(kid)).key);
    await expect(rotate(kid)).rejects.toThrow(/409.*generation_limit_reached/);
    expect(await Promise.all(keys.map((one) => status(one)))).toEqual(keys.map(() => 200));
    await retire(kid, 1);
    expect((await rotate(kid)).generation).toBe(maxLiveGenerations + 1);
    expect((await rotate(kid, { graceDays: 0 })).generation).toBe(maxLiveGenerations + 2);
    // More are known than may be good, so that whoever comes with an old one is told so.
    expect(await status(keys[7] ?? '')).toBe(403);
    expect(await lastReason(kid)).toBe('key_rotated');
  });

  it('gets one number a rotation when several admins rotate at once', async () => {
    const { kid } = await gateway.newKey();
    const rotated = await Promise.all(Array.from({ length: 5 }, () => rotate(kid)));
    expect(rotated.map(({ generation }) => generation).sort()).toEqual([2, 3, 4, 5, 6]);
    expect(await Promise.all(rotated.map(({ key }) => status(key)))).toEqual(Array(5).fill(200));
  });

  it('cannot be rotated once it is revoked', async () => {
    const { kid } = await gateway.newKey();
    await gateway.api('POST', `/keys/${kid}/revoke`);
    await expect(rotate(kid)).rejects.toThrow(/409.*key_revoked/);
  });

  it.each([{ graceDays: -1 }, { graceDays: 3651 }, { graceDays: 1.5 }, { graceDays: null }, { grace: 1 }])(
    'is not rotated for %j',
    async (body) => {
      const { kid } = await gateway.newKey();
      await expect(rotate(kid, body)).rejects.toThrow(/422.*body_invalid/);
      expect(await generationsOf(kid)).toHaveLength(1);
    },
  );
});

describe('an older secret', () => {
  it('ends when it is retired, for ever, and the audit says who did it', async () => {
    const { kid, key } = await gateway.newKey();
    await rotate(kid);
    expect(await retire(kid, 1)).toMatchObject({ state: 'retired', safeToRetire: true });
    expectRefusal(await send(key), 'key_rotated', 'json');
    const first = await generationsOf(kid);
    later(1000);
    await retire(kid, 1);
    expect(await generationsOf(kid)).toEqual(first);
    const audit = await gateway.api<{ items: { action: string; detail: object }[] }>(
      'GET',
      `/audit?object=${kid}`,
    );
    expect(audit.items.map(({ action }) => action)).toEqual(['key.retire', 'key.rotate', 'key.create']);
    expect(audit.items[1]?.detail).toMatchObject({ generation: 2, graceDays: 30 });
  });

  it('is not the newest one: that stays', async () => {
    const { kid, key } = await gateway.newKey();
    await expect(retire(kid, 1)).rejects.toThrow(/409.*generation_in_use/);
    for (const none of [0, 2, -1, 1.5]) await expect(retire(kid, none)).rejects.toThrow(/404.*not_found/);
    expect(await status(key)).toBe(200);
  });

  it('takes the access tokens with it that were given for it', async () => {
    const { kid, key } = await gateway.newKey();
    const token = await tokenFor(kid, key);
    await rotate(kid);
    expect(await statusOfToken(token)).toBe(200);
    await retire(kid, 1);
    expect(await statusOfToken(token)).toBe(403);
    expect(await lastReason(kid)).toBe('key_rotated');
  });

  it('retires by itself once nobody has used it for the days that the key says, and not a moment sooner', async () => {
    const { kid, key } = await gateway.newKey({ retireUnusedDays: 10 });
    const n = devices++;
    await usedOnce(key, n);
    const later10 = start.getTime() + 10 * dayMs;
    const second = await rotate(kid, { graceDays: 300 });
    const retireAt = (ms: number) => {
      gateway.clock.now = new Date(ms);
      const { db, newId, now } = gateway.gateway.admin;
      return retireUnusedGenerations({ db, newId, now });
    };
    await retireAt(later10 - 1);
    expect((await generationsOf(kid))[1]?.state).toBe('grace');
    await retireAt(later10);
    expect((await generationsOf(kid))[1]).toMatchObject({
      state: 'retired',
      retiredWhy: 'not used for 10 days',
    });
    expect(await status(key, n)).toBe(403);
    expect(await status(second.key, n)).toBe(200);
    const audit = await gateway.api<{ items: object[] }>('GET', `/audit?object=${kid}`);
    expect(audit.items[0]).toMatchObject({
      actor: 'gatehouse',
      action: 'key.retire',
      detail: { generation: 1 },
    });
  });

  it('stays while it is used, and where the key does not say when it goes', async () => {
    const used = await gateway.newKey({ retireUnusedDays: 10 });
    const kept = await gateway.newKey({ retireUnusedDays: null });
    for (const { kid } of [used, kept]) await rotate(kid, { graceDays: 300 });
    later(5 * dayMs);
    // As the batch of a minute would write it.
    await gateway.sql('UPDATE key_generation SET last_used_at = $1 WHERE kid = $2', [
      gateway.clock.now,
      used.kid,
    ]);
    later(6 * dayMs);
    const { db, newId, now } = gateway.gateway.admin;
    await retireUnusedGenerations({ db, newId, now });
    for (const { kid } of [used, kept]) expect((await generationsOf(kid))[1]?.state).toBe('grace');
  });

  it('is retired by one of several processes', async () => {
    const { kid } = await gateway.newKey({ retireUnusedDays: 1 });
    await rotate(kid, { graceDays: 300 });
    later(dayMs);
    const { db, newId, now } = gateway.gateway.admin;
    const retired = await Promise.all([1, 2, 3].map(() => retireUnusedGenerations({ db, newId, now })));
    expect(retired.filter((count) => count > 0)).toHaveLength(1);
    const { items } = await gateway.api<{ items: { action: string }[] }>('GET', `/audit?object=${kid}`);
    expect(items.filter(({ action }) => action === 'key.retire')).toHaveLength(1);
  });
});

describe('another process', () => {
  let twin: Twin;
  beforeAll(async () => {
    twin = await gateway.twin();
  });
  afterAll(async () => {
    await twin.close();
  });

  /** Far below the time limit of its cache, so that only the notification can have told it. */
  async function expectHeard(what: string, key: string) {
    await eventually(what, async () => ((await status(key, 1, twin)) === 403 ? true : undefined));
  }

  it('hears at once of an emergency', async () => {
    const { kid, key } = await gateway.newKey();
    expect(await status(key, 1, twin)).toBe(200);
    const second = await rotate(kid, { graceDays: 0 });
    expect(second.graceUntil).toBeNull();
    await expectHeard('the end of the old secret', key);
    expect(await status(second.key, 1, twin)).toBe(200);
  });

  it('hears at once of a retired generation', async () => {
    const { kid, key } = await gateway.newKey();
    const second = await rotate(kid);
    expect(await status(key, 1, twin)).toBe(200);
    await retire(kid, 1);
    await expectHeard('the retirement', key);
    expect(await status(second.key, 1, twin)).toBe(200);
  });

  it('hears at once of a key that is revoked', async () => {
    const { kid, key } = await gateway.newKey();
    expect(await status(key, 1, twin)).toBe(200);
    await gateway.api('POST', `/keys/${kid}/revoke`);
    await expectHeard('the revocation', key);
  });

  it('finds out when the time of its cache is over, should the notification be lost', async () => {
    const { storeLimits } = gateway.options;
    const { kid, key } = await gateway.newKey();
    // They listen only now, so that the notification of the new key does not reach them late.
    const patient = await gateway.twin();
    const impatient = await gateway.twin({ storeLimits: { ...storeLimits, keyCacheTtlMs: 200 } });
    expect([await status(key, 1, patient), await status(key, 1, impatient)]).toEqual([200, 200]);
    // Without NOTIFY: as if it had been lost.
    await gateway.sql('UPDATE registration_key SET revoked_at = $1 WHERE kid = $2', [start, kid]);
    await eventually('the revocation', async () =>
      (await status(key, 1, impatient)) === 403 ? true : undefined,
    );
    expect(await status(key, 1, patient)).toBe(200);
    await impatient.close();
    await patient.close();
  });
});

async function tokenFor(kid: string, key: string): Promise<string> {
  const fields = { grant_type: 'client_credentials', client_id: kid, client_secret: key };
  const answer = await gateway.post('/api.php/token', {
    body: Buffer.from(JSON.stringify(fields)),
    key: false,
    headers: { 'content-type': 'application/json' },
  });
  return (JSON.parse(answer.text) as { access_token: string }).access_token;
}

async function statusOfToken(token: string): Promise<number> {
  const body = '<REQUEST><DEVICEID>pc-2026-01-02-03-04-05</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>';
  return (await gateway.post('/', { body, key: false, headers: { authorization: `Bearer ${token}` } }))
    .status;
}
