import { randomBytes } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { Client } from 'pg';
import { hintOf, issueSecret } from '../../src/domain/key-format';
import {
  buildProgram,
  gatehouse,
  inventoryOf,
  postInventory,
  startServer,
  throwAwayFolder,
  type Ended,
  type ServerProcess,
} from '../support/built-program';
import { startDatabaseProxy, type DatabaseProxy } from '../support/database-proxy';
import { document } from '../support/admin-contract';
import { secretPlaces, sendPlaced } from '../support/secret-places';
import { createSecretSearch } from '../support/secret-search';
import { rowsOf } from '../support/secret-watch';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

jest.setTimeout(300_000);

/**
 * One run of the built program at its most talkative, in which secrets are put wherever they can be put; then
 * everything it produced is searched for all of them.
 */
const search = createSecretSearch();
/** What was produced, by what it is. */
const produced: Record<string, string> = {};
const folder = throwAwayFolder();
const adminToken = randomText(44);
const pepper = randomText(48);
const databasePassword = randomText(32);
let database: TestDatabase;
let proxy: DatabaseProxy;
let env: Record<string, string>;
let server: ServerProcess;

function randomText(length: number): string {
  return issueSecret('gra', randomBytes).full.split('_')[2]?.padEnd(length, 'Z9').slice(0, length) ?? '';
}

