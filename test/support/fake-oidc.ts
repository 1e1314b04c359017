import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An OpenID provider over real HTTP, with real signatures. */
export interface FakeOidc {
  readonly issuer: string;
  readonly clientSecret: string;
  /** Who signs in next, and what the ID token says beside. */
  person: Record<string, unknown>;
  /** Answers of user info; undefined: 404. */
  userInfo: Record<string, unknown> | undefined;
  /** What is put in the place of the right claims or key. */
  wrong: {
    readonly claims?: Record<string, string>;
    readonly key?: 'another';
    readonly state?: string;
    readonly error?: string;
  };
  /** Where people sign out; undefined: nowhere. */
  endSession: string | undefined;
  /** What the browsers that signed out here brought along. */
  readonly signedOut: URLSearchParams[];
  /** As a browser that follows the link and whose person agrees: where it is sent back to. */
  visit(authorizationUrl: string): string;
  close(): Promise<void>;
}

interface Issued {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
}

const clientId = 'gatehouse';

export async function startFakeOidc(): Promise<FakeOidc> {
  const own = await generateKeyPair('RS256');
  const another = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const codes = new Map<string, Issued>();
  const clientSecret = randomBytes(16).toString('hex');

  async function idToken({ nonce }: Issued): Promise<string> {
    const claims = { nonce, ...fake.person, ...fake.wrong.claims };
    return await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .setIssuer(fake.wrong.claims?.iss ?? issuer)
      .setAudience(fake.wrong.claims?.aud ?? clientId)
      .sign(fake.wrong.key === undefined ? own.privateKey : another.privateKey);
  }

  async function tokenAnswer(request: http.IncomingMessage): Promise<[number, unknown]> {
    const body = new URLSearchParams(await textOf(request));
    const issued = codes.get(body.get('code') ?? '');
    codes.delete(body.get('code') ?? '');
    const given = Buffer.from(
      (request.headers.authorization ?? '').replace('Basic ', ''),
      'base64',
    ).toString();
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    if (given !== `${clientId}:${clientSecret}`) return [401, { error: 'invalid_client' }];
    const isGood = issued?.challenge === challenge && issued.redirectUri === body.get('redirect_uri');
    if (issued === undefined || !isGood) return [400, { error: 'invalid_grant' }];
    return [
      200,
      { token_type: 'Bearer', access_token: 'at', expires_in: 60, id_token: await idToken(issued) },
    ];
  }

  async function answer(request: http.IncomingMessage): Promise<[number, unknown]> {
    switch (request.url ?? '') {
      case '/.well-known/openid-configuration':
        return [
          200,
          {
            ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
            ...{ jwks_uri: `${issuer}/jwks`, userinfo_endpoint: `${issuer}/userinfo` },
            ...{ response_types_supported: ['code'], id_token_signing_alg_values_supported: ['RS256'] },
            ...(fake.endSession === undefined ? {} : { end_session_endpoint: fake.endSession }),
          },
        ];
      case '/jwks':
        return [200, { keys: [jwk] }];
      case '/token':
        return await tokenAnswer(request);
      case '/userinfo':
        return fake.userInfo === undefined ? [404, {}] : [200, fake.userInfo];
      default:
        return [404, {}];
    }
  }

  /** Whoever comes is signed in at once, or out, and sent back. */
  function placeFor(url: string): string | undefined {
    const { pathname, searchParams } = new URL(url, issuer);
    if (pathname === '/authorize') return fake.visit(url);
    if (pathname !== '/logout') return undefined;
    fake.signedOut.push(searchParams);
    return searchParams.get('post_logout_redirect_uri') ?? undefined;
  }

  const server = http.createServer((request, response) => {
    const place = placeFor(`${issuer}${request.url ?? ''}`);
    if (place !== undefined) {
      response.writeHead(302, { location: place }).end();
      return;
    }
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: FakeOidc = {
    issuer,
    clientSecret,
    person: {},
    userInfo: undefined,
    wrong: {},
    endSession: `${issuer}/logout`,
    signedOut: [],
    visit: (authorizationUrl) => {
      const asked = new URL(authorizationUrl).searchParams;
      expect([
        asked.get('client_id'),
        asked.get('response_type'),
        asked.get('code_challenge_method'),
      ]).toEqual([...[clientId, 'code', 'S256']]);
      const redirectUri = asked.get('redirect_uri') ?? '';
      const back = new URL(redirectUri);
      back.searchParams.set('state', fake.wrong.state ?? asked.get('state') ?? '');
      if (fake.wrong.error !== undefined) {
        back.searchParams.set('error', fake.wrong.error);
        return back.href;
      }
      const code = randomBytes(16).toString('hex');
      codes.set(code, {
        nonce: asked.get('nonce') ?? '',
        challenge: asked.get('code_challenge') ?? '',
        redirectUri,
      });
      back.searchParams.set('code', code);
      return back.href;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}

async function textOf(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
