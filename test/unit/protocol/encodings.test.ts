import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { defaultDecodeLimits } from '../../../src/protocol/limits';
import { decoded, inventoryOf, reasonFor } from './shared-files';

const prolog =
  '<?xml version="1.0" encoding="UTF-8"?><REQUEST><QUERY>PROLOG</QUERY><DEVICEID>a</DEVICEID></REQUEST>';
const bomb = (bytes: number) => Buffer.concat([Buffer.from('<REQUEST><A>'), Buffer.alloc(bytes, 0x20)]);
const limits = { ...defaultDecodeLimits, maxInflatedBytes: 2000 };

describe('compressed bodies', () => {
  test.each<[string, string | undefined, Buffer, string]>([
    ['zlib', 'application/x-compress-zlib', deflateSync(prolog), 'zlib'],
    ['zlib, level 9', 'application/x-zlib', deflateSync(prolog, { level: 9 }), 'zlib'],
    ['gzip', 'application/x-compress-gzip', gzipSync(prolog), 'gzip'],
    ['brotli', 'application/x-br', brotliCompressSync(prolog), 'brotli'],
    ['raw deflate', 'application/x-compress-deflate', deflateRawSync(prolog), 'deflate'],
    ['zlib under the type of deflate', 'application/x-deflate', deflateSync(prolog), 'zlib'],
    ['plain', 'application/xml', Buffer.from(prolog), 'none'],
    ['plain without a type', undefined, Buffer.from(prolog), 'none'],
    ['zlib without a type', undefined, deflateSync(prolog), 'zlib'],
    ['gzip under the type of zlib', 'application/x-compress-zlib', gzipSync(prolog), 'gzip'],
    ['plain under the type of zlib', 'application/x-compress-zlib', Buffer.from(prolog), 'none'],
    ['zlib under the type of plain', 'text/plain', deflateSync(prolog), 'zlib'],
    ['any case of the type', 'Application/X-Compress-Zlib; x=y', deflateSync(prolog), 'zlib'],
    ['zlib without its trailer', 'application/x-compressed', deflateSync(prolog).subarray(0, -4), 'zlib'],
    [
      'raw deflate behind two bytes',
      'application/x-compress',
      Buffer.concat([Buffer.from([1, 2]), deflateRawSync(prolog)]),
      'zlib',
    ],
    [
      'a wrong checksum from OCS',
      'application/x-compressed',
      Buffer.concat([deflateSync(prolog).subarray(0, -4), Buffer.from('abcd')]),
      'zlib',
    ],
  ])('%s', (_case, contentType, wire, encoding) => {
    const body = decoded(wire, { contentType });
    expect(body.messages).toEqual([{ kind: 'prolog', deviceid: 'a' }]);
    expect(body.speech).toEqual({ dialect: 'xml', encoding });
    expect(body.inflatedBytes).toBe(prolog.length);
  });

  test.each<[string, string | undefined, Buffer, string]>([
    ['empty', undefined, Buffer.alloc(0), 'payload_malformed'],
    ['noise', undefined, Buffer.from([0x99, 0x01, 0x02]), 'encoding_unsupported'],
    [
      'noise under a type',
      'application/x-compress-zlib',
      Buffer.from([0x99, 1, 2, 3]),
      'encoding_unsupported',
    ],
    [
      'a broken stream',
      'application/x-compress-gzip',
      gzipSync(prolog).fill(0xff, 10),
      'encoding_unsupported',
    ],
    ['broken brotli', 'application/x-br', Buffer.from(prolog), 'encoding_unsupported'],
    [
      'a wrong checksum from others than OCS',
      'application/x-compress-zlib',
      Buffer.concat([deflateSync(prolog).subarray(0, -4), Buffer.from('abcd')]),
      'encoding_unsupported',
    ],
    [
      'a preset dictionary',
      'application/x-compress-zlib',
      deflateSync(prolog, { dictionary: Buffer.from('REQUEST') }),
      'encoding_unsupported',
    ],
    ['a stream cut in the middle', undefined, deflateSync(prolog).subarray(0, 60), 'payload_malformed'],
    ['gzip cut in the middle', undefined, gzipSync(prolog).subarray(0, 60), 'payload_malformed'],
    ['text that is neither', 'text/plain', Buffer.from('hello'), 'payload_malformed'],
  ])('refused: %s', (_case, contentType, wire, reason) => {
    expect(reasonFor(wire, { contentType })).toBe(reason);
  });
});

