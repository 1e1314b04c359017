import { createInstance } from '../../../src/admin/instances';
import { deviceNumber, jsonInventory, xmlInventory, type Device } from '../../support/devices';
import { basic, request, startTestGateway, type AgentAnswer, type TestGateway } from '../../support/gateway';
import { eventually } from '../../support/refusals';

/** One GLPI of the installation, as its own admin and its own agents see it. */
interface Instance {
  readonly host: string;
  readonly rootEntityId: string;
  readonly kid: string;
  readonly key: string;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }>;
}
type Body = Record<string, unknown> & { items?: Record<string, unknown>[] };

let gateway: TestGateway;
let north: Instance;
let south: Instance;
const port = () => Number(new URL(gateway.url).port);

beforeEach(async () => {
  gateway = await startTestGateway();
  north = await instance('north');
  south = await instance('south');
});
afterEach(async () => {
  await gateway.close();
});

async function instance(name: string): Promise<Instance> {
  const host = `${name}.example:${port()}`;
  const created = await createInstance(gateway.gateway.admin, 'test', {
    name,
    publicUrls: [`http://${host}`],
  });
  const call: Instance['call'] = async (method, path, body) => {
    const answer = await fetch(`${gateway.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${created.adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Body };
  };
  const made = await call('POST', '/keys', { name: 'its key', entityId: created.rootEntityId });
  const { kid, key } = made.body as { kid: string; key: string };
  return { host, rootEntityId: created.rootEntityId, kid, key, call };
}

const device = deviceNumber(1);

/** Sent with the key of one instance, to the URL of the same or another one. */
const post = (to: Instance, with_: Instance, sent: Device = device): Promise<AgentAnswer> =>
  request(
    port(),
    'POST',
    '/front/inventory.php',
    { host: to.host, authorization: basic(with_.key), 'content-type': 'application/json' },
    Buffer.from(jsonInventory(sent)),
  );

const items = async (of: Instance, path: string) => (await of.call('GET', path)).body.items ?? [];

describe('one device in two instances', () => {
  it('is two assets, of which each admin sees his own', async () => {
    expect((await post(north, north)).status).toBe(200);
    expect((await post(south, south)).status).toBe(200);
    const [mine] = await items(north, '/assets');
    const [theirs] = await items(south, '/assets');
    expect(await items(north, '/assets')).toHaveLength(1);
    expect([mine?.serial, theirs?.serial]).toEqual([device.serial, device.serial]);
    expect(mine?.id).not.toBe(theirs?.id);
    expect([mine?.kid, theirs?.kid]).toEqual([north.kid, south.kid]);
    expect(await gateway.api('GET', '/assets')).toMatchObject({ items: [] });
  });

  it('makes one asset in each when it posts eight times to both at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, n) => (n % 2 === 0 ? post(north, north) : post(south, south))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(16).fill(200));
    expect(await gateway.sql('SELECT instance_id AS i FROM asset ORDER BY 1')).toEqual([{ i: 2 }, { i: 3 }]);
  });

  it('lives on in one when the other retires it and revokes its key', async () => {
    await post(north, north);
    await post(south, south);
    const [mine] = await items(north, '/assets');
    await north.call('PATCH', `/assets/${String(mine?.id)}`, { status: 'retired' });
    expect((await post(north, north)).phrase).toBe('Device retired');
    await north.call('POST', `/keys/${north.kid}/revoke`, {});
    await eventually('the revocation', async () =>
      (await post(north, north)).phrase === 'Registration key revoked' ? true : undefined,
    );
    expect((await post(south, south)).status).toBe(200);
    expect((await items(south, '/submissions')).map(({ outcome }) => outcome)).toEqual([
      'unchanged',
      'created',
    ]);
  });
});

describe('a key of one instance under the URL of another', () => {
  it('is refused, and told to the admin whose key it is', async () => {
    const answer = await post(south, north);
    expect([answer.status, answer.phrase]).toEqual([403, 'Registration key is bound to another URL']);
    expect(answer.text).not.toContain(north.host);
    const [told] = await items(north, '/submissions?reason=key_url_mismatch');
    expect(told).toMatchObject({
      kid: north.kid,
      evidence: { seen: `http://${south.host}/front/inventory.php`, expected: [`http://${north.host}`] },
    });
    expect(await items(south, '/submissions')).toEqual([]);
    expect(await gateway.sql('SELECT FROM asset')).toEqual([]);
  });

  it('is refused as an access token too', async () => {
    const credentials = {
      grant_type: 'client_credentials',
      client_id: north.kid,
      client_secret: north.key,
    };
    const ask = (host: string) =>
      request(
        port(),
        'POST',
        '/api.php/token',
        { host, 'content-type': 'application/json' },
        Buffer.from(JSON.stringify(credentials)),
      );
    expect((await ask(south.host)).status).toBe(403);
    const { access_token: token } = JSON.parse((await ask(north.host)).text) as { access_token: string };
    const use = (host: string) =>
      request(
        port(),
        'POST',
        '/',
        { host, authorization: `Bearer ${token}`, 'content-type': 'application/xml' },
        Buffer.from(xmlInventory(device)),
      );
    expect((await use(south.host)).phrase).toBe('Registration key is bound to another URL');
    expect((await use(north.host)).status).toBe(200);
  });

  it('is refused under the URL of the first instance, and the first one’s under its URL', async () => {
    const first: Instance = { ...north, host: `127.0.0.1:${port()}`, key: gateway.key };
    expect((await post(first, north)).phrase).toBe('Registration key is bound to another URL');
    expect((await post(north, first)).phrase).toBe('Registration key is bound to another URL');
    expect((await post(first, first)).status).toBe(200);
  });
});

