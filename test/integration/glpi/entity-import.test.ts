import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { glpiAccess, resealGlpiApis } from '../../../src/admin/glpi/api-credentials';
import { importDueEntities } from '../../../src/admin/glpi/import-due';
import { glpiApiSet } from '../../../src/cli/commands/glpi-api';
import { glpiEntities } from '../../../src/cli/commands/glpi-entities';
import { glpiRules } from '../../../src/cli/commands/glpi-rules';
import type { CommandSpec } from '../../../src/cli/command';
import type { Context } from '../../../src/cli/context';
import { peppersOf } from '../../../src/domain/pepper';
import { startAdminApi, type AdminApi, type Json } from '../../support/admin-api';
import { entityRow, startFakeGlpiApi, type FakeGlpiApi } from '../../support/fake-glpi-api';

let api: AdminApi;
let glpi: FakeGlpiApi;
beforeAll(async () => {
  api = await startAdminApi();
  glpi = await startFakeGlpiApi();
});
afterAll(async () => {
  await api.close();
  await glpi.close();
});

const screen = { columns: undefined, paint: (_style: string, text: string) => text };

/** The command as the program runs it, on the test's database; `files` is what files hold. */
async function run(spec: CommandSpec | undefined, options: object, files: Record<string, string> = {}) {
  const context: Partial<Context> = {
    actor: 'cli:test',
    withAdmin: (work) => work(api.deps, api.caller),
    readInput: (file) => Promise.resolve(Buffer.from(files[file] ?? '')),
    note: () => undefined,
  };
  const shown = await spec?.run(context as Context, options);
  if (shown === undefined) throw new Error('the command printed nothing');
  return { value: shown.value as Json, text: shown.text(screen) };
}

const lines = (done: Json) =>
  (done.lines as { kind: string; completeName: string; before: string | null; after: string | null }[]).map(
    (line) =>
      [line.kind, line.completeName, line.before, line.after].filter((part) => part !== null).join(' | '),
  );
const preview = () => api.expect(200, 'post', '/glpi/entities', { apply: false });
const apply = () => api.expect(200, 'post', '/glpi/entities', { apply: true });
const entities = async () =>
  (await api.expect(200, 'get', '/entities?limit=500')).items as (Json & { id: string })[];
const named = async (name: string) => (await entities()).find((one) => one.completeName === name);

it('says that there is no credential, and how to give one', async () => {
  for (const [method, path, body] of [
    ['get', '/glpi/api', undefined],
    ['post', '/glpi/entities', { apply: false }],
    ['post', '/glpi/entities', { apply: true }],
  ] as const) {
    expect(await api.expect(409, method, path, body)).toMatchObject({
      code: 'glpi_api_missing',
      detail: expect.stringContaining('gatehouse glpi api set') as string,
    });
  }
});

it('takes a credential and never shows or stores what is secret of it', async () => {
  const { userToken, appToken } = glpi.state;
  const files = { u: `${userToken}\n`, a: appToken };
  const { text } = await run(
    glpiApiSet,
    { url: `${glpi.url}/apirest.php/`, userTokenFile: 'u', appTokenFile: 'a' },
    files,
  );
  expect(text).toContain(glpi.url);
  const { rows } = await sql<object>`SELECT encode(secret, 'escape') AS raw, * FROM glpi_api`.execute(
    api.deps.db,
  );
  const shown = [
    text,
    JSON.stringify(await api.expect(200, 'get', '/glpi/api')),
    JSON.stringify(rows),
    api.log.join(),
  ];
  const audit = JSON.stringify((await api.expect(200, 'get', '/audit?limit=50')).items);
  for (const one of [...shown, audit]) expect(one).not.toMatch(new RegExp(`${userToken}|${appToken}`));
  expect(audit).toContain('glpi-api.set');
});

it.each([
  [{ url: 'glpi', userToken: 'x' }, '/url'],
  [{ url: 'ftp://glpi', userToken: 'x' }, '/url'],
  [{ url: 'https://u:p@glpi', userToken: 'x' }, '/url'],
  [{ url: 'http://glpi.example', userToken: 'x' }, '/url'],
  [{ url: 'https://glpi.example' }, '/userToken'],
  [{ url: 'https://glpi.example', userToken: 'x', clientId: 'y', clientSecret: 'z' }, '/userToken'],
  [{ url: 'https://glpi.example', clientId: 'y' }, '/userToken'],
  [{ url: 'https://glpi.example', clientId: 'y', clientSecret: 'z', userName: 'n' }, '/userName'],
  [{ url: 'https://glpi.example', clientId: 'y', clientSecret: 'z', appToken: 'a' }, '/appToken'],
  [{ url: 'https://glpi.example', userToken: 'x'.repeat(1025) }, '/userToken'],
])('refuses %j, and changes nothing', async (body, field) => {
  const before = await api.expect(200, 'get', '/glpi/api');
  const problem = await api.expect(422, 'post', '/glpi/api', body);
  expect(problem.errors).toMatchObject([{ field }]);
  expect(await api.expect(200, 'get', '/glpi/api')).toEqual(before);
});

