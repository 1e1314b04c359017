import { randomBytes } from 'node:crypto';
import { resealWebhooks } from '../../../src/admin/webhook-secrets';
import { peppersOf } from '../../../src/domain/pepper';
import { recordEvent } from '../../../src/store/events';
import { forgetFormerSecrets } from '../../../src/store/webhooks';
import { deviceNumber, jsonInventory } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { eventually } from '../../support/refusals';
import { anInstallation } from '../../support/registration';
import { isSigned, startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver';

let receiver: WebhookReceiver;
let gateway: TestGateway;
const settings = {
  webhookAllowedNetworks: ['127.0.0.0/8'],
  webhookTimeoutMs: 2000,
  webhookMaxAttempts: 3,
  maxWaitingPerWebhook: 20,
  idleMs: 30,
};

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  gateway = await startTestGateway({ webhooks: settings });
});
afterAll(async () => {
  await gateway.close();
  await receiver.close();
});
afterEach(async () => {
  await gateway.sql('DELETE FROM webhook');
  receiver.answers.length = 0;
});

interface Hook {
  readonly id: string;
  readonly secret: string;
}
const hook = (over: object = {}) =>
  gateway.api<Hook>('POST', '/webhooks', { url: `${receiver.url}/hook?t=1`, ...over });
const post = (n: number, key?: string) =>
  gateway.post('/front/inventory.php', {
    body: jsonInventory(deviceNumber(n)),
    ...(key === undefined ? {} : { key }),
  });
const arrived = (name: string, count = 1) =>
  eventually(`${count} about ${name}`, () => {
    const found = receiver.received.filter(({ body }) => body.data.detail.name === name);
    return Promise.resolve(found.length >= count ? found : undefined);
  });
interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastTrouble: string | null;
}
const deliveries = async ({ id }: Hook) =>
  (await gateway.api<{ items: Delivery[] }>('GET', `/webhooks/${id}/deliveries`)).items;
const deliveryOf = (one: Hook, isIt: (delivery: Delivery) => boolean) =>
  eventually('the delivery', async () => (await deliveries(one)).find(isIt));
/** Waits are over, whatever chance made them. */
const dueNow = async () => {
  await gateway.sql(`UPDATE webhook SET not_before = NULL`);
  await gateway.sql(`UPDATE webhook_delivery SET due_at = now() WHERE due_at IS NOT NULL`);
};

test('a new asset is told of, signed as receivers are told to check it, and the secret is stored sealed', async () => {
  const made = await hook();
  expect((await post(1)).status).toBe(200);
  const [message] = await arrived('desk-1');
  if (message === undefined) throw new Error('nothing came');
  expect(message.path).toBe('/hook?t=1');
  expect(message.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': expect.stringMatching(/^msg_[0-9a-f]{32}_\d+$/) as string,
    'webhook-timestamp': expect.stringMatching(/^\d{10}$/) as string,
  });
  expect(isSigned(message, made.secret)).toBe(true);
  expect(isSigned({ ...message, text: `${message.text} ` }, made.secret)).toBe(false);
  expect(message.body).toMatchObject({
    type: 'asset.created',
    data: {
      ...{ kind: 'asset.created', entity: 'Root', detail: { itemtype: 'Computer' } },
      ...{ instance: { id: 1, name: 'default' } },
      link: expect.stringMatching(/^http:\/\/localhost:\d+\/admin\/assets\/[0-9a-f-]{36}$/) as string,
    },
  });
  await deliveryOf(made, ({ state, lastStatus }) => state === 'delivered' && lastStatus === 204);
  const rows = JSON.stringify(await gateway.sql('SELECT *, secret::text AS hex FROM webhook'));
  expect(rows).not.toContain(made.secret.split('_')[2]);
});

