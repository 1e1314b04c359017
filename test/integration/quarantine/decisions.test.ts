import { deviceNumber, type Device } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { quarantineScene } from '../../support/quarantine';

let gateway: TestGateway;
const { send, open, resolve, problemOf, assetRow } = quarantineScene(() => gateway);
let root: string;
let paris: string;
let lyon: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  const { items } = await gateway.api<{ items: { id: string }[] }>('GET', '/entities');
  root = items[0]?.id ?? '';
  const entity = async (name: string, tag: string) =>
    (await gateway.api<{ id: string }>('POST', '/entities', { name, tag })).id;
  paris = await entity('Paris', 'PAR');
  lyon = await entity('Lyon', 'LYO');
});
afterAll(async () => {
  await gateway.close();
});

let number = 1000;
const anotherDevice = () => deviceNumber(number++);

async function assetOf(device: Device, how = {}): Promise<string> {
  const { assetId, reason } = await send(device, how);
  if (assetId === null) throw new Error(`no asset: ${String(reason)}`);
  return assetId;
}

/** A stored machine, and another one that shows its serial and uuid. */
async function conflict(how = {}) {
  const victim = anotherDevice();
  const assetId = await assetOf(victim, how);
  const claimant: Device = {
    ...anotherDevice(),
    serial: victim.serial,
    uuid: victim.uuid,
    softwares: ['other'],
  };
  const held = await send(claimant, how);
  expect(held.reason).toBe('identity_conflict');
  return { victim, assetId, claimant, held };
}

const softwareOf = async (assetId: string) =>
  (
    await gateway.api<{ content: { softwares: { name: string }[] } }>('GET', `/assets/${assetId}/inventory`)
  ).content.softwares.map(({ name }) => name);

const identityOf = async (assetId: string) => (await assetRow(assetId)).identity as Record<string, string[]>;

