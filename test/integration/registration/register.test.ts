import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { anInstallation, type Installation, type Ran } from '../../support/registration';

let gateway: TestGateway;
let server: string;
let host: Installation;
beforeAll(async () => {
  gateway = await startTestGateway({
    registration: { validateEveryMs: 3_600_000, graceMs: 86_400_000, maxRegistrationsPerKey: 3 },
  });
  server = gateway.url.replace('127.0.0.1', 'localhost');
});
afterAll(async () => {
  await gateway.close();
});
beforeEach(() => {
  host = anInstallation(gateway);
});
afterEach(() => {
  host.remove();
});

const listed = async (kid: string) =>
  (await gateway.api<{ items: Record<string, unknown>[] }>('GET', `/registrations?key=${kid}`)).items;
const register = async (key: string, options: object = {}): Promise<Ran> =>
  await host.run('register', { server, ...options }, ['-'], { input: `${key}\n` });

describe('gatehouse register', () => {
  it('says that it is done, twice the same, and is listed once', async () => {
    const { kid, key } = await gateway.newKey();
    for (let times = 0; times < 2; times++) {
      const ran = await register(key);
      expect([ran.exitCode, ran.text]).toEqual([0, 'Registration successful.\nInstance is now registered.']);
    }
    const [one, ...more] = await listed(kid);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ state: 'valid', url: server, kid, kind: 'host', version: '0.1.0' });
    expect(host.store.read()).toMatchObject({
      server,
      registrationId: one?.id,
      standing: { state: 'valid' },
    });
    const { items } = await gateway.api<{ items: { action: string }[] }>(
      'GET',
      `/audit?object=${String(one?.id)}`,
    );
    expect(items.map(({ action }) => action)).toEqual(['registration.create']);
  });

  it.each(['register', 'glpi:network:register'])('is called %s', async (name) => {
    const { key } = await gateway.newKey();
    const ran = await host.run(name, { server }, ['-'], { input: key });
    expect(ran.text).toContain('Instance is now registered.');
  });

  it('takes the key from a file, the environment, or the command line, of which it warns', async () => {
    const { key } = await gateway.newKey();
    expect(await host.run('register', { server, keyFile: 'k' }, [], { input: key })).toMatchObject({
      exitCode: 0,
      notes: [],
    });
    expect(
      await host.run('register', {}, [], { env: { REGISTRATION_KEY: key, REGISTRATION_SERVER: server } }),
    ).toMatchObject({ exitCode: 0, notes: [] });
    const ran = await host.run('register', { server }, [key]);
    expect(ran).toMatchObject({ exitCode: 0, notes: [expect.stringContaining('command line')] });
    expect(await host.run('register', { server }, [])).toMatchObject({ exitCode: 2 });
    expect(await host.run('register', { server, keyFile: 'k' }, ['-'])).toMatchObject({ exitCode: 2 });
  });

  it('keeps it for its owner alone, and nothing of it can be read', async () => {
    const { key } = await gateway.newKey();
    await register(key);
    const file = path.join(host.dataDir, 'registration', 'registration.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(path.dirname(file))).toEqual(['registration.json']);
    const { token } = host.store.read()!;
    const text = readFileSync(file, 'utf8');
    for (const secret of [key, token]) expect(text).not.toContain(secret.slice(18, 40));
    expect(text).not.toContain('localhost');
  });

  it('says without asking anybody what was given instead of a key', async () => {
    const { key } = await gateway.newKey();
    const cases: [string, string][] = [
      [gateway.adminToken, 'admin token'],
      [key.slice(0, 40), 'the rest is missing'],
      [`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`, 'checksum is wrong'],
      [Buffer.from(JSON.stringify({ a: 'x'.repeat(200) })).toString('base64'), 'GLPI Network'],
    ];
    for (const [text, what] of cases) {
      const ran = await host.run('register', { server: 'http://nobody.invalid' }, ['-'], { input: text });
      expect(ran).toMatchObject({
        exitCode: 1,
        layer: 'key',
        message: expect.stringContaining(what) as string,
      });
      expect(ran.message + ran.nextStep).not.toContain(text);
    }
    expect(host.store.read()).toBeUndefined();
  });

  it('says of an unknown key and of a wrong secret the same, stores nothing, and leaves what was there', async () => {
    const [good, other] = [await gateway.newKey(), await gateway.newKey()];
    const foreign = await startTestGateway();
    const { key: unknown } = await foreign.newKey();
    await foreign.close();
    const refusals = [await register(unknown)];
    expect(refusals[0]).toMatchObject({ exitCode: 1, layer: 'key' });
    expect(host.store.read()).toBeUndefined();
    await register(good.key);
    await gateway.api('POST', `/keys/${other.kid}/revoke`);
    const revoked = await register(other.key);
    expect(revoked).toMatchObject({
      exitCode: 1,
      layer: 'key',
      message: expect.stringContaining('revoked') as string,
    });
    expect(host.store.read()).toMatchObject({ key: good.key });
  });

  it('says to which URL the key is bound, and what to do after a change of the domain', async () => {
    const { kid, key } = await gateway.newKey({ url: 'https://inventory.example' });
    const ran = await register(key);
    expect(ran).toMatchObject({ exitCode: 1, layer: 'binding' });
    expect(ran.message).toContain('https://inventory.example');
    expect(ran.message).toContain(server);
    expect(ran.nextStep).toMatch(/key rebind .*new one/);
    expect(host.store.read()).toBeUndefined();
    await gateway.api('POST', `/keys/${kid}/rebind`, { url: server });
    expect(await register(key)).toMatchObject({ exitCode: 0 });
  });

  it('needs a key for it: not one for agents alone, and not one for registering where it relays', async () => {
    const agents = await gateway.newKey({ scopes: ['inventory'] });
    expect(await register(agents.key)).toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('not for this purpose') as string,
    });
    const both = await gateway.newKey();
    expect(await register(both.key, { relay: true })).toMatchObject({ exitCode: 1, layer: 'key' });
    const relay = await gateway.newKey({ scopes: ['relay'] });
    expect(await register(relay.key, { relay: true })).toMatchObject({ exitCode: 0 });
    expect((await listed(relay.kid))[0]).toMatchObject({ kind: 'relay' });
  });

  it('is either a relay or passes on to GLPI, by the command and by the settings', async () => {
    const { key } = await gateway.newKey({ scopes: ['relay'] });
    const env = { GLPI_URL: 'https://glpi.example' };
    const ran = await host.run('register', { server, relay: true }, ['-'], { input: key, env });
    expect(ran).toMatchObject({ exitCode: 2, message: expect.stringContaining('GLPI_URL') as string });
    await expect(
      host.run('register', { server }, ['-'], { input: key, env: { ...env, REGISTRATION_KIND: 'relay' } }),
    ).rejects.toThrow('REGISTRATION_KIND=relay and GLPI_URL');
    const plain = await host.run('register', { server: 'http://central.example', relay: true }, ['-'], {
      input: key,
    });
    expect(plain).toMatchObject({ exitCode: 2, nextStep: 'Use https.' });
    const { exitCode } = await host.run('register', { server }, ['-'], {
      input: key,
      env: { REGISTRATION_KIND: 'relay' },
    });
    expect([exitCode, host.store.read()?.kind]).toEqual([0, 'relay']);
  });

  it('takes as many installations as are allowed, and one again that is known', async () => {
    const { kid, key } = await gateway.newKey();
    const others = [anInstallation(), anInstallation(), anInstallation(), anInstallation()];
    const codes = [];
    for (const one of others) {
      codes.push((await one.run('register', { server }, ['-'], { input: key })).exitCode);
    }
    expect(codes).toEqual([0, 0, 0, 1]);
    expect((await others[0]!.run('register', { server }, ['-'], { input: key })).exitCode).toBe(0);
    expect(await listed(kid)).toHaveLength(3);
    others.forEach((one) => {
      one.remove();
    });
  });

  it('shuts out an installation that an admin revoked, by token and by key', async () => {
    const { kid, key } = await gateway.newKey();
    await register(key);
    const [one] = await listed(kid);
    const revoked = await host.run('registration revoke', {}, [String(one?.id)]);
    expect(revoked.value).toMatchObject({ state: 'revoked', revokedBy: 'cli:test' });
    expect(await host.run('registration validate')).toMatchObject({
      exitCode: 1,
      value: { state: 'revoked', why: 'registration_revoked' },
    });
    expect(await register(key)).toMatchObject({ exitCode: 1, layer: 'key' });
  });

  it('looks at the way and the key without registering when it is only a rehearsal', async () => {
    const { kid, key } = await gateway.newKey();
    expect(await register(key, { dryRun: true })).toMatchObject({ exitCode: 0 });
    expect(await listed(kid)).toEqual([]);
    expect(host.store.read()).toBeUndefined();
  });
});

