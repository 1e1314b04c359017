import type { EventKind } from '../domain/event';
import { Problem } from '../domain/problem';
import * as store from '../store/webhook-deliveries';
import { claimDelivery, finishClaimed, type DeliveryKey } from '../store/webhook-queue';
import { insertTestEvent } from '../store/webhooks';
import { deliver, type DeliverDeps } from '../webhooks/deliver';
import { createSender } from '../webhooks/send';
import type { AdminDeps, Caller } from './admin-deps';
import { limitOf, pageOf, readCursor, type Page, type PageRequest } from './page';
import { recordAudit } from './record-audit';
import { senderSettingsOf, webhookRulesOf } from './webhook-rules';
import { openSigningSecrets } from './webhook-secrets';
import { requireWebhook } from './webhooks';

export interface DeliveryView {
  /** Of the event. */
  readonly id: string;
  readonly kind: EventKind;
  /** When the event was. */
  readonly at: string;
  readonly object: string | null;
  readonly state: store.DeliveryState;
  /** Tries since it was queued, or queued again. */
  readonly attempts: number;
  /** Of one that waits: when it is tried. */
  readonly dueAt: string | null;
  readonly lastAt: string | null;
  /** HTTP status of the last answer. */
  readonly lastStatus: number | null;
  /** Why the last try was none. */
  readonly lastTrouble: string | null;
  /** How long the last try took. */
  readonly lastMs: number | null;
}

export interface DeliveryQuery extends PageRequest {
  readonly state?: store.DeliveryState;
}

const eventIdShape = /^\d{1,15}$/;

/** What was sent to a webhook, and what waits: the newest event first. Throws Problem `not_found`. */
export async function listDeliveries(
  deps: AdminDeps,
  caller: Caller,
  id: string,
  query: DeliveryQuery,
): Promise<Page<DeliveryView>> {
  const { webhookId } = await requireWebhook(deps.db, caller, id);
  const after = readCursor('deliveries', query, [eventIdShape])?.[0];
  const rows = await store.listDeliveryPage(deps.db, caller.instanceId, webhookId, query.state, {
    limit: limitOf(query) + 1,
    after: after === undefined ? undefined : Number(after),
  });
  return pageOf('deliveries', query, rows, ({ eventId }) => [String(eventId)], viewOf);
}

/** Sends it again, with all its tries, under the same message id. Throws Problem `not_found`. */
export async function redeliver(
  deps: AdminDeps,
  caller: Caller,
  id: string,
  eventId: string,
): Promise<DeliveryView> {
  return await deps.db.transaction().execute(async (trx) => {
    const { webhookId } = await requireWebhook(trx, caller, id);
    const key = { instanceId: caller.instanceId, webhookId, eventId: Number(eventId) };
    if (!eventIdShape.test(eventId) || !(await store.requeueDelivery(trx, key, deps.now()))) {
      throw new Problem('not_found', 'The webhook has no delivery of this event.');
    }
    const delivery = await requireDelivery(trx, key);
    await recordAudit(deps, trx, caller, 'webhook.redeliver', webhookId, { event: eventId });
    return viewOf(delivery);
  });
}

/**
 * Sends a message of the kind `webhook.test` at once, from this process, and tells what came of it; when nothing took
 * it, it is tried again like any other. Throws Problem `not_found`.
 */
export async function testWebhook(deps: AdminDeps, caller: Caller, id: string): Promise<DeliveryView> {
  const { instanceId, actor } = caller;
  const { settings, target } = webhookRulesOf(deps);
  const at = deps.now();
  const leaseUntil = new Date(at.getTime() + 2 * settings.webhookTimeoutMs);
  const { due, key } = await deps.db.transaction().execute(async (trx) => {
    const { webhookId, name } = await requireWebhook(trx, caller, id);
    const eventId = await insertTestEvent(trx, instanceId, webhookId, at, { name, by: actor });
    const made = { instanceId, webhookId, eventId };
    // Before anybody else can see it.
    const claimed = await claimDelivery(trx, made, at, leaseUntil);
    await recordAudit(deps, trx, caller, 'webhook.test', webhookId, { event: String(eventId) });
    return { due: claimed, key: made };
  });
  if (due !== undefined) {
    const sender = createSender(target, senderSettingsOf(settings));
    try {
      await finishClaimed(deps.db, due, await deliver(deliverDepsOf(deps, sender), due));
    } finally {
      await sender.close();
    }
  }
  return viewOf(await requireDelivery(deps.db, key));
}

/** What a try needs, for whoever sends. */
export function deliverDepsOf(
  deps: Pick<AdminDeps, 'peppers' | 'now' | 'webhookSettings'>,
  sender: DeliverDeps['sender'],
): DeliverDeps {
  return {
    sender,
    openSecrets: (due) => openSigningSecrets(deps.peppers, due),
    userAgent: 'Gatehouse-Webhook',
    maxAttempts: webhookRulesOf(deps).settings.webhookMaxAttempts,
    now: deps.now,
    random: Math.random,
  };
}

async function requireDelivery(db: AdminDeps['db'], key: DeliveryKey): Promise<store.DeliveryRecord> {
  const delivery = await store.findDelivery(db, key);
  if (delivery === undefined) throw new Problem('not_found', 'The webhook has no delivery of this event.');
  return delivery;
}

function viewOf({ eventId, at, dueAt, lastAt, ...rest }: store.DeliveryRecord): DeliveryView {
  return {
    id: String(eventId),
    at: at.toISOString(),
    dueAt: dueAt?.toISOString() ?? null,
    lastAt: lastAt?.toISOString() ?? null,
    ...rest,
  };
}
