import * as client from 'openid-client';

export interface OidcClientSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined: a public client, which PKCE protects alone. */
  readonly clientSecret: string | undefined;
  /** Separated by blanks; `openid` is added. */
  readonly scopes: string;
  /** Looked for in the ID token, and asked of the provider's user info when it is not there. */
  readonly neededClaim: string;
}

/** What a sign-in that has begun must end with. Kept by the browser, sealed. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

/** An OpenID provider, as a relying party sees it: authorization code with PKCE. */
export interface OidcProvider {
  /** Where the browser is sent to. @throws OidcFault */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly pending: PendingSignIn }>;
  /** Who came back, from tokens whose signature, issuer, audience, time and nonce were checked. @throws OidcFault */
  finish(cameBackTo: URL, pending: PendingSignIn): Promise<SignedIn>;
  /**
   * Where the browser signs out at the provider, to come back to the address given; undefined: the provider has no such
   * place. `idToken` of the sign-in: without it the provider may ask the person whether they mean it. @throws OidcFault
   */
  signOutUrl(idToken: string | undefined, backTo: string): Promise<string | undefined>;
}

export interface SignedIn {
  readonly claims: Claims;
  readonly idToken: string;
}

/** The provider cannot be reached, or what it or the browser sent is not what it must be. Holds no secret. */
export class OidcFault extends Error {
  override readonly name = 'OidcFault';
  constructor(
    readonly kind: 'unavailable' | 'refused',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const timeoutSeconds = 10;

/** Asks nobody before the first sign-in; what was learnt of the provider is kept, a failure is not. */
export function createOidcProvider(settings: OidcClientSettings): OidcProvider {
  let known: Promise<client.Configuration> | undefined;
  const configuration = async (): Promise<client.Configuration> => {
    known ??= discover(settings);
    return await known.catch((error: unknown) => {
      known = undefined;
      throw new OidcFault(
        'unavailable',
        `${settings.issuer} does not say how it is asked (${codeOf(error)})`,
        {
          cause: error,
        },
      );
    });
  };
  return {
    begin: async (redirectUri) => {
      const config = await configuration();
      const codeVerifier = client.randomPKCECodeVerifier();
      const pending = { codeVerifier, state: client.randomState(), nonce: client.randomNonce() };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: scopesOf(settings),
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        state: pending.state,
        nonce: pending.nonce,
      });
      return { url: url.href, pending };
    },
    finish: async (cameBackTo, { state, nonce, codeVerifier }) => {
      const config = await configuration();
      try {
        const tokens = await client.authorizationCodeGrant(config, cameBackTo, {
          pkceCodeVerifier: codeVerifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined || tokens.id_token === undefined) throw new Error('there is no ID token');
        const needed = await withNeeded(config, settings, claims, tokens.access_token);
        return { claims: needed, idToken: tokens.id_token };
      } catch (error) {
        throw new OidcFault('refused', `signing in with ${settings.issuer} failed (${codeOf(error)})`, {
          cause: error,
        });
      }
    },
    signOutUrl: async (idToken, backTo) => {
      const config = await configuration();
      if (!canSignOut(config, settings.issuer)) return undefined;
      return client.buildEndSessionUrl(config, {
        post_logout_redirect_uri: backTo,
        ...(idToken === undefined ? {} : { id_token_hint: idToken }),
      }).href;
    },
  };
}

/** An ID token says who somebody is: it goes where the issuer may be, https but on this machine, and nowhere else. */
function canSignOut(config: client.Configuration, issuer: string): boolean {
  const { end_session_endpoint: place } = config.serverMetadata();
  if (place === undefined || !URL.canParse(place)) return false;
  const { protocol } = new URL(place);
  return protocol === 'https:' || (protocol === 'http:' && issuer.startsWith('http:'));
}

async function discover({
  issuer,
  clientId,
  clientSecret,
}: OidcClientSettings): Promise<client.Configuration> {
  const url = new URL(issuer);
  return await client.discovery(
    url,
    clientId,
    clientSecret === undefined ? undefined : { client_secret: clientSecret },
    clientSecret === undefined ? client.None() : asTheProviderWants(clientSecret),
    {
      timeout: timeoutSeconds,
      // The library trusts TLS for an ID token that comes straight from the provider; its signature is checked too.
      execute: [
        client.enableNonRepudiationChecks,
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- the settings take http for this machine only
        ...(url.protocol === 'http:' ? [client.allowInsecureRequests] : []),
      ],
    },
  );
}

/** `client_secret_basic`, which is what providers take that say nothing, or `client_secret_post`. */
function asTheProviderWants(secret: string): client.ClientAuth {
  const basic = client.ClientSecretBasic(secret);
  const post = client.ClientSecretPost(secret);
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    (methods.includes('client_secret_basic') ? basic : post)(server, ...rest);
  };
}

async function withNeeded(
  config: client.Configuration,
  { neededClaim }: OidcClientSettings,
  claims: Claims,
  accessToken: string,
): Promise<Claims> {
  if (claimOf(claims, neededClaim) !== undefined || config.serverMetadata().userinfo_endpoint === undefined) {
    return claims;
  }
  return { ...(await client.fetchUserInfo(config, accessToken, claims.sub)), ...claims };
}

/** By its name, or by a path of names with dots between them. */
export function claimOf(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function scopesOf({ scopes }: OidcClientSettings): string {
  return [...new Set(['openid', ...scopes.split(/\s+/).filter((scope) => scope !== '')])].join(' ');
}

function codeOf(error: unknown): string {
  const { code, error: said, message } = error as { code?: unknown; error?: unknown; message?: unknown };
  const text = [said, code, message].find((one) => typeof one === 'string') ?? 'unknown';
  return text.slice(0, 200);
}
