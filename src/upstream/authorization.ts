import type { Upstream, UpstreamCredential } from '../domain/upstream';
import { rootUrlOf } from '../domain/upstream';
import type { NoAnswer, UpstreamHttp } from './upstream-http';

/** The header that the upstream wants, or why there is none. */
export type Authorization =
  | { readonly kind: 'header'; readonly value: string | undefined }
  | NoAnswer
  /** The token endpoint refuses the client, or is none. `detail` quotes nothing of the credential. */
  | { readonly kind: 'no-token'; readonly status: number; readonly detail: string };

export interface Authorizer {
  current(): Promise<Authorization>;
  /** After a 401: a token that was given out is not good any more. Tells whether there is another way to try. */
  renew(): boolean;
}

/** A token is not used in the last seconds of its time. */
const tokenMarginMs = 30_000;
const minTokenMs = 5_000;
const maxTokenMs = 24 * 60 * 60_000;
/** Of GLPI 11 for agents; its API has others. */
export const inventoryScope = 'inventory';

export function createAuthorizer(
  http: UpstreamHttp,
  upstream: Pick<Upstream, 'url' | 'credential'>,
  now: () => Date,
  scope = inventoryScope,
): Authorizer {
  const { credential } = upstream;
  if (credential.kind !== 'oauth') {
    const fixed: Authorization = { kind: 'header', value: fixedHeader(credential) };
    return { current: () => Promise.resolve(fixed), renew: () => false };
  }
  const tokenUrl = credential.tokenUrl ?? `${rootUrlOf(upstream.url)}/api.php/token`;
  let token: { readonly value: string; readonly until: number } | undefined;
  let asking: Promise<Authorization> | undefined;
  const ask = async (): Promise<Authorization> => {
    const given = await askForToken(http, tokenUrl, credential, scope);
    if (given.kind !== 'token') return given;
    token = { value: `Bearer ${given.token}`, until: now().getTime() + given.lifeMs };
    return { kind: 'header', value: token.value };
  };
  return {
    current: async () => {
      if (token !== undefined && token.until > now().getTime()) return { kind: 'header', value: token.value };
      // Those who come while it is asked for wait for the same answer.
      asking ??= ask().finally(() => (asking = undefined));
      return await asking;
    },
    renew: () => {
      const hadOne = token !== undefined;
      token = undefined;
      return hadOne;
    },
  };
}

function fixedHeader(credential: Exclude<UpstreamCredential, { kind: 'oauth' }>): string | undefined {
  switch (credential.kind) {
    case 'none':
    case 'registration':
      // Of a relay that is for central-client.ts.
      return undefined;
    case 'basic':
      return `Basic ${Buffer.from(`${credential.user}:${credential.password}`).toString('base64')}`;
    case 'bearer':
      return `Bearer ${credential.token}`;
  }
}

interface Given {
  readonly kind: 'token';
  readonly token: string;
  readonly lifeMs: number;
}

async function askForToken(
  http: UpstreamHttp,
  url: string,
  { clientId, clientSecret }: Extract<UpstreamCredential, { kind: 'oauth' }>,
  scope: string,
): Promise<Given | Exclude<Authorization, { kind: 'header' }>> {
  const body = JSON.stringify({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope,
  });
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const answer = await http.send({ method: 'POST', url, headers, body });
  if ('kind' in answer) return answer;
  const { status } = answer;
  if (status !== 200) return { kind: 'no-token', status, detail: `the token endpoint answers ${status}` };
  const said = parsed(answer.body);
  const { access_token: token, expires_in: seconds } = said;
  if (typeof token !== 'string' || !/^[\x21-\x7e]{1,8192}$/.test(token)) {
    return { kind: 'no-token', status, detail: 'the token endpoint answers without a token' };
  }
  const life = typeof seconds === 'number' ? seconds * 1000 - tokenMarginMs : minTokenMs;
  return { kind: 'token', token, lifeMs: Math.min(maxTokenMs, Math.max(minTokenMs, life)) };
}

function parsed(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // What is no JSON has no token in it: said by the caller.
    return {};
  }
}
