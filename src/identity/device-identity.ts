import type { DeviceIdentity, Identifier, IdentifierKind } from '../domain/identity';
import type { JsonObject, ValidInventory } from '../domain/inventory';
import { cleanText, squeezed } from './clean-text';
import { listOf, rowsOf, sectionOf } from './content-sections';
import { isEsx, isScanned } from './device-kind';
import { macsOfHost, macsOfScanned } from './device-macs';
import { DroppedIdentifiers } from './dropped-identifiers';
import { normaliseHostname } from './host-name';
import { normaliseDeviceid } from './install-id';
import { normaliseAddress } from './management-address';
import { makerOf } from './maker';
import { junk, type Normalised } from './normalised';
import { normaliseSerial } from './serial-number';
import { normaliseUuid, uuidInSerial } from './smbios-uuid';
import { normaliseSshKey } from './ssh-host-key';

/** Management addresses kept of one device: routers have hundreds. */
const maxAddresses = 8;

/** Members of a stack whose serials count; stacks of most makers end at 8 or 9. */
const maxMembers = 8;

/** What came beside the inventory and says who sent it. */
export interface Sender {
  /** GLPI-Agent-ID header. */
  readonly agentid?: string | undefined;
  /** SHA-256 of the public key (SPKI) of the client certificate, hex. */
  readonly certificate?: string | undefined;
}

/**
 * What recognises the device of an inventory: normalised, fillers and shared values left out with the reason.
 * `sender` counts only where the device speaks of itself. `allowed`: fillers that count all the same. Never throws,
 * whatever the content holds.
 */
export function identityOf(
  inventory: ValidInventory,
  sender: Sender = {},
  allowed: readonly Identifier[] = [],
): DeviceIdentity {
  const dropped = new DroppedIdentifiers(allowed);
  return isScanned(inventory)
    ? scannedIdentity(inventory, dropped)
    : hostIdentity(inventory, sender, dropped);
}

function hostIdentity(
  inventory: ValidInventory,
  sender: Sender,
  dropped: DroppedIdentifiers,
): DeviceIdentity {
  const { content } = inventory;
  const bios = sectionOf(content, 'bios');
  const hardware = sectionOf(content, 'hardware');
  const system = sectionOf(content, 'operatingsystem');
  const speaksOfItself = inventory.deviceidIsDevice && !isEsx(inventory);
  const uuid = normal('uuid', hardware.uuid, normaliseUuid, dropped);
  return {
    ...serialAndUuid(bios, uuid, cpuIds(content), dropped),
    macs: macsOfHost(rowsOf(content, 'networks'), dropped).macs,
    deviceid: speaksOfItself ? normal('deviceid', inventory.deviceid, normaliseDeviceid, dropped) : undefined,
    agentid: speaksOfItself ? sender.agentid?.toLowerCase() : undefined,
    hostname:
      normal('hostname', hardware.name, normaliseHostname, dropped) ??
      normal('hostname', system.fqdn, normaliseHostname, dropped),
    ips: [],
    certificate: speaksOfItself ? sender.certificate?.toLowerCase() : undefined,
    sshKey: normal('sshkey', system.ssh_key, normaliseSshKey, dropped),
    manufacturer: manufacturerOf(bios),
    maker: makerOf(manufacturerOf(bios)),
    dropped: dropped.list(),
  };
}

function scannedIdentity(inventory: ValidInventory, dropped: DroppedIdentifiers): DeviceIdentity {
  const device = sectionOf(inventory.content, 'network_device');
  const manufacturer = cleanText(device.manufacturer);
  const memberSerials = memberSerialsOf(
    rowsOf(inventory.content, 'network_components'),
    manufacturer,
    dropped,
  );
  const ips = new Set<string>();
  for (const ip of listOf(device.ips)) {
    const address = normal('ip', ip, normaliseAddress, dropped);
    if (address !== undefined) ips.add(address);
  }
  return {
    serial: normal('serial', device.serial, (text) => normaliseSerial(text, manufacturer), dropped),
    ...(memberSerials.length < 2 ? {} : { memberSerials }),
    uuid: undefined,
    macs: macsOfScanned(device, rowsOf(inventory.content, 'network_ports'), dropped).macs,
    // They name the agent that scanned.
    deviceid: undefined,
    agentid: undefined,
    hostname: normal('hostname', device.name, normaliseHostname, dropped),
    ips: [...ips].sort().slice(0, maxAddresses),
    certificate: undefined,
    sshKey: undefined,
    manufacturer,
    dropped: dropped.list(),
  };
}

/** A stack answers with the serial of the member that leads it today; ENTITY-MIB lists the chassis of all. */
function memberSerialsOf(
  components: readonly JsonObject[],
  manufacturer: string | undefined,
  dropped: DroppedIdentifiers,
): readonly string[] {
  const serials = components
    .filter(({ type }) => cleanText(type)?.toLowerCase() === 'chassis')
    .map(({ serial }) => normal('serial', serial, (text) => normaliseSerial(text, manufacturer), dropped))
    .filter((serial) => serial !== undefined);
  return [...new Set(serials)].sort().slice(0, maxMembers);
}

/**
 * The first serial that counts: system, then board (what GLPI falls back to), then chassis. Agents on Windows and OCS
 * fill an empty system serial from the other two themselves. The chassis comes last: some laptops report the
 * docking station's there. A serial that only repeats the uuid is no second factor and counts as the uuid.
 */
function serialAndUuid(
  bios: JsonObject,
  uuid: string | undefined,
  cpus: ReadonlySet<string>,
  dropped: DroppedIdentifiers,
): Pick<DeviceIdentity, 'serial' | 'uuid'> {
  const manufacturer = manufacturerOf(bios);
  let known = uuid;
  for (const sent of [bios.ssn, bios.msn, bios.enclosureserial]) {
    const text = cleanText(sent);
    if (text === undefined) continue;
    const held = uuidInSerial(text) ?? (text.toLowerCase() === uuid ? uuid : undefined);
    if (held !== undefined && (known === undefined || known === held)) {
      known = held;
      dropped.note('serial', text, 'repeats the uuid');
      continue;
    }
    const serial = dropped.take('serial', text, besideCpus(normaliseSerial(text, manufacturer), cpus));
    if (serial !== undefined) return { serial, uuid: known };
  }
  return { serial: undefined, uuid: known };
}

function besideCpus(serial: Normalised, cpus: ReadonlySet<string>): Normalised {
  return 'value' in serial && cpus.has(squeezed(serial.value)) ? junk('CPU id', serial.value) : serial;
}

function cpuIds(content: ValidInventory['content']): ReadonlySet<string> {
  const ids = rowsOf(content, 'cpus').map((cpu) => squeezed(cleanText(cpu.id) ?? ''));
  return new Set(ids.filter((id) => id !== ''));
}

function manufacturerOf(bios: JsonObject): string | undefined {
  return cleanText(bios.smanufacturer) ?? cleanText(bios.mmanufacturer) ?? cleanText(bios.bmanufacturer);
}

function normal(
  kind: IdentifierKind,
  sent: unknown,
  normalise: (text: string) => Normalised,
  dropped: DroppedIdentifiers,
): string | undefined {
  const text = cleanText(sent);
  return text === undefined ? undefined : dropped.take(kind, text, normalise(text));
}