test('while one secret takes the place of another, messages are signed with both', async () => {
  const made = await hook({ kinds: ['asset.created'] });
  const rotate = (graceHours: number) =>
    gateway.api<Hook & { formerSecretUntil: string | null }>('POST', `/webhooks/${made.id}/rotate`, {
      graceHours,
    });
  const signedBy = async (n: number, ...secrets: string[]) => {
    await post(n);
    const [message] = await arrived(`desk-${n}`);
    return secrets.map((secret) => message !== undefined && isSigned(message, secret));
  };
  const second = await rotate(1);
  expect(await signedBy(81, made.secret, second.secret)).toEqual([true, true]);
  const third = await rotate(1);
  expect(await signedBy(82, made.secret, second.secret, third.secret)).toEqual([false, true, true]);
  await gateway.sql(`UPDATE webhook SET former_until = now() - interval '1 s'`);
  expect(await signedBy(83, second.secret, third.secret)).toEqual([false, true]);
  expect(await gateway.api('GET', `/webhooks/${made.id}`)).toMatchObject({ formerSecretUntil: null });
  const fourth = await rotate(0);
  expect(fourth.formerSecretUntil).toBeNull();
  expect(await signedBy(84, third.secret, fourth.secret)).toEqual([false, true]);
});

test('what is past its grace is forgotten, and what is not is sealed anew with the pepper', async () => {
  const [past, present] = [await hook(), await hook()];
  for (const { id } of [past, present]) await gateway.api('POST', `/webhooks/${id}/rotate`, {});
  await gateway.sql(`UPDATE webhook SET former_until = now() - interval '1 s' WHERE webhook_id = $1`, [
    past.id,
  ]);
  const { admin, database } = gateway.gateway;
  expect(await forgetFormerSecrets(database.db, new Date())).toBe(1);
  const peppers = { active: peppersOf(randomBytes(32)).active, previous: admin.peppers.active };
  await resealWebhooks({ ...admin, peppers }, database.db);
  expect(
    await gateway.sql(
      `SELECT webhook_id AS id, secret_pepper_id AS secret, former_pepper_id AS former FROM webhook ORDER BY 1`,
    ),
  ).toEqual([
    { id: past.id, secret: peppers.active.id, former: null },
    { id: present.id, secret: peppers.active.id, former: peppers.active.id },
  ]);
});

test('a webhook hears of the kinds it names, in the entity it names and below, and of nothing while it is off', async () => {
  const { id: paris } = await gateway.api<{ id: string }>('POST', '/entities', { name: 'Paris' });
  const { id: quarter } = await gateway.api<{ id: string }>('POST', '/entities', {
    name: 'Quarter',
    parentId: paris,
  });
  const inside = await gateway.newKey({ entityId: quarter });
  const [held, here, off] = [
    await hook({ kinds: ['quarantine.opened'] }),
    await hook({ entityId: paris }),
    await hook(),
  ];
  await gateway.api('PATCH', `/webhooks/${off.id}`, { enabled: false });
  await post(11);
  await post(12, inside.key);
  await deliveryOf(here, ({ state }) => state === 'delivered');
  await expect(gateway.api('DELETE', `/entities/${paris}`)).rejects.toThrow('entity_in_use');
  expect(await deliveries(here)).toHaveLength(1);
  expect([await deliveries(held), await deliveries(off)]).toEqual([[], []]);
  expect(await arrived('desk-12')).toHaveLength(1);
});

