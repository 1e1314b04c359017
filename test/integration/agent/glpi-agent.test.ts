import { describeWithShared, recorded } from '../../support/exchanges';
import { startTestGateway, type TestGateway } from '../../support/gateway';

interface Submission {
  id: string;
  verdict: string;
  outcome: string | null;
  reason: string | null;
  assetId: string | null;
  deviceid: string | null;
}

let gateway: TestGateway;
const replay = (name: string, headers: Record<string, string> = {}) => {
  const { wire, headers: sent } = recorded(name);
  return gateway.post('/front/inventory.php', { body: wire, headers: { ...sent, ...headers } });
};
const submission = (id: unknown) => gateway.api<Submission>('GET', `/submissions/${String(id)}`);
const assets = async () =>
  (await gateway.api<{ items: { id: string; name: string }[] }>('GET', '/assets')).items;

beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(async () => {
  await gateway.close();
});

describeWithShared('GLPI Agent, as recorded', () => {
  it('goes from prolog over contact to an asset in the entity of the key', async () => {
    const prolog = await replay('glpi-1.12dev/01-prolog-xml');
    expect(prolog.status).toBe(200);
    expect(JSON.parse(prolog.text)).toEqual({ status: 'pending', expiration: 0 });
    expect(prolog.bytes.subarray(0, 2).toString('hex')).toBe('789c');
    expect(prolog.headers['content-type']).toBe('application/x-compress-zlib');
    expect(prolog.headers['content-encoding']).toBeUndefined();

    const contact = await replay('glpi-1.12dev/04-contact-json-alltasks');
    const answer = JSON.parse(contact.text) as {
      status: string;
      expiration: number;
      disabled: string[];
      tasks: object;
    };
    expect(answer).toMatchObject({
      status: 'ok',
      expiration: 24,
      tasks: { inventory: { server: 'glpi', version: '10.0.16' } },
    });
    expect(answer.disabled).not.toContain('inventory');
    expect(answer.disabled).toEqual(expect.arrayContaining(['collect', 'deploy', 'esx', 'netdiscovery']));
    expect(answer.tasks).toEqual({ inventory: { server: 'glpi', version: '10.0.16' } });

    const inventory = await replay('glpi-1.12dev/09-inventory-json-serial-uuid-mac');
    expect(inventory.status).toBe(200);
    expect(JSON.parse(inventory.text)).toEqual({ status: 'ok', expiration: 24 });
    const { assetId, ...stored } = await submission(inventory.headers['gatehouse-submission']);
    expect(stored).toMatchObject({ verdict: 'accepted', outcome: 'created', reason: null });
    const asset = await gateway.api('GET', `/assets/${assetId ?? ''}`);
    expect(asset).toMatchObject({
      itemtype: 'Computer',
      entity: 'Root',
      serial: 'SN-E2E-0042',
      status: 'active',
    });
    // An address as containers have it is no identifier, but an admin finds the machine by it.
    const found = await gateway.api<{ items: { id: string }[] }>('GET', '/assets?mac=02-42-AC-11-00-42');
    expect(found.items.map(({ id }) => id)).toEqual([assetId]);
  });

  it('sends the same again: unchanged, and no second asset', async () => {
    await replay('glpi-1.12dev/09-inventory-json-serial-uuid-mac');
    const again = await replay('glpi-1.12dev/09-inventory-json-serial-uuid-mac');
    const stored = await submission(again.headers['gatehouse-submission']);
    expect(stored).toMatchObject({ verdict: 'accepted', outcome: 'unchanged' });
    expect(await assets()).toHaveLength(1);
  });

  it('has a partial laid onto the stored inventory by section', async () => {
    const full = await replay('glpi-1.12dev/05-inventory-json-full');
    const { assetId } = await submission(full.headers['gatehouse-submission']);
    const before = await gateway.api<{ content: Record<string, unknown> }>(
      'GET',
      `/assets/${assetId ?? ''}/inventory`,
    );
    const partial = await replay('glpi-1.12dev/06-inventory-json-partial');
    expect(partial.status).toBe(200);
    const stored = await submission(partial.headers['gatehouse-submission']);
    expect(stored).toMatchObject({ verdict: 'accepted', assetId, partial: true });
    const after = await gateway.api<{ content: Record<string, unknown> }>(
      'GET',
      `/assets/${assetId ?? ''}/inventory`,
    );
    expect(Object.keys(after.content).sort()).toEqual(expect.arrayContaining(Object.keys(before.content)));
    expect(after.content.networks).toEqual(before.content.networks);
    const { content } = JSON.parse(recorded('glpi-1.12dev/06-inventory-json-partial').text) as {
      content: { softwares?: unknown[] };
    };
    if (content.softwares !== undefined)
      expect(after.content.softwares).toHaveLength(content.softwares.length);
  });

  it('is steered to a full inventory when only a partial of it ever arrived', async () => {
    const partial = await replay('glpi-1.12dev/06-inventory-json-partial');
    expect(partial.status).toBe(403);
    expect(partial.phrase).toBe('Full inventory needed first');
    expect(await assets()).toHaveLength(0);
    expect(await submission(partial.headers['gatehouse-submission'])).toMatchObject({
      reason: 'full_inventory_awaited',
    });
    const awaited = await gateway.api<{ items: { deviceid: string }[] }>('GET', '/agents?fullAwaited=true');
    expect(awaited.items).toHaveLength(1);

    const contact = await replay('glpi-1.12dev/02-contact-json');
    expect(contact.status).toBe(403);
    expect(contact.phrase).toBe('Full inventory needed first');
    const prolog = await replay('glpi-1.12dev/01-prolog-xml');
    expect(prolog.text).toContain('<RESPONSE>SEND</RESPONSE>');
    expect(prolog.text).toContain('<PROLOG_FREQ>24</PROLOG_FREQ>');

    // Recorded of another agent installation: it becomes this one's.
    const { headers } = recorded('glpi-1.12dev/01-prolog-xml');
    const body = recorded('glpi-1.12dev/11-inventory-xml-full').text.replace(
      /<DEVICEID>[^<]*/,
      '<DEVICEID>vm-2026-11-23-14-53-42',
    );
    const xml = await gateway.post('/', { body, headers });
    expect(xml.status).toBe(200);
    expect(xml.text).toMatch(/^<\?xml[^>]*>\s*<REPLY>/);
    expect(await assets()).toHaveLength(1);
    expect(JSON.parse((await replay('glpi-1.12dev/01-prolog-xml')).text)).toEqual({
      status: 'pending',
      expiration: 0,
    });
    expect((await replay('glpi-1.12dev/02-contact-json')).status).toBe(200);
    const next = await replay('glpi-1.12dev/06-inventory-json-partial');
    expect(await submission(next.headers['gatehouse-submission'])).toMatchObject({ verdict: 'accepted' });
  });

  it.each([
    'glpi-1.0/03-inventory-json',
    'glpi-1.4/01-inventory-json',
    'glpi-1.7.3/01-inventory-json',
    'glpi-1.11/01-inventory-json',
  ])('is understood in every version: %s', async (name) => {
    const answer = await replay(name);
    expect(answer.status).toBe(200);
    expect(answer.bytes.subarray(0, 2).toString('hex')).toBe('789c');
    expect(await submission(answer.headers['gatehouse-submission'])).toMatchObject({ verdict: 'accepted' });
  });

  it.each([
    ['glpi-1.12dev/17-inventory-json-gzip', 'application/x-compress-gzip', '1f8b'],
    ['glpi-1.12dev/15-inventory-json-nocompress', 'application/json', '7b22'],
    ['glpi-injector/01-json', 'application/x-compress-zlib', '789c'],
    ['glpi-injector/02-xml', 'application/x-compress-zlib', '789c'],
    ['glpi-injector/03-json-nocompress', 'application/json', '7b22'],
  ])('is answered in the encoding that it sent: %s', async (name, contentType, firstBytes) => {
    const answer = await replay(name);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(contentType);
    expect(answer.bytes.subarray(0, 2).toString('hex')).toBe(firstBytes);
    expect(Number(answer.headers['content-length'])).toBe(answer.bytes.length);
  });

  it('gets its request id back when it is one, and only then', async () => {
    const echoed = await replay('glpi-1.12dev/02-contact-json', { 'glpi-request-id': '0A1B2C3D' });
    expect(echoed.headers['glpi-request-id']).toBe('0A1B2C3D');
    const dropped = await replay('glpi-1.12dev/02-contact-json', { 'glpi-request-id': '<script>' });
    expect(dropped.headers['glpi-request-id']).toBeUndefined();
  });

  it('polls for jobs and gets an empty schedule', async () => {
    const { headers } = recorded('glpi-1.12dev/18-get-getConfig-collect');
    const credential = { authorization: `Basic ${Buffer.from(`${gateway.key}:x`).toString('base64')}` };
    const poll = await gateway.get('/?action=getConfig&machineid=x&task%5BCollect%5D=2.11', {
      ...headers,
      ...credential,
    });
    expect([poll.status, JSON.parse(poll.text)]).toEqual([200, { configValidityPeriod: 600, schedule: [] }]);
    const other = await gateway.get('/?action=setLog&machineid=x&uuid=1', credential);
    expect([other.status, JSON.parse(other.text)]).toEqual([200, {}]);
    expect((await gateway.get('/?action=getConfig&machineid=x', headers)).status).toBe(401);
  });

  it('comes through an agent that is a proxy', async () => {
    expect((await replay('glpi-1.12dev/31-contact-json-via-proxy-agent')).status).toBe(200);
    expect((await replay('glpi-1.12dev/32-inventory-json-via-proxy-agent')).status).toBe(200);
  });
});
