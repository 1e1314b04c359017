import type { IncomingMessage } from 'node:http';
import type { BodyResult } from '../ingest/received-submission';

export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
}

/** Room for bodies being received, shared by all requests of the process. */
export interface BodyRoom {
  /** False when the bytes do not fit; nothing is taken then. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function createBodyRoom(maxBufferedBytes: number): BodyRoom {
  let taken = 0;
  return {
    take(bytes) {
      if (taken + bytes > maxBufferedBytes) return false;
      taken += bytes;
      return true;
    },
    give(bytes) {
      taken -= bytes;
    },
  };
}

/** Enough to recognise a compression by its magic bytes. */
const firstBytesLength = 16;

/**
 * Reads a body within its limits. What does not fit is read on without being kept, up to the limit once more: an
 * agent reads the answer only after it has sent everything. The room of a complete body stays taken: the caller
 * gives it back when it is done with the bytes.
 */
export async function readBody(
  request: IncomingMessage,
  limits: BodyLimits,
  room: BodyRoom,
): Promise<BodyResult> {
  const announcedBytes = Number(request.headers['content-length'] ?? '0');
  if (announcedBytes > limits.maxBodyBytes) {
    return { state: 'too_large', firstBytes: await drainBody(request, limits) };
  }
  const whole = takeArrived(request, (length) => length <= limits.maxBodyBytes && room.take(length));
  if (whole !== undefined) return { state: 'complete', bytes: whole };
  const chunks: Buffer[] = [];
  let bytes = 0;
  const end = await consume(request, limits.bodyTimeoutMs, (chunk) => {
    if (bytes + chunk.length > limits.maxBodyBytes) return 'too_large';
    if (!room.take(chunk.length)) return 'no_room';
    bytes += chunk.length;
    chunks.push(chunk);
    return 'go on';
  });
  const [only] = chunks;
  if (end === 'complete') {
    return {
      state: end,
      bytes: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, bytes),
    };
  }
  room.give(bytes);
  if (end !== 'incomplete') await drainBody(request, limits);
  return { state: end, firstBytes: only?.subarray(0, firstBytesLength) ?? Buffer.alloc(0) };
}

/** Reads a body away, keeping its first bytes only. Stops at the limit: then the connection is closed after the answer. */
export async function drainBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const whole = takeArrived(request, (length) => length <= limits.maxBodyBytes);
  if (whole !== undefined) return whole.subarray(0, firstBytesLength);
  let first = Buffer.alloc(0);
  let bytes = 0;
  await consume(request, limits.bodyTimeoutMs, (chunk) => {
    if (first.length < firstBytesLength) first = Buffer.concat([first, chunk.subarray(0, firstBytesLength)]);
    bytes += chunk.length;
    return bytes > limits.maxBodyBytes ? 'too_large' : 'go on';
  });
  return first.subarray(0, firstBytesLength);
}

const noBytes = Buffer.alloc(0);

/**
 * A body that came with the head of its request, as those of hellos do: taken without timer and listeners, which cost
 * as much as all else that is done for a bad key. Undefined when more is to come, or when it may not be taken.
 */
function takeArrived(request: IncomingMessage, mayTake: (bytes: number) => boolean): Buffer | undefined {
  if (!request.complete || request.destroyed || request.readableFlowing === true) return undefined;
  if (!mayTake(request.readableLength)) return undefined;
  return (request.read() as Buffer | null) ?? noBytes;
}

type End = 'complete' | 'incomplete' | 'too_large' | 'no_room';

/** Feeds the chunks of a request to `take` until it ends, fails, stands still too long, or `take` has had enough. */
function consume(
  request: IncomingMessage,
  timeoutMs: number,
  take: (chunk: Buffer) => 'go on' | 'too_large' | 'no_room',
): Promise<End> {
  return new Promise((resolve) => {
    if (request.readableEnded) {
      resolve('complete');
      return;
    }
    // Cut off while the key was looked up: no event will come any more.
    if (request.destroyed) {
      resolve('incomplete');
      return;
    }
    const timer = setTimeout(() => {
      finish('incomplete');
    }, timeoutMs);
    const finish = (end: End): void => {
      clearTimeout(timer);
      request.off('data', onChunk).off('end', onEnd).off('error', onCut).off('close', onCut);
      request.pause();
      resolve(end);
    };
    const onChunk = (chunk: Buffer): void => {
      const answer = take(chunk);
      if (answer !== 'go on') finish(answer);
    };
    const onEnd = (): void => {
      finish(request.complete ? 'complete' : 'incomplete');
    };
    const onCut = (): void => {
      finish('incomplete');
    };
    request.on('data', onChunk).on('end', onEnd).on('error', onCut).on('close', onCut);
    request.resume();
  });
}
