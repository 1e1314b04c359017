import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { AgentHeaders } from '../../src/domain/agent';
import { decode } from '../../src/protocol/decode';
import { encodeReply } from '../../src/protocol/encode-reply';
import { defaultDecodeLimits } from '../../src/protocol/limits';
import { readAgentHeaders } from '../../src/protocol/read-headers';
import { speechFromHeaders } from '../../src/protocol/speech';

const decodeReasons = [
  'encoding_unsupported',
  'inflate_limit_exceeded',
  'payload_malformed',
  'payload_too_complex',
  'message_unsupported',
];
const messageKinds = ['inventory', 'contact', 'prolog', 'job-control'];

/** The promise about any bytes: one result, of a known kind, that the database can hold. */
function expectOneResult(wire: Buffer, headers: AgentHeaders): void {
  const result = decode(wire, headers, defaultDecodeLimits);
  if (result.verdict === 'refused') {
    expect(decodeReasons).toContain(result.reason);
    return;
  }
  const { messages, inflatedBytes } = result.value;
  expect(messages.length).toBeGreaterThan(0);
  expect(inflatedBytes).toBeLessThanOrEqual(defaultDecodeLimits.maxInflatedBytes);
  for (const message of messages) {
    expect(messageKinds).toContain(message.kind);
    const text = JSON.stringify(message);
    // jsonb refuses NUL and half surrogate pairs; JSON.stringify writes both as escapes.
    expect(/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/.test(text)).toBe(false);
    if (message.kind === 'inventory') expect(message.notes.length).toBeLessThanOrEqual(200);
  }
}

const contentTypes = fc.constantFrom(
  undefined,
  'application/x-compress-zlib',
  'application/x-compress-gzip',
  'application/x-compress',
  'application/x-compressed',
  'application/x-br',
  'application/x-deflate',
  'application/json',
  'application/xml',
);

const anyHeaders: fc.Arbitrary<AgentHeaders> = fc
  .record({
    contentType: contentTypes,
    userAgent: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
  })
  .map(({ contentType, userAgent }) => ({
    agentid: undefined,
    requestId: undefined,
    proxyIds: [],
    contentType,
    userAgent,
  }));

const compress = fc.constantFrom<(text: Buffer) => Buffer>(
  (text) => text,
  (text) => deflateSync(text),
  (text) => gzipSync(text),
  (text) => deflateRawSync(text),
  (text) => brotliCompressSync(text),
);

const sections = fc
  .constantFrom(
    'bios hardware networks softwares batteries processes local_users operatingsystem sensors network_device network_ports device info ports port ips ip agent error accountinfo cpus antivirus controllers content moduleversion'.split(
      ' ',
    ),
  )
  .chain((names) => fc.constantFrom(...names));
const fieldNames = fc.oneof(
  sections,
  fc.constantFrom(
    ...'name id pid mac macaddr type status ipaddress ipaddress6 description install_date installdate bdate boot_time started capacity voltage memory pciid keyname keyvalue timezone offset logdate ips toString __proto__ constructor'.split(
      ' ',
    ),
  ),
  fc.string({ maxLength: 8 }),
);
const texts = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    '12',
    '1e3',
    '12.5',
    '8 GB',
    '2021-13-45',
    '31/02/2020',
    'fe80::1',
    'No',
    'TAG',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 20 }),
);

const jsonTree = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    texts,
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fieldNames, tie('value'), { maxKeys: 5 }),
  ),
})).value;

const escapeXml = (text: string) =>
  text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, '')
    .replace(/[<>&]/g, (found) => `&#${found.charCodeAt(0)};`);

function xmlOf(value: unknown): string {
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(xmlOf).join('');
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .filter(([key]) => /^[A-Za-z_]+$/.test(key))
    .map(([key, inner]) => {
      const inners: unknown[] = Array.isArray(inner) ? inner : [inner];
      return inners.map((one) => `<${key.toUpperCase()}>${xmlOf(one)}</${key.toUpperCase()}>`).join('');
    })
    .join('');
}

