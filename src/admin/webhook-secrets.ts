import { seal, SealBroken, unseal, type SealedText } from '../domain/sealed-text';
import { listWebhooksOfPepper, resealWebhook } from '../store/webhooks';
import type { AdminDeps, Transaction } from './admin-deps';

const purposeOf = (webhookId: string): string => `webhook ${webhookId}`;

export function sealWebhookSecret(
  { peppers, random }: Pick<AdminDeps, 'peppers' | 'random'>,
  webhookId: string,
  secret: string,
): SealedText {
  return seal(peppers, secret, purposeOf(webhookId), random);
}

/** For whoever signs. @throws SealBroken */
export function openWebhookSecret(
  peppers: AdminDeps['peppers'],
  { webhookId, secret }: { readonly webhookId: string; readonly secret: SealedText },
): string {
  return unseal(peppers, secret, purposeOf(webhookId));
}

/**
 * At a start with KEY_PEPPER_PREVIOUS: what was sealed under it is sealed under the active pepper. What neither opens
 * stays as it is; its deliveries then say so.
 */
export async function resealWebhooks(
  deps: Pick<AdminDeps, 'peppers' | 'random'>,
  trx: Transaction,
): Promise<void> {
  const { previous } = deps.peppers;
  if (previous === undefined) return;
  for (const webhook of await listWebhooksOfPepper(trx, previous.id)) {
    try {
      const secret = openWebhookSecret(deps.peppers, webhook);
      await resealWebhook(trx, { ...webhook, secret: sealWebhookSecret(deps, webhook.webhookId, secret) });
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
    }
  }
}
