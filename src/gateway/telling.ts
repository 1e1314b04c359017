import type { AdminDeps } from '../admin/admin-deps';
import { deliverDepsOf } from '../admin/webhook-deliveries';
import { senderSettingsOf, webhookRulesOf } from '../admin/webhook-rules';
import type { Metrics } from '../observability/metrics';
import type { Database } from '../store/database';
import { createWebhookQueue } from '../store/webhook-queue';
import { startDeliverer, type Deliverer } from '../webhooks/deliverer';
import { createSender } from '../webhooks/send';

/** Wires what sends events to webhooks. */
export function startTelling(
  admin: AdminDeps,
  database: Database,
  metrics: Metrics,
  idleMs: number | undefined,
): Deliverer {
  const { settings, target } = webhookRulesOf(admin);
  const { webhookTimeoutMs: timeoutMs, maxWaitingPerWebhook: maxWaiting } = settings;
  return startDeliverer({
    ...deliverDepsOf(admin, createSender(target, senderSettingsOf(settings))),
    ...{ timeoutMs, maxWaiting },
    queue: createWebhookQueue(database.pool, admin.now),
    onOutcome: (state) => {
      metrics.webhookTried(state);
    },
    onTrouble: (what, error) => {
      admin.log.warn({ err: error }, `trouble ${what}`);
    },
    ...(idleMs === undefined ? {} : { idleMs }),
  });
}
