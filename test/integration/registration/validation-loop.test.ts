import type { RegistrationRecord } from '../../../src/registration/registration-record';
import { register } from '../../../src/registration/register';
import { createValidationLoop, type ValidationLoop } from '../../../src/registration/validation-loop';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { frontServer, type Fault } from '../../support/path-faults';
import { anInstallation, type Installation } from '../../support/registration';

const start = Date.parse('2027-02-01T08:00:00Z');
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

let gateway: TestGateway;
/** What stands between: without it the server is out of reach. */
let line: Fault | undefined;
let linePort: number;
let server: string;
let host: Installation;
let logged: string[];
let random: number;

beforeAll(async () => {
  gateway = await startTestGateway();
  line = await frontServer(Number(new URL(gateway.url).port));
  linePort = line.port;
  server = `http://localhost:${linePort}`;
  await gateway.sql('UPDATE instance SET public_urls = $1', [[server]]);
});
afterAll(async () => {
  await line?.close();
  await gateway.close();
});
beforeEach(() => {
  gateway.clock.now = new Date(start);
  host = anInstallation(gateway);
  logged = [];
  random = 0.5;
});
afterEach(async () => {
  await online();
  host.remove();
});

async function offline(): Promise<void> {
  await line?.close();
  line = undefined;
}
async function online(): Promise<void> {
  line ??= await frontServer(Number(new URL(gateway.url).port), undefined, linePort);
}

const now = (): Date => gateway.clock.now ?? new Date(NaN);
const deps = {
  path: { env: {}, timeoutMs: 5000 },
  now,
  random: () => random,
};
const who = { name: 'site', version: '0.1.0', ownUrl: null };
const introduction = {
  ...who,
  installationId: '7c0ffee0-0000-4000-8000-000000000001',
  kind: 'gatehouse',
} as const;

/** As after a start of the process: nothing is remembered but what the store holds. */
function loopOf(first?: () => Promise<RegistrationRecord>, wanted?: { key: string; server: string }) {
  const told = (_facts: object, text: string): void => void logged.push(text);
  return createValidationLoop({
    ...deps,
    store: host.store,
    who,
    first,
    wanted,
    log: { info: told, warn: told } as never,
  });
}

async function registered(): Promise<{ kid: string; key: string; loop: ValidationLoop }> {
  const { kid, key } = await gateway.newKey();
  host.store.write((await register(deps, server, key, introduction)).record);
  return { kid, key, loop: loopOf() };
}

/** Lets the time pass, and looks as often as the gateway does, up to a bound. */
async function pass(loop: ValidationLoop, ms: number, stepMs = ms): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    gateway.clock.now = new Date(now().getTime() + Math.min(stepMs, left));
    await loop.tick();
  }
}

const state = (): string | undefined => host.store.read()?.standing.state;
const validatedAt = async (kid: string): Promise<string> => {
  const { items } = await gateway.api<{ items: { lastValidatedAt: string }[] }>(
    'GET',
    `/registrations?key=${kid}`,
  );
  return items[0]!.lastValidatedAt;
};

describe('the validation loop', () => {
  it('goes on in grace while the server is away, for days, then expires, and is valid again by itself', async () => {
    const { loop } = await registered();
    expect(state()).toBe('valid');
    await offline();
    await pass(loop, 6 * hour);
    expect(host.store.read()?.standing).toMatchObject({ state: 'grace', why: 'tcp', failedAttempts: 1 });
    await pass(loop, 13 * day, 6 * hour);
    expect(state()).toBe('grace');
    await pass(loop, 1 * day, 6 * hour);
    expect(state()).toBe('expired');
    await online();
    await pass(loop, 2 * hour, hour);
    expect(host.store.read()?.standing).toMatchObject({ state: 'valid', failedAttempts: 0, why: null });
    expect(logged).toEqual([
      'the registration of this installation is not valid',
      'the registration of this installation is not valid',
      'the registration of this installation is valid again',
    ]);
  });

  it('asks when it is due, and not before', async () => {
    const { kid, loop } = await registered();
    await pass(loop, 6 * hour - minute, 90 * minute);
    expect(await validatedAt(kid)).toBe(new Date(start).toISOString());
    await pass(loop, minute);
    expect(await validatedAt(kid)).toBe(new Date(start + 6 * hour).toISOString());
  });

  it.each([
    [0, 5.4],
    [0.999, 6.599],
  ])('spreads its times by a tenth: with chance %d it comes after about %d h', async (chance, hours) => {
    random = chance;
    const { kid, loop } = await registered();
    await pass(loop, Math.floor(hours * hour) - 10 * minute);
    expect(await validatedAt(kid)).toBe(new Date(start).toISOString());
    await pass(loop, 11 * minute);
    expect(await validatedAt(kid)).toBe(now().toISOString());
  });

  it('notices a revoked key, and that it may not come back', async () => {
    const { kid, loop } = await registered();
    await gateway.api('POST', `/keys/${kid}/revoke`);
    await pass(loop, 6 * hour);
    expect(host.store.read()?.standing).toMatchObject({ state: 'revoked', why: 'key_revoked' });
    await offline();
    await pass(loop, 30 * day, day);
    // That nobody is reached now does not make it good again.
    expect(state()).toBe('revoked');
  });

  it('notices that the key was bound to another URL, and within minutes that it is bound to this one again', async () => {
    const { kid, loop } = await registered();
    const move = (url: string) =>
      gateway.api('POST', `/keys/${kid}/rebind`, { url, keepOldUntil: new Date(start - day).toISOString() });
    await move('https://elsewhere.example');
    await pass(loop, 6 * hour);
    expect(host.store.read()?.standing).toMatchObject({ state: 'url_mismatch', why: 'key_url_mismatch' });
    await move(server);
    await pass(loop, 5 * minute);
    expect(state()).toBe('valid');
  });

  it('is expired when the time of its key is over, though the server answers', async () => {
    const { kid, loop } = await registered();
    await gateway.api('PATCH', `/keys/${kid}`, { useUntil: new Date(start + 3 * hour).toISOString() });
    await pass(loop, 6 * hour);
    expect(host.store.read()?.standing).toMatchObject({ state: 'expired', why: 'key_expired' });
  });

  it('gets a new token in the second half of its life, and goes back to the key when the token is lost', async () => {
    const { kid, loop } = await registered();
    const [{ token }] = [host.store.read()!];
    await pass(loop, 6 * hour);
    expect(host.store.read()!.token).toBe(token);
    await pass(loop, 7 * day, 6 * hour);
    const renewed = host.store.read()!.token;
    expect(renewed).not.toBe(token);
    await gateway.sql('DELETE FROM registration_token');
    await pass(loop, 6 * hour);
    expect(state()).toBe('valid');
    expect(host.store.read()!.token).not.toBe(renewed);
    expect(await validatedAt(kid)).toBe(now().toISOString());
  });
});

