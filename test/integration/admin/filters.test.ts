import { recordEvent } from '../../../src/store/events';
import { startAdminApi, type AdminApi } from '../../support/admin-api';
import { aSubmission, homeOf } from '../../support/admin-rows';

let api: AdminApi;
let paris: string;
let desks: string;
const now = new Date('2027-03-01T12:00:00Z');
const inDays = (days: number): string => new Date(now.getTime() + days * 86_400_000).toISOString();
const made = async (path: string, body: object): Promise<string> => {
  const { id, kid } = await api.expect(201, 'post', path, body);
  return String(kid ?? id);
};

beforeAll(async () => {
  api = await startAdminApi();
  api.clock.now = now;
  paris = await made('/entities', { name: 'Paris_75', tag: 'FR-75' });
  desks = await made('/entities', { name: 'Desks', parentId: paris });
});
afterAll(async () => {
  await api.close();
});

/** The values of one field, in the order of the list. */
const listed = async (path: string, field: string): Promise<unknown[]> => {
  const { items } = await api.expect(200, 'get', path);
  return (items as Record<string, unknown>[]).map((item) => item[field]);
};

it.each([
  ['name=PARIS*', ['Paris_75']],
  ['name=p*_75', ['Paris_75']],
  // No character of SQL's own patterns means anything.
  ['name=Paris%2575', []],
  ['name=desk_', []],
  ['tag=fr-*', ['Paris_75']],
  ['name=*&tag=fr-75', ['Paris_75']],
])('entities are found by %s', async (query, names) => {
  expect(await listed(`/entities?${query}`, 'name')).toEqual(names);
});

it('entities are found by what they are right below', async () => {
  expect(await listed(`/entities?parent=${paris}`, 'name')).toEqual(['Desks']);
  expect(await listed(`/entities?parent=${desks}`, 'name')).toEqual([]);
});

it('keys are found by the state that they show, and by name, owner, mode and entity, all of which must hold', async () => {
  const key = (name: string, over: object = {}) => made('/keys', { name, entityId: paris, ...over });
  api.clock.now = new Date(now.getTime() - 10 * 86_400_000);
  await key('ended', { useUntil: inDays(-1), owner: 'Ada' });
  await key('closed', { mode: 'closed', enrolUntil: inDays(-1) });
  await key('no new ones', { enrolUntil: inDays(-1), owner: 'ada lovelace' });
  const gone = await key('gone', { useUntil: inDays(-1) });
  await api.expect(200, 'post', `/keys/${gone}/revoke`);
  api.clock.now = now;
  const expected = { expired: 'ended', closed: 'closed', 'enrolment-ended': 'no new ones', revoked: 'gone' };
  for (const [state, name] of Object.entries(expected)) {
    expect(await listed(`/keys?state=${state}`, 'name')).toEqual([name]);
    expect(await listed(`/keys?state=${state}`, 'state')).toEqual([state]);
  }
  expect(await listed(`/keys?state=active`, 'name')).toEqual(['first key']);
  expect(await listed(`/keys?owner=ada*`, 'name')).toHaveLength(2);
  expect(await listed(`/keys?owner=ada*&state=expired&entity=${paris}`, 'name')).toEqual(['ended']);
  expect(await listed(`/keys?mode=closed&name=c*`, 'name')).toEqual(['closed']);
  expect(await listed(`/keys?mode=closed&name=x*`, 'name')).toEqual([]);
});

it('tokens are found by role and by whether they are good', async () => {
  await made('/tokens', { name: 'short', role: 'viewer', expiresAt: inDays(1) });
  const revoked = await made('/tokens', { name: 'revoked', role: 'viewer' });
  await made('/tokens', { name: 'ops', role: 'operator' });
  await api.expect(200, 'post', `/tokens/${revoked}/revoke`);
  api.clock.now = new Date(inDays(2));
  expect((await listed('/tokens?role=viewer', 'name')).toSorted()).toEqual(['revoked', 'short']);
  expect(await listed('/tokens?role=viewer&state=expired', 'name')).toEqual(['short']);
  expect(await listed('/tokens?state=revoked', 'name')).toEqual(['revoked']);
  expect(await listed('/tokens?state=good', 'name')).toEqual(['ops', 'first token']);
  api.clock.now = now;
});

