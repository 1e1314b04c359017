import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
} from 'node:zlib';
import type { AgentHeaders, BodyEncoding } from '../domain/agent';
import { passed, refused, type StageResult } from '../domain/verdict';
import { encodingOf } from './body-encoding';
import { ratioFreeBytes, type DecodeLimits } from './limits';

export interface InflatedBody {
  readonly bytes: Buffer;
  /** What the body really was, which may differ from its Content-Type. */
  readonly encoding: BodyEncoding;
}

/**
 * Undoes the compression of a body, never producing more than the limits allow. A stream that ends early gives what it
 * holds: OCS on Windows omits the zlib trailer. Whether the text is complete is for its parser to find out.
 */
export function inflate(
  wire: Buffer,
  headers: AgentHeaders,
  limits: DecodeLimits,
): StageResult<InflatedBody> {
  if (wire.length === 0) return refused('payload_malformed', { why: 'empty body' });
  const encoding = encodingOf(headers.contentType, wire) ?? (isLaxType(headers) ? 'zlib' : undefined);
  if (encoding === undefined) return refused('encoding_unsupported', { why: 'neither compressed nor text' });
  if (encoding === 'none') {
    return wire.length > limits.maxInflatedBytes
      ? refused('inflate_limit_exceeded', { limitBytes: limits.maxInflatedBytes })
      : passed({ bytes: wire, encoding });
  }
  const maxOutputLength = outputLimitOf(wire, limits);
  const inflated = decompress(wire, encoding, maxOutputLength, isLaxType(headers));
  if (inflated === 'too large') return refused('inflate_limit_exceeded', { limitBytes: maxOutputLength });
  if (inflated === 'broken') return refused('encoding_unsupported', { why: `broken ${encoding} stream` });
  return passed({ bytes: inflated, encoding });
}

function outputLimitOf(wire: Buffer, limits: DecodeLimits): number {
  const byRatio = Math.max(ratioFreeBytes, wire.length * limits.maxInflateRatio);
  return Math.min(limits.maxInflatedBytes, byRatio);
}

/** Types of OCS: old Windows agents wrap raw deflate in two bytes of header, with no trailer or a wrong one. */
function isLaxType({ contentType }: AgentHeaders): boolean {
  return /^application\/x-compress(ed)?\s*(;|$)/i.test(contentType ?? '');
}

type Decompressed = Buffer | 'too large' | 'broken';

function decompress(
  wire: Buffer,
  encoding: Exclude<BodyEncoding, 'none'>,
  maxOutputLength: number,
  isLax: boolean,
): Decompressed {
  const options: ZlibOptions = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength };
  switch (encoding) {
    case 'gzip':
      return attempt(() => gunzipSync(wire, options));
    case 'deflate':
      return attempt(() => inflateRawSync(wire, options));
    case 'brotli':
      return attempt(() => brotliDecompressSync(wire, { maxOutputLength }));
    case 'zlib': {
      const inflated = attempt(() => inflateSync(wire, options));
      const isWorthSkipping = inflated === 'broken' && isLax;
      return isWorthSkipping ? attempt(() => inflateRawSync(wire.subarray(2), options)) : inflated;
    }
  }
}

/** zlib reports by throwing: what the bytes cause becomes a value, everything else stays a fault. */
function attempt(run: () => Buffer): Decompressed {
  try {
    return run();
  } catch (fault) {
    const code = (fault as NodeJS.ErrnoException).code ?? '';
    if (code === 'ERR_BUFFER_TOO_LARGE') return 'too large';
    // Z_MEM_ERROR and the like are ours, not the bytes'. Brotli's codes begin with a double underscore.
    if (/^(Z_(DATA|BUF)_ERROR|Z_NEED_DICT|ERR__)/.test(code)) return 'broken';
    throw fault;
  }
}