describe('over restarts', () => {
  it('does not ask again before it is due, and remembers the grace', async () => {
    const { kid, loop } = await registered();
    await pass(loop, hour);
    await loop.stop();
    await pass(loopOf(), 4 * hour, hour);
    expect(await validatedAt(kid)).toBe(new Date(start).toISOString());
    await offline();
    await pass(loopOf(), 2 * hour);
    const { standing } = host.store.read()!;
    expect(standing.state).toBe('grace');
    // The retry waits over a restart, too: a program that starts again and again must not knock each time.
    await loopOf().tick();
    expect(host.store.read()?.standing).toEqual(standing);
    await pass(loopOf(), 14 * day);
    expect(state()).toBe('expired');
  });

  it('asks at once when the clock was set back behind the last attempt', async () => {
    const { kid } = await registered();
    gateway.clock.now = new Date(start - day);
    await loopOf().tick();
    expect(await validatedAt(kid)).toBe(now().toISOString());
  });
});

describe('registering at the start of the gateway', () => {
  it('tries again after a minute, then longer, and is valid once the server is there', async () => {
    const { key } = await gateway.newKey();
    let tries = 0;
    const loop = loopOf(
      async () => {
        tries++;
        return (await register(deps, server, key, introduction)).record;
      },
      { key, server },
    );
    await offline();
    await loop.tick();
    await pass(loop, minute - 1);
    expect(tries).toBe(1);
    await pass(loop, 1);
    await pass(loop, 2 * minute - 1);
    expect(tries).toBe(2);
    expect(host.store.read()).toBeUndefined();
    await online();
    await pass(loop, 1);
    expect(tries).toBe(3);
    expect(state()).toBe('valid');
    expect(logged.at(-1)).toBe('instance is now registered');
  });

  it('replaces what is stored when another key is given, and keeps the old one as long as that is refused', async () => {
    const { key: old } = await registered();
    const { kid, key } = await gateway.newKey();
    await gateway.api('POST', `/keys/${kid}/revoke`);
    const loop = loopOf(async () => (await register(deps, server, key, introduction)).record, {
      key,
      server,
    });
    await loop.tick();
    expect(host.store.read()).toMatchObject({ key: old, standing: { state: 'valid' } });
    expect(logged.join()).toContain('not registered yet');
  });
});

it.each([true, false])(
  'does not write over what is registered beside it, by another key: %p',
  async (isOther) => {
    const { loop, key: first } = await registered();
    const key = isOther ? (await gateway.newKey()).key : first;
    gateway.clock.now = new Date(start + 6 * hour);
    const running = loop.tick();
    const { record } = await register(deps, server, key, introduction);
    host.store.write(record);
    await running;
    expect(host.store.read()).toMatchObject({ key, token: record.token });
  },
);

it('goes on when the stored file cannot be opened, and says so', async () => {
  const { loop } = await registered();
  let isBroken = true;
  const told: string[] = [];
  const careful = createValidationLoop({
    ...deps,
    store: {
      ...host.store,
      read: () => {
        if (isBroken) throw new Error('sealed with another pepper');
        return host.store.read();
      },
    },
    who,
    log: { info: () => undefined, warn: (_facts: object, text: string) => void told.push(text) } as never,
  });
  await careful.tick();
  expect(told).toEqual(['the registration could not be looked after; tried again']);
  isBroken = false;
  gateway.clock.now = new Date(start + 6 * hour);
  await careful.tick();
  await loop.tick();
  expect(state()).toBe('valid');
});
