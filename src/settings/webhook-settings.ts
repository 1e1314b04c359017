import { cidrs, httpUrl, integer } from './setting-kinds';
import { derived, optional, setting } from './setting';

/** How events are sent to webhooks: part of the one table. */
export const webhookSettings = {
  webhookAllowedNetworks: derived(
    'WEBHOOK_ALLOWED_NETWORKS',
    cidrs,
    'none',
    'Networks that webhooks may lead to though they are not public, also by plain http: receivers of your own.',
  ),
  webhookProxy: optional(
    'WEBHOOK_PROXY',
    httpUrl,
    'none: directly',
    'HTTP proxy on the way to webhooks. It looks names up by itself: what it may reach is for it to say.',
  ),
  webhookTimeoutMs: setting(
    'WEBHOOK_TIMEOUT_MS',
    integer(500, 120_000),
    '10000',
    'Time for the receiver of a webhook to answer.',
  ),
  webhookMaxAttempts: setting(
    'WEBHOOK_MAX_ATTEMPTS',
    integer(1, 100),
    '15',
    'Tries of one message; with 15 they reach over about 15 hours.',
  ),
  maxWaitingPerWebhook: setting(
    'MAX_WAITING_PER_WEBHOOK',
    integer(1, 1_000_000),
    '10000',
    'Messages that wait for one webhook; beyond them the oldest are given up.',
  ),
} as const;
