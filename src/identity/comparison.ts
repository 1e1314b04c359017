import type {
  DeviceIdentity,
  Identifier,
  IdentifierKind,
  KnownIdentity,
  StoredIdentity,
} from '../domain/identity';
import { serialsOf } from './identity-sets';
import { sshAlgorithmOf } from './ssh-host-key';

/**
 * The independent factors of a match. The certificate was proved by its private key; serial and uuid stand in firmware,
 * macs in network cards, the ssh host key on the disk (and so on every copy of it), the install in the agent's state
 * folder, hostname and address in the configuration.
 */
export const factors = [
  'certificate',
  'sshkey',
  'serial',
  'uuid',
  'mac',
  'install',
  'hostname',
  'address',
] as const;
export type Factor = (typeof factors)[number];

/** `unknown`: one side or both say nothing. Silence is never a contradiction. */
export type Agreement = 'equal' | 'differs' | 'unknown';

/**
 * Which kinds of hardware identifiers (serial, uuid, mac) the two sides hold: the same, the submission fewer
 * (`gone`) or more (`come`) than the asset, or each something that the other has not (`mixed`).
 */
export type Holdings = 'level' | 'gone' | 'come' | 'mixed';

export interface Comparison extends Readonly<Record<Factor, Agreement>> {
  readonly holdings: Holdings;
  /** Part of the install; weighs more than a deviceid, which can be guessed. */
  readonly agentid: Agreement;
  /** Neither side holds anything but an address. */
  readonly isAddressOnly: boolean;
  /** Neither side holds anything but a name. */
  readonly isNameOnly: boolean;
  /** Both hold a serial that is the same by chance: machines of two makers. */
  readonly isSerialOfOtherMaker: boolean;
}

/** True for a value whose agreement says nothing. */
export type IsJunk = (kind: IdentifierKind, value: string) => boolean;

/**
 * Compares a submission's identity with an asset's, factor by factor. Values must be normalised on both sides. That both
 * hold the same junk says nothing; that they hold different values contradicts, junk or not. The install is compared as
 * it is (identity/junk.ts). Makers number their machines each for itself: an equal serial of two makers says nothing,
 * unless the uuid is the same too, which is no chance.
 */
export function compare(
  submitted: DeviceIdentity,
  known: KnownIdentity,
  isJunk: IsJunk = () => false,
): Comparison {
  const besideJunk = (
    kind: IdentifierKind,
    values: readonly (string | undefined)[],
    held: readonly string[],
  ): Agreement => withoutJunkAgreement(told(values), held, (value) => isJunk(kind, value));
  const serial = besideJunk('serial', serialsOf(submitted), known.serials);
  const uuid = besideJunk('uuid', [submitted.uuid], known.uuids);
  const isSerialOfOtherMaker = serial === 'equal' && uuid !== 'equal' && isOtherMaker(submitted, known);
  return {
    certificate: besideJunk('certificate', [submitted.certificate], known.certificates),
    sshkey: besideJunk('sshkey', [submitted.sshKey], comparableKeys(submitted.sshKey, known.sshKeys)),
    serial: isSerialOfOtherMaker ? 'unknown' : serial,
    uuid,
    mac: besideJunk('mac', submitted.macs, known.macs),
    install: installOf(submitted, known),
    hostname: one(submitted.hostname, known.hostnames),
    address: any(submitted.ips, known.ips),
    holdings: holdingsOf(submitted, known),
    agentid: one(submitted.agentid, known.agentids),
    isAddressOnly:
      isBare(submitted, known) && submitted.hostname === undefined && known.hostnames.length === 0,
    isNameOnly: isBare(submitted, known) && submitted.ips.length === 0 && known.ips.length === 0,
    isSerialOfOtherMaker,
  };
}

function isOtherMaker({ maker }: DeviceIdentity, known: KnownIdentity): boolean {
  return maker !== undefined && known.maker !== undefined && maker !== known.maker;
}

