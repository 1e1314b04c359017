import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { deflateSync } from 'node:zlib';
import type { GatewayOptions } from '../../../src/gateway/gateway-options';
import { defaultDecodeLimits, ratioFreeBytes, type DecodeLimits } from '../../../src/protocol/limits';
import { deviceNumber, jsonInventory, xmlInventory } from '../../support/devices';
import {
  basic,
  openRequest,
  request,
  startTestGateway,
  type AgentAnswer,
  type OpenRequest,
  type TestGateway,
} from '../../support/gateway';
import { eventually, expectRecorded, expectRefusal, refusalText, submissionOf } from '../../support/refusals';

let gateway: TestGateway;
const open = async (over: Partial<GatewayOptions> = {}) => (gateway = await startTestGateway(over));
afterEach(async () => {
  await gateway.close();
});

const agentid = { 'glpi-agent-id': 'acd1a9fa-e74d-11f1-ba19-e87ffa90f81a' };
const plainJson = { 'content-type': 'application/json', ...agentid };
const plainXml = { 'content-type': 'application/xml' };
const port = () => Number(new URL(gateway.url).port);
const json = jsonInventory(deviceNumber(1));
/** White space after the message counts as bytes and changes nothing. */
const padded = (text: string, bytes: number) => Buffer.from(text.padEnd(bytes));

const post = (body: Buffer | string, headers: Record<string, string> = plainJson) =>
  gateway.post('/', { body: Buffer.from(body), headers });

function postChunked(body: Buffer): Promise<AgentAnswer> {
  const { outgoing, answer } = openPost({});
  const middle = Math.floor(body.length / 2);
  outgoing.write(body.subarray(0, middle));
  outgoing.end(body.subarray(middle));
  return answer;
}

/** A POST whose body is still to come. */
function openPost(headers: Record<string, string | number>): OpenRequest {
  const opened = openRequest(port(), 'POST', '/', {
    ...plainJson,
    authorization: basic(gateway.key),
    ...headers,
  });
  opened.outgoing.flushHeaders();
  return opened;
}

/** Resolves once the gateway is working on the request: Node says 100 just before it hands a request over. */
async function openTakenPost(bytes: number): Promise<OpenRequest> {
  const opened = openPost({ 'content-length': bytes, expect: '100-continue' });
  await once(opened.outgoing, 'continue');
  return opened;
}

async function expectAccepted(answer: AgentAnswer): Promise<void> {
  expect([answer.status, (await submissionOf(gateway, answer)).verdict]).toEqual([200, 'accepted']);
}

async function expectRefused(
  answer: AgentAnswer,
  reason: Parameters<typeof expectRefusal>[1],
  dialect: 'json' | 'xml' = 'json',
): Promise<Record<string, unknown>> {
  expectRefusal(answer, reason, dialect);
  return (await expectRecorded(gateway, answer, reason)).evidence;
}

describe('bytes on the wire', () => {
  const maxBodyBytes = 2000;
  beforeEach(() => open({ maxBodyBytes }));

  it('as many as allowed pass, one more is refused before it is read', async () => {
    await expectAccepted(await post(padded(json, maxBodyBytes)));
    const answer = await post(padded(json, maxBodyBytes + 1));
    await expectRefused(answer, 'body_too_large');
    expect(answer.headers.connection).toBe('close');
  });

  it('likewise in chunks, whose number nobody announces', async () => {
    await expectAccepted(await postChunked(padded(json, maxBodyBytes)));
    await expectRefused(await postChunked(padded(json, maxBodyBytes + 1)), 'body_too_large');
  });

  it('a body without end is not read on, and the next agent is served', async () => {
    const { outgoing, answer } = openPost({});
    // 64 MiB, were they all taken. Ends with the connection, however that ends.
    const flood = Readable.from(repeated(Buffer.alloc(64 * 1024, 0x20), 1024));
    await pipeline(flood, outgoing).catch(() => undefined);
    // The connection may break before the answer is read: a client that never stops cannot ask for more.
    const answered = await answer.catch(() => undefined);
    if (answered !== undefined) expectRefusal(answered, 'body_too_large', 'json');
    const rows = await eventually('the refusal', async () => {
      const found = await gateway.sql<{ bytes: number }>(
        `SELECT wire_bytes AS bytes FROM submission WHERE reason = 'body_too_large'`,
      );
      return found.length > 0 ? found : undefined;
    });
    expect(rows).toHaveLength(1);
    await expectAccepted(await post(json));
  });
});

