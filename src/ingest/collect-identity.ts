import type { DeviceIdentity, StoredIdentity } from '../domain/identity';
import { fieldOf, kinds, maxValuesPerKind, valuesOf } from '../identity/identity-sets';
import type { AssetChange } from './ports';

/** Newest first, so that the oldest values fall out at the limit. */
export function collectIdentity(
  identity: DeviceIdentity,
  before: StoredIdentity | undefined,
): StoredIdentity {
  const now = valuesOf(identity);
  const collect = (field: keyof StoredIdentity): string[] =>
    [...new Set([...now[field], ...(before?.[field] ?? [])])].slice(0, maxValuesPerKind);
  return {
    serials: collect('serials'),
    uuids: collect('uuids'),
    macs: collect('macs'),
    deviceids: collect('deviceids'),
    agentids: collect('agentids'),
    hostnames: collect('hostnames'),
    ips: collect('ips'),
    certificates: collect('certificates'),
    sshKeys: collect('sshKeys'),
  };
}

/** A value that the asset never had is worth a line in its history, beside the values it had last. */
export function identityChanges(identity: DeviceIdentity, before: StoredIdentity): AssetChange[] {
  const now = valuesOf(identity);
  return kinds.flatMap((kind) => {
    const known = before[fieldOf[kind]];
    const fresh = now[fieldOf[kind]].filter((value) => !known.includes(value));
    return fresh.length === 0 ? [] : [{ field: kind, before: known.slice(0, 8), after: fresh }];
  });
}