describe('same', () => {
  test('the held inventory becomes that of the asset, from then on the device is it, and the decision names what came of it', async () => {
    const { victim, assetId, claimant, held } = await conflict();
    const resolved = await resolve(held.id, { action: 'same', note: 'mainboard and case swapped' });
    expect(resolved).toMatchObject({
      id: held.id,
      resolution: 'same',
      resolvedBy: expect.stringContaining('token') as string,
      note: 'mainboard and case swapped',
      isRemembered: true,
      result: { verdict: 'accepted', outcome: 'updated', assetId, entityId: root },
    });
    expect(await softwareOf(assetId)).toEqual(['other']);
    expect((await identityOf(assetId)).deviceids).toEqual([claimant.deviceid, victim.deviceid]);
    expect(await gateway.api('GET', `/submissions/${resolved.result?.submissionId ?? ''}`)).toMatchObject({
      evidence: { replays: held.id, caseId: held.id, decision: 'same' },
    });
    expect(await gateway.api('GET', `/submissions/${held.id}`)).toMatchObject({ resolution: 'same' });
    expect(await send(claimant)).toMatchObject({ verdict: 'accepted', outcome: 'unchanged', assetId });
    expect(await open(`asset=${assetId}`)).toEqual([]);
    const { items } = await gateway.api<{ items: { action: string }[] }>('GET', `/audit?object=${held.id}`);
    expect(items.map(({ action }) => action)).toEqual(['quarantine.resolve', 'quarantine.hold']);
  });

  test('the latest of what was held is taken, and the asset was seen when the device sent it', async () => {
    const { assetId, claimant, held } = await conflict();
    const latest = await send({ ...claimant, softwares: ['latest'] });
    expect(latest.reason).toBe('identity_conflict');
    const { lastSeen } = (await open(`asset=${assetId}`))[0] ?? {};
    await resolve(held.id, { action: 'same' });
    expect(await softwareOf(assetId)).toEqual(['latest']);
    expect(new Date(String((await assetRow(assetId)).last_seen)).toISOString()).toBe(lastSeen);
  });

  test('an asset of another key moves to the key that its device has now, with its entity, in audit and history', async () => {
    const first = await gateway.newKey({ entityId: paris });
    const second = await gateway.newKey({ entityId: lyon });
    const device = anotherDevice();
    const assetId = await assetOf(device, { key: first.key });
    const held = await send(device, { key: second.key });
    expect(held.reason).toBe('asset_of_other_key');
    expect((await assetRow(assetId)).kid).toBe(first.kid);
    await resolve(held.id, { action: 'same' });
    expect(await assetRow(assetId)).toMatchObject({ kid: second.kid, entity_id: lyon });
    expect(await send(device, { key: second.key })).toMatchObject({ outcome: 'unchanged', assetId });
    const history = await gateway.api<{ items: { kind: string; detail: object }[] }>(
      'GET',
      `/assets/${assetId}/history`,
    );
    expect(history.items).toContainEqual(
      expect.objectContaining({
        kind: 'moved',
        detail: expect.objectContaining({ from: paris, to: lyon }) as object,
      }),
    );
    const audit = await gateway.api<{ items: { action: string }[] }>('GET', `/audit?object=${assetId}`);
    expect(audit.items).toMatchObject([
      { action: 'asset.move', detail: { fromKey: first.kid, toKey: second.kid } },
    ]);
    // The other way it is a new question.
    expect(await send(device, { key: first.key })).toMatchObject({ reason: 'asset_of_other_key' });
    expect((await assetRow(assetId)).kid).toBe(second.kid);
  });

  test('an admin may name the asset, also one that shares nothing with the device', async () => {
    const { kid, key } = await gateway.newKey({ mode: 'approve' });
    const target = await assetOf(anotherDevice());
    const newcomer = anotherDevice();
    const held = await send(newcomer, { key });
    expect(held.reason).toBe('approval_needed');
    expect(await problemOf('POST', `/quarantine/${held.id}/resolve`, { action: 'same' })).toMatchObject({
      status: 422,
    });
    const missing = { action: 'same', assetId: '01900000-0000-7000-8000-00000000dead' };
    expect(await problemOf('POST', `/quarantine/${held.id}/resolve`, missing)).toMatchObject({ status: 422 });
    await resolve(held.id, { action: 'same', assetId: target });
    expect(await assetRow(target)).toMatchObject({ kid });
    expect(await send(newcomer, { key })).toMatchObject({ outcome: 'unchanged', assetId: target });
  });
});

describe('new', () => {
  test('the device gets an asset of its own, and both are told apart from then on', async () => {
    const { victim, assetId, claimant, held } = await conflict();
    const before = await assetRow(assetId);
    const { result } = await resolve(held.id, { action: 'new' });
    expect(result).toMatchObject({ outcome: 'created', entityId: root });
    const own = result?.assetId ?? '';
    expect(own).not.toBe(assetId);
    expect(await assetRow(assetId)).toEqual(before);
    expect(await send(claimant)).toMatchObject({ outcome: 'unchanged', assetId: own });
    expect(await send(victim)).toMatchObject({ outcome: 'unchanged', assetId });
    expect(await open(`asset=${assetId}`)).toEqual([]);
  });

  test('an approved device lands where the key says, or where the admin says below it, and nowhere else', async () => {
    const { key } = await gateway.newKey({ mode: 'approve', entityId: paris });
    const below = (
      await gateway.api<{ id: string }>('POST', '/entities', { name: 'Montmartre', parentId: paris })
    ).id;
    const [one, two] = [await send(anotherDevice(), { key }), await send(anotherDevice(), { key })];
    expect((await resolve(one.id, { action: 'new' })).result).toMatchObject({ entityId: paris });
    const elsewhere = { action: 'new', entityId: lyon };
    expect(await problemOf('POST', `/quarantine/${two.id}/resolve`, elsewhere)).toMatchObject({
      status: 422,
    });
    expect((await resolve(two.id, { action: 'new', entityId: below })).result).toMatchObject({
      entityId: below,
    });
  });

  test('what waits because the tag names no entity goes to the entity of the key', async () => {
    const { key } = await gateway.newKey({ tagPolicy: 'map', entityId: paris });
    const held = await send({ ...anotherDevice(), tag: 'MARS' }, { key });
    expect(held.reason).toBe('entity_not_found');
    expect((await resolve(held.id, { action: 'new' })).result).toMatchObject({
      outcome: 'created',
      entityId: paris,
    });
  });

  test('with another key a machine may be an asset of its own there', async () => {
    const { key } = await gateway.newKey({ entityId: lyon });
    const device = anotherDevice();
    const assetId = await assetOf(device);
    const held = await send(device, { key });
    const { result } = await resolve(held.id, { action: 'new' });
    expect(result?.assetId).not.toBe(assetId);
    expect(await send(device, { key })).toMatchObject({ outcome: 'unchanged', assetId: result?.assetId });
    expect(await send(device)).toMatchObject({ outcome: 'unchanged', assetId });
  });

  test('a new device beyond those of an hour is let in', async () => {
    const { key } = await gateway.newKey({ newAssetsPerHour: 1 });
    await assetOf(anotherDevice(), { key });
    const device = anotherDevice();
    const held = await send(device, { key });
    expect(held.reason).toBe('enrolment_burst');
    const { result } = await resolve(held.id, { action: 'new' });
    expect(await send(device, { key })).toMatchObject({ outcome: 'unchanged', assetId: result?.assetId });
  });
});

