import { eventChannel, recordEvent } from '../../../src/store/events';
import { listen } from '../../../src/store/listen';
import { createSubmissionHints, readSubmissionHint } from '../../../src/store/submission-hints';
import { watchForEvents } from '../../../src/store/watch';
import { deviceNumber, jsonInventory } from '../../support/devices';
import { listenToEvents, type EventStream } from '../../support/event-stream';
import { startTestGateway, type TestGateway, type Twin } from '../../support/gateway';
import { eventually } from '../../support/refusals';

let gateway: TestGateway;
let twin: Twin;
const streams: EventStream[] = [];
beforeAll(async () => {
  gateway = await startTestGateway({ maxEventStreams: 20 });
  twin = await gateway.twin();
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await eventually('streams to be closed', async () => {
    const metrics = await fetch(`${gateway.url}/metrics`).then((answer) => answer.text());
    return /^gatehouse_event_streams 0$/m.test(metrics) ? true : undefined;
  });
});
afterAll(async () => {
  await twin.close();
  await gateway.close();
});

const open = async (token = gateway.adminToken, headers: Record<string, string> = {}, query = '') => {
  const stream = await listenToEvents(gateway.url, token, headers, query);
  streams.push(stream);
  return stream;
};
const post = (n: number, over = {}) =>
  twin.post('/front/inventory.php', { body: jsonInventory({ ...deviceNumber(n), ...over }) });
interface Named {
  id: string;
  token: string;
}

it('a new asset is heard of by the pages of every process, once', async () => {
  const [one, two] = [await open(), await open()];
  expect(one.status).toBe(200);
  expect((await post(1)).status).toBe(200);
  for (const stream of [one, two]) {
    const event = await stream.until('the asset', ({ detail }) => detail.name === 'desk-1');
    expect(event).toMatchObject({ kind: 'asset.created', detail: { itemtype: 'Computer', name: 'desk-1' } });
  }
  // The same device again is no news.
  await post(1);
  await post(2);
  await one.until('the second asset', ({ detail }) => detail.name === 'desk-2');
  expect(one.events.map(({ detail }) => detail.name)).toEqual(['desk-1', 'desk-2']);
});

it('what was missed is sent after a break, from the last event on', async () => {
  const first = await open();
  await post(11);
  const { id } = await first.until('the asset', ({ detail }) => detail.name === 'desk-11');
  first.close();
  await post(12);
  await post(13);
  const second = await open(gateway.adminToken, { 'last-event-id': id });
  await second.until('the last one', ({ detail }) => detail.name === 'desk-13');
  expect(second.events.map(({ detail }) => detail.name)).toEqual(['desk-12', 'desk-13']);
});

it('a held device is heard of, and the decision on it', async () => {
  const stream = await open();
  const { kid, key } = await gateway.newKey({ mode: 'approve' });
  await twin.post('/front/inventory.php', { body: jsonInventory(deviceNumber(21)), key });
  const held = await stream.until('the case', ({ detail }) => detail.kid === kid);
  expect(held).toMatchObject({ kind: 'quarantine.opened', detail: { reason: 'approval_needed' } });
  await gateway.api('POST', `/quarantine/${held.object ?? ''}/resolve`, { action: 'new' });
  const decided = await stream.until('the decision', ({ kind }) => kind === 'quarantine.decided');
  expect(decided).toMatchObject({ object: held.object, detail: { resolution: 'new' } });
});

