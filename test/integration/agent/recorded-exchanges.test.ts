import {
  describeWithShared,
  hasShared,
  recorded,
  recordedNames,
  type RecordedRequest,
} from '../../support/exchanges';
import { basic, request, startTestGateway, type AgentAnswer, type TestGateway } from '../../support/gateway';
import { submissionOf } from '../../support/refusals';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
});

/** Where the answer is another than the kind of message asks for, and why. */
const refusedWith: Record<string, string> = {
  // The scanner looked at 127.0.0.1 only: an address that every machine has identifies none.
  'fusioninventory-2.6/08-netdiscovery-device': 'Device cannot be identified',
  'glpi-1.12dev/25-netdiscovery-device': 'Device cannot be identified',
};

type Kind =
  | 'getConfig'
  | 'job-report'
  | 'poll'
  | 'token'
  | 'prolog-json'
  | 'prolog-xml'
  | 'contact'
  | 'inventory-json'
  | 'inventory-xml'
  | 'network-task';

function kindOf({ method, target, headers, text }: RecordedRequest): Kind {
  if (method === 'GET') {
    if (target.includes('action=getConfig')) return 'getConfig';
    return target.includes('action=') ? 'job-report' : 'poll';
  }
  if (target.endsWith('/api.php/token')) return 'token';
  if (text.includes('<QUERY>PROLOG</QUERY>'))
    return headers['glpi-agent-id'] === undefined ? 'prolog-xml' : 'prolog-json';
  if (/<QUERY>(NETDISCOVERY|SNMPQUERY)<\/QUERY>/.test(text)) return 'network-task';
  if (text.trimStart().startsWith('<')) return 'inventory-xml';
  return (JSON.parse(text) as { action: string }).action === 'contact' ? 'contact' : 'inventory-json';
}

/** What agents of every family can read: agent-protocol facts, as the body after decompression. */
const readable: Record<Kind, (text: string, isOcs: boolean) => void> = {
  getConfig: (text) => {
    expect(JSON.parse(text)).toEqual({ configValidityPeriod: 600, schedule: [] });
  },
  'job-report': (text) => {
    expect(JSON.parse(text)).toEqual({});
  },
  poll: (text) => {
    expect(text).toMatch(/./);
  },
  token: (text) => {
    expect(JSON.parse(text)).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
  },
  'prolog-json': (text) => {
    expect(JSON.parse(text)).toEqual({ status: 'pending', expiration: 0 });
  },
  'prolog-xml': (text) => {
    expect(text).toContain('<REPLY><PROLOG_FREQ>24</PROLOG_FREQ><RESPONSE>SEND</RESPONSE></REPLY>');
  },
  contact: (text) => {
    const answer = JSON.parse(text) as Record<string, unknown>;
    // no-category and params would override what the admin of the agent has set.
    expect(Object.keys(answer).sort()).toEqual(['disabled', 'expiration', 'status', 'tasks']);
    expect(answer).toMatchObject({
      status: 'ok',
      expiration: 24,
      tasks: { inventory: { server: 'glpi', version: '10.0.16' } },
    });
    expect(answer.disabled).not.toContain('inventory');
  },
  'inventory-json': (text) => {
    expect(JSON.parse(text)).toEqual({ status: 'ok', expiration: 24 });
  },
  'inventory-xml': (text, isOcs) => {
    const response = isOcs ? 'no_account_update' : 'SEND';
    expect(text).toContain(`<REPLY><RESPONSE>${response}</RESPONSE></REPLY>`);
  },
  'network-task': (text) => {
    expect(text).toMatch(/<REPLY>.*<\/REPLY>/s);
  },
};

/** The encoding of the request is that of the answer, under the one type by which agents know it. */
function expectEncoding(answer: AgentAnswer, { wire, headers }: RecordedRequest, kind: Kind): void {
  const sent = wire.subarray(0, 2).toString('hex');
  const isPlain = !['789c', '1f8b'].includes(sent);
  const isOcsType = /^application\/x-compress$/i.test(headers['content-type'] ?? '');
  const isXml = ['prolog-xml', 'inventory-xml', 'network-task'].includes(kind);
  const [type, magic] =
    sent === '1f8b'
      ? ['application/x-compress-gzip', '1f8b']
      : !isPlain || isOcsType
        ? ['application/x-compress-zlib', '789c']
        : [isXml ? 'application/xml' : 'application/json', isXml ? '3c3f' : '7b22'];
  expect([answer.headers['content-type'], answer.bytes.subarray(0, 2).toString('hex')]).toEqual([
    type,
    magic,
  ]);
}

async function replay(sent: RecordedRequest, kind: Kind): Promise<AgentAnswer> {
  const { port } = new URL(gateway.url);
  const headers = { ...sent.headers, authorization: basic(gateway.key) };
  if (kind !== 'token') return request(Number(port), sent.method, sent.target, headers, sent.wire);
  // Its secret is of another server: ours takes its place.
  const asked = {
    ...(JSON.parse(sent.text) as object),
    client_id: gateway.key.split('_')[1],
    client_secret: gateway.key,
  };
  return request(Number(port), 'POST', sent.target, sent.headers, Buffer.from(JSON.stringify(asked)));
}

describeWithShared('every request that was recorded of a real agent, in its order', () => {
  it.each(hasShared ? recordedNames() : ['recordings are missing'])('%s', async (name) => {
    const sent = recorded(name);
    const kind = kindOf(sent);
    const answer = await replay(sent, kind);
    const refused = refusedWith[name];
    if (refused !== undefined) expect([answer.status, answer.phrase]).toEqual([403, refused]);
    else {
      expect([answer.status, answer.phrase]).toEqual(
        kind === 'poll' ? [405, 'Method Not Allowed'] : [200, 'OK'],
      );
      readable[kind](answer.text, (sent.headers['user-agent'] ?? '').startsWith('OCS'));
    }
    if (sent.method === 'POST' && kind !== 'token') expectEncoding(answer, sent, kind);
    // LWP takes a coded answer for the message itself, and a redirected POST for a GET.
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.headers.location).toBeUndefined();
    expect(Number(answer.headers['content-length'])).toBe(answer.bytes.length);
    expect(answer.bytes.length).toBeGreaterThan(0);
    if (kind.startsWith('inventory')) {
      const { verdict, reason } = await submissionOf(gateway, answer);
      expect([verdict, reason]).toEqual(['accepted', null]);
    }
  });
});
