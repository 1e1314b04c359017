import type { Response } from 'express';
import { drained } from './drained';

export const linesType = 'application/x-ndjson';

/**
 * Streams lines of JSON as they come: memory holds one piece. The first piece is made before anything is sent, so that
 * its problems can still be answered as such; a fault later breaks the connection off.
 */
export async function sendLines(
  response: Response,
  fileName: string,
  pieces: AsyncIterable<string>,
): Promise<void> {
  const pending = pieces[Symbol.asyncIterator]();
  let piece = await pending.next();
  response.status(200);
  response.setHeader('Content-Type', `${linesType}; charset=utf-8`);
  response.setHeader('Content-Disposition', `attachment; filename="${fileName}.ndjson"`);
  if (response.req.method !== 'HEAD') {
    for (; piece.done !== true && !response.destroyed; piece = await pending.next()) {
      if (piece.value !== '' && !response.write(piece.value)) await drained(response);
    }
  }
  response.end();
}