describe('reject', () => {
  test('the device is refused from then on, is not held again, and the asset is untouched', async () => {
    const { assetId, claimant, held } = await conflict();
    const before = await assetRow(assetId);
    expect(await resolve(held.id, { action: 'reject' })).toMatchObject({
      resolution: 'reject',
      isRemembered: true,
      result: null,
    });
    const again = await send(claimant);
    expect(again).toMatchObject({
      verdict: 'refused',
      reason: 'submission_rejected',
      evidence: { caseId: held.id },
    });
    expect(await assetRow(assetId)).toEqual(before);
    expect(await open(`asset=${assetId}`)).toEqual([]);
    // Under this key only.
    const { key } = await gateway.newKey();
    expect((await send(claimant, { key })).reason).toBe('asset_of_other_key');
  });

  test('opened again, the device is judged afresh and can be let in', async () => {
    const { assetId, claimant, held } = await conflict();
    await resolve(held.id, { action: 'reject' });
    expect(await problemOf('POST', `/quarantine/${held.id}/resolve`, { action: 'same' })).toMatchObject({
      status: 409,
      code: 'already_resolved',
    });
    const reopened = await gateway.api('POST', `/quarantine/${held.id}/reopen`);
    expect(reopened).toMatchObject({ resolution: null, resolvedBy: null });
    expect(await problemOf('POST', `/quarantine/${held.id}/reopen`)).toMatchObject({
      code: 'resolution_impossible',
    });
    expect(await send(claimant)).toMatchObject({ reason: 'identity_conflict' });
    expect(await resolve(held.id, { action: 'same' })).toMatchObject({ result: { assetId } });
    const { items } = await gateway.api<{ items: { action: string }[] }>('GET', `/audit?object=${held.id}`);
    expect(items.map(({ action }) => action).toReversed()).toEqual([
      'quarantine.hold',
      'quarantine.resolve',
      'quarantine.reopen',
      'quarantine.resolve',
    ]);
  });
});

