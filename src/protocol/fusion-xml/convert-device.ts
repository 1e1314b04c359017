import {
  isJsonObject,
  type InventoryAction,
  type InventoryMessage,
  type JsonObject,
  type JsonValue,
  type Note,
} from '../../domain/inventory';
import { listOf, textOf } from '../json-values';
import { addNote } from '../notes';
import { repairContent } from '../repair-content';
import { convertContent } from './convert-content';
import { discoveredDevice } from './discovered-device';
import { convertPorts } from './network-ports';

/** Sections of DEVICE that hold their rows in a wrapper: section → element of a row, name in the inventory format. */
const wrapped: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['components', ['component', 'network_components']],
  ['ports', ['port', 'network_ports']],
]);

const copied = new Set(
  'firmwares modems simcards cartridges consumables pagecounters drives error hardware'.split(' '),
);

const itemtypes: ReadonlyMap<string, string> = new Map([
  ['Computer', 'Computer'],
  ['Phone', 'Phone'],
  ['Printer', 'Printer'],
  ['Unmanaged', 'Unmanaged'],
  ...['Networking', 'Storage', 'Power', 'Video', 'KVM'].map((type) => [type, 'NetworkEquipment'] as const),
]);

/** One message for each DEVICE of a scan. A DEVICE with nothing but ERROR was not reached and gives none. */
export function convertDevices(
  root: JsonObject,
  content: JsonObject,
  devices: readonly JsonObject[],
  action: InventoryAction,
  versionFromHeaders: string | undefined,
): InventoryMessage[] {
  const version = textOf(content.versionclient) ?? textOf(content.moduleversion);
  // Sections beside DEVICE are of the device when there is only one; else nobody knows of which.
  const { device: _devices, agent: _agent, moduleversion: _m, processnumber: _p, ...beside } = content;
  return devices.filter(wasReached).map((device) => {
    const notes: Note[] = [];
    const sections = sectionsOf(device, devices.length === 1 ? beside : {}, notes);
    const converted = convertContent(sections, notes);
    converted.versionclient = version ?? versionFromHeaders ?? 'missing';
    repairContent(converted, notes);
    return {
      kind: 'inventory',
      action,
      deviceid: root.deviceid,
      itemtype: root.itemtype ?? itemtypeOf(converted.network_device),
      partial: root.partial,
      tag: root.tag,
      content: converted,
      notes,
    };
  });
}

function wasReached(device: JsonObject): boolean {
  return Object.keys(device).some((key) => key !== 'error');
}

/** Unknown keys cost a note, never the device: agents of all ages add their own. */
function sectionsOf(device: JsonObject, beside: JsonObject, notes: Note[]): JsonObject {
  const { networkDevice, workgroup, rest } = discoveredDevice(device);
  const sections: JsonObject = { ...beside, network_device: networkDevice };
  if (workgroup !== undefined) {
    sections.hardware = { ...(isJsonObject(beside.hardware) ? beside.hardware : {}), workgroup };
  }
  for (const [key, value] of Object.entries(rest)) {
    const wrapper = wrapped.get(key);
    if (wrapper !== undefined) sections[wrapper[1]] = unwrap(value, wrapper[0]);
    else if (copied.has(key)) sections[key] = value;
    else addNote(notes, `/${key}`, 'dropped: not part of a device');
  }
  if (sections.network_ports !== undefined) sections.network_ports = convertPorts(sections.network_ports);
  const firmware = textOf(networkDevice.firmware);
  if (firmware !== undefined) sections.firmwares ??= [{ version: firmware, name: firmware }];
  return sections;
}

function unwrap(value: JsonValue, element: string): JsonValue {
  return isJsonObject(value) && value[element] !== undefined ? listOf(value[element]) : listOf(value);
}

function itemtypeOf(networkDevice: JsonValue | undefined): string {
  const type = isJsonObject(networkDevice) ? networkDevice.type : undefined;
  return (typeof type === 'string' ? itemtypes.get(type) : undefined) ?? 'Unmanaged';
}
