import { createHash } from 'node:crypto';
import type { AdminRoute } from './admin-route';

/**
 * What has a version, and what of it does not count: what agents and time change by themselves would make every version
 * old before it is used.
 */
const restless: Readonly<Record<string, readonly string[]>> = {
  Asset: ['lastSeen', 'lastSubmission', 'lastChanged'],
  Entity: [],
  GlpiApi: ['importedAt', 'lastImport'],
  Instance: [],
  Upstream: [],
  Key: ['assetCount', 'lastUsedAt', 'lastUsedIp'],
  Webhook: ['state', 'waiting', 'lastSuccessAt', 'lastFailureAt', 'formerSecretUntil'],
};

/** Its answer is one thing that has a version. */
export function isVersioned({ method, item, answer, changes }: AdminRoute): boolean {
  const isOfOne = method === 'get' || method === 'patch' || changes !== undefined;
  return isOfOne && item === undefined && (answer ?? '') in restless;
}

/** The operation that reads what this one changes, when that has a version. */
export function readerOf(routes: readonly AdminRoute[], one: AdminRoute): AdminRoute | undefined {
  const changed = one.method === 'patch' || one.method === 'delete' ? one.path : one.changes;
  return routes.find((reader) => {
    return reader.method === 'get' && reader.path === changed && isVersioned(reader);
  });
}

/** The entity tag of an answer: the same for the same values, whichever operation gave it. */
export function entityTag({ answer = '' }: AdminRoute, view: object): string {
  const left = restless[answer] ?? [];
  const fields = Object.entries(view)
    .filter(([name]) => !left.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `"${createHash('sha256').update(JSON.stringify(fields)).digest('base64url').slice(0, 27)}"`;
}

const maxTagsLength = 1000;

/** Whether If-Match names the tag. Weak ones never match (RFC 9110, 13.1.1). */
export function isMatch(header: string, tag: string): boolean {
  if (header.trim() === '*') return true;
  if (header.length > maxTagsLength) return false;
  return header.split(',').some((one) => one.trim() === tag);
}