describe('gatehouse register --write-agent-config', () => {
  const folderOf = () => {
    const folder = path.join(host.dataDir, 'agent', 'conf.d');
    mkdirSync(folder, { recursive: true });
    return folder;
  };

  it('writes a file that only its owner reads, again when it is run again', async () => {
    const { kid, key } = await gateway.newKey({ tag: 'PAR', tagPolicy: 'require' });
    const agentConfigDir = folderOf();
    writeFileSync(path.join(agentConfigDir, '../agent.cfg'), '# server = x\nserver = http://glpi.example/\n');
    for (let times = 0; times < 2; times++) {
      const ran = await register(key, { writeAgentConfig: true, agentConfigDir });
      expect(ran).toMatchObject({
        exitCode: 0,
        text: expect.stringMatching(/^Registration successful/) as string,
      });
      expect(ran.notes.join(' ')).toMatch(/systemctl restart glpi-agent.*agent\.cfg names a server/);
    }
    const file = path.join(agentConfigDir, 'gatehouse.cfg');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(agentConfigDir)).toEqual(['gatehouse.cfg']);
    expect(readFileSync(file, 'utf8').split('\n')).toEqual([
      '# Written by gatehouse register. Holds a secret: readable for root only.',
      `# Key ${kid}`,
      `server = ${server.replace('http://', `http://${key}:x@`)}/`,
      'tag = PAR',
      'tasks = inventory',
      '',
    ]);
  });

  it('leaves a file of somebody else alone, and then does not register either', async () => {
    const { kid, key } = await gateway.newKey();
    const agentConfigDir = folderOf();
    const file = path.join(agentConfigDir, 'gatehouse.cfg');
    writeFileSync(file, 'server = http://mine.example/\n');
    expect(await register(key, { writeAgentConfig: true, agentConfigDir })).toMatchObject({ exitCode: 1 });
    expect(readFileSync(file, 'utf8')).toBe('server = http://mine.example/\n');
    expect(
      await register(key, { writeAgentConfig: true, agentConfigDir: `${agentConfigDir}/none` }),
    ).toMatchObject({
      exitCode: 1,
    });
    expect(await listed(kid)).toEqual([]);
  });

  it('shows what it would write, without the key', async () => {
    const { kid, key } = await gateway.newKey();
    const agentConfigDir = folderOf();
    const ran = await register(key, { writeAgentConfig: true, agentConfigDir, dryRun: true });
    expect(ran.text).toContain(`PUT_THE_REGISTRATION_KEY_HERE_${kid}`);
    expect(ran.text).not.toContain(key);
    expect(readdirSync(agentConfigDir)).toEqual([]);
  });
});