it('previews without changing, then takes the tree over; keys refer to it', async () => {
  const own = await api.expect(201, 'post', '/entities', { name: 'Lyon' });
  glpi.state.entities.push(
    entityRow(1, 0, 'Paris', 'PAR'),
    entityRow(2, 1, 'Louvre'),
    entityRow(3, 0, 'LYON'),
  );
  const before = await entities();
  const seen = await preview();
  expect(lines(seen)).toEqual([
    'link | Root entity',
    'rename | Root entity | Root | Root entity',
    'create | Root entity > Paris',
    'tag | Root entity > Paris | PAR',
    'link | Root entity > LYON',
    'rename | Root entity > LYON | Lyon | LYON',
    'create | Root entity > Paris > Louvre',
  ]);
  expect(await entities()).toEqual(before);
  expect(lines(await apply())).toEqual(lines(seen));
  expect(await named('Root entity > LYON')).toMatchObject({ id: own.id, glpiId: 3, goneFromGlpi: null });
  const paris = await named('Root entity > Paris');
  expect(paris).toMatchObject({ glpiId: 1, tag: 'PAR' });
  await api.expect(201, 'post', '/keys', { name: 'of Paris', entityId: paris?.id });
  expect(lines(await apply())).toEqual([]);
  expect(await api.expect(200, 'get', '/glpi/api')).toMatchObject({ lastImport: { seen: 4 } });
});

it('follows renames and moves, and keeps what is gone, marked', async () => {
  const paris = await named('Root entity > Paris');
  glpi.state.entities = [
    entityRow(0, null, 'Root entity'),
    entityRow(4, 0, 'France'),
    entityRow(2, 4, 'Museum'),
    entityRow(3, 4, 'Lyon', 'par'),
  ];
  expect(lines(await apply())).toEqual([
    'create | Root entity > France',
    'rename | Root entity > France > Museum | Louvre | Museum',
    'move | Root entity > France > Museum | Root entity > Paris | Root entity > France',
    'rename | Root entity > France > Lyon | LYON | Lyon',
    'move | Root entity > France > Lyon | Root entity | Root entity > France',
    'gone | Root entity > Paris',
    'tag-taken | Root entity > France > Lyon | par',
  ]);
  const gone = await named('Root entity > Paris');
  expect(gone).toMatchObject({ id: paris?.id, glpiId: 1, tag: 'PAR' });
  expect(gone?.goneFromGlpi).toMatch(/^\d{4}-/);
  const { items } = await api.expect(200, 'get', '/audit?object=1&limit=1');
  expect(items).toMatchObject([{ action: 'entity.import', detail: { gone: 1, move: 2, seen: 4 } }]);
  glpi.state.entities.push(entityRow(1, 0, 'Paris', 'PAR'));
  expect(lines(await apply())).toEqual([
    'back | Root entity > Paris',
    'tag-taken | Root entity > France > Lyon | par',
  ]);
});

it('refuses a move that would carry a rule’s target out of its key’s entity, and changes nothing', async () => {
  const [france, lyon] = [await named('Root entity > France'), await named('Root entity > France > Lyon')];
  const rules = [{ tag: 'x', entityId: lyon?.id }];
  const { kid } = await api.expect(201, 'post', '/keys', { name: 'k', entityId: france?.id, rules });
  const row = glpi.state.entities.find(({ id }) => id === 3)!;
  row.entities_id = 0;
  const before = await entities();
  expect(await api.expect(409, 'post', '/glpi/entities', { apply: true })).toMatchObject({
    code: 'entity_in_use',
    detail: expect.stringContaining(String(kid)) as string,
  });
  expect(await entities()).toEqual(before);
  expect(await api.expect(200, 'get', '/glpi/api')).toMatchObject({
    lastImport: { failed: 'entity_in_use' },
  });
  row.entities_id = 4;
});

