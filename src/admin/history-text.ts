import type { AssetChange } from '../ingest/ports';
import type { Difference, FieldDifference } from '../ingest/history/difference';

type Detail = Readonly<Record<string, unknown>>;

export interface ToldEvent {
  readonly kind: string;
  readonly detail: Detail;
}

/** Complete name of an entity; undefined for one that is gone, or that the reader may not see. */
export type EntityName = (entityId: string) => string | undefined;

/** What a person calls a section that has rows; others go by their own name. */
const sectionNames: Readonly<Record<string, string>> = {
  softwares: 'software',
  memories: 'memory',
  cpus: 'processor',
  storages: 'disk',
  drives: 'volume',
  networks: 'network',
  monitors: 'monitor',
  printers: 'printer',
  usbdevices: 'USB device',
  controllers: 'controller',
  videos: 'graphics',
  sounds: 'sound',
  batteries: 'battery',
  virtualmachines: 'virtual machine',
  firewalls: 'firewall',
  users: 'user',
  local_users: 'local user',
  local_groups: 'local group',
  logical_volumes: 'logical volume',
  physical_volumes: 'physical volume',
  volume_groups: 'volume group',
  licenseinfos: 'licence',
  firmwares: 'firmware',
  operatingsystem: 'operating system',
  network_ports: 'port',
  network_components: 'component',
  network_device: 'device',
  databases_services: 'database',
  remote_mgmt: 'remote access',
  versionclient: 'agent',
};

/** Sections whose fields need no name of the section before them. */
const plainSections = new Set(['hardware', 'bios']);
const fieldNames: Readonly<Record<string, string>> = {
  ssn: 'serial',
  msn: 'mainboard serial',
  smodel: 'model',
  smanufacturer: 'manufacturer',
  mmodel: 'mainboard',
  bversion: 'BIOS',
  bdate: 'BIOS date',
  assettag: 'asset tag',
};
/** Of each of these a device shows one at a time. */
const singleKinds = new Set(['serial', 'uuid', 'hostname', 'deviceid', 'agentid', 'certificate', 'sshkey']);
const kindNames: Readonly<Record<string, string>> = { hostname: 'name', mac: 'network card', ip: 'address' };
/** Where a field of an inventory says the same in the device's own spelling. */
const saidByField: Readonly<Record<string, readonly [section: string, field: string]>> = {
  hostname: ['hardware', 'name'],
  serial: ['bios', 'ssn'],
  uuid: ['hardware', 'uuid'],
};

/** The event in lines that a person can read. Text in them may come from an agent. Pure. */
export function linesOf({ kind, detail }: ToldEvent, nameOf: EntityName): string[] {
  const told = tell(kind, detail, nameOf);
  const note = typeof detail.note === 'string' && detail.note !== '' ? [`note: ${detail.note}`] : [];
  return [...told, ...note];
}

function tell(kind: string, detail: Detail, nameOf: EntityName): string[] {
  const other = assetOf(detail);
  switch (kind) {
    case 'created':
      return [`first seen, in ${entityOf(detail.entityId, nameOf)}`];
    case 'updated':
      return changeLines(detail);
    case 'moved':
      return movedLines(detail, nameOf);
    case 'retired':
      return ['taken out of use'];
    case 'reactivated':
      return ['brought back into use'];
    case 'merged':
      return [`${other} is a part of it from now on`];
    case 'merged_into':
      return [`became a part of ${other}`];
    case 'unmerged':
      return [`${other} is an asset of its own again`];
    case 'unmerged_from':
      return [`an asset of its own again, was a part of ${other}`];
    case 'split':
      return [`${other} was split off with ${identifiersOf(detail)}`];
    case 'split_from':
      return [`split off from ${other} with ${identifiersOf(detail)}`];
    case 'uncontested':
      return ['nobody else claims to be it any more'];
    default:
      return [kind.replaceAll('_', ' ')];
  }
}