const jsonMessages = fc
  .record({
    action: fc.constantFrom('inventory', 'netdiscovery', 'netinventory', 'contact', 'missing', undefined),
    query: fc.constantFrom(undefined, 'SNMP', 'INVENTORY'),
    deviceid: jsonTree,
    content: fc.oneof(fc.dictionary(sections, jsonTree), jsonTree),
  })
  .map((message) => Buffer.from(JSON.stringify(message)));

const xmlMessages = fc
  .record({
    query: fc.constantFrom('INVENTORY', 'SNMPQUERY', 'NETDISCOVERY', 'PROLOG', 'NOTIFY', ''),
    content: fc.oneof(fc.dictionary(sections, jsonTree), jsonTree),
  })
  .map(({ query, content }) =>
    Buffer.from(`<REQUEST><CONTENT>${xmlOf(content)}</CONTENT><QUERY>${query}</QUERY></REQUEST>`),
  );

/** Flips, cuts and doubles bytes of a message. */
const mutations = fc.array(
  fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }), kind: fc.constantFrom('set', 'cut', 'double') }),
  { maxLength: 4 },
);
function mutate(bytes: Buffer, changes: { at: number; byte: number; kind: string }[]): Buffer {
  let result = Buffer.from(bytes);
  for (const { at, byte, kind } of changes) {
    if (result.length === 0) return result;
    const index = at % result.length;
    if (kind === 'set') result[index] = byte;
    else if (kind === 'cut')
      result = Buffer.concat([result.subarray(0, index), result.subarray(index + 1 + (byte % 8))]);
    else result = Buffer.concat([result, result.subarray(index)]);
  }
  return result;
}

