import { deflateSync, gzipSync } from 'node:zlib';
import type { AgentHeaders } from '../../../src/domain/agent';
import { familyOf, speechFromHeaders } from '../../../src/protocol/speech';
import { noHeaders } from './shared-files';

const agentid = 'b6c0d604-e74b-11f1-9009-ef63fa90f81a';
const xml = Buffer.from('<?xml version="1.0"?>');
const zlib = deflateSync('<REQUEST/>').subarray(0, 16);
const gzip = gzipSync('<REQUEST/>').subarray(0, 16);
const nothing = Buffer.alloc(0);
const ocs: Partial<AgentHeaders> = {
  userAgent: 'OCS-NG_unified_unix_agent_v2.10.0',
  contentType: 'application/x-compress',
};

describe('familyOf', () => {
  test.each([
    ['GLPI-Agent_v1.12-dev', 'glpi'],
    ['GLPI-Injector', 'glpi'],
    ['FusionInventory-Agent_v2.6-3', 'fusioninventory'],
    ['FusionInventory-Injector', 'fusioninventory'],
    ['OCS-NG_unified_unix_agent_v2.10.0', 'ocs'],
    ['OCS-NG_WINDOWS_AGENT_v2.9.0.0', 'ocs'],
    ['curl/8.0', 'unknown'],
    ['', 'unknown'],
    [undefined, 'unknown'],
  ])('%s is %s', (userAgent, family) => {
    expect(familyOf(userAgent)).toBe(family);
  });
});

describe('speechFromHeaders', () => {
  test.each<[string, Partial<AgentHeaders>, Buffer, string, string]>([
    ['a JSON agent whose body is XML reads JSON', { agentid }, xml, 'json', 'none'],
    ['no agent id', { contentType: 'application/x-compress-zlib' }, zlib, 'xml', 'zlib'],
    ['gzip under its own type', { contentType: 'Application/X-Compress-GZIP' }, gzip, 'xml', 'gzip'],
    ['bytes win over the type', { contentType: 'application/x-compress-zlib' }, gzip, 'xml', 'gzip'],
    ['plain JSON', {}, Buffer.from(' {"action"'), 'json', 'none'],
    ['JSON by type', { contentType: 'application/json; charset=utf-8' }, nothing, 'json', 'none'],
    ['nothing known at all', {}, nothing, 'xml', 'zlib'],
    ['brotli by type', { contentType: 'application/x-compress-br' }, Buffer.from([0x1b]), 'xml', 'brotli'],
    ['raw deflate by type', { contentType: 'application/x-deflate' }, xml, 'xml', 'deflate'],
    ['OCS with zlib', ocs, zlib, 'xml', 'zlib'],
    ['OCS with plain bytes still reads zlib only', ocs, xml, 'xml', 'zlib'],
    ['OCS that had to send gzip reads gzip only', ocs, gzip, 'xml', 'gzip'],
    ['OCS of which nothing arrived', ocs, nothing, 'xml', 'zlib'],
    ['the type of OCS on Windows', { contentType: 'application/x-compressed' }, xml, 'xml', 'zlib'],
    ['the User-Agent of OCS alone', { userAgent: ocs.userAgent }, xml, 'xml', 'zlib'],
  ])('%s', (_case, headers, firstBytes, dialect, encoding) => {
    expect(speechFromHeaders({ ...noHeaders, ...headers }, firstBytes)).toEqual({ dialect, encoding });
  });
});
