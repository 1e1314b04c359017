import type { NetworkOption, NetworkTask } from './passed-task';

/** How an agent speaks: decides the form of every answer. */

export type Dialect = 'json' | 'xml';

/** `none` = plain bytes. Agents read an answer only in the encoding they sent (OCS: zlib always). */
export type BodyEncoding = 'zlib' | 'gzip' | 'brotli' | 'deflate' | 'none';

export type AgentFamily = 'glpi' | 'fusioninventory' | 'ocs' | 'unknown';

/** Headers of a request as far as agents give them a meaning. Text is as sent: hostile. */
export interface AgentHeaders {
  /** `GLPI-Agent-ID`, lower-cased UUID; undefined when absent or not a UUID. */
  readonly agentid: string | undefined;
  /** `GLPI-Request-ID`, eight upper-case hex digits, echoed when valid. */
  readonly requestId: string | undefined;
  /** `GLPI-Proxy-ID`: agent ids of the proxies passed, nearest last. */
  readonly proxyIds: readonly string[];
  /** `Gatehouse-Origin`, as sent: what a relay says of where it got the message. */
  readonly origin?: string | undefined;
  readonly userAgent: string | undefined;
  readonly contentType: string | undefined;
}

/** Header fields and first bytes are all that is known of a request that is refused before it is decoded. */
export interface Speech {
  readonly dialect: Dialect;
  readonly encoding: BodyEncoding;
}

/** What Gatehouse says back, before it takes the agent's dialect. */
export type AgentReply =
  /** XML prolog of an agent that speaks JSON: go on with contact at once. */
  | { readonly kind: 'pending' }
  /** Prolog or contact granted, next in N hours. */
  | {
      readonly kind: 'prolog';
      readonly expirationHours: number;
      /** The agent goes on without an inventory: its key does not allow any. */
      readonly stopsInventory?: boolean;
      /** What its network tasks are to do. Holds passwords of other machines. */
      readonly options?: readonly NetworkOption[] | undefined;
    }
  | {
      readonly kind: 'contact';
      readonly expirationHours: number;
      readonly disabledTasks: readonly string[];
      /** Network tasks whose jobs the agent gets by an XML prolog. */
      readonly networkTasks?: readonly NetworkTask[];
      /** Version of GLPI that the agent is told to talk to. */
      readonly glpiVersion: string;
    }
  /** Inventory taken (also when it is held for review). */
  | { readonly kind: 'taken'; readonly expirationHours: number; readonly family: AgentFamily }
  /** Well-formed message without consequence. */
  | { readonly kind: 'acknowledged'; readonly family: AgentFamily }
  | { readonly kind: 'error'; readonly message: string; readonly expirationHours: number };

/** Printable ASCII, with no blank at either end. */
const plain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Whether GLPI's database tells the deviceid from all others as Gatehouse does. It compares without accents, widths, blanks
 * at the end and what is invisible: `pç-1` there is `pc-1`.
 */
export function isPlainDeviceid(deviceid: string): boolean {
  return plain.test(deviceid);
}