describe('decode gives one result and never throws', () => {
  test('on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), anyHeaders, (bytes, headers) => {
        expectOneResult(Buffer.from(bytes), headers);
      }),
      { numRuns: 2000 },
    );
  });

  test('on random bytes behind the magic of each compression', () => {
    const magics = fc.constantFrom(
      [0x78, 0x9c],
      [0x78, 0xda],
      [0x1f, 0x8b, 8, 0],
      [0xff, 0xfe],
      [0xef, 0xbb, 0xbf],
    );
    fc.assert(
      fc.property(magics, fc.uint8Array({ maxLength: 200 }), anyHeaders, (magic, bytes, headers) => {
        expectOneResult(Buffer.from([...magic, ...bytes]), headers);
      }),
      { numRuns: 2000 },
    );
  });

  test('on unicode text that begins like a message', () => {
    const starts = fc.constantFrom(
      '{',
      '<',
      '<?xml version="1.0"?>',
      '<REQUEST>',
      '{"action":"inventory","content":',
      '',
    );
    fc.assert(
      fc.property(starts, fc.string({ unit: 'binary' }), anyHeaders, (start, text, headers) => {
        expectOneResult(Buffer.from(start + text), headers);
      }),
      { numRuns: 1500 },
    );
  });

  test('on messages of real shape, compressed', () => {
    fc.assert(
      fc.property(fc.oneof(jsonMessages, xmlMessages), compress, anyHeaders, (message, squeeze, headers) => {
        expectOneResult(squeeze(message), headers);
      }),
      { numRuns: 1500 },
    );
  });

  test('on messages of real shape, mutated before and after compression', () => {
    fc.assert(
      fc.property(
        fc.oneof(jsonMessages, xmlMessages),
        mutations,
        compress,
        mutations,
        anyHeaders,
        (message, before, squeeze, after, headers) => {
          expectOneResult(mutate(squeeze(mutate(message, before)), after), headers);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('messages of real shape are mostly understood, so that the others test something', () => {
    const samples = fc.sample(fc.oneof(jsonMessages, xmlMessages), { numRuns: 200, seed: 1 });
    const none = readAgentHeaders([]);
    const passed = samples.filter((wire) => decode(wire, none, defaultDecodeLimits).verdict === 'passed');
    expect(passed.length).toBeGreaterThan(60);
  });
});

describe('hostile sizes', () => {
  const none = readAgentHeaders([]);
  const reasonOf = (wire: Buffer | string) => {
    const result = decode(Buffer.from(wire), none, defaultDecodeLimits);
    return result.verdict === 'refused' ? result.reason : 'passed';
  };
  const fifteenMebibytes = 15 * 1024 * 1024;
  const fill = (unit: string) => unit.repeat(Math.floor(fifteenMebibytes / unit.length));
  const laughs = Array.from({ length: 20 }, (_, n) => `<!ENTITY a${n + 1} "${`&a${n};`.repeat(50)}">`).join(
    '',
  );

  test.each<[string, string, string]>([
    ['JSON of brackets', `{"content":${fill('[')}`, 'payload_too_complex'],
    ['JSON of empty lists', `{"content":[${fill('[],')}0]}`, 'payload_too_complex'],
    ['JSON of empty objects', `{"content":[${fill('{},')}0]}`, 'payload_too_complex'],
    ['JSON of one text', `{"content":"${fill('x')}"}`, 'payload_too_complex'],
    ['JSON of backslashes', `{"content":"${fill('\\\\')}"}`, 'payload_too_complex'],
    ['JSON of white space', `{${fill(' ')}`, 'payload_malformed'],
    ['XML of open tags', fill('<A>'), 'payload_too_complex'],
    ['XML of empty elements', `<R>${fill('<A/>')}</R>`, 'payload_too_complex'],
    ['XML of one name', `<${fill('A')}/>`, 'payload_too_complex'],
    ['XML of one text', `<R>${fill('x')}</R>`, 'payload_too_complex'],
    [
      'XML of attributes',
      `<R ${Array.from({ length: 1_300_000 }, (_, n) => `a${n}="1" `).join('')}/>`,
      'payload_too_complex',
    ],
    ['XML of comments between letters', `<R><A>${fill('<!---->x')}</A></R>`, 'payload_too_complex'],
    ['XML of empty comments', `<REQUEST>${fill('<!---->')}</REQUEST>`, 'payload_too_complex'],
    ['XML of character references', `<R>${fill('&#65;')}</R>`, 'payload_too_complex'],
    ['XML of white space', `${fill(' ')}<R>`, 'payload_malformed'],
    ['a billion laughs', `<!DOCTYPE R [<!ENTITY a0 "ha">${laughs}]><R>&a20;</R>`, 'payload_malformed'],
    [
      'a number of a million digits',
      `<REQUEST><QUERY>INVENTORY</QUERY><CONTENT><CPUS><SPEED>${'1'.repeat(1_000_000)}x</SPEED></CPUS></CONTENT></REQUEST>`,
      'passed',
    ],
  ])('%s', (_case, text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  test('bombs are stopped while they inflate, not after', () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20), { level: 9 });
    const before = process.memoryUsage();
    expect(reasonOf(bomb)).toBe('inflate_limit_exceeded');
    const after = process.memoryUsage();
    const grownBytes = after.arrayBuffers + after.external - before.arrayBuffers - before.external;
    expect(grownBytes).toBeLessThan(100 * 1024 * 1024);
  });
});

describe('headers and replies', () => {
  test('any headers give a speech, and any error can be said in it', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(
              'GLPI-Agent-ID',
              'GLPI-Proxy-ID',
              'GLPI-Request-ID',
              'User-Agent',
              'Content-Type',
            ),
            fc.string({ unit: 'binary' }),
          ),
        ),
        fc.uint8Array({ maxLength: 16 }),
        fc.string({ unit: 'binary', maxLength: 600 }),
        (rawHeaders, firstBytes, message) => {
          const speech = speechFromHeaders(readAgentHeaders(rawHeaders), Buffer.from(firstBytes));
          const reply = encodeReply({ kind: 'error', message, expirationHours: 24 }, speech);
          expect(reply.body.length).toBeGreaterThan(0);
          const plain = encodeReply(
            { kind: 'error', message, expirationHours: 24 },
            { ...speech, encoding: 'none' },
          );
          expect(plain.body.toString().split('\n').length).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
