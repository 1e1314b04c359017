import { v7 } from 'uuid';
import { makeCertificate, type TestCertificate } from '../../support/certificates';
import { deviceNumber, jsonInventory } from '../../support/devices';
import { startTestGateway, type AgentAnswer, type TestGateway } from '../../support/gateway';

/** Through a proxy on loopback that is trusted, and speaks plain HTTP to the gateway. */
let gateway: TestGateway;
/** The same, but nobody is trusted. */
let untrusting: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    origin: { trustedProxies: ['127.0.0.1/32'], headerFamily: 'x-forwarded' },
    clientCertHeader: 'client-cert',
  });
  untrusting = await startTestGateway({ clientCertHeader: 'client-cert' });
});
afterAll(async () => {
  await gateway.close();
  await untrusting.close();
});

const ca = makeCertificate({
  isCa: true,
  subject: [
    ['O', 'Corp'],
    ['CN', 'Devices CA'],
  ],
});
let count = 0;
/** Another device each time, so that no test meets what another left. */
const nextDevice = () => deviceNumber(++count);
const passedOn = ({ der }: TestCertificate) => ({ 'client-cert': `:${der.toString('base64')}:` });

interface Sent {
  readonly key?: string | false;
  readonly certificate?: TestCertificate;
  readonly headers?: Record<string, string>;
  readonly to?: TestGateway;
}

const agentids = new Map<unknown, string>();
function post(device: ReturnType<typeof deviceNumber>, sent: Sent): Promise<AgentAnswer> {
  const agentid = agentids.get(device.deviceid) ?? v7();
  agentids.set(device.deviceid, agentid);
  return (sent.to ?? gateway).post('/', {
    body: jsonInventory(device),
    headers: {
      'glpi-agent-id': agentid,
      ...(sent.certificate === undefined ? {} : passedOn(sent.certificate)),
      ...sent.headers,
    },
    ...(sent.key === undefined ? {} : { key: sent.key }),
  });
}

/** What became of a request, as the admin sees it. */
async function fateOf(answer: AgentAnswer, of = gateway): Promise<Record<string, unknown>> {
  return await of.api('GET', `/submissions/${String(answer.headers['gatehouse-submission'])}`);
}

describe('a key that requires a certificate', () => {
  let key: string;
  let kid: string;
  beforeAll(async () => {
    ({ key, kid } = await gateway.newKey({ clientCertificate: 'required', clientCa: ca.pem }));
  });

  test('lets in who shows one of its CA', async () => {
    const answer = await post(nextDevice(), { key, certificate: makeCertificate({ issuer: ca }) });
    expect(answer.status).toBe(200);
    expect(await fateOf(answer)).toMatchObject({ verdict: 'accepted', outcome: 'created' });
  });

  test.each([
    ['none', {}, 'Client certificate required'],
    ['a self-signed one', passedOn(makeCertificate()), 'Client certificate refused'],
    ['one of a CA with the same name', passedOn(impostor()), 'Client certificate refused'],
    ['an expired one', passedOn(expired()), 'Client certificate refused'],
    ['two', { 'client-cert': twice(makeCertificate({ issuer: ca })) }, 'Client certificate refused'],
    ['rubbish', { 'client-cert': 'SUCCESS' }, 'Client certificate refused'],
    ['one in another header', other(makeCertificate({ issuer: ca })), 'Client certificate required'],
    ['the word of the proxy', { 'x-ssl-client-verify': 'SUCCESS' }, 'Client certificate required'],
  ])('refuses %s, and the admin sees why', async (_what, headers, phrase) => {
    const before = await assetCount();
    const answer = await post(nextDevice(), { key, headers });
    expect(answer).toMatchObject({ status: 403, phrase });
    const { items } = await gateway.api<{ items: object[] }>('GET', `/submissions?key=${kid}&limit=1`);
    const reason = phrase.endsWith('required') ? 'certificate_missing' : 'certificate_refused';
    expect(items).toEqual([expect.objectContaining({ verdict: 'refused', reason })]);
    expect(await assetCount()).toBe(before);
  });

  test('is the same for prolog, job poll and token', async () => {
    const certificate = makeCertificate({ issuer: ca });
    const authorization = `Basic ${Buffer.from(`${key}:x`).toString('base64')}`;
    const poll = (headers: object) =>
      gateway.get('/?action=getConfig&machineid=x', { authorization, ...headers });
    expect(await poll({})).toMatchObject({ status: 403 });
    expect(await poll(passedOn(certificate))).toMatchObject({ status: 200 });
    const contact = (headers: Record<string, string>) =>
      gateway.post('/', {
        body: JSON.stringify({
          action: 'contact',
          deviceid: 'desk-0-2026-01-05-08-00-00',
          name: 'GLPI-Agent',
        }),
        headers: { 'glpi-agent-id': v7(), ...headers },
        key,
      });
    expect(await contact({})).toMatchObject({ status: 403, phrase: 'Client certificate required' });
    expect(await contact(passedOn(certificate))).toMatchObject({ status: 200 });
    const token = (headers: Record<string, string>) =>
      gateway.post('/api.php/token', {
        body: Buffer.from(
          JSON.stringify({ grant_type: 'client_credentials', client_id: kid, client_secret: key }),
        ),
        headers: { 'content-type': 'application/json', ...headers },
        key: false,
      });
    expect(await token({})).toMatchObject({ status: 403 });
    const given = await token(passedOn(certificate));
    expect(given.status).toBe(200);
    // The token alone is not enough either.
    const { access_token: bearer } = JSON.parse(given.text) as { access_token: string };
    const withToken = { authorization: `Bearer ${bearer}` };
    expect(await post(nextDevice(), { key: false, headers: withToken })).toMatchObject({ status: 403 });
    const both = await post(nextDevice(), { key: false, headers: withToken, certificate });
    expect(both.status).toBe(200);
  });

  test('from a peer that is not trusted the header is ignored and counted', async () => {
    const there = await untrusting.newKey({ clientCertificate: 'required', clientCa: ca.pem });
    const certificate = makeCertificate({ issuer: ca });
    const answer = await post(nextDevice(), { to: untrusting, key: there.key, certificate });
    expect(answer).toMatchObject({ status: 403, phrase: 'Client certificate required' });
    const metrics = await untrusting.get('/metrics', {});
    expect(metrics.text).toMatch(/^gatehouse_client_certificate_headers_ignored_total [1-9]/m);
    expect(await fateOfLast(untrusting, there.kid)).toMatchObject({ reason: 'certificate_missing' });
  });
});