it('a stream tells only of the kind, the object and the entity that it was asked for', async () => {
  const { id: lyon } = await gateway.api<Named>('POST', '/entities', { name: 'Lyon' });
  const inside = await gateway.newKey({ name: 'inside Lyon', entityId: lyon });
  const held = await gateway.newKey({ mode: 'approve', entityId: lyon });
  const ask = async (query: string) => {
    const stream = await listenToEvents(gateway.url, gateway.adminToken, {}, query);
    streams.push(stream);
    return stream;
  };
  for (const query of ['?since=2027-01-01', '?entity=019a0000-0000-7000-8000-000000000000']) {
    expect((await ask(query)).status).toBe(400);
  }
  const [ofKind, ofPlace] = [await ask('?kind=quarantine.opened'), await ask(`?entity=${lyon}&recursive=1`)];
  await post(61);
  await twin.post('/front/inventory.php', { body: jsonInventory(deviceNumber(62)), key: inside.key });
  await twin.post('/front/inventory.php', { body: jsonInventory(deviceNumber(63)), key: held.key });
  for (const stream of [ofKind, ofPlace])
    await stream.until('the case', ({ detail }) => detail.name === 'desk-63');
  expect(ofKind.events.map(({ detail }) => detail.name)).toEqual(['desk-63']);
  expect(ofPlace.events.map(({ detail }) => detail.name)).toEqual(['desk-62', 'desk-63']);
});

it('a conflict is heard of once, however often the device comes', async () => {
  const stream = await open();
  const { kid, key } = await gateway.newKey({ name: 'rival' });
  await post(26);
  for (let n = 0; n < 2; n++) {
    await twin.post('/front/inventory.php', { body: jsonInventory(deviceNumber(26)), key });
  }
  await post(27);
  await stream.until('what came after', ({ detail }) => detail.name === 'desk-27');
  const heard = stream.events.filter((event) => event.detail.kid === kid);
  expect(heard).toMatchObject([{ kind: 'conflict.opened', detail: { reason: 'asset_of_other_key' } }]);
});

it('an import of many assets is one event an entity', async () => {
  const stream = await open();
  await post(28);
  await gateway.sql(`
    INSERT INTO asset (instance_id, asset_id, kid, entity_id, itemtype, identity, section_digests, first_seen, last_seen,
                       last_changed, last_submission)
      SELECT instance_id, gen_random_uuid(), kid, entity_id, itemtype, '{}', '{}', now(), now(), now(), gen_random_uuid()
        FROM (SELECT * FROM asset LIMIT 1) AS one CROSS JOIN generate_series(1, 101)`);
  const event = await stream.until('the import', ({ kind }) => kind === 'assets.created');
  expect(event.detail).toEqual({ count: 101 });
  expect(stream.events.map(({ kind }) => kind)).toEqual(['asset.created', 'assets.created']);
  await gateway.sql(`DELETE FROM asset WHERE identity = '{}'`);
});

