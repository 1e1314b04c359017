import {
  isJsonObject,
  type InventoryMessage,
  type JsonObject,
  type JsonValue,
  type Note,
} from '../../domain/inventory';
import { rowsOf, textOf } from '../json-values';
import { addNote } from '../notes';
import { repairContent } from '../repair-content';
import { convertContent } from './convert-content';
import { addOcsSections } from './ocs-sections';

/** A REQUEST of QUERY INVENTORY → inventory message. Without CONTENT its content is undefined. */
export function convertInventory(root: JsonObject, versionFromHeaders: string | undefined): InventoryMessage {
  const notes: Note[] = [];
  const { deviceid } = root;
  const tag = root.tag ?? tagOf(root.content);
  const itemtype = root.itemtype ?? 'Computer';
  const partial = root.partial;
  const envelope = {
    kind: 'inventory',
    action: 'inventory',
    deviceid,
    itemtype,
    partial,
    tag,
    notes,
  } as const;
  if (!isJsonObject(root.content)) return { ...envelope, content: undefined };
  const content = convertContent(root.content, notes);
  addOcsSections(content, root.content);
  addVersion(content, root, versionFromHeaders, notes);
  repairContent(content, notes);
  return { ...envelope, content };
}

/** The ACCOUNTINFO whose KEYNAME is TAG; OCS sends others beside it. */
export function tagOf(content: JsonValue | undefined): string | undefined {
  if (!isJsonObject(content)) return undefined;
  const account = rowsOf(content.accountinfo).find((row) => row.keyname === 'TAG');
  return typeof account?.keyvalue === 'string' ? account.keyvalue : undefined;
}

/** The inventory format asks for one. Mobile agents write it beside CONTENT, old ones into HARDWARE, OCS nowhere. */
function addVersion(
  content: JsonObject,
  root: JsonObject,
  versionFromHeaders: string | undefined,
  notes: Note[],
): void {
  if (content.versionclient !== undefined) return;
  const hardware =
    isJsonObject(root.content) && isJsonObject(root.content.hardware) ? root.content.hardware : {};
  const version = textOf(hardware.versionclient) ?? textOf(root.versionclient) ?? versionFromHeaders;
  if (version === undefined) return;
  content.versionclient = version;
  addNote(notes, '/versionclient', 'missing: taken from the message head');
}
