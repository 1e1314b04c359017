import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Recorded requests of real agents stand beside the checkout; they are test data and never part of the project. */
export const sharedFolder = path.resolve(__dirname, '../../../shared');
export const hasShared = existsSync(path.join(sharedFolder, 'exchanges'));
/** Skips visibly where the recordings are missing. */
export const describeWithShared = hasShared ? describe : describe.skip;

export interface RecordedRequest {
  readonly method: string;
  /** Path and query, as configured at the agent. */
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly wire: Buffer;
  /** Body after decompression. */
  readonly text: string;
}

/** e.g. `recorded('glpi-1.12dev/01-prolog-xml')`. Host, Content-Length and credentials are left out. */
export function recorded(name: string): RecordedRequest {
  const base = path.join(sharedFolder, 'exchanges', name);
  const [requestLine = '', ...lines] = readFileSync(`${base}.headers.txt`, 'utf8').split(/\r?\n/);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const field = line.slice(0, colon).trim().toLowerCase();
    if (
      colon > 0 &&
      !['host', 'content-length', 'authorization', 'connection', 'te', 'keep-alive'].includes(field)
    ) {
      headers[field] = line.slice(colon + 1).trim();
    }
  }
  const text = [`${base}.json`, `${base}.xml`].find(existsSync);
  return {
    method: requestLine.split(' ')[0] ?? '',
    target: requestLine.split(' ')[1] ?? '',
    headers,
    wire: existsSync(`${base}.raw`) ? readFileSync(`${base}.raw`) : Buffer.alloc(0),
    text: text === undefined ? '' : readFileSync(text, 'utf8'),
  };
}

/** Names of all recorded requests, each family's in the order in which they were sent. */
export function recordedNames(): string[] {
  if (!hasShared) return [];
  const root = path.join(sharedFolder, 'exchanges');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.headers.txt'))
    .map((file) => file.slice(0, -'.headers.txt'.length))
    .sort();
}
