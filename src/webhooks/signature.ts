import { createHmac } from 'node:crypto';

/** One message to a webhook. `id` is the same at every try, so that a receiver can tell what it has seen. */
export interface SignedMessage {
  readonly id: string;
  /** JSON, as it is sent. */
  readonly body: string;
}

/**
 * Headers as Standard Webhooks has them (standardwebhooks.com): `v1,` and the base64 of HMAC-SHA-256 over
 * `<id>.<seconds>.<body>`, one signature for each secret with blanks between them. The key is the secret's text as it is
 * shown, all of it.
 */
export function signedHeaders(
  { id, body }: SignedMessage,
  secrets: readonly string[],
  at: Date,
): Readonly<Record<string, string>> {
  const seconds = Math.floor(at.getTime() / 1000);
  const signatureBy = (secret: string): string =>
    `v1,${createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64')}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': secrets.map(signatureBy).join(' '),
  };
}
