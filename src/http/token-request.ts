import type { ServerResponse } from 'node:http';
import { reasonOf } from '../domain/refusal-reason';
import { tokenLifetimeSeconds } from '../ingest/access-token';
import type { Ingest } from '../ingest/ingest';
import type { ReceivedSubmission } from '../ingest/received-submission';
import { sendJson } from './send-answer';
import { readTokenFields } from './token-fields';

/**
 * Where GLPI Agent asks: its server URL up to `marketplace` or `plugins`, and this. Without either the path of the
 * inventory stands before it, so any path may (agents measured: /front/inventory.php/api.php/token).
 */
export function isTokenPath(path: string): boolean {
  return /\/api\.php\/token\/?$/.test(path);
}

/** The secret that the client has shown. */
export interface ProvedGeneration {
  readonly kid: string;
  readonly generation: number;
}

export interface TokenRequestDeps {
  readonly ingest: Ingest;
  readonly issueToken: (proved: ProvedGeneration, now: Date) => string;
}

/** A token request is about 300 bytes. */
const maxTokenRequestBytes = 16_384;

/**
 * OAuth2 client credentials of GLPI Agent ≥ 1.10: client_id is the key's public id, client_secret the whole key. The
 * agent wants application/json without compression and `token_type` spelled exactly `Bearer`.
 */
export async function answerTokenRequest(
  deps: TokenRequestDeps,
  received: ReceivedSubmission,
  response: ServerResponse,
): Promise<void> {
  // RFC 6749 §5.1.
  response.setHeader('Cache-Control', 'no-store');
  const body = await received.readUnprovedBody(maxTokenRequestBytes);
  if (body.state === 'no_room') {
    sendJson(response, 503, { error: 'temporarily_unavailable' });
    return;
  }
  const asked =
    body.state === 'complete'
      ? readTokenFields(body.bytes, received.credentials)
      : ({ ok: false, error: 'invalid_request' } as const);
  if (!asked.ok) {
    sendJson(response, 400, { error: asked.error });
    return;
  }
  const { credentials } = asked;
  const authenticated = await deps.ingest.authenticateRequest({ ...received, credentials });
  if (authenticated.verdict === 'refused') {
    const { phrase, httpStatus } = reasonOf(authenticated.reason);
    response.statusMessage = phrase;
    sendJson(response, httpStatus === 429 ? 429 : 403, {
      error: 'invalid_client',
      error_description: phrase,
    });
    return;
  }
  const { key, generation } = authenticated.value;
  if (generation === undefined) throw new Error('a client secret belongs to a generation of its key');
  const { kid } = key;
  if (asked.clientId !== undefined && asked.clientId !== kid) {
    sendJson(response, 403, {
      error: 'invalid_client',
      error_description: 'client_id is not the id of this key',
    });
    return;
  }
  sendJson(response, 200, {
    token_type: 'Bearer',
    expires_in: tokenLifetimeSeconds,
    access_token: deps.issueToken({ kid, generation }, received.receivedAt),
  });
}
