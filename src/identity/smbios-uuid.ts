import { maxIdentifierChars, squeezed } from './clean-text';
import { whyFiller } from './filler';
import { counts, junk, type Normalised } from './normalised';

/** Shortest id of another shape that counts: Android's has 16 digits, an LXC container's 40. */
const minOtherChars = 8;

/**
 * Fillers. Sources: GLPI's default blacklist (5; the all-zero one is missing there although all three agents send
 * it), vendor fillers that users met, Dell's for an empty service tag.
 */
const fillers = new Set(
  [
    '03000200-0400-0500-0006-000700080009',
    '6ab5b300-538d-1014-9fb5-b0684d007b53',
    '12345678-1234-5678-90ab-cddeefaabbcc',
    '12345678-1234-5678-1234-567812345678',
    '12345678-1234-1234-1234-123456789abc',
    '00010203-0405-0607-0809-0a0b0c0d0e0f',
    '4c4c4544-0000-2010-8020-80c04f202020',
  ].map((uuid) => canonicalOrder(uuid.replaceAll('-', ''))),
);

/**
 * SMBIOS uuid as it is compared: lower case, and of the two byte orders in which readers print its first three
 * fields the one that sorts first (dmidecode before 2.10, VMware ESX against its guests, dual boot).
 * Ids of other shapes (Android, LXC) count as they are, in lower case.
 */
export function normaliseUuid(text: string): Normalised {
  const lower = text.toLowerCase().replace(/[{}]/g, '').trim();
  const hex = lower.replace(/[\s-]/g, '');
  if (!/^[0-9a-f]{32}$/.test(hex)) return otherId(lower);
  const canonical = canonicalOrder(hex);
  if (/^(..)\1{15}$/.test(hex)) return junk('one byte repeated', canonical);
  // A counter in the last digits of an otherwise empty field, as some boards have it.
  if (hex.replaceAll('0', '').length <= 2) return junk('almost all zeros', canonical);
  return fillers.has(canonical) ? junk('filler uuid', canonical) : counts(canonical);
}

/** Whether a uuid in the form in which it is compared has the shape that firmware gives it. */
export function isSmbiosUuid(uuid: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid);
}

/** The uuid that a serial holds: VMware's "VMware-56 4d …" and its like, or a serial that is a uuid (VirtualBox, EC2). */
export function uuidInSerial(serial: string): string | undefined {
  const text = serial.toLowerCase();
  const isLabelled = hypervisorLabel.test(text);
  const hex = text.replace(hypervisorLabel, '').replace(/[\s-]/g, '');
  if (!/^[0-9a-f]{32}$/.test(hex) || !(isLabelled || isSmbiosUuid(text))) return undefined;
  const uuid = normaliseUuid(hex);
  return 'value' in uuid ? uuid.value : undefined;
}

/** Names that hypervisors put before the uuid in the serial. */
const hypervisorLabel = /^(vmware|parallels|virtualbox|googlecloud)[ -]/;

function otherId(lower: string): Normalised {
  const why = whyFiller(lower);
  if (lower.length > maxIdentifierChars) return junk('too long');
  if (why !== undefined) return junk(why, squeezed(lower) === '' ? undefined : lower);
  return lower.length < minOtherChars ? junk('too short', lower) : counts(lower);
}

function canonicalOrder(hex: string): string {
  const swapped =
    swapBytes(hex.slice(0, 8)) + swapBytes(hex.slice(8, 12)) + swapBytes(hex.slice(12, 16)) + hex.slice(16);
  const first = hex < swapped ? hex : swapped;
  return first.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function swapBytes(field: string): string {
  return (field.match(/../g) ?? []).reverse().join('');
}
