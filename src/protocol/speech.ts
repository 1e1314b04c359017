import type { AgentFamily, AgentHeaders, BodyEncoding, Dialect, Speech } from '../domain/agent';
import { declaredEncoding, encodingByMagic } from './body-encoding';

/** Only says how to speak; a User-Agent is free text and proves nothing. */
export function familyOf(userAgent: string | undefined): AgentFamily {
  if (userAgent === undefined) return 'unknown';
  if (/^OCS-NG/i.test(userAgent)) return 'ocs';
  if (/^FusionInventory/i.test(userAgent)) return 'fusioninventory';
  return /^GLPI-/i.test(userAgent) ? 'glpi' : 'unknown';
}

/**
 * What can be said of the agent's language before, or without, decoding. `firstBytes` may be empty.
 * A body with GLPI-Agent-ID comes from an agent that reads JSON, whatever it is written in.
 */
export function speechFromHeaders(headers: AgentHeaders, firstBytes: Buffer): Speech {
  const sniffed = encodingByMagic(firstBytes);
  return {
    dialect: dialectFromHeaders(headers, sniffed === 'none' ? firstBytes : undefined),
    encoding: replyEncoding(headers, declaredOr(sniffed, headers)),
  };
}

/**
 * The encoding of the answer, given the one of the request. OCS reads compressed answers only: zlib, or gzip when its
 * own zlib is missing and it sent gzip itself.
 */
export function replyEncoding(headers: AgentHeaders, sent: BodyEncoding): BodyEncoding {
  if (!needsCompressedReply(headers)) return sent;
  return sent === 'gzip' ? 'gzip' : 'zlib';
}

function needsCompressedReply(headers: AgentHeaders): boolean {
  return (
    familyOf(headers.userAgent) === 'ocs' ||
    /^application\/x-compress(ed)?\s*(;|$)/i.test(headers.contentType ?? '')
  );
}

/** Nothing declared and nothing seen: zlib, the one encoding that every family reads. */
function declaredOr(sniffed: BodyEncoding | undefined, headers: AgentHeaders): BodyEncoding {
  const declared = declaredEncoding(headers.contentType);
  if (declared === 'brotli' || declared === 'deflate') return declared;
  return sniffed ?? declared ?? 'zlib';
}

function dialectFromHeaders(headers: AgentHeaders, plain: Buffer | undefined): Dialect {
  if (headers.agentid !== undefined) return 'json';
  const start = plain?.toString('latin1').trimStart();
  if (start?.startsWith('{')) return 'json';
  if (start?.startsWith('<')) return 'xml';
  return /^application\/json\b/i.test(headers.contentType ?? '') ? 'json' : 'xml';
}
