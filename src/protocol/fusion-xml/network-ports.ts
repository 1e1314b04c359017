import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/inventory';
import { listOf, rowsOf } from '../json-values';
import { bool, int } from './casts';

/** Takes the rows of a port's inner lists out of their wrappers. */
export function convertPorts(ports: JsonValue): JsonObject[] {
  return rowsOf(ports).map(convertPort);
}

function convertPort(port: JsonObject): JsonObject {
  const { vlans, connections, aggregate, ips, ip, ...converted } = port;
  if (vlans !== undefined) converted.vlans = unwrap(vlans, 'vlan');
  if (connections !== undefined) {
    const cdp = isJsonObject(connections) ? bool(connections.cdp ?? '') : undefined;
    if (cdp !== undefined) converted.lldp = cdp;
    const rows = unwrap(connections, 'connection');
    if (rows.length > 0) converted.connections = rows;
  }
  if (aggregate !== undefined) {
    converted.aggregate = unwrap(aggregate, 'port').flatMap((number) => int(number) ?? []);
  }
  if (ips !== undefined) converted.ips = unwrap(ips, 'ip');
  else if (ip !== undefined) converted.ips = listOf(ip);
  return converted;
}

function unwrap(value: JsonValue, element: string): JsonValue[] {
  if (!isJsonObject(value)) return listOf(value);
  return listOf(value[element]);
}