describe('what comes out of the compression', () => {
  const limited = (limits: Partial<DecodeLimits>) =>
    open({ decodeLimits: { ...defaultDecodeLimits, ...limits } });

  it('bytes: as many as allowed pass, one more is refused', async () => {
    const maxInflatedBytes = 3000;
    await limited({ maxInflatedBytes });
    const zlib = { ...agentid, 'content-type': 'application/x-compress-zlib' };
    await expectAccepted(await post(deflateSync(padded(json, maxInflatedBytes)), zlib));
    await expectAccepted(await post(padded(json, maxInflatedBytes)));
    await expectRefused(await post(padded(json, maxInflatedBytes + 1)), 'inflate_limit_exceeded');
    const answer = await post(deflateSync(padded(json, maxInflatedBytes + 1)), zlib);
    expect(await expectRefused(answer, 'inflate_limit_exceeded')).toEqual({ limitBytes: maxInflatedBytes });
  });

  it('ratio: judged beyond the free bytes, and exactly', async () => {
    const zlib = { ...agentid, 'content-type': 'application/x-compress-zlib' };
    const free = deflateSync(padded(json, ratioFreeBytes));
    const above = deflateSync(padded(json, ratioFreeBytes * 2));
    const maxInflateRatio = Math.ceil((ratioFreeBytes * 2) / above.length);
    await limited({ maxInflateRatio });
    await expectAccepted(await post(above, zlib));
    await gateway.close();
    await limited({ maxInflateRatio: maxInflateRatio - 1 });
    await expectRefused(await post(above, zlib), 'inflate_limit_exceeded');
    // Its ratio is far above the limit too, but it is small.
    await expectAccepted(await post(free, zlib));
  });

  it('a bomb of 64 MiB costs its limit of memory, not its size', async () => {
    await open();
    const zlib = { ...agentid, 'content-type': 'application/x-compress-zlib' };
    const bombs = [0x00, 0x20, 0x5b].map((byte) => deflateSync(Buffer.alloc(64 * 1024 * 1024, byte)));
    const before = process.resourceUsage().maxRSS;
    for (const bomb of bombs) {
      for (let i = 0; i < 8; i++) await expectRefused(await post(bomb, zlib), 'inflate_limit_exceeded');
    }
    const grownMebibytes = (process.resourceUsage().maxRSS - before) / 1024;
    // Each inflates 13 MiB (200 times 64 KiB) before it is given up; unbounded, the 24 would need 1.5 GiB.
    expect(grownMebibytes).toBeLessThan(256);
  });
});

describe('what a message is made of', () => {
  const limited = (limits: Partial<DecodeLimits>) =>
    open({ decodeLimits: { ...defaultDecodeLimits, ...limits } });
  const device = deviceNumber(1);
  const withSoftwares = (...softwares: string[]) => ({ ...device, softwares });
  const tooComplex = async (answer: AgentAnswer, dialect: 'json' | 'xml', limit: string) => {
    expect(await expectRefused(answer, 'payload_too_complex', dialect)).toEqual({ limit });
  };

  it('depth of JSON', async () => {
    // Root, content, list, row; one more object inside a row is one too deep.
    await limited({ maxDepth: 4 });
    await expectAccepted(await post(json));
    const deeper = jsonInventory(device, { softwares: [{ name: 'x', more: {} }] });
    await tooComplex(await post(deeper), 'json', 'depth');
  });

  it('depth of XML', async () => {
    await limited({ maxDepth: 4 });
    const deviceXml = xmlInventory(device);
    await expectAccepted(await post(deviceXml, plainXml));
    await tooComplex(await post(xmlInventory(device, '<A><B><C/></B></A>'), plainXml), 'xml', 'depth');
  });

  it('elements of JSON', async () => {
    const maxElements = countValues(JSON.parse(json));
    await limited({ maxElements });
    await expectAccepted(await post(json));
    const one = jsonInventory(device, { note: 1 });
    expect(countValues(JSON.parse(one))).toBe(maxElements + 1);
    await tooComplex(await post(one), 'json', 'elements');
  });

  it('elements of XML, and attributes', async () => {
    const deviceXml = xmlInventory(device);
    const maxElements = deviceXml.match(/<[A-Z]/g)?.length ?? 0;
    await limited({ maxElements });
    await expectAccepted(await post(deviceXml, plainXml));
    await tooComplex(await post(xmlInventory(device, '<A/>'), plainXml), 'xml', 'elements');
    const attribute = deviceXml.replace('<BIOS>', '<BIOS a="1">');
    await tooComplex(await post(attribute, plainXml), 'xml', 'elements');
  });

  it('length of a list', async () => {
    await limited({ maxListLength: 3 });
    await expectAccepted(await post(jsonInventory(withSoftwares('a', 'b', 'c'))));
    await tooComplex(await post(jsonInventory(withSoftwares('a', 'b', 'c', 'd'))), 'json', 'list');
    await expectAccepted(await post(xmlInventory(withSoftwares('a', 'b', 'c')), plainXml));
    await tooComplex(await post(xmlInventory(withSoftwares('a', 'b', 'c', 'd')), plainXml), 'xml', 'list');
  });

  it('length of a text, in bytes', async () => {
    const maxTextBytes = 80;
    await limited({ maxTextBytes });
    const longest = 'é'.repeat(maxTextBytes / 2);
    await expectAccepted(await post(jsonInventory(withSoftwares(longest))));
    await tooComplex(await post(jsonInventory(withSoftwares(`${longest}x`))), 'json', 'text');
    await expectAccepted(await post(xmlInventory(withSoftwares(longest)), plainXml));
    await tooComplex(await post(xmlInventory(withSoftwares(`${longest}x`)), plainXml), 'xml', 'text');
  });
});

