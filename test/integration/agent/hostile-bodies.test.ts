import { deflateSync, gzipSync } from 'node:zlib';
import type { ReasonCode } from '../../../src/domain/refusal-reason';
import { deviceNumber, jsonInventory, xmlInventory } from '../../support/devices';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { eventually, expectRecorded, expectRefusal } from '../../support/refusals';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
});

/** Stands in every message below, and must come back in none of the answers. */
const canary = 'canary7f3';
const device = { ...deviceNumber(1), deviceid: `${canary}-2026-01-05-08-00-00`, name: canary };
const json = jsonInventory(device);
const xml = (head: string, inContent = '') => xmlInventory(device, inContent, head);
const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n + 1} "${`&a${n};`.repeat(10)}">`).join('');

interface Hostile {
  readonly body: string | Buffer;
  readonly reason: ReasonCode;
  /** Plain where the test says so, else zlib. */
  readonly contentType?: string;
  readonly agentid?: true;
}

const corrupted = (() => {
  const bytes = deflateSync(json);
  return Buffer.concat([bytes.subarray(0, 2), Buffer.alloc(bytes.length, 0xff)]);
})();

const bodies: Record<string, Hostile> = {
  'an external entity': {
    body: xml('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>', '<NOTE>&x;</NOTE>'),
    reason: 'payload_malformed',
  },
  'an external DTD': {
    body: xml('<!DOCTYPE r SYSTEM "http://127.0.0.1:1/canary7f3.dtd">'),
    reason: 'payload_malformed',
  },
  'a parameter entity': {
    body: xml('<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:1/">%x;]>'),
    reason: 'payload_malformed',
  },
  'a billion laughs': {
    body: xml(`<!DOCTYPE r [<!ENTITY a0 "ha">${laughs}]>`, '<NOTE>&a9;</NOTE>'),
    reason: 'payload_malformed',
  },
  'a DOCTYPE without anything': { body: xml('<!DOCTYPE REQUEST>'), reason: 'payload_malformed' },
  'an element that no inventory has': {
    body: xml('', '<__proto__><ISADMIN>1</ISADMIN></__proto__>'),
    reason: 'payload_malformed',
  },
  '__proto__ in JSON': {
    body: json.replace('{', `{"__proto__":{"isAdmin":true,"x":"${canary}"},`),
    reason: 'payload_malformed',
    agentid: true,
  },
  '__proto__ deep in JSON, escaped': {
    body: json.replace('"bios":{', '"bios":{"\\u005f_proto__":{"isAdmin":true},'),
    reason: 'payload_malformed',
    agentid: true,
  },
  'constructor.prototype in JSON': {
    body: json.replace('"bios":{', '"bios":{"constructor":{"prototype":{"isAdmin":true}},'),
    reason: 'payload_malformed',
    agentid: true,
  },
  '100,000 lists in each other': {
    body: `{"action":"inventory","deviceid":"${canary}","content":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
    reason: 'payload_too_complex',
    agentid: true,
  },
  '100,000 elements in each other': {
    body: xml('', '<A>'.repeat(1e5) + '</A>'.repeat(1e5)),
    reason: 'payload_too_complex',
  },
  'JSON null': { body: 'null', reason: 'payload_malformed', agentid: true },
  'a JSON list': { body: `[${json}]`, reason: 'payload_malformed', agentid: true },
  'a JSON text': { body: `"${canary}"`, reason: 'payload_malformed', agentid: true },
  'a JSON number': { body: '17', reason: 'payload_malformed', agentid: true },
  'JSON cut in the middle': { body: json.slice(0, -20), reason: 'payload_malformed', agentid: true },
  'XML cut in the middle': { body: xml('').slice(0, -20), reason: 'payload_malformed' },
  'text of another kind': { body: `GIF89a ${canary}`, reason: 'payload_malformed' },
  'broken zlib': {
    body: corrupted,
    contentType: 'application/x-compress-zlib',
    reason: 'encoding_unsupported',
  },
  'broken gzip': {
    body: Buffer.concat([gzipSync(json).subarray(0, 12), Buffer.alloc(200, 0xff)]),
    contentType: 'application/x-compress-gzip',
    reason: 'encoding_unsupported',
  },
  'zlib cut in the middle': {
    body: deflateSync(json).subarray(0, 60),
    contentType: 'application/x-compress-zlib',
    reason: 'payload_malformed',
  },
  'zlib in zlib': {
    body: deflateSync(deflateSync(json)),
    contentType: 'application/x-compress-zlib',
    reason: 'payload_malformed',
  },
  'an empty body': {
    body: Buffer.alloc(0),
    contentType: 'application/x-compress-zlib',
    reason: 'payload_malformed',
  },
  'nothing but white space': { body: ' \r\n\t ', reason: 'payload_malformed' },
  'a form': {
    body: Buffer.from(`deviceid=${canary}&action=inventory`),
    contentType: 'application/x-www-form-urlencoded',
    reason: 'encoding_unsupported',
  },
  'an upload': {
    body: Buffer.from(`--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n${canary}\r\n--b--\r\n`),
    contentType: 'multipart/form-data; boundary=b',
    reason: 'encoding_unsupported',
  },
  'an action that nobody knows': {
    body: `{"action":"${canary}","deviceid":"x","content":{}}`,
    reason: 'message_unsupported',
    agentid: true,
  },
  'an inventory without content': {
    body: `{"action":"inventory","deviceid":"${canary}"}`,
    reason: 'content_missing',
    agentid: true,
  },
  'a deviceid that is an object': {
    body: `{"action":"inventory","deviceid":{"$ne":"${canary}"},"content":{"bios":{"ssn":"GHT1"}}}`,
    reason: 'deviceid_invalid',
    agentid: true,
  },
};

describe('a body that is no inventory is refused by its reason, recorded, and makes no asset', () => {
  it.each(Object.entries(bodies))('%s', async (_title, { body, reason, contentType, agentid }) => {
    const answer = await gateway.post('/', {
      body,
      headers: {
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        ...(agentid === undefined ? {} : { 'glpi-agent-id': 'acd1a9fa-e74d-11f1-ba19-e87ffa90f81a' }),
        'user-agent': `${canary}/1.0`,
      },
    });
    expectRefusal(answer, reason, agentid === undefined ? 'xml' : 'json');
    expect([...answer.rawHeaders, answer.text].join('\n')).not.toContain(canary);
    await expectRecorded(gateway, answer, reason);
  });

  it('and all of them together have left no trace but their records', async () => {
    const counts = await gateway.sql(
      `SELECT (SELECT count(*) FROM asset) AS assets, (SELECT count(*) FROM asset_inventory) AS inventories,
              (SELECT count(*) FROM submission_body) AS held`,
    );
    expect(counts).toEqual([{ assets: 0, inventories: 0, held: 0 }]);
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  it('of somebody without key makes no record of its own', async () => {
    const own = 'SELECT FROM submission WHERE kid IS NOT NULL';
    const before = (await gateway.sql(own)).length;
    for (const { body } of Object.values(bodies)) {
      expect((await gateway.post('/', { body, key: false })).status).toBe(401);
    }
    const folded = await eventually('all of them counted', async () => {
      const rows = await gateway.sql<{ folded: number }>(
        `SELECT folded FROM submission WHERE reason = 'key_missing'`,
      );
      const sum = rows.reduce((total, row) => total + row.folded, 0);
      return sum === Object.keys(bodies).length ? rows : undefined;
    });
    // Two when a minute ended meanwhile.
    expect(folded.length).toBeLessThanOrEqual(2);
    expect((await gateway.sql(own)).length).toBe(before);
  });
});
