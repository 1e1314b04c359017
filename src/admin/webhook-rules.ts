import type { SenderSettings } from '../webhooks/send';
import { createTargetRules, type TargetRules } from '../webhooks/target-rules';
import type { AdminDeps } from './admin-deps';
import { defaultWebhookSettings, type WebhookSettings } from './webhook-settings';

export function webhookRulesOf({
  webhookSettings: settings = defaultWebhookSettings,
}: Pick<AdminDeps, 'webhookSettings'>): { readonly settings: WebhookSettings; readonly target: TargetRules } {
  return { settings, target: createTargetRules(settings.webhookAllowedNetworks) };
}

export function senderSettingsOf({ webhookTimeoutMs, webhookProxy }: WebhookSettings): SenderSettings {
  return { timeoutMs: webhookTimeoutMs, proxy: webhookProxy };
}
