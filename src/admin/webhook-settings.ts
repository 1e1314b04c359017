/** How webhooks are sent, from the settings. */
export interface WebhookSettings {
  readonly webhookAllowedNetworks: readonly string[];
  readonly webhookTimeoutMs: number;
  readonly webhookMaxAttempts: number;
  readonly maxWaitingPerWebhook: number;
  /** Undefined: receivers are asked directly. */
  readonly webhookProxy?: string | undefined;
}

export const defaultWebhookSettings: WebhookSettings = {
  webhookAllowedNetworks: [],
  webhookTimeoutMs: 10_000,
  webhookMaxAttempts: 15,
  maxWaitingPerWebhook: 10_000,
};
