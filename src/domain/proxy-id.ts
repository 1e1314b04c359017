import { createHash } from 'node:crypto';
import type { Pepper } from './pepper';

/** Names this installation to other middlemen: the same in all its processes, another after a change of the pepper. */
export function proxyIdOf({ check }: Pick<Pepper, 'check'>): string {
  const hex = createHash('sha256').update(check).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Middlemen that a message may have passed. GLPI Agent's own proxy takes as many. */
export const maxProxyHops = 5;
