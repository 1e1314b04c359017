import { deviceNumber, jsonInventory, xmlInventory, type Device } from '../../support/devices';
import { startTestGateway, type AgentAnswer, type TestGateway } from '../../support/gateway';
import { submissionOf } from '../../support/refusals';

let gateway: TestGateway;
/** Entity ids by name: Root > France > Paris, Lyon, Servers, Printers, Lab; Root > Spain. */
let ids: Record<string, string>;

beforeAll(async () => {
  gateway = await startTestGateway();
  const france = await entity('France');
  ids = { France: france, Spain: await entity('Spain', undefined, 'ESP') };
  for (const [name, tag] of [
    ['Paris', 'PAR'],
    ['Lyon', 'Lyo'],
    ['Servers'],
    ['Printers'],
    ['Lab'],
  ] as const) {
    ids[name] = await entity(name, france, tag);
  }
});
/** Keys and entities stay: each test makes its own keys. */
beforeEach(async () => {
  await gateway.sql(
    'TRUNCATE asset, asset_identifier, asset_inventory, asset_event, submission, submission_body, agent, quarantine CASCADE',
  );
});
afterAll(async () => {
  await gateway.close();
});

async function entity(name: string, parentId?: string, tag?: string): Promise<string> {
  const body = {
    name,
    ...(parentId === undefined ? {} : { parentId }),
    ...(tag === undefined ? {} : { tag }),
  };
  return (await gateway.api<{ id: string }>('POST', '/entities', body)).id;
}

const keyFor = async (over: Record<string, unknown>) =>
  (await gateway.newKey({ entityId: ids.France, ...over })).key;
const post = (key: string, device: Device) => gateway.post('/', { body: jsonInventory(device), key });
const device = deviceNumber(1);

/** Name of the entity that the asset of an accepted answer is in now. */
async function placeOf(answer: AgentAnswer): Promise<string> {
  const { verdict, reason, assetId } = await submissionOf(gateway, answer);
  if (verdict !== 'accepted') throw new Error(`${verdict}: ${reason ?? ''}`);
  return (await gateway.api<{ entity: string }>('GET', `/assets/${assetId ?? ''}`)).entity;
}

