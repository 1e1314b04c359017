import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setUpstream } from '../../src/admin/upstream';
import {
  buildProgram,
  gatehouse,
  gatehouseJson,
  inventoryOf,
  postInventory,
  startServer,
  throwAwayFolder,
  type Environment,
  type ServerProcess,
} from '../support/built-program';
import { sharedFolder } from '../support/exchanges';
import { startFakeGlpi, type FakeGlpi } from '../support/fake-glpi';
import { startTestGateway, type TestGateway } from '../support/gateway';
import { frontServer, type Fault } from '../support/path-faults';
import { createFleet, lackingForAgents, type AgentProgram } from '../support/real-agents';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const lacking = lackingForAgents();
if (lacking !== undefined) console.warn(`No real agents in front of the relay: ${lacking}.`);
const testWithAgents = lacking === undefined ? test : test.skip;
const testTimeoutMs = 240_000;

let glpi: FakeGlpi;
let central: TestGateway;
/** What stands between the site and the central one. */
let line: Fault | undefined;
let linePort: number;
let database: TestDatabase;
let env: Environment;
let relay: ServerProcess;
let siteKey: string;
const folder = throwAwayFolder();

beforeAll(async () => {
  await buildProgram();
  glpi = await startFakeGlpi();
  central = await startTestGateway({
    forwarding: {
      forwardMaxConcurrency: 4,
      forwardMaxPerMinute: undefined,
      forwardTimeoutMs: 5000,
      forwardMaxAttempts: 2,
      forwardRefreshHours: 1,
      idleMs: 50,
    },
  });
  await setUpstream(central.gateway.admin, { instanceId: 1, actor: 'test' }, { url: glpi.url });
  line = await frontServer(Number(new URL(central.url).port));
  linePort = line.port;
  await central.sql('UPDATE instance SET public_urls = $1', [[`http://localhost:${linePort}`]]);
  const { key } = await central.newKey({ scopes: ['relay'], name: 'site' });
  database = await createTestDatabase();
  env = {
    DATABASE_URL: database.url,
    DATA_DIR: folder.path,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'warn',
    REGISTRATION_KEY: key,
    REGISTRATION_SERVER: `http://localhost:${linePort}`,
    REGISTRATION_KIND: 'relay',
    KEY_PEPPER: 'a pepper of the relay that is long enough',
  };
  relay = await startServer(env);
  siteKey = /grk_\w+/.exec(relay.printed())?.[0] ?? '';
}, testTimeoutMs);

afterAll(async () => {
  relay.kill('SIGTERM');
  await relay.ended;
  await central.close();
  await line?.close();
  await glpi.close();
  await database.drop();
  folder.remove();
});