describe('inflating is bounded', () => {
  test.each([
    ['zlib', deflateSync],
    ['gzip', gzipSync],
  ])('%s: one byte beyond maxInflatedBytes', (_name, compress) => {
    const text = `${prolog}${' '.repeat(2000 - prolog.length)}`;
    expect(reasonFor(compress(text), {}, limits)).toBeUndefined();
    expect(reasonFor(compress(`${text} `), {}, limits)).toBe('inflate_limit_exceeded');
  });

  test('plain: one byte beyond maxInflatedBytes', () => {
    const text = `${prolog}${' '.repeat(2000 - prolog.length)}`;
    expect(reasonFor(text, {}, limits)).toBeUndefined();
    expect(reasonFor(`${text} `, {}, limits)).toBe('inflate_limit_exceeded');
  });

  test('the ratio counts beyond 1 MiB only', () => {
    const mebibyte = 1024 * 1024;
    expect(reasonFor(deflateSync(bomb(mebibyte - 20)))).toBe('payload_malformed');
    expect(reasonFor(deflateSync(bomb(2 * mebibyte)))).toBe('inflate_limit_exceeded');
    expect(reasonFor(brotliCompressSync(bomb(2 * mebibyte)), { contentType: 'application/x-br' })).toBe(
      'inflate_limit_exceeded',
    );
  });

  test('exactly the allowed ratio passes', () => {
    const wire = deflateSync(bomb(2 * 1024 * 1024));
    const inflatedBytes = 2 * 1024 * 1024 + 12;
    const ratio = Math.ceil(inflatedBytes / wire.length);
    const within = { ...defaultDecodeLimits, maxInflateRatio: ratio, maxTextBytes: 4 * 1024 * 1024 };
    expect(reasonFor(wire, {}, within)).toBe('payload_malformed');
    expect(reasonFor(wire, {}, { ...within, maxInflateRatio: ratio - 1 })).toBe('inflate_limit_exceeded');
  });
});

describe('character sets', () => {
  const document = (charset: string | undefined) =>
    `<?xml version="1.0"${charset === undefined ? '' : ` encoding="${charset}"`}?><REQUEST><QUERY>INVENTORY</QUERY><CONTENT><HARDWARE><NAME>Zoë</NAME></HARDWARE></CONTENT></REQUEST>`;
  const nameIn = (wire: Buffer) =>
    (inventoryOf(wire).content as { hardware: { name: string } }).hardware.name;

  test.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(document('UTF-8'))],
    ['UTF-8 with byte order mark', Buffer.from(`\uFEFF${document('UTF-8')}`)],
    ['UTF-8 undeclared', Buffer.from(document(undefined))],
    ['ISO-8859-1', Buffer.from(document('ISO-8859-1'), 'latin1')],
    ['windows-1252', Buffer.from(document('windows-1252'), 'latin1')],
    ['undeclared and not UTF-8', Buffer.from(document(undefined), 'latin1')],
    ['UTF-16 with byte order mark', Buffer.from(`\uFEFF${document('UTF-16')}`, 'utf16le')],
    ['UTF-16 without byte order mark', Buffer.from(document('UTF-16'), 'utf16le')],
    ['UTF-16 big endian', Buffer.from(`\uFEFF${document('UTF-16')}`, 'utf16le').swap16()],
    ['declared UTF-16, written as UTF-8', Buffer.from(document('UTF-16'))],
    ['white space before the declaration', Buffer.from(`\n  ${document('UTF-8')}`)],
  ])('%s', (_case, wire) => {
    expect(nameIn(wire)).toBe('Zoë');
  });

  test('the euro sign of windows-1252', () => {
    const wire = Buffer.from(document(undefined).replace('Zoë', 'x'), 'latin1');
    wire[wire.indexOf('>x<') + 1] = 0x80;
    expect(nameIn(wire)).toBe('€');
  });

  test.each<[string, Buffer, string]>([
    ['UTF-8 declared but not written', Buffer.from(document('UTF-8'), 'latin1'), 'payload_malformed'],
    [
      'JSON that is not UTF-8',
      Buffer.from('{"action":"inventory","deviceid":"é"}', 'latin1'),
      'payload_malformed',
    ],
    ['a charset nobody sends', Buffer.from(document('UTF-7')), 'encoding_unsupported'],
  ])('refused: %s', (_case, wire, reason) => {
    expect(reasonFor(wire)).toBe(reason);
  });
});
