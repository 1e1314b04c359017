import {
  isJsonObject,
  type AgentMessage,
  type InventoryAction,
  type JsonObject,
  type Note,
} from '../domain/inventory';
import { passed, refused, type StageResult } from '../domain/verdict';
import { addNote } from './notes';
import { repairContent } from './repair-content';

/** `injector` and `missing` stand where tools wrote no better action into a computer's inventory. */
const actions: ReadonlyMap<string, InventoryAction> = new Map([
  ['inventory', 'inventory'],
  ['injector', 'inventory'],
  ['missing', 'inventory'],
  ['netdiscovery', 'netdiscovery'],
  ['netinventory', 'netinventory'],
]);

/** Inventory tools before 1.0 wrote the XML's query into the root. */
const queries: ReadonlyMap<string, InventoryAction> = new Map([
  ['inventory', 'inventory'],
  ['netdiscovery', 'netdiscovery'],
  ['snmp', 'netinventory'],
  ['snmpquery', 'netinventory'],
]);

/** The message that a JSON root object is. */
export function jsonMessage(
  root: JsonObject,
  versionFromHeaders: string | undefined,
): StageResult<AgentMessage> {
  if (root.action === 'contact') {
    return passed({
      kind: 'contact',
      deviceid: root.deviceid,
      version: root.version,
      tag: root.tag,
      installedTasks: root['installed-tasks'],
      enabledTasks: root['enabled-tasks'],
    });
  }
  const action = actionOf(root);
  if (action === undefined) return refused('message_unsupported', { dialect: 'json' });
  const notes: Note[] = [];
  const { content } = root;
  if (isJsonObject(content)) {
    addVersion(content, root, versionFromHeaders, notes);
    repairContent(content, notes);
  }
  const { deviceid, itemtype, partial, tag } = root;
  return passed({ kind: 'inventory', action, deviceid, itemtype, partial, tag, content, notes });
}

function actionOf(root: JsonObject): InventoryAction | undefined {
  if (typeof root.action === 'string') return actions.get(root.action.toLowerCase());
  if (root.action !== undefined) return undefined;
  if (typeof root.query === 'string') return queries.get(root.query.toLowerCase());
  if (root.query !== undefined || !isJsonObject(root.content)) return undefined;
  return root.content.network_device === undefined ? 'inventory' : 'netinventory';
}

function addVersion(
  content: JsonObject,
  root: JsonObject,
  versionFromHeaders: string | undefined,
  notes: Note[],
): void {
  if (content.versionclient !== undefined) return;
  const version = typeof root.versionclient === 'string' ? root.versionclient : versionFromHeaders;
  if (version === undefined) return;
  content.versionclient = version;
  addNote(notes, '/versionclient', 'missing: taken from the message head');
}
