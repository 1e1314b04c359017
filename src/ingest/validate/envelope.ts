import {
  isJsonObject,
  coreItemtypes,
  customItemtypePattern,
  type InventoryContent,
  type InventoryMessage,
} from '../../domain/inventory';
import { passed, refused, type StageResult } from '../../domain/verdict';
import type { NoteBook } from './note-book';

/** Longest deviceid, in UTF-16 units. GLPI's column holds 255 characters. */
export const maxDeviceidLength = 255;
/** Longest tag, in UTF-16 units. */
export const maxTagLength = 255;
const maxItemtypeLength = 100;
/** How much of a refused value is shown to admins. */
const maxEvidenceLength = 100;

export interface Envelope {
  /** Undefined when the message names none. */
  readonly deviceid: string | undefined;
  /** Undefined when the message says none. */
  readonly itemtype: string | undefined;
  readonly partial: boolean;
  readonly tag: string | undefined;
  readonly content: InventoryContent;
}

// Nothing that could end a line, a field or a text in whatever shows or stores an id.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** The strict part: text where text belongs, or the inventory is refused. */
export function readEnvelope(message: InventoryMessage, notes: NoteBook): StageResult<Envelope> {
  const { content } = message;
  if (!isJsonObject(content)) return refused('content_missing', { contentIs: shapeOf(content) });
  const deviceid = readDeviceid(message.deviceid);
  if (deviceid.verdict === 'refused') return deviceid;
  const itemtype = readItemtype(message.itemtype);
  if (itemtype.verdict === 'refused') return itemtype;
  const partial = readPartial(message.partial);
  if (partial === undefined)
    return refused('schema_invalid', { field: 'partial', is: shapeOf(message.partial) });
  const tag = readTag(message.tag, notes);
  if (tag.verdict === 'refused') return tag;
  return passed({
    deviceid: deviceid.value,
    itemtype: itemtype.value,
    partial,
    tag: tag.value,
    content,
  });
}

/** Agents send text; mobile ones also plain numbers. Objects and lists are attacks (CVE-2025-24799 had them here). */
function readDeviceid(value: unknown): StageResult<string | undefined> {
  if (value === undefined || value === null) return passed(undefined);
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string') return refused('deviceid_invalid', { deviceidIs: shapeOf(value) });
  const deviceid = text.trim();
  if (deviceid === '') return passed(undefined);
  if (deviceid.length > maxDeviceidLength)
    return refused('deviceid_invalid', { characters: deviceid.length });
  if (unprintable.test(deviceid) || !deviceid.isWellFormed()) {
    return refused('deviceid_invalid', { why: 'control characters' });
  }
  return passed(deviceid);
}

function readItemtype(value: unknown): StageResult<string | undefined> {
  if (value === undefined || value === null) return passed(undefined);
  if (typeof value !== 'string') return refused('itemtype_unsupported', { itemtypeIs: shapeOf(value) });
  const isKnown =
    value.length <= maxItemtypeLength &&
    (coreItemtypes.some((type) => type === value) || customItemtypePattern.test(value));
  return isKnown
    ? passed(value)
    : refused('itemtype_unsupported', { itemtype: value.slice(0, maxEvidenceLength).toWellFormed() });
}

const partialWords = new Map<unknown, boolean>([
  [undefined, false],
  [null, false],
  ['', false],
  ...[true, 1, '1', 'true', 'yes', 'on'].map((word) => [word, true] as const),
  ...[false, 0, '0', 'false', 'no', 'off'].map((word) => [word, false] as const),
]);

function readPartial(value: unknown): boolean | undefined {
  return partialWords.get(typeof value === 'string' ? value.slice(0, 10).trim().toLowerCase() : value);
}

/** A tag is a claim: one that cannot be kept is left out, which the key's tag policy then judges. */
function readTag(value: unknown, notes: NoteBook): StageResult<string | undefined> {
  if (value === undefined || value === null) return passed(undefined);
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string') return refused('schema_invalid', { field: 'tag', is: shapeOf(value) });
  const tag = text.trim();
  if (tag === '') return passed(undefined);
  const isKept = tag.length <= maxTagLength && !unprintable.test(tag) && tag.isWellFormed();
  if (!isKept) notes.add(['tag'], `tag longer than ${maxTagLength} or with control characters: left out`);
  return passed(isKept ? tag : undefined);
}

/** Says what a value is without repeating it. */
function shapeOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'missing';
  return Array.isArray(value) ? 'list' : typeof value;
}
