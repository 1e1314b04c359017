import type { DeviceIdentity, Identifier, IdentifierKind } from '../domain/identity';
import { serialsOf } from '../identity/identity-sets';

/** Bound of the look-ups of one submission: certificate, ssh key, 9 serials, uuid, 32 macs, deviceid, 8 addresses are 53,
 * but a stack shows no more than 4 macs. */
export const maxLookups = 48;

/**
 * The identifiers by which assets are looked up, strongest first, and which are locked meanwhile. Names are left out,
 * because a name may stand on thousands of assets, unless a scan shows nothing else; agentids, because one agent posts all machines it inventories remotely.
 */
export function lookupsOf(identity: DeviceIdentity): Identifier[] {
  const all = [
    ...identifiers('certificate', [identity.certificate]),
    ...identifiers('sshkey', [identity.sshKey]),
    ...identifiers('serial', serialsOf(identity)),
    ...identifiers('uuid', [identity.uuid]),
    ...identifiers('mac', identity.macs),
    ...identifiers('deviceid', [identity.deviceid]),
    ...identifiers('ip', identity.ips),
  ];
  return all.length === 0 ? identifiers('hostname', [identity.hostname]) : all.slice(0, maxLookups);
}

function identifiers(kind: IdentifierKind, values: readonly (string | undefined)[]): Identifier[] {
  return values.flatMap((value) => (value === undefined ? [] : [{ kind, value }]));
}
