import type { AskedDevice, GlpiApi, GlpiApiCredentials } from '../../../src/glpi/glpi-api';
import type { GlpiFault } from '../../../src/glpi/glpi-fault';
import { openGlpiApi } from '../../../src/glpi/open-glpi-api';
import { entityRow, startFakeGlpiApi, type FakeGlpiApi, type FakeState } from '../../support/fake-glpi-api';

let glpi: FakeGlpiApi;
let fresh: FakeState;
beforeAll(async () => {
  glpi = await startFakeGlpiApi();
  fresh = structuredClone(glpi.state);
});
beforeEach(() => {
  Object.assign(glpi.state, structuredClone(fresh), { onPage: undefined });
});
afterAll(async () => {
  await glpi.close();
});

const kinds = ['legacy', 'high-level'] as const;
type Kind = (typeof kinds)[number];

function credentialsOf(kind: Kind, over: Partial<FakeState> = {}): GlpiApiCredentials {
  const { userToken, appToken, clientId, clientSecret, user } = { ...glpi.state, ...over };
  return kind === 'legacy' ? { api: kind, userToken, appToken } : { api: kind, clientId, clientSecret, user };
}

const open = (kind: Kind, over: Partial<FakeState> = {}): Promise<GlpiApi> =>
  openGlpiApi(glpi.url, credentialsOf(kind, over), { timeoutMs: 500, maxAnswerBytes: 1_000_000 });

const faultOf = async (work: Promise<unknown>): Promise<GlpiFault> => {
  const error: unknown = await work.then(
    () => new Error('no fault'),
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'GlpiFault' });
  return error as GlpiFault;
};

const device: AskedDevice = {
  itemtype: 'Computer',
  deviceid: 'pc-1-2026-11-23-14-51-24',
  serial: 'SN 42',
  uuid: '4c4c4544-0042-4d10-8052-b4c04f4e3332',
  name: 'pc-1',
};
const computer = { id: 7, name: 'pc-1', serial: 'SN 42', uuid: device.uuid?.toUpperCase(), entities_id: 3 };

describe.each(kinds)('the %s API', (kind) => {
  it('lists all entities, page after page, with their places', async () => {
    for (let i = 1; i <= 450; i++)
      glpi.state.entities.push(entityRow(i, i - 1, `e${i}`, i === 5 ? ' five ' : null));
    const api = await open(kind);
    const entities = await api.listEntities();
    await api.close();
    expect(entities).toHaveLength(451);
    expect(entities[0]).toMatchObject({ glpiId: 0, name: 'Root entity', parentGlpiId: null });
    expect(entities[5]).toEqual({
      glpiId: 5,
      name: 'e5',
      parentGlpiId: 4,
      tag: kind === 'legacy' ? 'five' : undefined,
    });
  });

  it('uses no list that changed while it was read', async () => {
    for (let i = 1; i <= 300; i++) glpi.state.entities.push(entityRow(i, 0, `e${i}`));
    glpi.state.onPage = (start) => {
      if (start > 0) glpi.state.entities.splice(100, 1);
    };
    const api = await open(kind);
    const fault = await faultOf(api.listEntities());
    expect(fault.message).toContain('changed while it was read');
    expect(fault.isPassing).toBe(true);
  });

  it('takes no more entities than an instance holds', async () => {
    glpi.state.entities = Array.from({ length: 20_001 }, (_, i) => entityRow(i, 0, `e${i}`));
    const api = await open(kind);
    expect((await faultOf(api.listEntities())).message).toContain('20001, more than 20000');
  });

  it('finds a device by its agent, with its entity', async () => {
    glpi.state.items.Computer = [{ ...computer, serial: null, uuid: null }];
    glpi.state.entities.push(entityRow(3, 0, 'France'));
    glpi.state.agents = [{ id: 1, deviceid: device.deviceid, itemtype: 'Computer', items_id: 7 }];
    const api = await open(kind);
    expect(await api.findItem(device)).toMatchObject({
      glpiId: 7,
      entityGlpiId: 3,
      itemtype: 'Computer',
      by: 'agent',
    });
  });

  it('finds one by serial and UUID where no agent leads to it, and by the serial alone', async () => {
    glpi.state.hasAgentsInV2 = false;
    glpi.state.entities.push(entityRow(3, 0, 'France'));
    glpi.state.items.Computer = [computer, { ...computer, id: 8, uuid: 'another' }];
    const api = await open(kind);
    expect(await api.findItem(device)).toMatchObject({ glpiId: 7, entityGlpiId: 3, by: 'serial and uuid' });
    glpi.state.items.Computer = [{ ...computer, id: 9, uuid: '' }];
    expect(await api.findItem(device)).toMatchObject({ glpiId: 9, by: 'serial' });
  });

  it('names none where several look the same, and none by a name when the device has better', async () => {
    glpi.state.items.Computer = [computer, { ...computer, id: 8 }];
    const api = await open(kind);
    expect(await api.findItem(device)).toBeUndefined();
    glpi.state.items.Computer = [{ ...computer, serial: 'other', uuid: 'other' }];
    expect(await api.findItem(device)).toBeUndefined();
    const nameless = { ...device, serial: null, uuid: null, deviceid: null };
    expect(await api.findItem(nameless)).toMatchObject({ by: 'name', glpiId: 7 });
  });

  it('does not ask with words of an agent that would make another question', async () => {
    const api = await open(kind);
    const before = glpi.requests.length;
    for (const text of ['x";name=="y', "x' or 1", 'a%', 'a*', '^', '$', '\u0000', 'a\\', 'x'.repeat(256)]) {
      const hostile = { ...device, serial: text, uuid: text, name: text, deviceid: text };
      expect(await api.findItem(hostile)).toBeUndefined();
    }
    expect(glpi.requests).toHaveLength(before);
    // What means something only in a URL is encoded.
    await api.findItem({ ...device, deviceid: null, uuid: null, serial: 'a&range=0-1#/../?x=1;y' });
    const { path } = glpi.requests.at(-1)!;
    expect(path).not.toContain('range=0-1&');
    expect(path).not.toContain('#');
    expect(path.split('?')[0]).toMatch(/\/Computer$/);
  });

  it.each([
    ['maintenance', 'http', '200 with text/html instead of JSON'],
    ['database-down', 'http', '200 with text/html instead of JSON'],
    ['redirects', 'http', '302 with no content type'],
    ['hangs', 'timeout', 'within 500 ms'],
    ['resets', 'network', 'No connection'],
    ['half', 'network', 'No connection'],
    ['huge', 'content', 'larger than 1000000 bytes'],
  ] as const)('says where it broke when GLPI %s', async (mode, layer, text) => {
    glpi.state.mode = mode;
    const fault = await faultOf(open(kind));
    expect(fault.layer).toBe(layer);
    expect(fault.message).toContain(text);
    expect(fault.advice).not.toBe('');
  });

  it('says that the API is disabled', async () => {
    glpi.state.mode = 'disabled';
    const fault = await faultOf(open(kind).then((api) => api.listEntities()));
    expect(fault.advice).toMatch(/nable.*Setup > General > API/);
  });

  it('says that a right is missing, and what to do', async () => {
    glpi.state.forbidden = ['Entity'];
    const api = await open(kind);
    const fault = await faultOf(api.listEntities());
    expect(fault).toMatchObject({ layer: 'rights', isPassing: false });
  });

  it('names a refused connection', async () => {
    const fault = await faultOf(openGlpiApi('http://127.0.0.1:1', credentialsOf(kind)));
    expect(fault).toMatchObject({ layer: 'network' });
    expect(fault.message).toContain('ECONNREFUSED');
  });

  it('puts no secret into what it says', async () => {
    const wrong = { userToken: 'wrong-user-token', clientSecret: 'wrong-secret' };
    const fault = await faultOf(open(kind, wrong));
    expect(fault.layer).toBe('credentials');
    expect(`${fault.message} ${fault.advice}`).not.toMatch(/wrong-|[0-9a-f]{20}/);
  });
});

