import { isJsonObject, type AgentMessage, type InventoryAction, type JsonObject } from '../domain/inventory';
import { passed, refused, type StageResult } from '../domain/verdict';
import { convertDevices } from './fusion-xml/convert-device';
import { convertInventory } from './fusion-xml/convert-inventory';
import { rowsOf, textOf } from './json-values';
import { maxDevicesPerMessage } from './limits';
import type { XmlTree } from './xml-tree';

const queries: ReadonlyMap<string, InventoryAction> = new Map([
  ['INVENTORY', 'inventory'],
  ['NETDISCOVERY', 'netdiscovery'],
  ['SNMP', 'netinventory'],
  ['SNMPQUERY', 'netinventory'],
]);

/** The messages that an XML document is: one, or one for each DEVICE of a network scan. */
export function xmlMessages(
  tree: XmlTree,
  versionFromHeaders: string | undefined,
): StageResult<readonly AgentMessage[]> {
  const { root } = tree;
  if (tree.rootName !== 'request') return refused('message_unsupported', { dialect: 'xml' });
  const query = textOf(root.query)?.toUpperCase();
  if (query === 'PROLOG') return passed([{ kind: 'prolog', deviceid: root.deviceid }]);
  const action = actionOf(root, query);
  if (action === undefined) {
    if (query === undefined) return refused('message_unsupported', { dialect: 'xml' });
    return passed([jobControl(query, root)]);
  }
  if (isJsonObject(root.content) && root.content.device !== undefined) {
    return deviceMessages(root, root.content, action, versionFromHeaders);
  }
  // Start, end and address counts of a scan hold no device.
  if (action !== 'inventory') return passed([jobControl(query ?? action, root)]);
  return passed([convertInventory(root, versionFromHeaders)]);
}

function deviceMessages(
  root: JsonObject,
  content: JsonObject,
  action: InventoryAction,
  versionFromHeaders: string | undefined,
): StageResult<readonly AgentMessage[]> {
  const devices = rowsOf(content.device);
  if (devices.length > maxDevicesPerMessage) return refused('payload_too_complex', { limit: 'devices' });
  const messages = convertDevices(root, content, devices, action, versionFromHeaders);
  return passed(messages.length > 0 ? messages : [jobControl(action, root)]);
}

/** ACTION, which only tools write, wins over QUERY. Undefined: nothing that carries an inventory. */
function actionOf(root: JsonObject, query: string | undefined): InventoryAction | undefined {
  const action = textOf(root.action)?.toUpperCase();
  if (action !== undefined) return queries.get(action === 'NETINVENTORY' ? 'SNMPQUERY' : action);
  if (query !== undefined) return queries.get(query);
  if (!isJsonObject(root.content)) return undefined;
  return root.content.device === undefined ? 'inventory' : 'netinventory';
}

const maxQueryLength = 40;

function jobControl(query: string, { deviceid, content }: JsonObject): AgentMessage {
  const scan = isJsonObject(content) ? scanOf(content) : {};
  return {
    kind: 'job-control',
    query: query.slice(0, maxQueryLength).toWellFormed(),
    deviceid,
    ...(Object.keys(scan).length === 0 ? {} : { scan }),
  };
}

const scanWord = /^[\w.-]{1,40}$/;

/** How far a scan is, as the server that ordered it follows it. */
function scanOf({ agent, moduleversion, processnumber }: JsonObject): Record<string, string> {
  const { start, end, exit, agentversion, nbip } = isJsonObject(agent) ? agent : {};
  const fields = {
    ...{ START: start, END: end, EXIT: exit, AGENTVERSION: agentversion, NBIP: nbip },
    ...{ MODULEVERSION: moduleversion, PROCESSNUMBER: processnumber },
  };
  const words = Object.entries(fields).map(([name, value]) => [name, textOf(value)] as const);
  return Object.fromEntries(words.filter((word): word is [string, string] => scanWord.test(word[1] ?? '')));
}