async function until<T>(what: string, find: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let tries = 0; tries < 1200; tries++) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: ${relay.printedErrors()}${relay.printed()}`);
}

interface Relayed {
  readonly via: {
    readonly relayed: { readonly origin: { submissionId: string }; readonly relays: object[] };
  } | null;
  readonly userAgent: string;
  readonly verdict: string;
}
const atCentral = async () => (await central.api<{ items: Relayed[] }>('GET', '/submissions')).items;

test(
  'registers by itself as a relay at its start, and says so',
  async () => {
    const status = await until('registered', async () => {
      const ran = await gatehouse(['registration', 'status', '--json'], env);
      return ran.code === 0 ? (JSON.parse(ran.stdout) as Record<string, unknown>) : undefined;
    });
    expect(status).toMatchObject({ kind: 'relay', state: 'valid', scopes: ['relay'] });
    const upstream = await until('the way', async () => {
      const ran = await gatehouse(['upstream', 'show', '--json'], env);
      return ran.code === 0 ? (JSON.parse(ran.stdout) as Record<string, unknown>) : undefined;
    });
    expect(upstream).toMatchObject({ kind: 'gatehouse', credential: { kind: 'registration' } });
    expect(JSON.stringify([status, upstream])).not.toMatch(/gr[ki]_\w{12}_/);
    const tried = await gatehouseJson<{ isWell: boolean }>(['test'], { ...env, PORT: String(relay.port) });
    expect(tried.isWell).toBe(true);
  },
  testTimeoutMs,
);

testWithAgents(
  'Debian’s agents → relay → central → GLPI, with where each came from',
  async () => {
    const fleet = createFleet();
    const programs: AgentProgram[] = ['fusioninventory', 'ocs'];
    for (const program of programs) {
      const url = `http://${siteKey}:x@localhost:${relay.port}/ocsinventory`;
      const { output } = await fleet.install(program).run(url);
      expect(output).not.toMatch(/\b40[13]\b/);
      const agent = program === 'ocs' ? /OCS/ : /FusionInventory/;
      const came = await until(`${program} at the central one`, async () =>
        (await atCentral()).find(({ userAgent }) => agent.test(userAgent)),
      );
      const kid = siteKey.split('_')[1];
      expect(came.via?.relayed).toMatchObject({ origin: { kid }, relays: [{ address: '127.0.0.1' }] });
    }
    await until('in GLPI', () => (glpi.stored.length > 0 ? glpi.stored : undefined));
    expect(JSON.stringify(glpi.stored)).not.toContain(siteKey);
    fleet.remove();
  },
  testTimeoutMs,
);

testWithAgents(
  'the configuration that register writes lets the agent of the host in',
  async () => {
    const site = throwAwayFolder();
    const conf = path.join(site.path, 'conf.d');
    mkdirSync(conf);
    const server = `http://localhost:${relay.port}`;
    const args = ['register', '-', '--server', server, '--write-agent-config', '--agent-config-dir', conf];
    const ran = await gatehouse(args, { DATA_DIR: path.join(site.path, 'data') }, siteKey);
    expect([ran.code, ran.stdout]).toEqual([0, 'Registration successful.\nInstance is now registered.\n']);
    const before = (await gatehouseJson<{ items: object[] }>(['submission', 'list'], env)).items.length;
    const agent = spawnSync(
      'perl',
      [
        `-I${path.join(sharedFolder, 'agents', 'fusioninventory')}`,
        ...['-Msetup', '/usr/bin/fusioninventory-agent', '--logger=stderr', '--no-httpd'],
        `--conf-file=${path.join(conf, 'gatehouse.cfg')}`,
      ],
      { env: { ...process.env, FI_VARDIR: site.path }, encoding: 'utf8', timeout: 120_000 },
    );
    expect(agent.stderr).not.toMatch(/\b40[13]\b|error/i);
    const { items } = await gatehouseJson<{ items: { verdict: string }[] }>(['submission', 'list'], env);
    expect([items.length, items[0]?.verdict]).toEqual([before + 1, 'accepted']);
    site.remove();
  },
  testTimeoutMs,
);

test(
  'what it took in without the central one survives kill -9, and arrives once, when that is back',
  async () => {
    await line?.close();
    line = undefined;
    const numbers = [701, 702, 703];
    for (const number of numbers) {
      expect(await postInventory(relay.port, siteKey, inventoryOf(number))).toMatchObject({ status: 200 });
    }
    relay.kill('SIGKILL');
    await relay.ended;
    relay = await startServer({ ...env, PORT: String(relay.port) });
    line = await frontServer(Number(new URL(central.url).port), undefined, linePort);
    for (const number of numbers) {
      const deviceid = `pc-000${number}-2026-02-11-09-30-12`;
      await until(deviceid, () => glpi.stored.find(({ body }) => body.deviceid === deviceid));
      expect(glpi.stored.filter(({ body }) => body.deviceid === deviceid)).toHaveLength(1);
    }
    expect(await gatehouseJson(['forward', 'status'], env)).toMatchObject({});
  },
  testTimeoutMs,
);
