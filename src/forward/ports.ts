/** What forwarding needs from outside. src/store/forwarding satisfies it; the forwarder never sees SQL. */
import type { Via } from '../domain/provenance';
import type { InventoryContent } from '../domain/inventory';
import type { Breaker } from './breaker';
import type { Upstream } from '../domain/upstream';
import type { Judgement, TroubleWhy } from './judge-answer';
import type { Pace } from './pace';

/** Who sent the submission: becomes the headers upstream. */
export interface Sender {
  readonly deviceid?: string;
  readonly agentid?: string;
  readonly userAgent?: string;
  readonly address?: string;
  /** Public part of the key that it came with. */
  readonly kid?: string;
  /** ISO 8601. */
  readonly receivedAt?: string;
  /** As the agent claims it. */
  readonly tag?: string;
  /** By whose hands it came. */
  readonly via?: Via;
}

/** One asset that is due, leased to this process: nobody else sends it until the lease ends. */
export interface DueAsset {
  readonly instanceId: number;
  readonly assetId: string;
  readonly lease: string;
  /** Null: only its last contact is to be refreshed. */
  readonly wanted: string | null;
  readonly attempts: number;
  readonly since: Date;
  readonly itemtype: string;
  readonly name: string | null;
  readonly isActive: boolean;
  readonly sender: Sender;
  /** What it was due at, in the words of the queue: another one afterwards says that it is to be sent again. */
  readonly due: string;
  /** Of the asset's entity, or of the nearest one above it that has one. */
  readonly tag: string | undefined;
  /** Undefined: nothing is stored, or only a contact is due. */
  readonly content: InventoryContent | undefined;
}

/** An inventory that the upstream has taken. For a look-up of what became of it there. */
export interface Delivery {
  readonly instanceId: number;
  readonly assetId: string;
  readonly submissionId: string;
  readonly itemtype: string;
  readonly deviceid: string;
  readonly at: Date;
}

/** Told of each delivery after it is written. Must not throw, and not wait: whoever looks up queues for itself. */
export type OnDelivered = (delivery: Delivery) => void;

/** What became of a try; written in one statement with the end of the lease. */
export type Outcome =
  | {
      readonly kind: 'delivered';
      readonly submissionId: string | null;
      readonly at: Date;
      /** Why a central Gatehouse holds it; undefined: it does not. */
      readonly held?: string | undefined;
    }
  /** Again at `dueAt`; `attempts` as it stands now. */
  | {
      readonly kind: 'later';
      readonly why: TroubleWhy;
      readonly detail: string;
      readonly attempts: number;
      readonly dueAt: Date;
      readonly at: Date;
    }
  /** Given up until an admin or a newer inventory says otherwise. */
  | {
      readonly kind: 'dead';
      readonly why: TroubleWhy | 'unsendable';
      readonly detail: string;
      readonly at: Date;
    }
  /** There is nothing to send any more, e.g. the asset was retired. */
  | { readonly kind: 'dropped'; readonly at: Date };

/** What a process that leads finds. */
export interface Lead {
  /** Of the upstream: another one asks for new connections. */
  readonly version: number;
  readonly isPaused: boolean;
  /** As the leader before left them; of use when the lead is new. */
  readonly pace: unknown;
  readonly breaker: unknown;
}

/** Where the queue is. */
export interface ForwardQueue {
  /** Instances that have an upstream. */
  instances(): Promise<readonly number[]>;
  /**
   * Takes or keeps the lead, for at least half of the time until `until`, and writes what was learnt since the last call,
   * if anything. Undefined: another process leads.
   */
  lead(instanceId: number, until: Date, learnt: Learnt | undefined): Promise<Lead | undefined>;
  /** Another process may lead at once. */
  leave(instanceId: number): Promise<void>;
  /** The next that are due, leased until `leaseUntil`. */
  claim(instanceId: number, limit: number, leaseUntil: Date): Promise<readonly DueAsset[]>;
  /** Ends the lease. Without effect when it was lost. */
  finish(due: DueAsset, outcome: Outcome): Promise<void>;
  /**
   * Has the last contact of assets refreshed that were seen since; at most `limit`. `isWhole`: by sending the whole
   * inventory again, as a contact says nothing of an asset to a Gatehouse.
   */
  refreshContacts(instanceId: number, before: Date, limit: number, isWhole: boolean): Promise<number>;
}

export interface Learnt {
  /** Of the upstream it was learnt of: nothing of it is written once that was changed. */
  readonly version: number;
  readonly pace: Pace;
  readonly breaker: Breaker;
  readonly lastTrouble: { readonly kind: string; readonly detail: string; readonly at: string } | undefined;
  readonly lastDeliveryAt: Date | undefined;
}

/** One upstream, open. */
export interface Poster {
  readonly version: number;
  readonly kind: 'glpi' | 'gatehouse';
  post(message: {
    readonly body: Buffer;
    readonly headers: Readonly<Record<string, string>>;
  }): Promise<Judgement>;
  /** Of one that refused a credential: there is another one to show now. */
  hasNewCredential?(): boolean;
  close(): Promise<void>;
}

/** On the way to an upstream, in this order. `credential`: does it let us in; `glpi`: would it take an inventory now. */
export const probedLayers = ['dns', 'tcp', 'proxy', 'tls', 'http', 'credential', 'glpi'] as const;
export type ProbedLayer = (typeof probedLayers)[number];

/** What was found by asking an upstream for nothing: no inventory is sent, and nothing is stored there. */
export interface ProbeReport {
  readonly ok: boolean;
  /** Where it ended; null: all is well. */
  readonly failedLayer: ProbedLayer | null;
  readonly detail: string | null;
  /** What to do about it. */
  readonly advice: string | null;
  /** `host:port` of the server or its proxy; null: it was not come to. */
  readonly peer: string | null;
  readonly addresses: readonly string[];
  readonly certificate: {
    readonly subject: string;
    readonly issuer: string;
    readonly notAfter: string;
  } | null;
  /** Of the whole test, in ms. */
  readonly tookMs: number;
}

export type ProbeUpstream = (upstream: Upstream) => Promise<ProbeReport>;
