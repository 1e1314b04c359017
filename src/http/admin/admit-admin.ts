import { timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';
import type { AdminDeps, Caller } from '../../admin/admin-deps';
import { verifySession, type SessionRules } from '../../admin/sessions';
import { verifyToken } from '../../admin/tokens';
import { Problem } from '../../domain/problem';
import { recogniseSecret } from '../../domain/recognise-secret';
import { clearSessionCookie, readSessionCookie } from './session-cookie';
import { createTokenAttempts } from './token-attempts';

export interface AdmissionDeps extends AdminDeps {
  readonly sessionRules: SessionRules;
  /** Address that refused tokens are counted by. */
  readonly clientAddressOf: (request: Request) => string;
  /** Whether the browser speaks TLS, to us or to a proxy that we trust. */
  readonly isHttps: (request: Request) => boolean;
  /** Told of each refused token. */
  readonly onTokenRefused?: (() => void) | undefined;
}

export interface Admission {
  /** Who asks. Throws Problem `token_missing`, `token_refused`, `session_ended`, `csrf_refused`, `too_many_attempts`. */
  admit(request: Request, response: Response): Promise<Caller>;
  /** Whether somebody who was let in still is: undefined when not. It is no use of a session, and counts as no attempt. */
  readonly recheck: (request: Request) => Promise<Caller | undefined>;
  /** For what asks for no token because it takes one: throws Problem `too_many_attempts`. */
  requireAttempts(request: Request): void;
  /** Counts a token that was refused elsewhere. */
  countRefused(request: Request): void;
}

const bearer = /^Bearer +([\x21-\x7e]+) *$/i;
const howToShow = 'Send an admin token: `Authorization: Bearer gra_…`.';
export const csrfHeader = 'X-CSRF-Token';
const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** By `Authorization: Bearer`, or else by the console's cookie. The header wins: scripts send what they mean. */
export function createAdmission(deps: AdmissionDeps): Admission {
  const attempts = createTokenAttempts(deps.now);
  const admission: Admission = {
    admit: async (request, response) => {
      admission.requireAttempts(request);
      const header = request.headers.authorization;
      if (header !== undefined) return await byBearer(request, header);
      const secret = readSessionCookie(request, deps.isHttps(request));
      if (secret !== undefined) return await bySession(request, response, secret);
      throw new Problem('token_missing', howToShow);
    },
    recheck: async (request) => {
      const token = bearer.exec(request.headers.authorization ?? '')?.[1];
      if (token !== undefined) return await verifyToken(deps, token);
      const secret = readSessionCookie(request, deps.isHttps(request));
      const caller = secret === undefined ? 'unknown' : await verifySession(deps, secret, false);
      return typeof caller === 'string' ? undefined : caller;
    },
    requireAttempts: (request) => {
      if (!attempts.isBlocked(deps.clientAddressOf(request))) return;
      throw new Problem('too_many_attempts', 'Too many refused tokens from this address. Wait a minute.');
    },
    countRefused: (request) => {
      const address = deps.clientAddressOf(request);
      deps.onTokenRefused?.();
      // No row and no line for each: guessing must not fill anything.
      if (attempts.countRefused(address)) {
        deps.log.warn({ address }, 'too many refused admin tokens from this address: blocked for a minute');
      }
    },
  };
  return admission;

  async function byBearer(request: Request, header: string): Promise<Caller> {
    const token = bearer.exec(header)?.[1];
    if (token === undefined) {
      throw new Problem('token_missing', howToShow);
    }
    const caller = await verifyToken(deps, token);
    if (caller !== undefined) return caller;
    admission.countRefused(request);
    throw new Problem('token_refused', whyRefused(token));
  }

  async function bySession(request: Request, response: Response, secret: string): Promise<Caller> {
    const caller = await verifySession(deps, secret);
    if (typeof caller === 'string') {
      // A page that is open when its session ends asks several times: only what nobody ever had is guessing.
      if (caller === 'unknown') admission.countRefused(request);
      clearSessionCookie(response, deps.isHttps(request));
      throw new Problem('session_ended', 'The session has ended. Sign in again.');
    }
    if (!readingMethods.has(request.method)) requireCsrf(request, caller.session?.csrf ?? '');
    return caller;
  }
}

/** Another site can make a browser send the cookie of an older browser, but it can neither read nor set this. */
function requireCsrf(request: Request, expected: string): void {
  const given = Buffer.from(request.get(csrfHeader) ?? '');
  const wanted = Buffer.from(expected);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new Problem('csrf_refused', `Send the session's csrf of GET /session as ${csrfHeader}.`);
}

/** By the form of what was sent only: whether anybody knows it is not told. */
function whyRefused(token: string): string {
  const needed = 'An admin token begins with gra_.';
  if (token.startsWith('grk_')) return `This is a registration key. ${needed}`;
  if (recogniseSecret(token).looksLike === 'access-token')
    return `This is an access token of an agent. ${needed}`;
  return 'The admin token is unknown, revoked or expired.';
}
