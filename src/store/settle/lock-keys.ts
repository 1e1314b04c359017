import type { SettleRequest } from '../../ingest/ports';

/**
 * What may not be decided twice at the same time: every strong identifier of the device. Hostnames are left out, a
 * name alone never matches; agentids too, one runner may report many devices.
 */
const lockedKinds = new Set(['serial', 'uuid', 'mac', 'deviceid', 'ip']);

export function lockKeysOf(request: SettleRequest): string[] {
  const keys = request.lookups
    .filter(({ kind }) => lockedKinds.has(kind))
    .map(({ kind, value }) => `${kind}:${value}`);
  return keys.length > 0 ? keys : [`submission:${request.record.submissionId}`];
}

/** Submissions of a key with a quota are counted one after the other. */
export function quotaLocksOf(request: SettleRequest): string[] {
  return request.key.maxAssets === null ? [] : [`quota:${request.key.kid}`];
}
