/** What forwarding needs from outside. src/store/forwarding satisfies it; the forwarder never sees SQL. */
import type { InventoryContent } from '../domain/inventory';
import type { TroubleWhy } from './judge-answer';

/** Who sent the submission: becomes the headers upstream. */
export interface Sender {
  readonly deviceid?: string;
  readonly agentid?: string;
  readonly userAgent?: string;
  readonly address?: string;
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
  | { readonly kind: 'delivered'; readonly submissionId: string | null; readonly at: Date }
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
