import { isAscii, isUtf8 } from 'node:buffer';
import { passed, refused, type StageResult } from '../domain/verdict';

/** Charsets seen or plausible in inventories' XML declarations. Others are refused, not guessed. */
const supportedCharset =
  /^(utf-?8|us-ascii|ascii|latin-?1|iso-8859-(1[0-6]?|[2-8])|iso-8859-9|windows-125[0-8]|cp125[0-2]|koi8-r|utf-16(le|be)?)$/;
/** An XML declaration stands within the first bytes. */
const declarationBytes = 200;

/**
 * The text of a body, without byte order mark. UTF-8, UTF-16, or what an XML declaration names. XML that declares
 * nothing and is not UTF-8 is read as windows-1252: agents of 2010 on Windows wrote so.
 */
export function bodyText(bytes: Buffer): StageResult<string> {
  const utf16 = utf16Charset(bytes);
  if (utf16 !== undefined) return decodeAs(bytes, utf16);
  if (isAscii(bytes)) {
    // Declared charsets are supersets of ASCII. Latin-1 gives one-byte strings, which parse faster.
    return passed(bytes.toString('latin1'));
  }
  const body = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  const charset = declaredCharset(body);
  if (charset !== undefined && !supportedCharset.test(charset)) {
    return refused('encoding_unsupported', { why: 'charset not supported', charset });
  }
  const isUnicode = charset === undefined || /^(utf|us-ascii$|ascii$)/.test(charset);
  if (!isUnicode) return decodeAs(body, charset);
  if (isUtf8(body)) return passed(body.toString('utf8'));
  if (charset === undefined && startsLikeXml(body)) return decodeAs(body, 'windows-1252');
  return refused('payload_malformed', { why: 'not UTF-8' });
}

function utf16Charset(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // `<` with a zero byte beside it: XML in UTF-16 without byte order mark.
  if (first === 0x3c && second === 0) return 'utf-16le';
  return first === 0 && second === 0x3c ? 'utf-16be' : undefined;
}

function decodeAs(bytes: Buffer, charset: string): StageResult<string> {
  const text = new TextDecoder(charset).decode(bytes);
  return passed(text);
}

function declaredCharset(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, declarationBytes).toString('latin1');
  const declaration = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]{1,40})["']/i.exec(start);
  return declaration?.[1]?.trim().toLowerCase();
}

function startsLikeXml(bytes: Buffer): boolean {
  return bytes.subarray(0, declarationBytes).toString('latin1').trimStart().startsWith('<');
}