it('the audit log is found by who, what and when', async () => {
  expect(await listed('/audit?action=KEY.*&actor=*(token*', 'action')).toContain('key.revoke');
  expect(await listed('/audit?action=key.revoke&actor=cli:*', 'action')).toEqual([]);
  const at = inDays(30);
  api.clock.now = new Date(at);
  await api.expect(200, 'patch', `/entities/${desks}`, { tag: 'D' });
  api.clock.now = now;
  expect(await listed(`/audit?since=${at}`, 'action')).toEqual(['entity.update']);
  expect(await listed(`/audit?since=${at}&before=${at}`, 'action')).toEqual([]);
  expect(await listed(`/audit?before=${at}&object=${desks}`, 'action')).toEqual(['entity.create']);
});

it('events are found by object, entity and when', async () => {
  const event = (object: string, entityId: string | null, days: number) =>
    recordEvent(api.deps.db, 1, {
      ...{ at: new Date(inDays(days)), kind: 'key.expiring' as const, entityId, object, detail: {} },
    });
  await event('one', desks, 1);
  await event('two', paris, 2);
  await event('three', null, 3);
  const found = (query: string) => listed(`/events?kind=key.expiring&${query}`, 'object');
  expect(await found('object=two')).toEqual(['two']);
  expect(await found(`entity=${paris}`)).toEqual(['two']);
  expect(await found(`entity=${paris}&recursive=true`)).toEqual(['two', 'one']);
  expect(await found(`since=${inDays(2)}`)).toEqual(['three', 'two']);
  expect(await found(`since=${inDays(2)}&before=${inDays(3)}`)).toEqual(['two']);
  await api.expect(400, 'get', '/events?entity=019a0000-0000-7000-8000-000000000000');
});

it('submissions are found by where they were assigned, else where their key is; agents by where their key is', async () => {
  const kid = await made('/keys', { name: 'below', entityId: desks });
  const home = { ...homeOf(api), kid };
  await aSubmission(api, home, { entity_id: desks, deviceid: 'assigned' });
  await aSubmission(api, home, { entity_id: null, deviceid: 'refused' });
  await aSubmission(api, homeOf(api), { entity_id: null, deviceid: 'elsewhere' });
  expect(await listed(`/submissions?entity=${desks}`, 'deviceid')).toEqual(['refused', 'assigned']);
  expect(await listed(`/submissions?entity=${paris}`, 'deviceid')).toEqual([]);
  expect(await listed(`/submissions?entity=${paris}&recursive=true&deviceid=refused`, 'deviceid')).toEqual([
    'refused',
  ]);
  const agent = (sender: string, of: string, days: number) =>
    api.deps.db
      .insertInto('agent')
      .values({
        ...{
          instance_id: 1,
          kid: of,
          sender,
          agentid: sender,
          deviceid: sender,
          source_address: '192.0.2.1',
        },
        ...{ first_contact: now, last_contact: new Date(inDays(days)) },
      })
      .execute();
  await agent('here', kid, -9);
  await agent('lately', kid, -1);
  await agent('there', api.firstKid, -9);
  expect(await listed(`/agents?entity=${paris}&recursive=true`, 'sender')).toEqual(['here', 'lately']);
  const before = `lastContactBefore=${inDays(-5)}`;
  expect(await listed(`/agents?entity=${desks}&${before}`, 'sender')).toEqual(['here']);
  expect((await listed(`/agents?${before}`, 'sender')).toSorted()).toEqual(['here', 'there']);
});

it('what a filter does not take is refused by its name', async () => {
  for (const query of [
    'keys?state=good',
    'tokens?state=active',
    'audit?since=2027-02-31',
    'entities?parent=x',
  ]) {
    expect(await api.expect(400, 'get', `/${query}`)).toMatchObject({ code: 'query_invalid' });
  }
});