function impostor(): TestCertificate {
  return makeCertificate({ issuer: makeCertificate({ isCa: true, subject: ca.subject }) });
}

function expired(): TestCertificate {
  return makeCertificate({ issuer: ca, notAfter: new Date(Date.now() - 1000) });
}

function twice(certificate: TestCertificate): string {
  return [certificate, certificate].map((one) => passedOn(one)['client-cert']).join(', ');
}

function other({ pem }: TestCertificate): Record<string, string> {
  return { 'x-ssl-client-cert': encodeURIComponent(pem) };
}

async function assetCount(): Promise<number> {
  return (await gateway.sql('SELECT 1 FROM asset')).length;
}

async function fateOfLast(of: TestGateway, kid: string): Promise<unknown> {
  const { items } = await of.api<{ items: unknown[] }>('GET', `/submissions?key=${kid}&limit=1`);
  return items[0];
}

test('a key that ignores certificates takes anything for none', async () => {
  const { key } = await gateway.newKey({ clientCertificate: 'ignore' });
  expect(await post(nextDevice(), { key, headers: { 'client-cert': 'rubbish' } })).toMatchObject({
    status: 200,
  });
  const device = nextDevice();
  expect(await post(device, { key, certificate: makeCertificate() })).toMatchObject({ status: 200 });
  expect(await pinsOf(device.serial)).toEqual([]);
});

async function pinsOf(serial: string): Promise<string[]> {
  const rows = await gateway.sql<{ value: string }>(
    `SELECT p.value FROM asset_identifier s JOIN asset_identifier p USING (instance_id, asset_id)
      WHERE s.kind = 'serial' AND lower(s.value) = lower($1) AND p.kind = 'certificate'`,
    [serial],
  );
  return rows.map(({ value }) => value);
}

