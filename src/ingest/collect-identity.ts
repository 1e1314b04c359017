import type { DeviceIdentity, Identifier, IdentifierKind, StoredIdentity } from '../domain/identity';
import type { AssetChange } from './ports';

/** Most values of one kind that an asset keeps; a machine has few, a forger could send a new one each day. */
const maxValuesPerKind = 64;

const kindOfField = {
  serials: 'serial',
  uuids: 'uuid',
  macs: 'mac',
  deviceids: 'deviceid',
  agentids: 'agentid',
  hostnames: 'hostname',
  ips: 'ip',
  certificates: 'certificate',
  sshKeys: 'sshkey',
} as const satisfies Record<keyof StoredIdentity, IdentifierKind>;

const identityFields = Object.keys(kindOfField) as (keyof StoredIdentity)[];

function valuesOf(identity: DeviceIdentity): StoredIdentity {
  const one = (value: string | undefined): string[] => (value === undefined ? [] : [value]);
  return {
    serials: one(identity.serial),
    uuids: one(identity.uuid),
    macs: identity.macs,
    deviceids: one(identity.deviceid),
    agentids: one(identity.agentid),
    hostnames: one(identity.hostname),
    ips: identity.ips,
    certificates: one(identity.certificate),
    sshKeys: one(identity.sshKey),
  };
}

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

export function identifiersOf(identity: StoredIdentity): Identifier[] {
  return identityFields.flatMap((field) =>
    identity[field].map((value) => ({ kind: kindOfField[field], value })),
  );
}

export function isKnown(identifier: Identifier, before: StoredIdentity | undefined): boolean {
  if (before === undefined) return false;
  const field = identityFields.find((name) => kindOfField[name] === identifier.kind);
  return field !== undefined && before[field].includes(identifier.value);
}

/** A value that the asset never had is worth a line in its history, beside the values it had last. */
export function identityChanges(identity: DeviceIdentity, before: StoredIdentity): AssetChange[] {
  const now = valuesOf(identity);
  return identityFields.flatMap((field) => {
    const fresh = now[field].filter((value) => !before[field].includes(value));
    return fresh.length === 0
      ? []
      : [{ field: kindOfField[field], before: before[field].slice(0, 8), after: fresh }];
  });
}
