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

/** What a message is signed with. One before the present that cannot be read is left out. @throws SealBroken */
export function openSigningSecrets(
  peppers: AdminDeps['peppers'],
  {
    webhookId,
    secret,
    formerSecret,
  }: {
    readonly webhookId: string;
    readonly secret: SealedText;
    readonly formerSecret: SealedText | undefined;
  },
): readonly string[] {
  const present = openWebhookSecret(peppers, { webhookId, secret });
  const former = formerSecret === undefined ? undefined : openIfReadable(peppers, webhookId, formerSecret);
  return former === undefined ? [present] : [present, former];
}

function openIfReadable(
  peppers: AdminDeps['peppers'],
  webhookId: string,
  secret: SealedText,
): string | undefined {
  try {
    return openWebhookSecret(peppers, { webhookId, secret });
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}

/**
 * At a start with KEY_PEPPER_PREVIOUS: what was sealed under it is sealed under the active pepper. What neither opens
 * stays as it is; its deliveries then say so.
 */
export async function resealWebhooks(
  deps: Pick<AdminDeps, 'peppers' | 'random'>,
  trx: Transaction,
): Promise<void> {
  const { peppers } = deps;
  if (peppers.previous === undefined) return;
  for (const webhook of await listWebhooksOfPepper(trx, peppers.previous.id)) {
    const { webhookId, secret, former } = webhook;
    const resealed = (sealed: SealedText): SealedText => {
      const text = openIfReadable(peppers, webhookId, sealed);
      return text === undefined ? sealed : sealWebhookSecret(deps, webhookId, text);
    };
    await resealWebhook(trx, {
      ...webhook,
      secret: resealed(secret),
      former: former === undefined ? undefined : resealed(former),
    });
  }
}