describe('a certificate is pinned', () => {
  test('at first contact, by its public key; a renewed one for the same key is the same', async () => {
    const { key } = await gateway.newKey({});
    const device = nextDevice();
    const certificate = makeCertificate();
    expect(await post(device, { key, certificate })).toMatchObject({ status: 200 });
    expect(await pinsOf(device.serial)).toEqual([certificate.spki]);
    const renewed = makeCertificate({ sameKeyAs: certificate, subject: [['CN', 'renewed']] });
    const again = await post({ ...device, softwares: ['other'] }, { key, certificate: renewed });
    expect(await fateOf(again)).toMatchObject({ verdict: 'accepted', outcome: 'updated' });
  });

  test.each([
    ['none', undefined],
    ['another', makeCertificate()],
  ])('and with %s the asset keeps what it has', async (_what, certificate) => {
    const { key } = await gateway.newKey({});
    const device = nextDevice();
    const first = await fateOf(await post(device, { key, certificate: makeCertificate() }));
    const spoof = { ...device, softwares: ['implant'] };
    const answer = await post(spoof, certificate === undefined ? { key } : { key, certificate });
    expect(await fateOf(answer)).toMatchObject({ verdict: 'quarantined', reason: 'pin_downgraded' });
    const stored = await gateway.api('GET', `/assets/${String(first.assetId)}/inventory`);
    expect(JSON.stringify(stored)).not.toContain('implant');
  });
});

