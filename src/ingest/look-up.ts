import type { DeviceIdentity, Identifier, IdentifierKind } from '../domain/identity';

/** Bound of the look-ups of one submission: serial, uuid, 32 macs, deviceid, 8 addresses are 43. */
export const maxLookups = 48;

/**
 * The identifiers by which assets are looked up, strongest first. Names are left out, because a name never decides
 * and may stand on thousands of assets; agentids, because one agent posts all machines it inventories remotely.
 */
export function lookupsOf(identity: DeviceIdentity): Identifier[] {
  const all = [
    ...identifiers('serial', [identity.serial]),
    ...identifiers('uuid', [identity.uuid]),
    ...identifiers('mac', identity.macs),
    ...identifiers('deviceid', [identity.deviceid]),
    ...identifiers('ip', identity.ips),
  ];
  return all.slice(0, maxLookups);
}

/**
 * What is locked while a submission is decided and written, so that simultaneous first posts of one device see each
 * other: `kind:value`, unique, sorted (one order for all, so that two submissions never wait for each other).
 * Addresses count for network devices, which may have nothing else.
 */
export function lockKeysOf(identity: DeviceIdentity): string[] {
  return [...new Set(lookupsOf(identity).map(({ kind, value }) => `${kind}:${value}`))].sort();
}

function identifiers(kind: IdentifierKind, values: readonly (string | undefined)[]): Identifier[] {
  return values.flatMap((value) => (value === undefined ? [] : [{ kind, value }]));
}
