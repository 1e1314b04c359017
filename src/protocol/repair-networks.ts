import { isIPv6 } from 'node:net';
import { isJsonObject, type JsonObject, type JsonValue, type Note } from '../domain/inventory';
import { addNote } from './notes';

/** Interfaces have a handful of addresses; a list beyond this is no list of addresses. */
export const maxAddressesPerInterface = 256;

/** networks: one entry for each interface and address, IPv4 and IPv6 in fields of their own, none without a name. */
export function repairNetworks(section: JsonValue, notes: Note[], path: string): JsonValue {
  if (!Array.isArray(section)) return section;
  return section.flatMap((row, index): JsonValue[] =>
    isJsonObject(row) ? repairInterface(row, notes, `${path}/${index}`) : [row],
  );
}

function repairInterface(row: JsonObject, notes: Note[], path: string): JsonObject[] {
  let repaired = row;
  if (typeof row.description !== 'string' || row.description.trim() === '') {
    repaired = { ...repaired, description: typeof row.type === 'string' ? row.type : 'unknown' };
    addNote(notes, `${path}/description`, 'missing: named by its type');
  }
  if (typeof row.ipaddress === 'string' && isIPv6(row.ipaddress.trim())) {
    const { ipaddress, ...rest } = repaired;
    repaired = rest.ipaddress6 === undefined ? { ...rest, ipaddress6: ipaddress ?? null } : rest;
    addNote(notes, `${path}/ipaddress`, 'IPv6 address moved to ipaddress6');
  }
  return splitAddresses(repaired, notes, path);
}

/** SCCM exports and mobile agents write all addresses of an interface into one entry. */
function splitAddresses(row: JsonObject, notes: Note[], path: string): JsonObject[] {
  const { ipaddress, ipaddress6, ...rest } = row;
  if (!Array.isArray(ipaddress) && !Array.isArray(ipaddress6)) return [row];
  const addresses = [...asTexts(ipaddress), ...asTexts(ipaddress6)].slice(0, maxAddressesPerInterface);
  addNote(notes, path, 'split: one entry for each address');
  if (addresses.length === 0) return [rest];
  return addresses.map((address) => ({
    ...rest,
    [isIPv6(address) ? 'ipaddress6' : 'ipaddress']: address,
  }));
}

function asTexts(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value.trim()];
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is string => typeof item === 'string').map((item) => item.trim());
}
