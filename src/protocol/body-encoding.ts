import type { BodyEncoding } from '../domain/agent';

const encodingsByType: ReadonlyMap<string, BodyEncoding> = new Map([
  ['application/x-compress-zlib', 'zlib'],
  ['application/x-zlib', 'zlib'],
  ['application/x-compress-gzip', 'gzip'],
  ['application/x-gzip', 'gzip'],
  ['application/gzip', 'gzip'],
  ['application/x-compress-br', 'brotli'],
  ['application/x-br', 'brotli'],
  ['application/x-compress-deflate', 'deflate'],
  ['application/x-deflate', 'deflate'],
  ['application/json', 'none'],
  ['application/xml', 'none'],
  ['text/xml', 'none'],
  ['text/plain', 'none'],
]);

/** Undefined when the type leaves it open: `application/x-compress` may be zlib, gzip or plain. */
export function declaredEncoding(contentType: string | undefined): BodyEncoding | undefined {
  const type = (contentType ?? '').split(';', 1)[0] ?? '';
  return encodingsByType.get(type.trim().toLowerCase());
}

/** Brotli and raw deflate have no magic bytes; they are recognised by their Content-Type only. */
export function encodingByMagic(bytes: Buffer): BodyEncoding | undefined {
  const [first, second] = bytes;
  if (first === undefined) return undefined;
  if (second !== undefined) {
    if (first === 0x1f && second === 0x8b) return 'gzip';
    // RFC 1950: method 8, window up to 2^7, header divisible by 31, no preset dictionary.
    if (
      (first & 0x0f) === 8 &&
      first >> 4 <= 7 &&
      (first * 256 + second) % 31 === 0 &&
      (second & 0x20) === 0
    ) {
      return 'zlib';
    }
    // Byte order marks of UTF-16.
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'none';
  }
  const start = bytes.subarray(first === 0xef ? 3 : 0).find((byte) => byte > 0x20);
  return start === 0x3c || start === 0x7b || start === 0x5b ? 'none' : undefined;
}

/** The encoding to read a body in. A compressed body under a plain type, or the other way round, is read as it is. */
export function encodingOf(contentType: string | undefined, wire: Buffer): BodyEncoding | undefined {
  const declared = declaredEncoding(contentType);
  if (declared === 'brotli') return declared;
  const sniffed = encodingByMagic(wire);
  // Raw deflate of a text may by chance begin like plain text, so only a real header overrules the declaration.
  if (declared === 'deflate') return sniffed === 'zlib' || sniffed === 'gzip' ? sniffed : declared;
  return sniffed ?? declared;
}