describe('a key that maps tags', () => {
  it.each([
    ['PAR', 'Root > France > Paris'],
    [' par ', 'Root > France > Paris'],
    ['LYO', 'Root > France > Lyon'],
    [undefined, 'Root > France'],
    ['', 'Root > France'],
    ['NA', 'Root > France'],
  ])('puts a device with tag %j into %s', async (tag, place) => {
    const key = await keyFor({ tagPolicy: 'map' });
    expect(await placeOf(await post(key, { ...device, ...(tag === undefined ? {} : { tag }) }))).toBe(place);
  });

  it('reads the tag of XML agents too', async () => {
    const key = await keyFor({ tagPolicy: 'map' });
    const answer = await gateway.post('/', { body: xmlInventory({ ...device, tag: 'par' }), key });
    expect(await placeOf(answer)).toBe('Root > France > Paris');
  });

  it.each(['NOWHERE', 'ESP', "PAR' OR '1'='1", '*'])(
    'holds what no entity below its own carries: %s',
    async (tag) => {
      const key = await keyFor({ tagPolicy: 'map' });
      const answer = await post(key, { ...device, tag });
      expect(answer.status).toBe(200);
      const { items } = await gateway.api<{ items: object[] }>('GET', '/quarantine');
      expect(items).toMatchObject([
        { id: answer.headers['gatehouse-submission'], reason: 'entity_not_found', evidence: { tag } },
      ]);
      expect(await gateway.sql('SELECT FROM asset')).toEqual([]);
    },
  );

  it('takes the device as soon as there is an entity with its tag', async () => {
    const key = await keyFor({ tagPolicy: 'map' });
    const held = await submissionOf(gateway, await post(key, { ...device, tag: 'NIC' }));
    expect(held.verdict).toBe('quarantined');
    await entity('Nice', ids.France, 'NIC');
    let place: string | undefined;
    // The key is known with the tags of its entities for a moment longer: the change is announced.
    for (let i = 0; i < 100 && place === undefined; i++) {
      place = await placeOf(await post(key, { ...device, tag: 'NIC' })).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(place).toBe('Root > France > Nice');
  });
});

describe('a key that requires a tag', () => {
  it.each([['PAR-1'], ['par-1'], [' PAR-1 ']])('takes it as %j', async (tag) => {
    const key = await keyFor({ tagPolicy: 'require', tag: 'PAR-1' });
    expect(await placeOf(await post(key, { ...device, tag }))).toBe('Root > France');
  });

  it('refuses none and another, without a trace in the asset', async () => {
    const key = await keyFor({ tagPolicy: 'require', tag: 'PAR-1' });
    const { assetId } = await submissionOf(gateway, await post(key, { ...device, tag: 'PAR-1' }));
    const before = await gateway.api('GET', `/assets/${assetId ?? ''}`);
    for (const tag of [undefined, 'PAR-2', 'PAR-1x', 'PAR-*', 'NA']) {
      const answer = await post(key, {
        ...device,
        softwares: ['other'],
        ...(tag === undefined ? {} : { tag }),
      });
      expect([answer.status, answer.phrase]).toEqual([403, 'Tag not allowed for this key']);
      expect(await submissionOf(gateway, answer)).toMatchObject({
        reason: 'tag_not_allowed',
        evidence: { tag: tag ?? null, required: 'PAR-1' },
      });
    }
    expect(await gateway.api('GET', `/assets/${assetId ?? ''}`)).toEqual(before);
  });
});

describe('rules of a key', () => {
  const printer = JSON.stringify({
    action: 'netinventory',
    deviceid: 'scanner-2026-01-05-08-00-00',
    itemtype: 'Printer',
    content: {
      versionclient: 'GLPI-Agent_v1.11',
      network_device: { type: 'Printer', name: 'lp-1', serial: 'PRX88121', ips: ['10.1.0.9'] },
    },
  });
  const computer = (over: Device): string => jsonInventory({ ...device, ...over });
  interface Case {
    readonly rule: Record<string, string>;
    readonly fits: string;
    readonly misses: string;
  }
  const cases: Record<string, Case> = {
    'host name': {
      rule: { hostname: 'SRV-*-prod' },
      fits: computer({ name: 'srv-db-PROD' }),
      misses: computer({ name: 'srv-db-prod2' }),
    },
    'domain of the computer': {
      rule: { domain: '*.corp.example' },
      fits: computer({ domain: 'lab.CORP.example' }),
      misses: computer({ domain: 'corp.example' }),
    },
    'domain in the host name': {
      rule: { domain: 'corp.example' },
      fits: computer({ name: 'desk-1.corp.example' }),
      misses: computer({ name: 'desk-1.corp.example.org' }),
    },
    itemtype: { rule: { itemtype: 'Printer' }, fits: printer, misses: computer({}) },
    'client network': {
      rule: { cidr: '127.0.0.0/8', hostname: 'desk-*' },
      fits: computer({}),
      misses: computer({ name: 'other' }),
    },
    tag: {
      rule: { tag: 'lab-*' },
      fits: computer({ tag: 'LAB-7' }),
      misses: computer({ tag: 'collab-7' }),
    },
    'all of several conditions': {
      rule: { hostname: 'desk-*', itemtype: 'Computer', tag: 'x' },
      fits: computer({ tag: 'x' }),
      misses: computer({ tag: 'y' }),
    },
  };

  it.each(Object.entries(cases))('%s', async (_title, { rule, fits, misses }) => {
    const key = await keyFor({ rules: [{ ...rule, entityId: ids.Lab }] });
    expect(await placeOf(await gateway.post('/', { body: fits, key }))).toBe('Root > France > Lab');
    const another = await keyFor({ rules: [{ ...rule, entityId: ids.Lab }] });
    await gateway.sql('TRUNCATE asset, asset_identifier, asset_inventory, asset_event CASCADE');
    expect(await placeOf(await gateway.post('/', { body: misses, key: another }))).toBe('Root > France');
  });

  it('client network: another one, and a forged one', async () => {
    const key = await keyFor({ rules: [{ cidr: '10.0.0.0/8', entityId: ids.Lab }] });
    const headers = { 'x-forwarded-for': '10.0.0.5' };
    const answer = await gateway.post('/', { body: jsonInventory(device), headers, key });
    expect(await placeOf(answer)).toBe('Root > France');
  });

  it('the first that fits decides, and says so', async () => {
    const key = await keyFor({
      rules: [
        { hostname: 'srv-*', entityId: ids.Servers },
        { itemtype: 'Computer', cidr: '127.0.0.1', entityId: ids.Lyon },
        { hostname: '*', entityId: ids.Paris },
      ],
    });
    const answer = await post(key, device);
    expect(await placeOf(answer)).toBe('Root > France > Lyon');
    expect((await submissionOf(gateway, answer)).evidence).toMatchObject({
      entity: 'rule 2: itemtype Computer, cidr 127.0.0.1/32',
    });
    expect(await placeOf(await post(key, { ...deviceNumber(2), name: 'srv-2' }))).toBe(
      'Root > France > Servers',
    );
  });

  it('a mapped tag goes before them', async () => {
    const key = await keyFor({ tagPolicy: 'map', rules: [{ hostname: '*', entityId: ids.Lab }] });
    expect(await placeOf(await post(key, { ...device, tag: 'PAR' }))).toBe('Root > France > Paris');
    expect(await placeOf(await post(key, deviceNumber(2)))).toBe('Root > France > Lab');
  });
});

describe('an asset that has its place', () => {
  it('keeps it, whatever a later inventory says of itself', async () => {
    const key = await keyFor({
      tagPolicy: 'map',
      rules: [{ hostname: 'srv-*', entityId: ids.Servers }],
    });
    expect(await placeOf(await post(key, { ...device, tag: 'PAR' }))).toBe('Root > France > Paris');
    for (const later of [{ tag: 'LYO' }, { tag: 'NOWHERE' }, {}, { name: 'srv-1', domain: 'x.example' }]) {
      const answer = await post(key, { ...device, ...later });
      expect(await placeOf(answer)).toBe('Root > France > Paris');
      expect((await submissionOf(gateway, answer)).evidence.entity).toBe('known asset keeps its entity');
    }
    expect(await gateway.sql('SELECT FROM asset')).toHaveLength(1);
  });

  it('keeps the one that an admin gave it', async () => {
    const key = await keyFor({ tagPolicy: 'map' });
    const { assetId } = await submissionOf(gateway, await post(key, { ...device, tag: 'PAR' }));
    await gateway.api('PATCH', `/assets/${assetId ?? ''}`, { entityId: ids.Spain });
    const again = await post(key, { ...device, tag: 'PAR', softwares: ['new'] });
    expect(await placeOf(again)).toBe('Root > Spain');
  });

  it('keeps it when the rules of its key change; new devices follow the new ones', async () => {
    const { kid, key } = await gateway.newKey({ entityId: ids.France });
    expect(await placeOf(await post(key, device))).toBe('Root > France');
    await gateway.api('PATCH', `/keys/${kid}`, { rules: [{ hostname: '*', entityId: ids.Lab }] });
    let place = 'Root > France';
    for (let n = 2; n < 100 && place === 'Root > France'; n++) {
      place = await placeOf(await post(key, deviceNumber(n)));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(place).toBe('Root > France > Lab');
    expect(await placeOf(await post(key, device))).toBe('Root > France');
  });
});