describe('a body that does not arrive', () => {
  it('in time is refused, whether it stands still or drips', async () => {
    await open({ bodyTimeoutMs: 300 });
    const still = openPost({ 'content-length': json.length });
    still.outgoing.write(json.slice(0, 100));
    await expectRefused(await still.answer, 'body_incomplete');

    const dripping = openPost({ 'content-length': json.length });
    let sent = 0;
    const drip = setInterval(() => dripping.outgoing.write(json[sent++] ?? ''), 20);
    const answer = await dripping.answer.finally(() => {
      clearInterval(drip);
    });
    await expectRefused(answer, 'body_incomplete');
    expect(answer.headers.connection).toBe('close');
  });

  it('because the connection was cut is on record, and nothing else happens', async () => {
    await open();
    const opened = await openTakenPost(json.length);
    opened.outgoing.write(json.slice(0, 100));
    opened.outgoing.destroy();
    await eventually('the refusal', async () => {
      const rows = await gateway.sql(`SELECT FROM submission WHERE reason = 'body_incomplete'`);
      return rows.length > 0 ? rows : undefined;
    });
    await expectAccepted(await post(json));
    expect(await gateway.sql('SELECT FROM asset')).toHaveLength(1);
    expect(gateway.log.filter((line) => line.includes('failed'))).toEqual([]);
  });
});

describe('how much is worked on at a time', () => {
  it('requests: one more than allowed is turned away and counted, not recorded', async () => {
    await open({ maxInFlight: 1 });
    const first = await openTakenPost(json.length);
    const busy = await post(json);
    expectRefusal(busy, 'overloaded', 'json');
    expect(busy.headers['gatehouse-submission']).toBeUndefined();
    const xml = await post(xmlInventory(deviceNumber(2)), plainXml);
    expectRefusal(xml, 'overloaded', 'xml');
    first.outgoing.end(json);
    await expectAccepted(await first.answer);
    await expectAccepted(await post(json));
    const folded = await eventually('the count', async () => {
      const [row] = await gateway.sql<{ n: number }>(
        `SELECT sum(folded)::int AS n FROM submission WHERE reason = 'overloaded'`,
      );
      return row?.n === 2 ? row.n : undefined;
    });
    expect(folded).toBe(2);
    expect(await gateway.sql('SELECT FROM asset')).toHaveLength(1);
  });

  it('bytes: a body that finds no room is refused, and the room comes back', async () => {
    const maxBufferedBytes = 8000;
    await open({ maxBufferedBytes });
    const half = maxBufferedBytes / 2;
    // The key is known from here on: nothing keeps the first from taking its room before the second comes.
    await expectAccepted(await post(json));
    // At the limit: the first holds half, the second takes the rest.
    const first = await openTakenPost(half + 1);
    await new Promise((resolve) => first.outgoing.write(padded(json, half), resolve));
    const answer = await eventually('no room', async () => {
      const tried = await post(padded(json, half + 1));
      return tried.status === 503 ? tried : undefined;
    });
    await expectRefused(answer, 'overloaded');
    await expectAccepted(await post(padded(json, half)));
    first.outgoing.end(' ');
    await expectAccepted(await first.answer);
    await expectAccepted(await post(padded(json, maxBufferedBytes)));
    await expectRefused(await post(padded(json, maxBufferedBytes + 1)), 'overloaded');
  });

  it('bytes: what was refused, cut off or late gives its room back', async () => {
    const maxBufferedBytes = 4000;
    await open({ maxBufferedBytes, maxBodyBytes: 3000, bodyTimeoutMs: 300 });
    const late = openPost({ 'content-length': 3000 });
    late.outgoing.write(padded(json, 2000));
    await expectRefused(await late.answer, 'body_incomplete');
    const cut = await openTakenPost(3000);
    cut.outgoing.write(padded(json, 2000));
    cut.outgoing.destroy();
    await expectRefused(await postChunked(padded(json, 3001)), 'body_too_large');
    await expectRefused(await post(padded('{', 3000)), 'payload_malformed');
    await eventually('all of the room', async () => {
      const both = await Promise.all([post(padded(json, 2000)), post(padded(json, 2000))]);
      return both.every(({ status }) => status === 200) ? both : undefined;
    });
  });
});

