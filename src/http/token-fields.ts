import type { PresentedCredential } from '../ingest/received-submission';

/** A request for an access token as RFC 6749 §4.4 has it. */
export type TokenFields =
  | {
      readonly ok: true;
      /** Undefined when none was given apart from the secret. */
      readonly clientId: string | undefined;
      readonly credentials: readonly PresentedCredential[];
    }
  | { readonly ok: false; readonly error: 'invalid_request' | 'unsupported_grant_type' };

const invalid = { ok: false, error: 'invalid_request' } as const;

/**
 * The client's id and secret stand in the body, or in the Authorization header (§2.3.1). With both, the body counts:
 * an agent whose URL has userinfo sends the header with every request without meaning it.
 */
export function readTokenFields(bytes: Buffer, presented: readonly PresentedCredential[]): TokenFields {
  const fields = parseFields(bytes.toString());
  if (fields === undefined) return invalid;
  const { grant_type: grantType, client_id: clientId, client_secret: clientSecret } = fields;
  if (typeof grantType !== 'string') return invalid;
  if (grantType !== 'client_credentials') return { ok: false, error: 'unsupported_grant_type' };
  if (!isTextOrNone(clientId) || !isTextOrNone(clientSecret)) return invalid;
  if (clientSecret !== undefined) {
    return { ok: true, clientId, credentials: [{ carrier: 'oauth', text: clientSecret }] };
  }
  const [secret, user] = presented.filter(({ carrier }) => carrier === 'basic');
  if (secret === undefined || user === undefined) return invalid;
  return {
    ok: true,
    clientId: clientId ?? user.text,
    credentials: [{ carrier: 'oauth', text: secret.text }],
  };
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

/** GLPI Agent sends JSON; RFC 6749 asks for a form, in which no field stands twice. Undefined for anything else. */
function parseFields(text: string): Partial<Record<string, unknown>> | undefined {
  const bare = text.replace(/^\ufeff/, '').trimStart();
  if (!bare.startsWith('{')) {
    const pairs = [...new URLSearchParams(bare)];
    const fields = new Map(pairs);
    return fields.size === pairs.length ? Object.fromEntries(fields) : undefined;
  }
  try {
    return JSON.parse(bare) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
