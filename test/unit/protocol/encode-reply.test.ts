import { gunzipSync, inflateSync } from 'node:zlib';
import { SaxesParser } from 'saxes';
import type { AgentReply, BodyEncoding, Speech } from '../../../src/domain/agent';
import { encodeReply } from '../../../src/protocol/encode-reply';

const json: Speech = { dialect: 'json', encoding: 'none' };
const xml: Speech = { dialect: 'xml', encoding: 'none' };
const text = (reply: AgentReply, speech: Speech) => encodeReply(reply, speech).body.toString();
const jsonOf = (reply: AgentReply, speech = json) => JSON.parse(text(reply, speech)) as unknown;
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const error = (message: string): AgentReply => ({ kind: 'error', message, expirationHours: 24 });

describe('what is said', () => {
  test('pending is JSON, also to an XML prolog', () => {
    expect(text({ kind: 'pending' }, xml)).toBe('{"status":"pending","expiration":0}');
  });

  test('a prolog is granted in XML, in whole hours', () => {
    expect(text({ kind: 'prolog', expirationHours: 24 }, json)).toBe(
      `${declaration}<REPLY><PROLOG_FREQ>24</PROLOG_FREQ><RESPONSE>SEND</RESPONSE></REPLY>`,
    );
    expect(text({ kind: 'prolog', expirationHours: 0.2 }, xml)).toContain('<PROLOG_FREQ>1<');
  });

  test('contact names GLPI as the server of inventory, and nothing that changes the agent', () => {
    const reply: AgentReply = {
      kind: 'contact',
      expirationHours: 23.6,
      disabledTasks: ['esx', 'deploy'],
      glpiVersion: '10.0.17',
    };
    expect(jsonOf(reply, xml)).toEqual({
      status: 'ok',
      expiration: 24,
      disabled: ['esx', 'deploy'],
      tasks: { inventory: { server: 'glpi', version: '10.0.17' } },
    });
  });

  test('an inventory is taken', () => {
    const taken = (family: 'ocs' | 'fusioninventory'): AgentReply => ({
      kind: 'taken',
      expirationHours: 24,
      family,
    });
    expect(jsonOf(taken('fusioninventory'))).toEqual({ status: 'ok', expiration: 24 });
    expect(text(taken('fusioninventory'), xml)).toBe(
      `${declaration}<REPLY><RESPONSE>SEND</RESPONSE></REPLY>`,
    );
    expect(text(taken('ocs'), xml)).toBe(
      `${declaration}<REPLY><RESPONSE>no_account_update</RESPONSE></REPLY>`,
    );
  });

  test('a message without consequence is acknowledged', () => {
    expect(jsonOf({ kind: 'acknowledged', family: 'glpi' })).toEqual({ status: 'ok' });
    expect(text({ kind: 'acknowledged', family: 'glpi' }, xml)).toBe(`${declaration}<REPLY></REPLY>`);
    expect(text({ kind: 'acknowledged', family: 'ocs' }, xml)).toContain('<RESPONSE>no_update</RESPONSE>');
  });

  test('an error has its message on one line of 250 characters', () => {
    expect(jsonOf(error('No\r\n more\u0000\u2028devices '))).toEqual({
      status: 'error',
      message: 'No more devices',
      expiration: 24,
    });
    const message = (length: number) => (jsonOf(error('x'.repeat(length))) as { message: string }).message;
    expect(message(250)).toHaveLength(250);
    expect(message(251)).toHaveLength(250);
  });

  test('an error in XML is escaped and well formed whatever it says', () => {
    expect(text(error('a < b & "c" > d'), xml)).toBe(
      `${declaration}<REPLY><ERROR>a &lt; b &amp; "c" &gt; d</ERROR></REPLY>`,
    );
    const parser = new SaxesParser();
    const found: string[] = [];
    parser.on('text', (part) => found.push(part));
    parser.write(text(error(']]></ERROR>\uFFFF\uD83D\u0001<x'), xml)).close();
    expect(found.join('').trim()).toBe(']]></ERROR>\uFFFD <x');
  });
});

describe('how it is encoded', () => {
  const taken: AgentReply = { kind: 'taken', expirationHours: 24, family: 'glpi' };
  const encoded = (encoding: BodyEncoding, dialect: 'json' | 'xml' = 'json') =>
    encodeReply(taken, { dialect, encoding });

  test('zlib begins with 78 9C', () => {
    const { body, contentType } = encoded('zlib');
    expect(body.subarray(0, 2)).toEqual(Buffer.from([0x78, 0x9c]));
    expect(inflateSync(body).toString()).toBe('{"status":"ok","expiration":24}');
    expect(contentType).toBe('application/x-compress-zlib');
  });

  test('gzip', () => {
    const { body, contentType } = encoded('gzip', 'xml');
    expect(gunzipSync(body).toString()).toContain('<REPLY>');
    expect(contentType).toBe('application/x-compress-gzip');
  });

  test.each(['none', 'brotli', 'deflate'] as const)('%s is answered plain', (encoding) => {
    expect(encoded(encoding)).toEqual({
      body: Buffer.from('{"status":"ok","expiration":24}'),
      contentType: 'application/json',
    });
    expect(encoded(encoding, 'xml').contentType).toBe('application/xml');
  });

  test('the type follows what is said, not the dialect of the request', () => {
    expect(encodeReply({ kind: 'pending' }, xml).contentType).toBe('application/json');
    expect(encodeReply({ kind: 'prolog', expirationHours: 1 }, json).contentType).toBe('application/xml');
  });
});
