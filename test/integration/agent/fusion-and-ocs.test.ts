import { describeWithShared, recorded } from '../../support/exchanges';
import { startTestGateway, type TestGateway } from '../../support/gateway';

let gateway: TestGateway;
const replay = (name: string, path = '/ocsinventory') => {
  const { wire, headers } = recorded(name);
  return gateway.post(path, { body: wire, headers });
};
const verdict = async (id: unknown) => gateway.api('GET', `/submissions/${String(id)}`);

beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(async () => {
  await gateway.close();
});

describeWithShared('FusionInventory Agent, as recorded', () => {
  it('goes from prolog to an asset, in XML and zlib', async () => {
    const prolog = await replay('fusioninventory-2.6/01-prolog');
    expect(prolog.text).toContain('<REPLY><PROLOG_FREQ>24</PROLOG_FREQ><RESPONSE>SEND</RESPONSE></REPLY>');
    expect(prolog.bytes.subarray(0, 2).toString('hex')).toBe('789c');
    const inventory = await replay('fusioninventory-2.6/02-inventory-full');
    expect(inventory.status).toBe(200);
    expect(inventory.text).toContain('<REPLY>');
    expect(await verdict(inventory.headers['gatehouse-submission'])).toMatchObject({
      verdict: 'accepted',
      outcome: 'created',
      dialect: 'xml',
    });
    const again = await replay('fusioninventory-2.6/02-inventory-full');
    expect(await verdict(again.headers['gatehouse-submission'])).toMatchObject({ outcome: 'unchanged' });
  });

  it('is answered plainly or in gzip when it sends so', async () => {
    expect((await replay('fusioninventory-2.6/03-inventory-nocompress')).headers['content-type']).toBe(
      'application/xml',
    );
    const gzip = await replay('fusioninventory-2.6/05-inventory-gzip');
    expect([gzip.status, gzip.headers['content-type']]).toEqual([200, 'application/x-compress-gzip']);
  });

  it('polls for ESX jobs without a content type', async () => {
    const poll = await gateway.get('/?action=getConfig&machineid=vm&task[ESX]=2.2.1');
    expect(JSON.parse(poll.text)).toEqual({ configValidityPeriod: 600, schedule: [] });
  });

  it('has its network task answered, and what the scan found becomes an asset', async () => {
    expect((await replay('fusioninventory-2.6/07-netdiscovery-start')).text).toContain('<REPLY');
    const found = await replay('fusioninventory-2.6/08-netdiscovery-device');
    // The recorded scanner looked at 127.0.0.1 only: an address that every machine has identifies none.
    expect([found.status, found.phrase]).toEqual([403, 'Device cannot be identified']);
    const printer = found.headers['gatehouse-submission'];
    expect(await verdict(printer)).toMatchObject({ verdict: 'refused', reason: 'identity_insufficient' });
    const failed = await replay('fusioninventory-2.6/09-snmpquery-error');
    expect([failed.status, failed.headers['gatehouse-submission']]).toEqual([200, undefined]);
  });
});

describeWithShared('OCS unix agent, as recorded', () => {
  it('gets zlib for every message, whatever it sent', async () => {
    for (const name of ['01-prolog', '02-inventory-full', '03-inventory-tag']) {
      const answer = await replay(`ocs-2.10.0/${name}`);
      expect(answer.status).toBe(200);
      expect(answer.bytes.subarray(0, 2).toString('hex')).toBe('789c');
      expect(answer.text).toContain('<REPLY>');
    }
  });

  it('sends gzip under the name of zlib and is understood', async () => {
    expect((await replay('ocs-2.10.0/04-prolog-gzip')).status).toBe(200);
    expect((await replay('ocs-2.10.0/05-inventory-gzip')).status).toBe(200);
  });

  it('gives an asset with a name and an agent version though it sends no VERSIONCLIENT', async () => {
    const answer = await replay('ocs-2.10.0/02-inventory-full');
    const { assetId } = (await verdict(answer.headers['gatehouse-submission'])) as { assetId: string };
    const asset = await gateway.api('GET', `/assets/${assetId}`);
    expect(asset).toMatchObject({
      itemtype: 'Computer',
      agentVersion: expect.stringContaining('OCS') as unknown,
    });
    expect(asset.name).toEqual(expect.any(String));
  });
});

describeWithShared('scans under a foreign deviceid', () => {
  it.each(['glpi-injector/04-netdiscovery', 'glpi-injector/05-snmpquery'])(
    '%s becomes an asset of its own',
    async (name) => {
      const answer = await replay(name, '/');
      expect(answer.status).toBe(200);
      const { verdict: decided, assetId } = await verdict(answer.headers['gatehouse-submission']);
      expect(decided).toBe('accepted');
      const { itemtype, deviceids } = await gateway.api('GET', `/assets/${String(assetId)}`);
      expect(itemtype).not.toBe('Computer');
      expect(deviceids ?? []).toEqual([]);
    },
  );
});
