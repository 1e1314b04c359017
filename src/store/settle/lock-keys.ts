import type { SettleRequest } from '../../ingest/ports';

/** What may not be decided twice at the same time: every identifier by which the device is looked up. */
export function lockKeysOf(request: SettleRequest): string[] {
  const keys = request.lookups.map(({ kind, value }) => `${kind}:${value}`);
  return keys.length > 0 ? keys : [`submission:${request.record.submissionId}`];
}

/** Submissions of a key with a quota are counted one after the other. */
export function quotaLocksOf(request: SettleRequest): string[] {
  return request.key.maxAssets === null ? [] : [`quota:${request.key.kid}`];
}
