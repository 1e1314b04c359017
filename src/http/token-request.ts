import type { ServerResponse } from 'node:http';
import type { RegistrationKey } from '../domain/registration-key';
import { reasonOf } from '../domain/refusal-reason';
import { tokenLifetimeSeconds } from '../ingest/access-token';
import type { Ingest } from '../ingest/ingest';
import type { ReceivedSubmission } from '../ingest/received-submission';
import { sendJson } from './send-answer';

export interface TokenRequestDeps {
  readonly ingest: Ingest;
  readonly issueToken: (key: RegistrationKey, now: Date) => string;
}

/** A token request is about 300 bytes. */
const maxTokenRequestBytes = 16_384;

interface TokenRequest {
  readonly clientId: string | undefined;
  readonly clientSecret: string;
}

/**
 * OAuth2 client credentials of GLPI Agent ≥ 1.10: client_id is the key's public id, client_secret the whole key. The
 * agent wants application/json without compression and `token_type` spelled exactly `Bearer`.
 */
export async function answerTokenRequest(
  deps: TokenRequestDeps,
  received: ReceivedSubmission,
  response: ServerResponse,
): Promise<void> {
  const body = await received.readUnprovedBody(maxTokenRequestBytes);
  if (body.state === 'no_room') {
    sendJson(response, 503, { error: 'temporarily_unavailable' });
    return;
  }
  const asked = body.state === 'complete' ? readTokenRequest(body.bytes) : undefined;
  if (asked === undefined) {
    sendJson(response, 400, { error: 'invalid_request' });
    return;
  }
  const credentials = [{ carrier: 'oauth', text: asked.clientSecret } as const];
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
  if (asked.clientId !== undefined && asked.clientId !== authenticated.value.kid) {
    sendJson(response, 403, {
      error: 'invalid_client',
      error_description: 'client_id is not the id of this key',
    });
    return;
  }
  sendJson(response, 200, {
    token_type: 'Bearer',
    expires_in: tokenLifetimeSeconds,
    access_token: deps.issueToken(authenticated.value, received.receivedAt),
  });
}

function readTokenRequest(bytes: Buffer): TokenRequest | undefined {
  const fields = parseFields(bytes.toString());
  const { grant_type: grantType, client_id: clientId, client_secret: clientSecret } = fields;
  if (grantType !== 'client_credentials' || typeof clientSecret !== 'string') return undefined;
  return { clientId: typeof clientId === 'string' ? clientId : undefined, clientSecret };
}

/** GLPI Agent sends JSON; RFC 6749 asks for a form. Anything else has no fields. */
function parseFields(text: string): Record<string, unknown> {
  if (!text.trimStart().startsWith('{')) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