describe('a certificate instead of a key', () => {
  test('of a device that is pinned to it', async () => {
    const { key, kid } = await gateway.newKey({ carriers: ['basic', 'certificate'] });
    const device = nextDevice();
    const certificate = makeCertificate();
    expect(await post(device, { key, certificate })).toMatchObject({ status: 200 });
    const answer = await post(device, { key: false, certificate });
    expect(answer.status).toBe(200);
    expect(await fateOf(answer)).toMatchObject({ verdict: 'accepted', outcome: 'unchanged', kid });
  });

  test('of a CA of the key, for a device never seen', async () => {
    const own = makeCertificate({ isCa: true, subject: [['CN', 'own CA']] });
    const { kid } = await gateway.newKey({ carriers: ['certificate'], clientCa: own.pem });
    const answer = await post(nextDevice(), { key: false, certificate: makeCertificate({ issuer: own }) });
    expect(await fateOf(answer)).toMatchObject({ verdict: 'accepted', outcome: 'created', kid });
    const late = makeCertificate({ issuer: own, notAfter: new Date(Date.now() - 1000) });
    const refusedLate = await post(nextDevice(), { key: false, certificate: late });
    expect(refusedLate).toMatchObject({ status: 403, phrase: 'Client certificate refused' });
  });

  test('of a key that does not take certificates: the agent is asked for its password', async () => {
    const { key } = await gateway.newKey({});
    const device = nextDevice();
    const certificate = makeCertificate();
    expect(await post(device, { key, certificate })).toMatchObject({ status: 200 });
    const answer = await post(device, { key: false, certificate });
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Basic realm="Gatehouse"' } });
  });

  test('of a CA that two keys share: refused as an unknown key, until one is gone', async () => {
    const shared = makeCertificate({ isCa: true, subject: [['CN', 'shared CA']] });
    const policy = { carriers: ['certificate'], clientCa: shared.pem };
    await gateway.newKey(policy);
    const second = await gateway.newKey(policy);
    const device = nextDevice();
    const certificate = makeCertificate({ issuer: shared });
    const unknown = await post(nextDevice(), { key: 'grk_aaaaaaaaaaaa_x' });
    const answer = await post(device, { key: false, certificate });
    expect(answer.status).toBe(403);
    expect(answer.headers['gatehouse-submission']).toBeUndefined();
    expect(unknown.status).toBe(403);
    await gateway.api('POST', `/keys/${second.kid}/revoke`);
    // As for keys: the change is announced to every process, and takes a moment to arrive.
    await until(async () => (await post(device, { key: false, certificate })).status === 200);
  });

  test('stands for the key as it is now: closed, then revoked', async () => {
    const own = makeCertificate({ isCa: true, subject: [['CN', 'closing CA']] });
    const { kid } = await gateway.newKey({ carriers: ['certificate'], clientCa: own.pem });
    const device = nextDevice();
    const certificate = makeCertificate({ issuer: own });
    const phrase = async (): Promise<string> => (await post(device, { key: false, certificate })).phrase;
    expect(await phrase()).toBe('OK');
    await gateway.api('PATCH', `/keys/${kid}`, { mode: 'closed' });
    await until(async () => (await phrase()).includes('closed'));
    await gateway.api('POST', `/keys/${kid}/revoke`);
    await until(async () => (await phrase()).includes('revoked'));
  });

  test('a forged issuer name leads to no key', async () => {
    const own = makeCertificate({ isCa: true, subject: [['CN', 'wanted CA']] });
    await gateway.newKey({ carriers: ['certificate'], clientCa: own.pem });
    const forger = makeCertificate({ isCa: true, subject: own.subject });
    const certificate = makeCertificate({ issuer: forger });
    expect(await post(nextDevice(), { key: false, certificate })).toMatchObject({ status: 401 });
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('the subject of a certificate and the entity', () => {
  let key: string;
  let paris: string;
  beforeAll(async () => {
    const { items } = await gateway.api<{ items: { id: string; parentId: string | null }[] }>(
      'GET',
      '/entities',
    );
    const parentId = items.find((entity) => entity.parentId === null)?.id;
    ({ id: paris } = await gateway.api<{ id: string }>('POST', '/entities', { name: 'Paris', parentId }));
    ({ key } = await gateway.newKey({
      clientCa: ca.pem,
      clientCertificate: 'optional',
      rules: [{ certificate: 'CN=*,OU=Paris,O=Corp', entityId: paris }],
    }));
  });
  const entityFor = async (certificate?: TestCertificate): Promise<unknown> => {
    const sent = certificate === undefined ? { key } : { key, certificate };
    return (await fateOf(await post(nextDevice(), sent))).entityId;
  };
  const issuedTo = (...subject: [type: 'O' | 'OU' | 'CN', value: string][]): TestCertificate =>
    makeCertificate({ issuer: ca, subject });

  test('lead to it, and what only looks alike does not', async () => {
    expect(await entityFor(issuedTo(['O', 'Corp'], ['OU', 'Paris'], ['CN', 'pc-7']))).toBe(paris);
    expect(await entityFor(issuedTo(['O', 'Corp'], ['OU', 'Lyon'], ['CN', 'pc-7']))).not.toBe(paris);
    expect(await entityFor(issuedTo(['CN', 'pc-7,OU=Paris,O=Corp']))).not.toBe(paris);
    expect(await entityFor()).not.toBe(paris);
  });

  test('never lead anywhere for a certificate of one’s own', async () => {
    const own = makeCertificate({
      subject: [
        ['O', 'Corp'],
        ['OU', 'Paris'],
        ['CN', 'pc-7'],
      ],
    });
    expect(await post(nextDevice(), { key, certificate: own })).toMatchObject({
      status: 403,
      phrase: 'Client certificate refused',
    });
  });
});

describe('what an admin may say of certificates', () => {
  const refusal = async (body: object): Promise<string> =>
    await gateway.newKey(body as Record<string, unknown>).then(
      () => 'taken',
      (error: unknown) => String(error),
    );

  test('a CA must be one, in date, and nothing else', async () => {
    const old = makeCertificate({ isCa: true, notAfter: new Date(Date.now() - 1000) });
    for (const [clientCa, says] of [
      [old.pem, 'is not good now'],
      [makeCertificate().pem, 'is not one of a CA'],
      [ca.pem + ca.keyPem, 'must hold certificates only'],
      [ca.pem.repeat(9), 'has more than 8 certificates'],
      ['x', 'must be PEM'],
    ] as const) {
      const said = await refusal({ clientCa });
      expect(said).toContain('/clientCa');
      expect(said).toContain(says);
      expect(said).not.toContain('BEGIN');
    }
  });

  test('is kept without what stood around it', async () => {
    const { kid } = await gateway.newKey({ clientCa: `Subject: remark\n${ca.pem}\nremark` });
    expect(await gateway.api('GET', `/keys/${kid}`)).toMatchObject({ clientCa: ca.pem });
    const [row] = await gateway.sql<{ client_ca_ids: string[] }>(
      'SELECT client_ca_ids FROM registration_key WHERE kid = $1',
      [kid],
    );
    expect(row?.client_ca_ids).toEqual([expect.stringMatching(/^[\da-f]{64}$/)]);
    await gateway.api('PATCH', `/keys/${kid}`, { clientCa: null });
    expect(await gateway.sql('SELECT client_ca_ids FROM registration_key WHERE kid = $1', [kid])).toEqual([
      { client_ca_ids: [] },
    ]);
  });

  test('must have a meaning', async () => {
    expect(await refusal({ clientCertificate: 'ignore', carriers: ['certificate'] })).toContain('/carriers');
    const { items } = await gateway.api<{ items: { id: string; parentId: string | null }[] }>(
      'GET',
      '/entities',
    );
    const entityId = items.find(({ parentId }) => parentId === null)?.id;
    expect(await refusal({ rules: [{ certificate: '*', entityId }] })).toContain('/rules/0/certificate');
  });
});

test('no private key and no whole certificate is in any log line', () => {
  const log = gateway.log.join('\n');
  expect(log).not.toContain('PRIVATE KEY');
  expect(log).not.toContain(ca.der.toString('base64').slice(0, 100));
});
