import type { DisplayIdentity, Identifier } from '../domain/identity';
import type { InventoryContent, JsonObject, JsonValue, ValidInventory } from '../domain/inventory';
import { cleanText, shownText, squeezed } from './clean-text';
import { listOf, rowsOf, sectionOf } from './content-sections';
import { isScanned } from './device-kind';
import { macsOfHost, macsOfScanned } from './device-macs';
import { DroppedIdentifiers } from './dropped-identifiers';
import { whyFiller } from './filler';
import { normaliseAddress } from './management-address';
import { normaliseSerial } from './serial-number';
import { normaliseUuid } from './smbios-uuid';

/** Addresses shown of one device. */
const maxAddresses = 64;

/** GLPI's default blacklist of models (7) and manufacturers (1), as letters and digits. */
const fillerModels = new Set([
  'unknow',
  'tobefilledbyoem',
  '',
  'systemproductname',
  'productname',
  'systemname',
  'allseries',
  'systemmanufacturer',
]);

/** What is shown of the device: trimmed text as sent, without fillers that no admin allows. Never throws. */
export function displayOf(inventory: ValidInventory, allowed: readonly Identifier[] = []): DisplayIdentity {
  const dropped = new DroppedIdentifiers(allowed);
  return isScanned(inventory)
    ? displayOfScanned(inventory.content, dropped)
    : displayOfHost(inventory.content, dropped);
}

function displayOfHost(content: InventoryContent, dropped: DroppedIdentifiers): DisplayIdentity {
  const bios = sectionOf(content, 'bios');
  const hardware = sectionOf(content, 'hardware');
  const networks = rowsOf(content, 'networks');
  const { macs, shownOnly } = macsOfHost(networks, dropped);
  return {
    name: shownText(hardware.name) ?? shownText(sectionOf(content, 'operatingsystem').fqdn),
    serial: firstSerial([bios.ssn, bios.msn, bios.enclosureserial], dropped),
    uuid: shownUuid(hardware.uuid, dropped),
    macs: [...macs, ...shownOnly],
    ips: addressesOf(networks.flatMap((entry) => [...listOf(entry.ipaddress), ...listOf(entry.ipaddress6)])),
    manufacturer: firstReal([bios.smanufacturer, bios.mmanufacturer, bios.bmanufacturer]),
    model: firstReal([bios.smodel, bios.mmodel]),
    os: operatingSystemOf(content, hardware),
    lastUser: shownText(hardware.lastloggeduser) ?? shownText(rowsOf(content, 'users')[0]?.login),
  };
}

function displayOfScanned(content: InventoryContent, dropped: DroppedIdentifiers): DisplayIdentity {
  const device = sectionOf(content, 'network_device');
  const ports = rowsOf(content, 'network_ports');
  return {
    name: shownText(device.name),
    serial: firstSerial([device.serial], dropped),
    uuid: undefined,
    macs: macsOfScanned(device, ports, dropped).macs,
    ips: addressesOf(listOf(device.ips)),
    manufacturer: firstReal([device.manufacturer]),
    model: firstReal([device.model]),
    os: shownText(device.firmware),
    lastUser: undefined,
  };
}

function operatingSystemOf(content: InventoryContent, hardware: JsonObject): string | undefined {
  const system = sectionOf(content, 'operatingsystem');
  const nameAndVersion = [cleanText(system.name), cleanText(system.version)].filter(
    (text) => text !== undefined,
  );
  return shownText(system.full_name) ?? shownText(nameAndVersion.join(' ')) ?? shownText(hardware.osname);
}

function firstSerial(
  values: readonly (JsonValue | undefined)[],
  dropped: DroppedIdentifiers,
): string | undefined {
  const isReal = (text: string): boolean =>
    whyFiller(text) === undefined ||
    dropped.counted('serial', normaliseSerial(text, undefined)) !== undefined;
  return values.map(shownText).find((text) => text !== undefined && isReal(text));
}

/** Manufacturers and models may be short ("HP"): only words count as fillers, not length. */
function firstReal(values: readonly (JsonValue | undefined)[]): string | undefined {
  for (const value of values) {
    const text = shownText(value);
    if (text === undefined || fillerModels.has(squeezed(text))) continue;
    const why = whyFiller(text);
    if (why === undefined || why === 'too short') return text;
  }
  return undefined;
}

function shownUuid(value: JsonValue | undefined, dropped: DroppedIdentifiers): string | undefined {
  const text = shownText(value);
  return text !== undefined && dropped.counted('uuid', normaliseUuid(text)) !== undefined ? text : undefined;
}

function addressesOf(values: readonly JsonValue[]): readonly string[] {
  const addresses = new Set<string>();
  for (const value of values) {
    const address = normaliseAddress(cleanText(value) ?? '');
    if ('value' in address) addresses.add(address.value);
    if (addresses.size >= maxAddresses) break;
  }
  return [...addresses];
}
