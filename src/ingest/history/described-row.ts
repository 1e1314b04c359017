import type { JsonObject } from '../../domain/inventory';

/** A field, or a field and the unit that agents send it in (schemas/inventory.json). */
type Part = string | readonly [field: string, unit: string];

/** What a person would want to know of a row that came or went, in the order of speech. */
const parts: Readonly<Record<string, readonly Part[]>> = {
  softwares: ['name', 'version'],
  memories: [['capacity', 'MB'], 'manufacturer', 'type', ['speed', 'MHz'], 'serialnumber'],
  cpus: ['name', ['core', 'cores'], ['speed', 'MHz']],
  storages: [['disksize', 'MB'], 'manufacturer', 'model', 'name', 'serial'],
  drives: ['letter', 'type', 'volumn', 'filesystem', ['total', 'MB']],
  networks: ['description', 'mac', 'ipaddress', 'ipaddress6'],
  monitors: ['manufacturer', 'caption', 'serial'],
  printers: ['name', 'driver', 'serial'],
  usbdevices: ['manufacturer', 'name', 'caption', 'serial'],
  videos: ['name', ['memory', 'MB']],
  batteries: ['manufacturer', 'name', 'serial'],
  virtualmachines: ['name', 'vmtype', 'status', 'uuid'],
  antivirus: ['name', 'version'],
  users: ['login', 'domain'],
  licenseinfos: ['name', 'fullname', 'productid'],
  firmwares: ['manufacturer', 'name', 'type', 'version'],
  databases_services: ['name', 'version', ['port', '']],
  network_ports: ['ifname', 'ifdescr', 'mac'],
  network_components: ['name', 'model', 'serial'],
  simcards: ['operator_name', 'iccid'],
};

/** `8192 MB Kingston DDR4`; empty for a section without words of its own. What fields repeat is said once. */
export function describedRow(section: string, row: JsonObject): string {
  const words: string[] = [];
  for (const part of parts[section] ?? []) {
    const [field, unit] = typeof part === 'string' ? [part, ''] : part;
    const value = row[field];
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') continue;
    const word = unit === '' || String(value).endsWith(unit) ? String(value) : `${value} ${unit}`;
    if (!words.includes(word)) words.push(word);
  }
  return words.join(' ');
}