test('what is not taken is tried again under the same id, and given up after the last try', async () => {
  const made = await hook();
  receiver.answers.push({ status: 500 }, { status: 302, headers: { location: 'http://127.0.0.1:1/' } });
  await post(21);
  const first = await deliveryOf(made, ({ attempts }) => attempts === 1);
  expect(first).toMatchObject({ state: 'waiting', lastStatus: 500 });
  await dueNow();
  const second = await deliveryOf(made, ({ attempts }) => attempts === 2);
  expect(second.lastTrouble).toContain('redirect');
  receiver.answers.push({ status: 404 });
  await dueNow();
  expect(await deliveryOf(made, ({ attempts }) => attempts === 3)).toMatchObject({ state: 'failed' });
  const tries = await arrived('desk-21', 3);
  expect(new Set(tries.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(tries.every((message) => isSigned(message, made.secret))).toBe(true);
  expect(await gateway.api('GET', `/webhooks/${made.id}`)).toMatchObject({ state: 'failing', waiting: 0 });
  await gateway.api('POST', `/webhooks/${made.id}/deliveries/${first.id}/redeliver`);
  await dueNow();
  expect(await deliveryOf(made, ({ state }) => state === 'delivered')).toMatchObject({ attempts: 1 });
  expect(await gateway.api('GET', `/webhooks/${made.id}`)).toMatchObject({ state: 'working' });
});

test('while a receiver fails it is asked for one message at a time, and others are told meanwhile', async () => {
  const failing = await hook({ url: 'http://127.0.0.1:9/nobody' });
  const { db } = gateway.gateway.database;
  const at = new Date();
  await gateway.sql(`UPDATE webhook SET failures = 1 WHERE webhook_id = $1`, [failing.id]);
  for (let n = 0; n < 5; n++) {
    await recordEvent(db, 1, {
      at,
      kind: 'upstream.down',
      entityId: null,
      object: null,
      detail: { name: `d${n}` },
    });
  }
  await deliveryOf(failing, ({ attempts }) => attempts === 1);
  const working = await hook();
  await post(31);
  await deliveryOf(working, ({ state }) => state === 'delivered');
  const tried = (await deliveries(failing)).filter(({ attempts }) => attempts > 0);
  expect(tried).toHaveLength(1);
  expect(tried[0]?.lastTrouble).toContain('ECONNREFUSED');
});

test('410 Gone switches it off', async () => {
  const made = await hook();
  receiver.answers.push({ status: 410 });
  await post(41);
  await deliveryOf(made, ({ state }) => state === 'failed');
  expect(await gateway.api('GET', `/webhooks/${made.id}`)).toMatchObject({ enabled: false, state: 'off' });
});

test('what waits when a webhook is switched off goes when it is switched on again', async () => {
  const made = await hook();
  receiver.answers.push({ status: 500 });
  await post(45);
  await deliveryOf(made, ({ attempts }) => attempts === 1);
  await gateway.api('PATCH', `/webhooks/${made.id}`, { enabled: false });
  await dueNow();
  // Had it been looked for, it would have been before this one.
  const other = await hook();
  await post(46);
  await deliveryOf(other, ({ state }) => state === 'delivered');
  expect(await deliveries(made)).toMatchObject([{ state: 'waiting', attempts: 1 }]);
  await gateway.api('PATCH', `/webhooks/${made.id}`, { enabled: true });
  await deliveryOf(made, ({ state }) => state === 'delivered');
});

test('two processes send each message once, and one that was cut off in the middle is sent by another', async () => {
  const second = await gateway.twin();
  const made = await hook();
  for (let n = 51; n < 63; n++) await post(n);
  for (let n = 51; n < 63; n++) await arrived(`desk-${n}`);
  await eventually('all to be written down', async () =>
    (await deliveries(made)).every(({ state }) => state === 'delivered') ? true : undefined,
  );
  const names = receiver.received.map(({ body }) => String(body.data.detail.name));
  for (let n = 51; n < 63; n++) expect(names.filter((name) => name === `desk-${n}`)).toHaveLength(1);
  await second.close();
  const { id = '' } = (await deliveries(made))[0] ?? {};
  // As a process leaves it that died after the claim: leased, and the lease over.
  await gateway.sql(
    `UPDATE webhook_delivery SET state = 'waiting', due_at = now(), lease = gen_random_uuid(),
            lease_until = now() + interval '0.5 s' WHERE event_id = $1`,
    [Number(id)],
  );
  await deliveryOf(made, (one) => one.id === id && one.attempts === 2);
});

test('more than may wait are given up, the oldest first', async () => {
  const made = await hook();
  await gateway.sql(`UPDATE webhook SET not_before = now() + interval '1 day'`);
  const { db } = gateway.gateway.database;
  for (let n = 0; n < 21; n++) {
    await recordEvent(db, 1, {
      at: new Date(),
      kind: 'upstream.up',
      entityId: null,
      object: null,
      detail: { n },
    });
  }
  // A process looks for them at its start, and once a minute.
  const other = await gateway.twin();
  const lost = await deliveryOf(made, ({ state }) => state === 'failed');
  expect(lost.lastTrouble).toBe('too many waited for this webhook');
  const all = await deliveries(made);
  expect(all.map(({ state }) => state)).toEqual([...Array<string>(20).fill('waiting'), 'failed']);
  await other.close();
});

test('a test says at once what came of it, to the webhook asked for and no other', async () => {
  const made = await hook({ kinds: ['upstream.down'] });
  await hook();
  expect(await gateway.api('POST', `/webhooks/${made.id}/test`)).toMatchObject({
    ...{ kind: 'webhook.test', state: 'delivered', attempts: 1, lastStatus: 204 },
  });
  expect(receiver.received.filter(({ body }) => body.type === 'webhook.test')).toHaveLength(1);
  receiver.answers.push({ status: 503, headers: { 'retry-after': '1800' } });
  const before = Date.now();
  const failed = await gateway.api<{ state: string; dueAt: string }>('POST', `/webhooks/${made.id}/test`);
  expect(failed.state).toBe('waiting');
  expect(Date.parse(failed.dueAt) - before).toBeGreaterThanOrEqual(1_800_000);
});

test('viewers see the host of a webhook and not its path, which may hold a secret', async () => {
  await hook();
  const { token } = await gateway.api<{ token: string }>('POST', '/tokens', { name: 'v', role: 'viewer' });
  const answer = await fetch(`${gateway.url}/api/v1/webhooks`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items } = (await answer.json()) as { items: { url: string }[] };
  expect(items.map(({ url }) => url)).toEqual([`${receiver.url}/…`]);
});

test('the commands do the same', async () => {
  const here = anInstallation(gateway);
  const added = await here.run('webhook add', { url: `${receiver.url}/cli`, events: ['asset.created'] });
  const { id, secret } = added.value as unknown as Hook;
  expect(added.text).toContain(secret);
  expect(await here.run('webhook add', { url: 'http://10.0.0.1/' })).toMatchObject({ exitCode: 1 });
  expect((await here.run('webhook list')).text).toMatch(
    new RegExp(`${id} +127\\.0\\.0\\.1:\\d+ +new +0 +asset\\.created`),
  );
  expect((await here.run('webhook test', {}, [id])).value).toMatchObject({ state: 'delivered' });
  expect(receiver.received.at(-1)?.path).toBe('/cli');
  receiver.answers.push({ status: 500 });
  expect(await here.run('webhook test', {}, [id])).toMatchObject({ exitCode: 1 });
  const [failed] = await deliveries({ id, secret });
  const sent = await here.run('webhook deliveries', { state: 'waiting' }, [id]);
  expect(sent.text).toMatch(new RegExp(`${failed?.id ?? ''} +webhook\\.test +waiting +1 .* 500 `));
  expect(await here.run('webhook redeliver', {}, [id, failed?.id ?? ''])).toMatchObject({ exitCode: 0 });
  const rotated = await here.run('webhook rotate', { graceHours: 2 }, [id]);
  expect(rotated.text).toContain(String(rotated.value.secret));
  expect(rotated.text).toContain(`Until ${String(rotated.value.formerSecretUntil)} `);
  const { value } = await here.run('webhook update', { off: true, events: ['all'], name: 'Chat' }, [id]);
  expect(value).toMatchObject({ enabled: false, state: 'off', kinds: [], name: 'Chat' });
  expect(await here.run('webhook update', { off: true, on: true }, [id])).toMatchObject({ exitCode: 2 });
  expect((await here.run('webhook show', {}, [id])).text).not.toContain(secret);
  expect(await here.run('webhook remove', {}, [id])).toMatchObject({ value: { removed: true } });
  expect(await here.run('webhook show', {}, [id])).toMatchObject({
    exitCode: 1,
    message: 'There is no such webhook.',
  });
  here.remove();
});
