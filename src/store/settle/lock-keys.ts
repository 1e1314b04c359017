import type { IdentifierKind } from '../../domain/identity';
import type { SettleRequest } from '../../ingest/ports';

/** What a whole fleet may share, a certificate or the host key of an image: locked, it would let one in at a time. */
const sharedKinds: ReadonlySet<IdentifierKind> = new Set(['certificate', 'sshkey']);

/** What may not be decided twice at the same time: every identifier by which the device alone is looked up. */
export function lockKeysOf(request: SettleRequest): string[] {
  const own = request.lookups.filter(({ kind }) => !sharedKinds.has(kind));
  const keys = own.map(({ kind, value }) => `${kind}:${value}`);
  return keys.length > 0 ? keys : [`submission:${request.record.submissionId}`];
}

/** Submissions of a key that limits its assets, or its new ones within the hour, are counted one after the other. */
export function quotaLocksOf(request: SettleRequest): string[] {
  const { kid, maxAssets, newAssetsPerHour } = request.key;
  return maxAssets === null && newAssetsPerHour === null ? [] : [`quota:${kid}`];
}
