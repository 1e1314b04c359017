import { defaultSearchableLimits, makeSoftwareSearchable } from '../../../src/store/software/make-searchable';
import { readSoftwareState } from '../../../src/store/software/waiting-software';
import { deviceNumber, jsonInventory, type Device } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
});

const pool = () => gateway.gateway.database.pool;
const make = (over = {}) => makeSoftwareSearchable(pool(), { ...defaultSearchableLimits, ...over });
const makeAll = async (over = {}): Promise<void> => {
  while (((await make(over)) ?? 0) > 0);
};

async function send(n: number, softwares: readonly string[], over: Device = {}, key?: string): Promise<void> {
  const body = jsonInventory({ ...deviceNumber(n), softwares, ...over });
  const answer = await gateway.post('/', { body, ...(key === undefined ? {} : { key }) });
  expect(answer.status).toBe(200);
}

async function found(query: Record<string, string>): Promise<string[]> {
  const { items } = await gateway.api<{ items: { name: string }[] }>(
    'GET',
    `/assets?${new URLSearchParams(query).toString()}`,
  );
  return items.map(({ name }) => name).sort();
}

const rows = async (table: string): Promise<number> =>
  (await gateway.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]?.n ?? 0;

test('an asset is found by a part of the name of a software, alone and with other filters', async () => {
  await send(1, ['Mozilla Firefox 115 (x64 fr)', 'Editor']);
  await send(2, ['Mozilla Thunderbird', 'Firebird 100%_\\']);
  await makeAll();
  expect(await found({ software: 'FIREFOX' })).toEqual(['desk-1']);
  expect(await found({ software: 'mozilla' })).toEqual(['desk-1', 'desk-2']);
  expect(await found({ software: 'moz* (x64 *' })).toEqual(['desk-1']);
  expect(await found({ software: 'firefox*' })).toEqual([]);
  expect(await found({ software: '100%_\\' })).toEqual(['desk-2']);
  expect(await found({ software: '1%0' })).toEqual([]);
  expect(await found({ q: 'firefox mozilla' })).toEqual(['desk-1']);
  expect(await found({ q: 'firefox thunderbird' })).toEqual([]);
  expect(await found({ q: 'mozilla', software: 'editor' })).toEqual(['desk-1']);
  expect(await found({ software: 'mozilla', serial: deviceNumber(2).serial })).toEqual(['desk-2']);
  expect(await found({ software: 'mozilla', status: 'retired' })).toEqual([]);
});

test('an inventory that changes software makes its asset wait, one that changes something else does not', async () => {
  await send(3, ['Alpha tool', 'Beta tool']);
  await makeAll();
  await send(3, ['Alpha tool', 'Beta tool'], { domain: 'elsewhere' });
  expect(await rows('software_waiting')).toBe(0);
  await send(3, ['Beta tool', 'Gamma tool']);
  await send(3, ['Gamma tool']);
  expect(await rows('software_waiting')).toBe(1);
  await makeAll();
  expect(await found({ software: 'gamma' })).toEqual(['desk-3']);
  expect(await found({ software: 'beta' })).toEqual([]);
});

test('names that nobody has any more are forgotten, and counted out', async () => {
  await send(4, ['Lonely tool', 'Shared tool']);
  await send(5, ['Shared tool']);
  await makeAll();
  const before = (await readSoftwareState(pool())).names;
  await send(4, ['Editor']);
  await makeAll();
  expect(
    await gateway.sql(
      `SELECT name, assets FROM software_name WHERE name LIKE '%ly tool' OR name = 'shared tool'`,
    ),
  ).toEqual([{ name: 'shared tool', assets: 1 }]);
  expect((await readSoftwareState(pool())).names).toBe(before - 1);
  expect((await readSoftwareState(pool())).names).toBe(await rows('software_name'));
});

test('an inventory that comes while its asset is being looked at waits on', async () => {
  await send(6, ['First tool']);
  const [waiting] = await gateway.sql<{ asset_id: string }>('SELECT asset_id FROM software_waiting');
  const held = await pool().connect();
  await held.query('BEGIN');
  await held.query('SELECT FROM software_waiting WHERE asset_id = $1 FOR UPDATE', [waiting?.asset_id]);
  // Waits for nobody, and leaves the row to whoever writes to it.
  expect(await make()).toBe(1);
  expect(await rows('software_waiting')).toBe(1);
  await held.query('COMMIT');
  held.release();
  await makeAll();
  expect(await found({ software: 'first tool' })).toEqual(['desk-6']);
});

test('one process at a time does it', async () => {
  await send(7, ['Seventh tool']);
  const done = await Promise.all([make(), make()]);
  expect(done).toContain(undefined);
  await makeAll();
  expect(await found({ software: 'seventh' })).toEqual(['desk-7']);
});

test('a key that brings new names without end leaves room to others, and what had none is counted', async () => {
  const { kid, key } = await gateway.newKey({ name: 'greedy' });
  const names = await rows('software_name');
  const limits = { maxNames: names + 6, maxNamesPerKey: 3 };
  await send(8, ['Spam one', 'Spam two', 'Spam three', 'Spam four', 'Editor'], {}, key);
  await makeAll(limits);
  expect(await found({ software: 'spam' })).toEqual(['desk-8']);
  expect(await found({ software: 'spam four' })).toEqual([]);
  expect(await found({ software: 'editor' })).toContain('desk-8');
  const [tally] = (await readSoftwareState(pool())).leftOut;
  expect(tally).toEqual({ kid, count: 1 });
  // One past the limit of all: the last of three that another key brings.
  const { key: modest } = await gateway.newKey({ name: 'modest' });
  await send(9, ['Plain one', 'Plain two', 'Plain three'], {}, modest);
  await makeAll({ ...limits, maxNames: names + 5 });
  expect(await found({ software: 'plain two' })).toEqual(['desk-9']);
  expect(await found({ software: 'plain three' })).toEqual([]);
});

test('numbers of names are used again when the highest is taken', async () => {
  await gateway.sql(`UPDATE software_name SET name_id = 2147483647 WHERE name = 'spam one'`);
  await gateway.sql(
    `UPDATE asset_software SET names = '{2147483647}' WHERE asset_id = (SELECT asset_id FROM asset WHERE name = 'desk-8')`,
  );
  await send(10, ['Tenth tool', 'Tenth helper']);
  await makeAll();
  expect(await found({ software: 'tenth' })).toEqual(['desk-10']);
  expect(await found({ software: 'tenth helper' })).toEqual(['desk-10']);
  expect(await rows(`software_name WHERE name_id < 1000`)).toBe((await rows('software_name')) - 1);
});

test('what was stored before names were searched is made searchable after all that is new', async () => {
  await gateway.sql('TRUNCATE asset_software, software_name, software_tally');
  await gateway.sql(
    `INSERT INTO software_waiting SELECT instance_id, asset_id, submission_id, 'infinity' FROM asset_inventory`,
  );
  await send(11, ['Newest tool']);
  expect(await make({ assetsAtOnce: 1 })).toBe(1);
  expect(await found({ software: 'newest' })).toEqual(['desk-11']);
  expect(await found({ software: 'thunderbird' })).toEqual([]);
  await makeAll();
  expect(await found({ software: 'thunderbird' })).toEqual(['desk-2']);
});

test('an asset that is gone makes nobody wait', async () => {
  await gateway.sql(
    `INSERT INTO software_waiting VALUES (1, gen_random_uuid(), gen_random_uuid(), '2026-01-01')`,
  );
  expect(await make()).toBe(1);
  expect(await rows('software_waiting')).toBe(0);
});