/** The values that both sides hold: at most one of each kind, 32 macs and 8 addresses. */
export function sharedIdentifiers(submitted: DeviceIdentity, known: StoredIdentity): readonly Identifier[] {
  const shared = (
    kind: IdentifierKind,
    values: readonly (string | undefined)[],
    held: readonly string[],
  ): Identifier[] =>
    values.flatMap((value) => (value !== undefined && held.includes(value) ? [{ kind, value }] : []));
  return [
    ...shared('serial', serialsOf(submitted), known.serials),
    ...shared('uuid', [submitted.uuid], known.uuids),
    ...shared('mac', submitted.macs, known.macs),
    ...shared('deviceid', [submitted.deviceid], known.deviceids),
    ...shared('agentid', [submitted.agentid], known.agentids),
    ...shared('hostname', [submitted.hostname], known.hostnames),
    ...shared('ip', submitted.ips, known.ips),
    ...shared('certificate', [submitted.certificate], known.certificates),
    ...shared('sshkey', [submitted.sshKey], known.sshKeys),
  ];
}

function one(value: string | undefined, known: readonly string[]): Agreement {
  return value === undefined ? 'unknown' : any([value], known);
}

function any(values: readonly string[], known: readonly string[]): Agreement {
  if (values.length === 0 || known.length === 0) return 'unknown';
  return values.some((value) => known.includes(value)) ? 'equal' : 'differs';
}

function told(values: readonly (string | undefined)[]): readonly string[] {
  return values.filter((value) => value !== undefined);
}

/** Where only junk is shared, the values beside it are compared. */
function withoutJunkAgreement(
  values: readonly string[],
  held: readonly string[],
  isJunk: (value: string) => boolean,
): Agreement {
  const agreement = any(values, held);
  if (agreement !== 'equal') return agreement;
  const shared = values.filter((value) => held.includes(value));
  if (!shared.every(isJunk)) return 'equal';
  const beside = (all: readonly string[]): readonly string[] => all.filter((one) => !shared.includes(one));
  return any(beside(values), beside(held));
}

/** Keys of different algorithms do not contradict each other: a host has one of each. */
function comparableKeys(sshKey: string | undefined, known: readonly string[]): readonly string[] {
  if (sshKey === undefined) return [];
  const algorithm = sshAlgorithmOf(sshKey);
  return known.filter((other) => sshAlgorithmOf(other) === algorithm);
}

/**
 * The deviceid decides. The agentid counts only where there is no deviceid to compare: an agent that inventories
 * other machines remotely posts all of them under its own agentid.
 */
function installOf(submitted: DeviceIdentity, known: StoredIdentity): Agreement {
  const byDeviceid = one(submitted.deviceid, known.deviceids);
  return byDeviceid === 'unknown' ? one(submitted.agentid, known.agentids) : byDeviceid;
}

function holdingsOf(submitted: DeviceIdentity, known: StoredIdentity): Holdings {
  const pairs = [
    [submitted.serial !== undefined, known.serials.length > 0],
    [submitted.uuid !== undefined, known.uuids.length > 0],
    [submitted.macs.length > 0, known.macs.length > 0],
  ] as const;
  const isMissing = pairs.some(([here, there]) => !here && there);
  const isAdded = pairs.some(([here, there]) => here && !there);
  if (isMissing) return isAdded ? 'mixed' : 'gone';
  return isAdded ? 'come' : 'level';
}

/** Neither side holds hardware or an agent's installation. */
function isBare(submitted: DeviceIdentity, known: StoredIdentity): boolean {
  return (
    submitted.serial === undefined &&
    submitted.macs.length === 0 &&
    submitted.deviceid === undefined &&
    known.serials.length === 0 &&
    known.uuids.length === 0 &&
    known.macs.length === 0 &&
    known.deviceids.length === 0
  );
}