describe('the admin of one instance', () => {
  it('finds nothing of another by its id', async () => {
    const answer = await post(south, south);
    const submission = String(answer.headers['gatehouse-submission']);
    const [asset] = await items(south, '/assets');
    const id = String(asset?.id);
    const paths: [string, string, unknown?][] = [
      ['GET', `/assets/${id}`],
      ['GET', `/assets/${id}/inventory`],
      ['GET', `/assets/${id}/history`],
      ['GET', `/assets/${id}/submissions`],
      ['PATCH', `/assets/${id}`, { status: 'retired' }],
      ['GET', `/submissions/${submission}`],
      ['GET', `/keys/${south.kid}`],
      ['PATCH', `/keys/${south.kid}`, { mode: 'closed' }],
      ['POST', `/keys/${south.kid}/revoke`, {}],
      ['GET', `/entities/${south.rootEntityId}`],
      ['PATCH', `/entities/${south.rootEntityId}`, { name: 'Taken' }],
      ['DELETE', `/entities/${south.rootEntityId}`],
      ['POST', '/explain', { kid: south.kid, inventory: jsonInventory(device) }],
    ];
    for (const [method, path, body] of paths) {
      const { status, body: problem } = await north.call(method, path, body);
      expect([method, path, status, problem.code]).toEqual([method, path, 404, 'not_found']);
    }
    expect(await south.call('GET', `/assets/${id}`)).toMatchObject({
      status: 200,
      body: { status: 'active' },
    });
    expect((await post(south, south)).status).toBe(200);
  });

  it('cannot lead assets into another’s entities', async () => {
    const { rootEntityId } = south;
    const foreign = await north.call('POST', '/keys', { name: 'foreign', entityId: rootEntityId });
    const rules = [{ hostname: '*', entityId: rootEntityId }];
    const byRule = await north.call('PATCH', `/keys/${north.kid}`, { rules });
    await post(north, north);
    const [asset] = await items(north, '/assets');
    const moved = await north.call('PATCH', `/assets/${String(asset?.id)}`, { entityId: rootEntityId });
    const below = await north.call('POST', '/entities', { name: 'Below', parentId: rootEntityId });
    expect([foreign, byRule, moved, below].map(({ status }) => status)).toEqual([422, 422, 422, 422]);
  });

  it('names entities and tags as the other does, and each key finds its own', async () => {
    const ids: Record<string, unknown>[] = [];
    for (const one of [north, south]) {
      const { status, body } = await one.call('POST', '/entities', { name: 'Office', tag: 'OFF' });
      expect(status).toBe(201);
      ids.push(body);
      await one.call('PATCH', `/keys/${one.kid}`, { tagPolicy: 'map' });
    }
    await south.call('POST', '/entities', { name: 'Store', tag: 'STO' });
    await eventually('the new policy of the key', async () => {
      await post(north, north, { ...device, tag: 'OFF' });
      const [asset] = await items(north, '/assets');
      return asset?.entityId === ids[0]?.id ? true : undefined;
    });
    // Only the south has an entity for it.
    const held = await post(north, north, { ...deviceNumber(2), tag: 'STO' });
    const [waiting] = await items(north, '/quarantine');
    expect(waiting).toMatchObject({
      id: held.headers['gatehouse-submission'],
      reason: 'entity_not_found',
    });
    expect(await items(south, '/quarantine')).toEqual([]);
  });
});