beforeAll(async () => {
  await buildProgram();
  for (const secret of [adminToken, pepper, databasePassword]) search.add(secret);
  database = await createTestDatabase();
  proxy = await startDatabaseProxy(database.url);
  const url = new URL(proxy.url);
  // The test server trusts everybody on loopback, so that any password does.
  url.password = databasePassword;
  env = {
    ...{ DATABASE_URL: url.href, DATA_DIR: folder.path, PORT: '0' },
    ...{ ADMIN_TOKEN: adminToken, KEY_PEPPER: pepper, LOG_LEVEL: 'trace', LOG_FORMAT: 'json' },
    DATABASE_CONNECT_TIMEOUT_MS: '500',
  };
  server = await startServer(env);
  env.PORT = String(server.port);
});
afterAll(async () => {
  server.kill('SIGTERM');
  await server.ended;
  await proxy.close();
  await database.drop();
  folder.remove();
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function api(method: string, path: string, body?: unknown, token = adminToken): Promise<Answer> {
  const answer = await fetch(`http://127.0.0.1:${server.port}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

/** An answer that shows a new secret, once. */
async function create(path: string, body: unknown): Promise<{ secret: string; id: string }> {
  const { status, text } = await api('POST', path, body);
  if (status >= 300) throw new Error(`POST ${path}: ${status} ${text}`);
  return shownIn(text);
}

function shownIn(text: string): { secret: string; id: string } {
  const [secret, id] = /gr[ka]_([0-9A-Za-z]{12})_[0-9A-Za-z]{49}/.exec(text) ?? [];
  if (secret === undefined || id === undefined) throw new Error('no secret is shown');
  search.add(secret);
  return { secret, id };
}

let commands = 0;
async function run(args: readonly string[], input?: string): Promise<Ended> {
  const ended = await gatehouse(args, env, input);
  produced[`command ${++commands}: ${args.join(' ')}`] = ended.stdout + ended.stderr;
  return ended;
}

/** A command that shows a new secret, once: only what it says beside is searched. */
async function runCreating(args: readonly string[]): Promise<{ secret: string; id: string }> {
  const ended = await gatehouse([...args, '--json'], env);
  if (ended.code !== 0) throw new Error(`${args.join(' ')}: ${ended.stderr}`);
  produced[`command ${++commands}: ${args.join(' ')}`] = ended.stderr;
  return shownIn(ended.stdout);
}

const secrets: { secret: string; id: string }[] = [];
/** The key that the first start made. */
const firstKey = () => secrets[0] ?? { secret: '-', id: '-' };
/** A key with every carrier, good to the end. */
const goodKey = () => secrets[1] ?? { secret: '-', id: '-' };

async function placeEverywhere(what: string, secret: string, machine: number): Promise<void> {
  search.add(secret);
  for (const placed of secretPlaces(secret, machine)) {
    produced[`${what}: ${placed.where}`] = await answerTo(placed);
  }
}

async function answerTo(
  placed: Parameters<typeof sendPlaced>[1],
  extra?: readonly string[],
): Promise<string> {
  const answer = await sendPlaced(server.port, placed, extra);
  // A token is for whom it was made; from then on it is a secret too.
  const token = /"access_token":"(grt_[^"]+)"/.exec(answer)?.[1];
  if (token === undefined) return answer;
  search.add(token);
  return answer.replace(token, '[token]');
}

test('secrets are made, used and ended in every way', async () => {
  const first = shownIn(server.printed());
  const root = (JSON.parse((await api('GET', '/entities')).text) as { items: { id: string }[] }).items[0]?.id;
  const carriers = ['basic', 'bearer', 'oauth', 'header', 'path'];
  const good = await create('/keys', { name: 'of the API', entityId: root, carriers });
  const rotated = await create('/keys', { name: 'rotated', entityId: root, carriers });
  const revoked = await create('/keys', { name: 'revoked', entityId: root, carriers });
  const canary = await create('/keys', { name: 'bait', entityId: root, carriers, canary: true });
  const token = await create('/tokens', { name: 'of the API' });
  const ofCli = await runCreating(['key', 'create', '--name', 'of the CLI', '--entity', 'Root']);
  const tokenOfCli = await runCreating(['token', 'create', '--name', 'of the CLI']);
  secrets.push(first, good, rotated, revoked, canary, token, ofCli, tokenOfCli);
  secrets.push(
    await create(`/keys/${rotated.id}/rotate`, { graceDays: 1 }),
    await runCreating(['key', 'rotate', rotated.id, '--emergency']),
  );
  await api('POST', `/keys/${revoked.id}/revoke`, {});
  await run(['key', 'revoke', ofCli.id]);
  await run(['token', 'revoke', tokenOfCli.id]);
  expect(secrets).toHaveLength(10);
  const glpi = { userToken: randomText(40), appToken: randomText(40) };
  search.add(glpi.userToken);
  search.add(glpi.appToken);
  const password = randomText(30);
  search.add(password);
  const upstream = { url: 'https://glpi.example/', user: 'gatehouse', password };
  expect((await api('POST', '/upstream', upstream)).status).toBe(200);
  await api('POST', '/glpi/api', { url: 'https://glpi.example/apirest.php/', ...glpi });
});

test('good, revoked, unknown, mistyped and cut secrets are put in every place', async () => {
  for (const [n, { secret }] of secrets.entries()) await placeEverywhere(`secret ${n}`, secret, n);
  const { secret } = firstKey();
  await placeEverywhere('unknown', issueSecret('grk', randomBytes).full, 21);
  await placeEverywhere('mistyped', `${secret.slice(0, 30)}${randomText(20)}${secret.slice(50)}`, 22);
  await placeEverywhere('cut at the end', secret.slice(0, -20), 23);
  await placeEverywhere('cut at the start', secret.slice(20), 24);
  await placeEverywhere('with a line of its own', `${secret}%0d%0aX:%20${secret}`, 25);
  await placeEverywhere('of the settings', adminToken, 26);
  const access = /grt_[^"]+/.exec(
    await sendPlaced(server.port, {
      where: 'token',
      path: '/api.php/token',
      headers: ['Content-Type: application/json'],
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: goodKey().id,
        client_secret: goodKey().secret,
      }),
    }),
  )?.[0];
  if (access === undefined) throw new Error('no access token');
  await placeEverywhere('access token', access, 27);
  await placeEverywhere('access token, cut', access.slice(0, -4), 28);
});

test('a holder of a key puts it where it does not belong, too', async () => {
  const { secret } = goodKey();
  const rightly = [`X-Registration-Key: ${secret}`];
  for (const placed of secretPlaces(secret, 40)) {
    if (placed.path?.startsWith('/api/') === true) continue;
    produced[`beside a good key: ${placed.where}`] = await answerTo(placed, rightly);
    const elsewhere = [...rightly, 'Host: other.example'];
    produced[`under another host: ${placed.where}`] = await answerTo(placed, elsewhere);
  }
  const process = {
    cmd: `/usr/bin/glpi-agent --server=http://${secret}:x@localhost/ --force`,
    pid: 7,
    user: 'root',
  };
  const { status } = await postInventory(server.port, secret, inventoryOf(41, { processes: [process] }));
  expect(status).toBe(200);
});

test('the database goes away while secrets are used, and comes back', async () => {
  await proxy.cut();
  for (const { secret } of secrets.slice(0, 3)) await placeEverywhere('without a database', secret, 30);
  await run(['key', 'list']);
  await run(['doctor']);
  await proxy.restore();
  expect((await api('GET', '/assets')).status).toBe(200);
});

test('everything that can be asked is asked', async () => {
  for (const [template, operations] of Object.entries(document.paths)) {
    if (operations.get === undefined) continue;
    for (const path of await concrete(template)) {
      const { status, text } = await api('GET', path);
      produced[`GET ${path}`] = text;
      expect([path, status]).toEqual([path, 200]);
    }
  }
  for (const path of ['/metrics', '/readyz', '/api/v1/openapi.json']) {
    produced[path] = await (await fetch(`http://127.0.0.1:${server.port}${path}`)).text();
  }
  const { id } = firstKey();
  for (const args of [
    ...[
      ['config'],
      ['config', '--json'],
      ['doctor'],
      ['doctor', '--json'],
      ['key', 'list'],
      ['key', 'show', id],
    ],
    ...[
      ['token', 'list'],
      ['agent', 'list'],
      ['asset', 'list', '--json'],
      ['submission', 'list', '--json'],
    ],
    ...[
      ['audit', 'list', '--json'],
      ['audit', 'verify'],
      ['audit', 'export'],
      ['instance', 'list'],
    ],
    ...[
      ['key', 'config', id, '--for', 'glpi-agent'],
      ['quarantine', 'list', '--json'],
    ],
  ]) {
    await run(args);
  }
  expect(Object.keys(produced).filter((what) => what.startsWith('GET /')).length).toBeGreaterThan(10);
});

/** Paths of an operation with ids of things that there are. */
async function concrete(template: string): Promise<readonly string[]> {
  const parameter = /\{(\w+)\}/.exec(template)?.[0];
  if (parameter === undefined) return [template];
  const list = `${template.slice(0, template.indexOf('/{'))}?limit=200`;
  const { items } = JSON.parse((await api('GET', list)).text) as { items: Record<string, string>[] };
  return items
    .slice(0, 50)
    .map((item) =>
      template.replace(
        parameter,
        item.kid !== undefined && template.startsWith('/keys') ? item.kid : (item.id ?? ''),
      ),
    )
    .filter((path) => !path.includes('{'))
    .map((path) => (path.endsWith('/config') ? `${path}?for=glpi-agent` : path));
}

test('no secret stands in anything that was answered, printed, logged or counted', async () => {
  server.kill('SIGTERM');
  const { stdout, stderr } = await server.ended;
  // The first start shows the first key in ready command lines, once and to whoever started it.
  const shown = stdout
    .split('\n')
    .filter((line) => !line.startsWith('{') && line.includes(firstKey().secret));
  produced.log =
    stdout
      .split('\n')
      .filter((line) => !shown.includes(line))
      .join('\n') + stderr;
  expect(shown.length).toBeLessThan(6);
  expect(produced.log.split('\n').length).toBeGreaterThan(1000);
  server = await startServer(env);
  server.kill('SIGTERM');
  const second = await server.ended;
  produced['second start'] = second.stdout + second.stderr;
  const found = Object.entries(produced).flatMap(([what, text]) =>
    search.findIn(text).map((where) => `${what}: ${where}`),
  );
  expect(found).toEqual([]);
});

test('no secret stands in any table, nor in what agents sent', async () => {
  const rows = await rowsOf(database.url);
  expect(rows.split('\n').length).toBeGreaterThan(50);
  expect(search.findIn(rows)).toEqual([]);
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows: contents } = await client.query<{ bytes: Buffer }>(
    'SELECT content AS bytes FROM asset_inventory UNION ALL SELECT wire FROM submission_body',
  );
  await client.end();
  expect(contents.length).toBeGreaterThan(0);
  const texts = contents.map(({ bytes }) => (bytes[0] === 0x78 ? inflateSync(bytes) : bytes).toString());
  expect(texts.flatMap((text) => search.findIn(text))).toEqual([]);
});

test('the search has seen the secrets where they rightly are: it would have found them', () => {
  const { secret } = firstKey();
  expect(search.findIn(server.printed() + secret)).not.toEqual([]);
  expect(search.findIn(hintOf(secret))).toEqual([]);
  expect(search.size).toBeGreaterThan(20);
});