describe('those who have shown no key', () => {
  const slowly = async (path: string): Promise<OpenRequest> => {
    const headers = { 'content-length': 500, expect: '100-continue' };
    const opened = openRequest(port(), 'POST', path, headers);
    opened.outgoing.flushHeaders();
    await once(opened.outgoing, 'continue');
    opened.outgoing.write('{');
    return opened;
  };
  const shown = ({ status, text }: AgentAnswer) => [status, text];
  // Only who has read the body knows that it looks like JSON.
  const unread = [401, refusalText('key_missing', 'xml')];
  const read = [401, refusalText('key_missing', 'json')];

  it.each([
    ['inventories', '/', unread, read],
    [
      'token requests',
      '/api.php/token',
      [503, '{"error":"temporarily_unavailable"}'],
      [400, '{"error":"invalid_request"}'],
    ],
  ])('take no place from those who have, however slowly they send %s', async (_what, path, past, within) => {
    await open({ maxInFlight: 2 });
    const slow = [await slowly(path), await slowly(path)];
    await expectAccepted(await post(json));
    // As many as there are places are waited for; one more is answered without.
    expect(shown(await (await slowly(path)).answer)).toEqual(past);
    await expectAccepted(await post(json));
    for (const { outgoing, answer } of slow) {
      outgoing.end(' '.repeat(499));
      expect(shown(await answer)).toEqual(within);
    }
    const again = await slowly(path);
    again.outgoing.end(' '.repeat(499));
    expect(shown(await again.answer)).toEqual(within);
  });
});

describe('headers', () => {
  beforeEach(() => open());
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`h${i}`, '1']));

  it('more bytes of them than Node takes are answered 431 and reach nothing', async () => {
    const answer = await request(port(), 'POST', '/', { big: 'x'.repeat(17 * 1024) }, Buffer.from(json));
    expect([answer.status, answer.text, answer.headers.connection]).toEqual([431, '', 'close']);
    await expectAccepted(await post(json));
  });

  it('as many as no agent sends change nothing; more than Node takes are answered 431', async () => {
    await expectAccepted(await post(json, { ...plainJson, ...many(200) }));
    expect((await post(json, { ...plainJson, ...many(3000) })).status).toBe(431);
  });

  it('of two hosts none is believed', async () => {
    const headers = [
      ...['Host', `127.0.0.1:${port()}`, 'Host', 'other.example', 'Content-Length', String(json.length)],
      ...['Authorization', basic(gateway.key), ...Object.entries(plainJson).flat()],
    ];
    const { outgoing, answer } = openRequest(port(), 'POST', '/', headers);
    outgoing.end(json);
    expectRefusal(await answer, 'host_invalid', 'json');
  });
});

/** As the limit counts them: the root, and every value in an object or list. */
function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return 1 + Object.values(value).reduce<number>((sum, inner) => sum + countValues(inner), 0);
}

function* repeated(chunk: Buffer, times: number): Generator<Buffer> {
  for (let i = 0; i < times; i++) yield chunk;
}