function movedLines({ from, to, fromKey, toKey }: Detail, nameOf: EntityName): string[] {
  const move = from === to ? [] : [`moved from ${entityOf(from, nameOf)} to ${entityOf(to, nameOf)}`];
  const key =
    fromKey === undefined || fromKey === toKey ? [] : [`key: ${textOf(fromKey)} → ${textOf(toKey)}`];
  return [...move, ...key];
}

function entityOf(id: unknown, nameOf: EntityName): string {
  return typeof id === 'string' ? (nameOf(id) ?? `entity ${id}`) : 'an unknown entity';
}

function assetOf({ assetId, name }: Detail): string {
  return typeof name === 'string' ? `${name} (${textOf(assetId)})` : `asset ${textOf(assetId)}`;
}

function identifiersOf({ identifiers }: Detail): string {
  const list = Array.isArray(identifiers) ? (identifiers as { kind: string; value: string }[]) : [];
  return list.map(({ kind, value }) => `${kindNames[kind] ?? kind} ${value}`).join(', ');
}

function changeLines(detail: Detail): string[] {
  const changes = (detail.changes ?? []) as readonly AssetChange[];
  const { left = 0 } = detail as { left?: number };
  if (detail.differences === undefined) {
    // Written before differences were kept, or of the first inventory of an asset that was split off.
    const sections = (detail.changedSections ?? []) as readonly string[];
    const all = sections.length === 0 ? [] : [`changed: ${sections.map(sectionOf).join(', ')}`];
    return [...changes.flatMap(identityLine), ...all];
  }
  const differences = detail.differences as readonly Difference[];
  const own = changes.filter(({ field }) => !isSaid(saidByField[field], differences));
  const more = left === 0 ? [] : [`and ${left} more`];
  return [...own.flatMap(identityLine), ...differences.flatMap(differenceLines), ...more];
}

function isSaid(
  where: readonly [section: string, field: string] | undefined,
  differences: readonly Difference[],
): boolean {
  return (
    where !== undefined &&
    differences.some(
      ({ section, fields = [] }) => section === where[0] && fields.some(({ field }) => field === where[1]),
    )
  );
}

function identityLine({ field, before, after }: AssetChange): string[] {
  const [known, fresh] = [before, after].map((values) => (Array.isArray(values) ? values.map(textOf) : []));
  const name = kindNames[field] ?? field;
  if (fresh === undefined || fresh.length === 0) return [];
  return singleKinds.has(field) && known?.[0] !== undefined
    ? [`${name}: ${known[0]} → ${fresh.join(', ')}`]
    : [`${name}: + ${fresh.join(', ')}`];
}

/** Each in a line of its own, but for fields of a row, which share one. */
export function differenceLines({
  section,
  change,
  row,
  text,
  fields = [],
  isRestless,
}: Difference): string[] {
  const name = sectionOf(section);
  const again = isRestless === true ? ' (again and again: left out from now on, until it is still)' : '';
  if (change !== 'changed')
    return [`${name}: ${change === 'added' ? '+' : '−'} ${text ?? row}${again}`.trimEnd()];
  if (row !== '') {
    const [only] = fields;
    const isVersion = fields.length === 1 && only?.field === 'version';
    const words = isVersion
      ? fieldWords(only)
      : fields.map((one) => `${one.field} ${fieldWords(one)}`).join(', ');
    return [`${name}: ${row} ${words}${again}`];
  }
  return fields.map((one) => {
    const field = fieldNames[one.field] ?? one.field;
    return `${plainSections.has(section) ? field : `${name} ${field}`}: ${fieldWords(one)}${again}`;
  });
}

function fieldWords({ before, after }: Pick<FieldDifference, 'before' | 'after'>): string {
  if (before === null || before === '') return `+ ${textOf(after)}`;
  return after === null || after === '' ? `− ${textOf(before)}` : `${textOf(before)} → ${textOf(after)}`;
}

function sectionOf(section: string): string {
  return sectionNames[section] ?? section;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
