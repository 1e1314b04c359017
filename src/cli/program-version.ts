import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Of package.json, which lies at the same place from src and from dist. */
export function programVersion(): string {
  const text = readFileSync(path.resolve(__dirname, '../../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