describe('a decision that the key stands against changes nothing', () => {
  const cases: [string, (kid: string) => Promise<unknown>, string][] = [
    ['key_revoked', (kid) => gateway.api('POST', `/keys/${kid}/revoke`), 'revoked'],
    ['key_closed', (kid) => gateway.api('PATCH', `/keys/${kid}`, { mode: 'closed' }), 'closed'],
    [
      'key_expired',
      (kid) => gateway.api('PATCH', `/keys/${kid}`, { useUntil: '2020-01-01T00:00:00Z' }),
      'expired',
    ],
    [
      'itemtype_not_allowed',
      (kid) => gateway.api('PATCH', `/keys/${kid}`, { itemtypes: ['Printer'] }),
      'itemtype',
    ],
    [
      'tag_not_allowed',
      (kid) => gateway.api('PATCH', `/keys/${kid}`, { tagPolicy: 'require', tag: 'X' }),
      'tag',
    ],
    [
      'enrolment_ended',
      (kid) => gateway.api('PATCH', `/keys/${kid}`, { enrolUntil: '2020-01-01T00:00:00Z' }),
      'enrolment',
    ],
    ['task_not_allowed', (kid) => gateway.api('PATCH', `/keys/${kid}`, { tasks: ['netdiscovery'] }), 'task'],
  ];
  test.each(cases)('%s', async (reason, forbid) => {
    const { kid, key } = await gateway.newKey({ mode: 'approve' });
    const held = await send(anotherDevice(), { key });
    await forbid(kid);
    const trouble = await problemOf('POST', `/quarantine/${held.id}/resolve`, { action: 'new' });
    expect(trouble).toMatchObject({ status: 409, code: 'resolution_impossible' });
    expect(trouble.detail).toContain(reason);
    expect(await open(`key=${kid}`)).toMatchObject([{ id: held.id, resolution: null }]);
    expect(await gateway.sql('SELECT FROM asset WHERE kid = $1', [kid])).toEqual([]);
    expect(await gateway.sql('SELECT FROM submission WHERE kid = $1', [kid])).toHaveLength(1);
  });

  test('the quota counts what is let in, also what moves there', async () => {
    const { kid, key } = await gateway.newKey({ maxAssets: 1 });
    const device = anotherDevice();
    const assetId = await assetOf(device);
    const held = await send(device, { key });
    await assetOf(anotherDevice(), { key });
    for (const action of ['same', 'new']) {
      const trouble = await problemOf('POST', `/quarantine/${held.id}/resolve`, { action });
      expect(trouble.code).toBe('resolution_impossible');
      expect(trouble.detail).toContain('quota_exceeded');
    }
    expect((await assetRow(assetId)).kid).not.toBe(kid);
    await gateway.api('PATCH', `/keys/${kid}`, { maxAssets: 2 });
    expect(await resolve(held.id, { action: 'same' })).toMatchObject({ result: { assetId } });
    expect((await send(anotherDevice(), { key })).reason).toBe('quota_exceeded');
  });

  test('a retired asset is brought back by its own command only, whichever key it is of', async () => {
    const { key } = await gateway.newKey();
    const device = anotherDevice();
    const assetId = await assetOf(device);
    await gateway.api('PATCH', `/assets/${assetId}`, { status: 'retired' });
    const held = await send(device, { key });
    expect(held.reason).toBe('asset_of_other_key');
    const trouble = await problemOf('POST', `/quarantine/${held.id}/resolve`, { action: 'same' });
    expect(trouble.detail).toContain('asset_retired');
    expect(await assetRow(assetId)).toMatchObject({ status: 'retired' });
  });

  test('fields that the action has no use for are refused', async () => {
    const { held, assetId } = await conflict();
    for (const body of [
      { action: 'reject', assetId },
      { action: 'same', entityId: root },
      { action: 'ban', entityId: root },
    ]) {
      expect(await problemOf('POST', `/quarantine/${held.id}/resolve`, body)).toMatchObject({
        code: 'body_invalid',
      });
    }
    expect(await open(`asset=${assetId}`)).toHaveLength(1);
  });

  test('without its body a case can only be rejected', async () => {
    const { held } = await conflict();
    await gateway.sql('DELETE FROM submission_body WHERE submission_id = $1', [held.id]);
    const trouble = await problemOf('POST', `/quarantine/${held.id}/resolve`, { action: 'same' });
    expect(trouble).toMatchObject({ code: 'resolution_impossible' });
    expect(await resolve(held.id, { action: 'reject' })).toMatchObject({ resolution: 'reject' });
  });
});

