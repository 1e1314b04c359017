import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/inventory';
import { listOf, textOf } from '../json-values';

export interface DiscoveredDevice {
  readonly networkDevice: JsonObject;
  readonly workgroup: JsonValue | undefined;
  /** Sections of the DEVICE that are no properties of the device itself. */
  readonly rest: JsonObject;
}

/** Plain properties that stand directly in DEVICE when it was discovered, in INFO when it was inventoried. */
const properties = new Set(
  'mac contact firmware location manufacturer model uptime type description serial assettag'.split(' '),
);
const names = ['snmphostname', 'netbiosname', 'dnshostname'] as const;
/** Of the server's bookkeeping, not of the device. */
const ignored = new Set([
  'entity',
  'usersession',
  'netportvendor',
  'authsnmp',
  'ip',
  'ips',
  'workgroup',
  ...names,
]);

/** INFO of SNMPQUERY and the flat fields of NETDISCOVERY → network_device. */
export function discoveredDevice(device: JsonObject): DiscoveredDevice {
  const { info, ...flat } = device;
  const networkDevice: JsonObject = isJsonObject(info) ? withIps(info) : {};
  const rest: JsonObject = {};
  for (const [key, value] of Object.entries(flat)) {
    if (properties.has(key)) networkDevice[key] = value;
    else if (!ignored.has(key)) rest[key] = value;
  }
  const name = names.map((key) => textOf(flat[key])).find((text) => text !== undefined);
  if (name !== undefined) networkDevice.name = name;
  const ips = [networkDevice.ips, addressesOf(flat.ips), flat.ip].flatMap(listOf);
  if (ips.length > 0) networkDevice.ips = [...new Set(ips)];
  if (flat.authsnmp !== undefined) networkDevice.credentials = flat.authsnmp;
  if (flat.netportvendor !== undefined) networkDevice.manufacturer ??= flat.netportvendor;
  const type = typeOf(networkDevice.type);
  if (type === undefined) delete networkDevice.type;
  else networkDevice.type = type;
  return { networkDevice, workgroup: flat.workgroup, rest };
}

function withIps({ ips, ...info }: JsonObject): JsonObject {
  return ips === undefined ? info : { ...info, ips: addressesOf(ips) };
}

function addressesOf(ips: JsonValue | undefined): JsonValue[] {
  return listOf(isJsonObject(ips) ? ips.ip : ips);
}

/** `NETWORKING` → `Networking`; `KVM` stays. Types outside the format are left to the repair. */
function typeOf(type: JsonValue | undefined): string | undefined {
  const text = textOf(type);
  if (text === undefined || text.toUpperCase() === 'KVM') return text?.toUpperCase();
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}
