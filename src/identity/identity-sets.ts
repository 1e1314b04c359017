import type { DeviceIdentity, Identifier, IdentifierKind, StoredIdentity } from '../domain/identity';

/** Most values of one kind that an asset keeps; a machine has few, a forger could send a new one each day. */
export const maxValuesPerKind = 64;

export const fieldOf = {
  serial: 'serials',
  uuid: 'uuids',
  mac: 'macs',
  deviceid: 'deviceids',
  agentid: 'agentids',
  hostname: 'hostnames',
  ip: 'ips',
  certificate: 'certificates',
  sshkey: 'sshKeys',
} as const satisfies Record<IdentifierKind, keyof StoredIdentity>;

export const kinds = Object.keys(fieldOf) as IdentifierKind[];

/** The serials that a device shows: its own and, of a stack, those of its members. At most 9. */
export function serialsOf({ serial, memberSerials = [] }: DeviceIdentity): readonly string[] {
  return [...new Set([...(serial === undefined ? [] : [serial]), ...memberSerials])];
}

/** What a submission shows, as sets. */
export function valuesOf(identity: DeviceIdentity): StoredIdentity {
  const one = (value: string | undefined): string[] => (value === undefined ? [] : [value]);
  return {
    serials: serialsOf(identity),
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

/** Every value of each kind, in the order given, at most `maxValuesPerKind` of one. */
export function identityFrom(identifiers: readonly Identifier[]): StoredIdentity {
  const of = (wanted: IdentifierKind): string[] => [
    ...new Set(identifiers.flatMap(({ kind, value }) => (kind === wanted ? [value] : []))),
  ];
  return Object.fromEntries(
    kinds.map((kind) => [fieldOf[kind], of(kind).slice(0, maxValuesPerKind)]),
  ) as unknown as StoredIdentity;
}

export function identifiersIn(identity: StoredIdentity): Identifier[] {
  return kinds.flatMap((kind) => identity[fieldOf[kind]].map((value) => ({ kind, value })));
}

export function has(identity: StoredIdentity, { kind, value }: Identifier): boolean {
  return identity[fieldOf[kind]].includes(value);
}

export function without(identity: StoredIdentity, gone: readonly Identifier[]): StoredIdentity {
  const isGone = (one: Identifier): boolean =>
    gone.some(({ kind, value }) => kind === one.kind && value === one.value);
  return identityFrom(identifiersIn(identity).filter((one) => !isGone(one)));
}