describe('the token of an installation', () => {
  it('is no key for agents, and dies with its key', async () => {
    const { kid, key } = await gateway.newKey();
    await register(key);
    const { token } = host.store.read()!;
    const body = JSON.stringify({ action: 'contact', deviceid: 'pc-1' });
    const posted = await gateway.post('/', {
      body,
      headers: { authorization: `Bearer ${token}` },
      key: false,
    });
    expect([posted.status, posted.phrase]).toEqual([403, 'Registration key refused']);
    expect(await host.run('registration validate')).toMatchObject({ exitCode: 0, value: { state: 'valid' } });
    await gateway.api('POST', `/keys/${kid}/revoke`);
    expect(await host.run('registration validate')).toMatchObject({
      exitCode: 1,
      value: { state: 'revoked', why: 'key_revoked' },
    });
    expect((await listed(kid))[0]).toMatchObject({ state: 'revoked', refusedReason: 'key_revoked' });
  });

  it('is of no use to another installation', async () => {
    const { key } = await gateway.newKey();
    await register(key);
    const other = anInstallation();
    await other.run('register', { server }, ['-'], { input: key });
    other.store.write({ ...other.store.read()!, token: host.store.read()!.token });
    expect(await other.run('registration validate')).toMatchObject({
      exitCode: 1,
      value: { why: 'installation_mismatch' },
    });
    other.remove();
  });
});

it('an installation that never registered says so', async () => {
  expect(await host.run('registration status')).toMatchObject({
    exitCode: 1,
    value: { isRegistered: false },
  });
  expect(await host.run('registration forget')).toMatchObject({ exitCode: 0 });
  await register((await gateway.newKey()).key);
  expect(await host.run('registration status')).toMatchObject({ exitCode: 0, value: { state: 'valid' } });
  await host.run('registration forget');
  expect(host.store.read()).toBeUndefined();
});