it('tells a wrong app token from a wrong user token, and a wrong password from a wrong client', async () => {
  expect((await faultOf(open('legacy', { appToken: 'x' }))).message).toContain(
    'ERROR_WRONG_APP_TOKEN_PARAMETER',
  );
  expect((await faultOf(open('legacy', { userToken: 'x' }))).message).toContain(
    'ERROR_GLPI_LOGIN_USER_TOKEN',
  );
  const user = { name: 'gatehouse', password: 'x' };
  expect((await faultOf(open('high-level', { user }))).message).toContain('invalid_grant');
  expect((await faultOf(open('high-level', { clientId: 'x' }))).message).toContain('invalid_client');
});

it('ends its session, and asks for all entities in it', async () => {
  const api = await open('legacy');
  await api.close();
  await api.close();
  const asked = glpi.requests.slice(-4);
  expect(asked.map(({ path }) => path.replace('/glpi/apirest.php', ''))).toEqual([
    '/initSession?get_full_session=false',
    '/changeActiveEntities',
    '/killSession',
    '/killSession',
  ]);
  expect(asked[1]?.body).toBe('{"entities_id":"all","is_recursive":true}');
});

describe('refused equipment', () => {
  const row = {
    id: 5,
    name: 'pc-1',
    itemtype: 'Computer',
    serial: 'SN 42',
    uuid: device.uuid,
    ip: '[]',
    mac: '[]',
  };

  it('is told with its rule, the latest of the device', async () => {
    glpi.state.refused = [
      { ...row, rules_id: 'Computer import denied', date_creation: '2026-11-28 08:00:00', method: 'x' },
      {
        ...row,
        id: 6,
        rules_id: 'Computer constraint (name)',
        date_creation: '2026-11-28 09:00:00',
        method: '',
      },
      { ...row, id: 7, itemtype: 'Printer', rules_id: 'other' },
    ];
    const api = await open('legacy');
    expect(await api.findRefusal(device)).toEqual({
      glpiId: 6,
      at: '2026-11-28 09:00:00',
      rule: 'Computer constraint (name)',
      method: undefined,
    });
    expect(await api.findRefusal({ ...device, serial: 'another' })).toBeUndefined();
  });

  it('is not known where the profile may not read it, nor to the API of GLPI 11', async () => {
    glpi.state.forbidden = ['RefusedEquipment'];
    expect(await (await open('legacy')).findRefusal(device)).toBe('unknown');
    expect(await (await open('high-level')).findRefusal(device)).toBe('unknown');
  });
});
