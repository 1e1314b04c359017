import { bounded } from '../../../src/cli/doctor/bounded';
import { wayExaminations } from '../../../src/cli/doctor/examine-ways';
import type { House } from '../../../src/cli/doctor/open-house';
import { createLog } from '../../../src/observability/log';
import { readSettings, type Settings } from '../../../src/settings/settings';
import { openDatabase, type Database } from '../../../src/store/database';
import { listInstances } from '../../../src/store/instances';
import { startAdminApi, type AdminApi } from '../../support/admin-api';
import { startFakeGlpi, type FakeGlpi } from '../../support/fake-glpi';
import { startFakeGlpiApi, type FakeGlpiApi } from '../../support/fake-glpi-api';
import { startFakeOidc, type FakeOidc } from '../../support/fake-oidc';

/** What `gatehouse doctor` finds of the servers around, on real connections; what it makes of that: test/unit/cli. */
let api: AdminApi;
let database: Database;
let glpi: FakeGlpi;
let glpiApi: FakeGlpiApi;
let oidc: FakeOidc;

beforeAll(async () => {
  [api, glpi, glpiApi, oidc] = await Promise.all([
    startAdminApi(),
    startFakeGlpi(),
    startFakeGlpiApi(),
    startFakeOidc(),
  ]);
  const options = { maxConnections: 2, connectTimeoutMs: 5000, statementTimeoutMs: 10_000 };
  database = openDatabase(api.databaseUrl, options);
  const { userToken, appToken } = glpiApi.state;
  await api.expect(200, 'post', '/glpi/api', { url: glpiApi.url, userToken, appToken });
  await api.expect(200, 'post', '/upstream', { url: glpi.url });
});
afterAll(async () => {
  await database.close();
  await api.close();
  await Promise.all([glpi.close(), glpiApi.close(), oidc.close()]);
});

const settingsWith = (env: Record<string, string>): Settings => {
  const oidcOf = { OIDC_ISSUER: oidc.issuer, OIDC_CLIENT_ID: 'gatehouse', OIDC_ROLES: 'all=viewer' };
  const read = readSettings({ ...oidcOf, ...env });
  if (!read.ok) throw new Error(read.faults.join(' '));
  return read.settings;
};
const log = createLog({ level: 'fatal', format: 'json' }, () => undefined);
const found = async (house: House | undefined, env: Record<string, string> = {}): Promise<string[]> => {
  const some = await wayExaminations(house, settingsWith(env), false);
  const findings = await Promise.all(some.map((one) => bounded(one, log)));
  return findings.flat().map(({ check, state, what }) => `${state} ${check}: ${what}`);
};
const theHouse = async (): Promise<House> => ({
  admin: api.deps,
  pool: database.pool,
  instances: (await listInstances(database.db)).slice(0, 1),
});

it('finds each of them well, and leaves nothing there', async () => {
  expect(await found(await theHouse())).toEqual([
    'skipped public URL: https://inventory.example was not asked: the gateway does not run here',
    expect.stringMatching(/^ok upstream: that of instance 1 takes inventories \(\d+ ms\)$/),
    expect.stringMatching(/^ok GLPI API: answers/),
    `ok sign-in: ${oidc.issuer} answers`,
  ]);
  expect([glpi.stored, glpi.requests]).toEqual([[], 0]);
});

it('says of each where the way ends, and goes on with the others', async () => {
  glpi.mood = 'maintenance';
  glpiApi.state.userToken = 'another';
  const away = { OIDC_ISSUER: 'http://127.0.0.1:9/nobody' };
  expect(await found(await theHouse(), away)).toEqual([
    expect.stringMatching(/^skipped public URL/),
    expect.stringMatching(/^warning upstream: the way to that of instance 1 ends at glpi: maintenance/),
    expect.stringMatching(/^warning GLPI API: \S/),
    expect.stringMatching(/^warning sign-in: http:\/\/127.0.0.1:9\/nobody does not say how it is asked/),
  ]);
  glpi.mood = 'ok';
});

it('tries without a database what the settings name', async () => {
  expect(await found(undefined, { GLPI_URL: glpi.url, OIDC_ISSUER: 'http://login.example' })).toEqual([
    expect.stringMatching(/^ok upstream: that of instance 1 takes inventories/),
    expect.stringMatching(/^problem sign-in: OIDC_ISSUER is http/),
  ]);
});