describe('at the same time', () => {
  test.each([
    ['same', 'same'],
    ['same', 'new'],
    ['new', 'reject'],
    ['reject', 'ban'],
  ] as const)('of %s and %s one wins and the other is told', async (one, two) => {
    const { held, assetId } = await conflict();
    const answers = await Promise.allSettled([
      ...[one, two, one, two].map((action) =>
        problemOf('POST', `/quarantine/${held.id}/resolve`, { action }),
      ),
    ]);
    const codes = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.code : 'failed'));
    expect(codes.toSorted()).toEqual(['', 'already_resolved', 'already_resolved', 'already_resolved']);
    const made = await gateway.sql(`SELECT FROM submission WHERE evidence ->> 'replays' = $1`, [held.id]);
    const [row] = await open(`asset=${assetId}&resolved=true`);
    expect(made).toHaveLength(row?.resolution === 'same' || row?.resolution === 'new' ? 1 : 0);
  });

  test('a device that goes on sending while it is decided on loses no submission and stops no decision', async () => {
    const { claimant, assetId, held } = await conflict();
    const sending = Array.from({ length: 20 }, () => send(claimant));
    const resolved = await resolve(held.id, { action: 'same' });
    expect(resolved.result?.assetId).toBe(assetId);
    const rows = await Promise.all(sending);
    expect(rows.every(({ assetId: of }) => of === assetId)).toBe(true);
    expect(await open(`asset=${assetId}`)).toEqual([]);
  });
});

test('many are decided on alike, each for itself, at most 100', async () => {
  const { kid, key } = await gateway.newKey({ mode: 'approve', maxAssets: 2 });
  const ids: string[] = [];
  for (let i = 0; i < 4; i++) ids.push((await send(anotherDevice(), { key })).id);
  const unknown = '01900000-0000-7000-8000-00000000dead';
  const { items } = await gateway.api<{ items: { id: string; state: string; code: string | null }[] }>(
    'POST',
    '/quarantine/resolve',
    { ids: [...ids, unknown], action: 'new' },
  );
  expect(items.map(({ id, state, code }) => [id, state, code])).toEqual([
    [ids[0], 'resolved', null],
    [ids[1], 'resolved', null],
    [ids[2], 'failed', 'resolution_impossible'],
    [ids[3], 'failed', 'resolution_impossible'],
    [unknown, 'failed', 'not_found'],
  ]);
  expect(await open(`key=${kid}`)).toHaveLength(2);
  const tooMany = Array.from({ length: 101 }, () => unknown);
  expect(await problemOf('POST', '/quarantine/resolve', { ids: tooMany, action: 'new' })).toMatchObject({
    status: 422,
  });
});

test('a fault in the middle leaves the case open and nothing done', async () => {
  const { held, assetId } = await conflict();
  const before = await assetRow(assetId);
  await gateway.sql(
    `CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF NEW.action = 'quarantine.resolve' THEN RAISE EXCEPTION 'stopped'; END IF; RETURN NEW; END $$;
     CREATE TRIGGER stop BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION stop()`,
  );
  try {
    for (const action of ['same', 'new', 'reject', 'ban']) {
      expect((await problemOf('POST', `/quarantine/${held.id}/resolve`, { action })).status).toBe(500);
    }
  } finally {
    await gateway.sql('DROP TRIGGER stop ON audit; DROP FUNCTION stop()');
  }
  expect(await assetRow(assetId)).toEqual(before);
  expect(await open(`asset=${assetId}`)).toMatchObject([{ id: held.id, resolution: null, count: 1 }]);
  expect(await gateway.sql('SELECT FROM ban WHERE case_id = $1', [held.id])).toEqual([]);
  expect(await resolve(held.id, { action: 'same' })).toMatchObject({ result: { assetId } });
});
