import type { InventoryContent, InventoryMessage, JsonValue, ValidInventory } from '../domain/inventory';
import { passed, refused, type StageResult } from '../domain/verdict';
import { versionFromUserAgent } from '../protocol/version-from-user-agent';
import { readEnvelope } from './validate/envelope';
import { fit } from './validate/fit';
import { NoteBook } from './validate/note-book';
import { loadSections, type Section } from './validate/sections';
import { cleanse, isPlausibleKey, isWholesome } from './validate/wholesome';

/** Most notes that one submission keeps. */
export const maxNotes = 200;

/** What offline tools (glpi-netdiscovery, injectors) write where an agent writes its own id. */
export const toolDeviceid = 'foo';
/** Note that no inventory should ever get. */
export const unmendable = 'could not be made to fit: dropped';

export type Validator = (
  message: InventoryMessage,
  context: { readonly userAgent: string | undefined },
) => StageResult<ValidInventory>;

/**
 * Makes the validate stage; compiles the schemas, about 0.3 s. Envelope strict: what is not as it must be refuses the
 * inventory. Content tolerant: what does not fit its field is mended or dropped, with a note, and never costs the rest.
 *
 * The result's content is the message's own object, changed in place: no well-formed inventory pays for a copy. Every
 * section that the schemas know passes them afterwards; what they do not know is kept, cleaned.
 */
export function createValidator(): Validator {
  const sections = loadSections();
  return (message, { userAgent }) => {
    const notes = new NoteBook(message.notes, maxNotes);
    const envelope = readEnvelope(message, notes);
    if (envelope.verdict === 'refused') return envelope;
    const { content, deviceid, itemtype, partial, tag } = envelope.value;
    validateContent(content, sections, notes);
    // After it: a version of nothing but control characters is none.
    nameVersion(content, userAgent, notes);
    if (deviceid === undefined && !identifiesItself(message, content)) {
      return refused('deviceid_invalid', { why: 'missing, and neither serial number nor uuid instead' });
    }
    return passed({
      action: message.action,
      deviceid: deviceid ?? '',
      itemtype: itemtype ?? itemtypeOf(message, content),
      partial,
      tag,
      content,
      notes: notes.toNotes(),
      deviceidIsDevice: message.action === 'inventory' && deviceid !== undefined && deviceid !== toolDeviceid,
    });
  };
}

/** The format demands a version; OCS names it nowhere but in the User-Agent, and old tools not even there. */
function nameVersion(content: InventoryContent, userAgent: string | undefined, notes: NoteBook): void {
  const said = content.versionclient;
  if (typeof said === 'number' || (typeof said === 'string' && said.trim() !== '')) return;
  const fromHeader = versionFromUserAgent(userAgent);
  content.versionclient = fromHeader ?? 'unknown';
  notes.add(
    ['versionclient'],
    fromHeader === undefined ? 'missing: set to "unknown"' : 'missing: taken from User-Agent',
  );
}

function validateContent(
  content: InventoryContent,
  sections: ReadonlyMap<string, Section>,
  notes: NoteBook,
): void {
  for (const name of Object.keys(content)) {
    const value = content[name];
    const section = sections.get(name);
    if ((section === undefined ? isPlausibleKey(name) : section.fits(value)) && isWholesome(value)) continue;
    const mended = mendSection(name, value, section, notes);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    if (mended === undefined) delete content[name];
    else content[name] = mended;
  }
}

/** The slow way of a section that has a fault. */
function mendSection(
  name: string,
  value: JsonValue | undefined,
  section: Section | undefined,
  notes: NoteBook,
): JsonValue | undefined {
  if (!isPlausibleKey(name)) {
    notes.add([name], 'not a plausible name of a section: dropped');
    return undefined;
  }
  const clean = cleanse(value, [name], notes);
  if (clean === undefined || section === undefined) return clean;
  const fitted = fit(section.plan, clean, { path: [name], notes });
  if (fitted === undefined || section.fits(fitted)) return fitted;
  // Does not happen (test/fuzz/validate.test.ts): if it did, one section would be lost, not the inventory.
  notes.add([name], unmendable);
  return undefined;
}

/** An agent of 2011 sends no id at all. Its inventory is still that of one machine when the hardware names itself. */
function identifiesItself(message: InventoryMessage, content: InventoryContent): boolean {
  const { bios, hardware, network_device: device } = content;
  return message.action === 'inventory'
    ? isTextIn(bios, 'ssn') || isTextIn(hardware, 'uuid')
    : isTextIn(device, 'serial') || isTextIn(device, 'mac');
}

function isTextIn(section: JsonValue | undefined, field: string): boolean {
  if (typeof section !== 'object' || section === null || Array.isArray(section)) return false;
  const value = section[field];
  return typeof value === 'string' && value.trim() !== '';
}

/** What SNMP calls a device → what GLPI calls it. */
const itemtypeOfDeviceType = new Map<JsonValue | undefined, string>(
  Object.entries({
    Computer: 'Computer',
    Phone: 'Phone',
    Printer: 'Printer',
    Networking: 'NetworkEquipment',
    Storage: 'NetworkEquipment',
    Power: 'NetworkEquipment',
    Video: 'NetworkEquipment',
    KVM: 'NetworkEquipment',
  }),
);

/** Agents before GLPI Agent 1.1 leave the itemtype out: they knew only computers, and devices found by SNMP. */
function itemtypeOf(message: InventoryMessage, content: InventoryContent): string {
  if (message.action === 'inventory') return 'Computer';
  const device = content.network_device;
  if (typeof device !== 'object' || device === null || Array.isArray(device)) return 'Unmanaged';
  return itemtypeOfDeviceType.get(device.type) ?? 'Unmanaged';
}
