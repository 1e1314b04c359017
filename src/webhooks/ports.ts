/** What sending webhooks needs from outside. src/store satisfies it; nothing here sees SQL. */
import type { AdminEvent } from '../domain/event';
import type { SealedText } from '../domain/sealed-text';

/** One event for one webhook, leased to this process. */
export interface DueDelivery {
  readonly instanceId: number;
  readonly webhookId: string;
  readonly lease: string;
  readonly url: string;
  readonly secret: SealedText;
  /** The one before it, while that still counts. */
  readonly formerSecret: SealedText | undefined;
  /** Tries before this one. */
  readonly attempts: number;
  /** Of the webhook, since its last success. */
  readonly failures: number;
  readonly event: AdminEvent;
  readonly instanceName: string;
  /** First URL of the instance. */
  readonly publicUrl: string;
  /** Complete name of the event's entity. */
  readonly entity: string | null;
}

/** What became of a try, written with the end of the lease. */
export interface DeliveryOutcome {
  readonly state: 'delivered' | 'waiting' | 'failed';
  readonly at: Date;
  readonly status: number | null;
  readonly trouble: string | null;
  readonly ms: number;
  /** Of one that waits. */
  readonly dueAt: Date | null;
  /** The webhook is left alone until then; null: it may be asked at once. */
  readonly notBefore: Date | null;
  /** The receiver says that it is gone for good. */
  readonly isGone: boolean;
}

export interface WebhookQueue {
  /** The next that are due, of webhooks other than `busy`: a few of each, one of those that failed last. */
  claim(busy: readonly string[], leaseUntil: Date): Promise<readonly DueDelivery[]>;
  /** Without effect when the lease was lost. */
  finish(due: DueDelivery, outcome: DeliveryOutcome): Promise<void>;
  /** Gives up the oldest where more than so many wait for one webhook. Resolves to how many. */
  giveUpSurplus(maxWaiting: number): Promise<number>;
}
