/** The vocabulary of what agents send, in the shape of GLPI's inventory format (content keys in lower case). */

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = Record<string, JsonValue>;

/** Neither a list nor null. What is in it is anything that JSON can hold; what is not there reads as undefined. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Item types that GLPI 10 and 11 take. Custom assets of GLPI 11 (`Glpi\CustomAsset\XxxAsset`) match the pattern. */
export const coreItemtypes = ['Computer', 'Phone', 'Printer', 'NetworkEquipment', 'Unmanaged'] as const;
export const customItemtypePattern = /^Glpi\\CustomAsset\\[A-Z][A-Za-z0-9]{0,60}Asset$/;

/** A section is a list of rows (`softwares`), one object (`bios`) or a scalar (`versionclient`). */
export type InventoryContent = JsonObject;

export type InventoryAction = 'inventory' | 'netdiscovery' | 'netinventory';

/** An inventory as decoded: its shape is the inventory format's, nothing in it has been checked yet. */
export interface InventoryMessage {
  readonly kind: 'inventory';
  readonly action: InventoryAction;
  /** Whatever stood in `deviceid` / `DEVICEID`; for network tasks it names the scanning agent. */
  readonly deviceid: unknown;
  readonly itemtype: unknown;
  readonly partial: unknown;
  readonly tag: unknown;
  readonly content: unknown;
  /** Notes of the decoder: fields dropped or repaired while converting. */
  readonly notes: readonly Note[];
}

/** GLPI Agent's JSON hello. */
export interface ContactMessage {
  readonly kind: 'contact';
  readonly deviceid: unknown;
  readonly version: unknown;
  readonly tag: unknown;
  readonly installedTasks: unknown;
  readonly enabledTasks: unknown;
}

/** The XML hello of every family. */
export interface PrologMessage {
  readonly kind: 'prolog';
  readonly deviceid: unknown;
}

/** Well-formed and harmless, but no asset in it: job control of network tasks, NOTIFY, unknown queries. */
export interface JobControlMessage {
  readonly kind: 'job-control';
  readonly query: string;
  readonly deviceid: unknown;
  /** How far a scan is: START, END, EXIT, AGENTVERSION, NBIP, MODULEVERSION, PROCESSNUMBER, as far as they are short words. */
  readonly scan?: Readonly<Record<string, string>>;
}

export type AgentMessage = InventoryMessage | ContactMessage | PrologMessage | JobControlMessage;

/** One repaired or dropped field: JSON-pointer-like path below content, and what was done. At most 200 are kept. */
export interface Note {
  readonly path: string;
  readonly note: string;
}

/** An inventory after validation: envelope strict, content cleaned of what does not fit its field. */
export interface ValidInventory {
  readonly action: InventoryAction;
  readonly deviceid: string;
  readonly itemtype: string;
  readonly partial: boolean;
  readonly tag: string | undefined;
  readonly content: InventoryContent;
  readonly notes: readonly Note[];
  /**
   * True when `deviceid` names the device itself; false when it names the agent that scanned it
   * (netdiscovery, netinventory, `foo` of the offline tools).
   */
  readonly deviceidIsDevice: boolean;
}