it('whoever is limited to an entity hears of what is inside, and of nothing else', async () => {
  const { id: entityId } = await gateway.api<Named>('POST', '/entities', { name: 'Paris' });
  const { token } = await gateway.api<Named>('POST', '/tokens', { name: 't', role: 'viewer', entityId });
  const inside = await gateway.newKey({ name: 'inside', entityId });
  const stream = await open(token);
  await post(31);
  await twin.post('/front/inventory.php', { body: jsonInventory(deviceNumber(32)), key: inside.key });
  await stream.until('the one inside', ({ detail }) => detail.name === 'desk-32');
  expect(stream.events.map(({ detail }) => detail.name)).toEqual(['desk-32']);
  const listed = await fetch(`${gateway.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items } = (await listed.json()) as { items: { detail: { name: string }; entity: string }[] };
  expect(items).toMatchObject([{ detail: { name: 'desk-32' }, entity: 'Paris' }]);
});

it('whoever asked for it is told that submissions came in, by any process, and nobody of what lies outside', async () => {
  const { id: entityId } = await gateway.api<Named>('POST', '/entities', { name: 'Rennes' });
  const { token } = await gateway.api<Named>('POST', '/tokens', { name: 'r', role: 'viewer', entityId });
  const inside = await gateway.newKey({ name: 'inside Rennes', entityId, mode: 'closed' });
  const asks = '?submissions=true';
  const [all, limited, other] = [
    await open(gateway.adminToken, {}, asks),
    await open(token, {}, asks),
    await open(),
  ];
  const hinted = (stream: EventStream, times: number) =>
    eventually(`hint ${times}`, () => Promise.resolve(stream.hints() >= times || undefined));
  // What was there before may still be told of.
  const before = all.hints();
  await post(61);
  await hinted(all, before + 1);
  await recordEvent(gateway.gateway.database.db, 1, {
    ...{ at: new Date(), kind: 'webhook.test' as const, entityId, object: null, detail: { name: 'mark' } },
  });
  await limited.until('the mark', ({ detail }) => detail.name === 'mark');
  expect(limited.hints()).toBe(0);
  // Refused, so it has no entity of its own: that of its key counts.
  await twin.post('/front/inventory.php', { body: jsonInventory(deviceNumber(62)), key: inside.key });
  await hinted(limited, 1);
  await other.until('the mark', ({ detail }) => detail.name === 'mark');
  expect(other.hints()).toBe(0);
});

it('one notification tells of so many places, the next of more, and beyond what may wait nothing is told', async () => {
  const heard: string[][] = [];
  const tell = (payload: string | undefined): void => {
    const places = readSubmissionHint(payload) ?? [];
    const own = places.flatMap(({ instanceId, entityId }) => (instanceId === 77 ? [entityId ?? ''] : []));
    if (own.length > 0) heard.push(own);
  };
  const trouble = jest.fn();
  const hearing = { onNotification: tell, onMissed: () => undefined };
  const subscription = await listen(gateway.database.url, eventChannel, hearing, trouble);
  const limits = { intervalMs: 1, maxPlacesPerHint: 2, maxPlacesWaiting: 5 };
  const hints = createSubmissionHints(gateway.gateway.database.pool, trouble, limits);
  const ids = [1, 2, 3, 4, 5, 6].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
  for (const entityId of [...ids, ...ids]) hints.note({ instanceId: 77, entityId });
  await eventually('all that fits', () => Promise.resolve(heard.flat().length >= 5 || undefined));
  // A key that is unknown leads to no entity.
  hints.note({ instanceId: 77, kid: 'nobody' });
  await eventually('the last', () => Promise.resolve(heard.flat().includes('') || undefined));
  await hints.close();
  await subscription.close();
  expect(heard.map((places) => places.length)).toEqual([2, 2, 1, 1]);
  expect(heard.flat().toSorted()).toEqual(['', ...ids.slice(0, 5)]);
  expect(trouble).not.toHaveBeenCalled();
});

it('one token holds a tenth of the streams, all together hold all, and the next is told so', async () => {
  const tokens: string[] = [];
  for (let n = 0; n < 11; n++) {
    tokens.push((await gateway.api<Named>('POST', '/tokens', { name: `t${n}`, role: 'viewer' })).token);
  }
  const [first = '', ...others] = tokens;
  expect([(await open(first)).status, (await open(first)).status, (await open(first)).status]).toEqual([
    200, 200, 429,
  ]);
  for (const token of others.slice(0, 9))
    for (let n = 0; n < 2; n++) expect((await open(token)).status).toBe(200);
  expect((await open(others[9])).status).toBe(429);
});

it('a key that is used up and one that ends soon are told of once, and again when it comes true again', async () => {
  const soon = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const full = await gateway.newKey({ name: 'full', maxAssets: 1 });
  const ending = await gateway.newKey({ name: 'ending', useUntil: soon });
  await gateway.newKey({ name: 'fine', useUntil: new Date(Date.now() + 30 * 86_400_000).toISOString() });
  await twin.post('/front/inventory.php', { body: jsonInventory(deviceNumber(41)), key: full.key });
  const { pool } = gateway.gateway.database;
  const watch = () => watchForEvents(pool, new Date(), { agentsSilentDays: 14 });
  expect(await watch()).toBe(2);
  expect(await watch()).toBe(0);
  const { items } = await gateway.api<{ items: { kind: string; object: string }[] }>(
    'GET',
    '/events?limit=2',
  );
  expect(items.map(({ kind, object }) => [kind, object]).toSorted()).toEqual([
    ['key.expiring', ending.kid],
    ['key.used_up', full.kid],
  ]);
  await gateway.api('PATCH', `/keys/${full.kid}`, { maxAssets: 2 });
  expect(await watch()).toBe(0);
  await gateway.api('PATCH', `/keys/${full.kid}`, { maxAssets: 1 });
  expect(await watch()).toBe(1);
});

it('agents that have gone silent are told of by entity, each time only those that became so', async () => {
  const { pool } = gateway.gateway.database;
  const later = (days: number) => new Date(Date.now() + days * 86_400_000);
  const watch = (days: number) => watchForEvents(pool, later(days), { agentsSilentDays: 14 });
  await watch(0);
  await post(51);
  await post(52);
  expect(await watch(10)).toBe(0);
  expect(await watch(14.5)).toBeGreaterThan(0);
  const query = '/events?kind=agents.silent&limit=1';
  const { items } = await gateway.api<{ items: { detail: { names: string[]; days: number } }[] }>(
    'GET',
    query,
  );
  expect(items[0]?.detail.days).toBe(14);
  expect(await watch(14.6)).toBe(0);
});

it('a stream ends when more events wait than may while the database is slow, and resumes without losing or repeating one', async () => {
  const { database } = gateway.gateway;
  const { id: entityId } = await gateway.api<Named>('POST', '/entities', { name: 'Nantes' });
  const over = (stream: EventStream) =>
    eventually('its end', () => Promise.resolve(stream.isOver() || undefined));
  const first = await open();
  const mark = {
    at: new Date(),
    kind: 'webhook.test' as const,
    entityId,
    object: null,
    detail: { name: 'mark' },
  };
  await recordEvent(database.db, 1, mark);
  const { id } = await first.until('the mark', ({ detail }) => detail.name === 'mark');
  // Writing an event may look at the entities, too: they are locked at the moment in which it is committed.
  const [writer, slow] = [await database.pool.connect(), await database.pool.connect()];
  try {
    await writer.query('BEGIN; LOCK TABLE entity IN ACCESS SHARE MODE');
    // One is being sent, 1,000 wait.
    await writer.query(`
      INSERT INTO event (instance_id, at, kind, entity_id, detail)
        SELECT 1, now(), 'webhook.test', '${entityId}', jsonb_build_object('n', n) FROM generate_series(1, 1002) AS n`);
    await writer.query(`SELECT pg_notify('${eventChannel}', '')`);
    await slow.query('BEGIN');
    const locked = slow.query('LOCK TABLE entity IN ACCESS EXCLUSIVE MODE');
    await eventually('the lock to be next', async () => {
      const rows = await gateway.sql('SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass', [
        'entity',
      ]);
      return rows.length > 0 || undefined;
    });
    await writer.query('COMMIT');
    await locked;
    await over(first);
  } finally {
    await slow.query('ROLLBACK');
    for (const one of [writer, slow]) one.release();
  }
  expect(first.lastId()).toBe(id);
  const second = await open(gateway.adminToken, { 'last-event-id': first.lastId() });
  await over(second);
  const third = await open(gateway.adminToken, { 'last-event-id': second.lastId() });
  await third.until('the last', ({ detail }) => detail.n === 1002);
  expect([...second.events, ...third.events].map(({ detail }) => detail.n)).toEqual(
    Array.from({ length: 1002 }, (_, n) => n + 1),
  );
  expect([second.events.length, third.isOver()]).toEqual([1000, false]);
  // Whoever hears of none of them gets on all the same.
  const other = await open(gateway.adminToken, { 'last-event-id': id }, '?kind=upstream.up');
  await over(other);
  expect([other.events, other.lastId()]).toEqual([[], second.lastId()]);
});

it('an event that was committed after others with higher numbers is heard, too', async () => {
  const stream = await open();
  const client = await gateway.gateway.database.pool.connect();
  const event = (name: string) => ({
    ...{ at: new Date(), kind: 'webhook.test' as const, entityId: null, object: null, detail: { name } },
  });
  await client.query('BEGIN');
  await recordEvent(client, 1, event('late'));
  await recordEvent(gateway.gateway.database.db, 1, event('early'));
  await stream.until('the early one', ({ detail }) => detail.name === 'early');
  const early = stream.lastId();
  await client.query('COMMIT');
  client.release();
  await stream.until('the late one', ({ detail }) => detail.name === 'late');
  // Resumed after it, the early one would be told again.
  expect(stream.lastId()).toBe(early);
});