it('changes nothing while GLPI is in maintenance, shows nothing, or loops', async () => {
  const before = await entities();
  const refusedBecause = async (text: string) => {
    expect(await api.expect(502, 'post', '/glpi/entities', { apply: true })).toMatchObject({
      code: 'glpi_unavailable',
      detail: expect.stringContaining(text) as string,
    });
    expect(await entities()).toEqual(before);
  };
  glpi.state.mode = 'maintenance';
  await refusedBecause('maintenance');
  glpi.state.mode = 'normal';
  const all = glpi.state.entities;
  glpi.state.entities = [];
  await refusedBecause('GLPI shows no entity');
  glpi.state.entities = [...all, entityRow(8, 9, 'A'), entityRow(9, 8, 'B')];
  await refusedBecause('a cycle');
  const deep = Array.from({ length: 33 }, (_, i) => entityRow(100 + i, i === 0 ? 0 : 99 + i, `d${i}`));
  glpi.state.entities = [...all, ...deep];
  expect(await api.expect(409, 'post', '/glpi/entities', { apply: true })).toMatchObject({
    code: 'entity_limit_reached',
  });
  expect(await entities()).toEqual(before);
  glpi.state.entities = all;
});

it('does the same by the API of GLPI 11, which tells no tags', async () => {
  const { clientId, clientSecret, user } = glpi.state;
  await api.expect(200, 'post', '/glpi/api', {
    url: glpi.url,
    ...{ clientId, clientSecret, userName: user.name, password: user.password },
  });
  glpi.state.entities.push(entityRow(11, 4, 'Nice', 'NCE'));
  expect(lines(await apply())).toEqual(['create | Root entity > France > Nice']);
  expect(await named('Root entity > France > Nice')).toMatchObject({ tag: null, glpiId: 11 });
});

it('shows people the same, under both names of the command', async () => {
  glpi.state.entities.push(entityRow(12, 4, 'Metz'));
  for (const spec of glpiEntities) {
    const { text, value } = await run(spec, { preview: true });
    expect(text).toContain('Root entity > France > Metz');
    expect(text).toContain('1 create. Nothing was changed. Do it with --apply.');
    expect(value.applied).toBe(false);
  }
  expect((await run(glpiEntities[0], { apply: true })).text).toContain('Done.');
  expect((await run(glpiEntities[0], {})).text).toBe('GLPI has 7 entities. Nothing differs.');
});

it('prints the rule for GLPI with the tag of each entity, and as a file', async () => {
  const { text } = await run(glpiRules, {});
  expect(text).toMatch(/regular expression matches, \/\(\.\+\)\//);
  expect(text).toMatch(/Root entity > Paris +PAR/);
  expect(text).toMatch(/\d more have no tag/);
  const { text: xml } = await run(glpiRules, { xml: true });
  expect(xml).toContain('<entities_id>Root entity</entities_id>');
  expect(await api.expect(200, 'get', '/glpi/rules')).toMatchObject({ xml: `${xml}\n` });
});

it('is done on a schedule, by one process, and not before its time', async () => {
  const { userToken, appToken } = glpi.state;
  await api.expect(200, 'post', '/glpi/api', { url: glpi.url, userToken, appToken });
  glpi.state.entities.push(entityRow(13, 4, 'Brest'));
  const later = (hours: number) => {
    api.clock.now = new Date(Date.now() + hours * 3_600_000);
  };
  later(2);
  expect(await importDueEntities(api.deps, 0)).toBe(0);
  expect(await importDueEntities(api.deps, 3)).toBe(0);
  const both = await Promise.all([importDueEntities(api.deps, 1), importDueEntities(api.deps, 1)]);
  // Brest, and the tag of Nice that the other API did not tell.
  expect(both.toSorted()).toEqual([0, 2]);
  const { items } = await api.expect(200, 'get', '/audit?object=1&limit=1');
  expect(items).toMatchObject([{ action: 'entity.import', actor: 'gatehouse housekeeping' }]);
  later(4);
  glpi.state.mode = 'database-down';
  expect(await importDueEntities(api.deps, 1)).toBe(0);
  expect(await api.expect(200, 'get', '/glpi/api')).toMatchObject({
    lastImport: { failed: 'glpi_unavailable' },
  });
  expect(api.log.join()).toContain('the entities of GLPI were not taken over');
  glpi.state.mode = 'normal';
  api.clock.now = undefined;
});

it('opens the credential after a change of the pepper, once, and says when it no longer can', async () => {
  const next = randomBytes(32);
  const { active } = api.deps.peppers;
  const peppers = { ...peppersOf(next), previous: active };
  await api.deps.db.transaction().execute((trx) => resealGlpiApis({ ...api.deps, peppers }, trx));
  const access = await glpiAccess({ ...api.deps, peppers: peppersOf(next) }, 1);
  expect(access.credentials).toMatchObject({ api: 'legacy', userToken: glpi.state.userToken });
  await expect(glpiAccess(api.deps, 1)).rejects.toMatchObject({ code: 'glpi_api_missing' });
});
