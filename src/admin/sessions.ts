import { createHmac } from 'node:crypto';
import { issueSecret, parseSecret } from '../domain/key-format';
import { hashesOf, hashOf } from '../domain/pepper';
import { Problem } from '../domain/problem';
import type { Role } from '../domain/role';
import * as store from '../store/admin-sessions';
import { findInstance } from '../store/instances';
import type { AdminDeps, Caller } from './admin-deps';
import { completeNamesShown } from './entity-scope';
import { recordAudit } from './record-audit';
import { verifyToken } from './tokens';

export interface SessionRules {
  /** How long a session lasts at most. */
  readonly sessionHours: number;
  /** It ends when it was not used for so long. */
  readonly sessionIdleMinutes: number;
  /** Sessions of one token, or of one person, at a time: the one that was not used for longest makes room. */
  readonly maxSessionsPerToken: number;
}

export const defaultSessionRules: SessionRules = {
  sessionHours: 12,
  sessionIdleMinutes: 60,
  maxSessionsPerToken: 10,
};

/** Who is asking, and what may be offered to them. */
export interface SessionView {
  /** As the audit log names them. */
  readonly actor: string;
  readonly name: string;
  /** How the request showed who it is. */
  readonly via: 'bearer' | 'session';
  readonly role: Role;
  /** Top of the subtree that exists for the caller; null: everything of the instance. */
  readonly entityId: string | null;
  /** Complete name of that entity. */
  readonly entity: string | null;
  readonly instance: { readonly id: number; readonly name: string };
  /** To be sent as X-CSRF-Token with every request but GET; null with Bearer, which needs none. */
  readonly csrf: string | null;
  /** End of the session, or of the token; null: none. */
  readonly expiresAt: string | null;
  /** The session ends when it was not used for so long; null with Bearer. */
  readonly idleMinutes: number | null;
  /** Where a browser that has signed out goes on to, to sign out at the OpenID provider too; null: nowhere. */
  readonly signOutHref: string | null;
}

/** A session that has just begun. `secret` goes into the cookie and nowhere else. */
export interface StartedSession {
  readonly secret: string;
  readonly maxAgeSeconds: number;
  readonly view: SessionView;
}

/** Where a session is started from; for people who look at the list of them. */
export interface SignInPlace {
  readonly address: string;
  readonly userAgent: string | undefined;
}

const hourMs = 3_600_000;
const minuteMs = 60_000;
const maxUserAgentLength = 255;
/** A console that asks every second is one write a minute. */
const lastUsedStepMs = minuteMs;

/** Signs in with an admin token. Throws Problem `token_refused`. */
export async function signIn(
  deps: AdminDeps & { readonly sessionRules: SessionRules },
  token: string,
  place: SignInPlace,
): Promise<StartedSession> {
  const caller = await verifyToken(deps, token);
  if (caller?.token === undefined) {
    throw new Problem('token_refused', 'The admin token is unknown, revoked or expired.');
  }
  const { tokenId, expiresAt } = caller.token;
  return await startSession(deps, caller, { tokenId, person: undefined, until: expiresAt }, place);
}

interface SessionOwner {
  readonly tokenId: string | null;
  readonly person: store.NewSession['person'];
  /** No later than this. */
  readonly until: Date | null;
}

/** Whoever calls this has made sure who it is. */
export async function startSession(
  deps: AdminDeps & { readonly sessionRules: SessionRules },
  caller: Caller,
  owner: SessionOwner,
  place: SignInPlace,
): Promise<StartedSession> {
  const { sessionHours, maxSessionsPerToken } = deps.sessionRules;
  const now = deps.now();
  const { id: sessionId, full: secret } = issueSecret('grs', deps.random);
  const lasting = new Date(now.getTime() + sessionHours * hourMs);
  const expiresAt = owner.until !== null && owner.until < lasting ? owner.until : lasting;
  const { tokenId, person } = owner;
  await deps.db.transaction().execute(async (trx) => {
    if (tokenId !== null) await store.lockToken(trx, caller.instanceId, tokenId);
    const whose = tokenId === null ? { subject: person?.subject ?? '' } : { tokenId };
    await store.endAllBut(trx, caller.instanceId, whose, maxSessionsPerToken - 1, now);
    await store.insertSession(trx, caller.instanceId, {
      ...{ sessionId, tokenId, person, createdAt: now, expiresAt },
      mac: hashOf(deps.peppers, secret).mac,
      sourceAddress: place.address,
      userAgent: place.userAgent?.slice(0, maxUserAgentLength) ?? null,
    });
    const detail = { sourceAddress: place.address, expiresAt };
    await recordAudit(deps, trx, caller, 'session.start', tokenId ?? sessionId, detail);
  });
  const session = { sessionId, csrf: csrfOf(secret), expiresAt };
  return {
    secret,
    maxAgeSeconds: Math.ceil((expiresAt.getTime() - now.getTime()) / 1000),
    view: await viewSession(deps, { ...caller, session }),
  };
}

/** Derived, so that any process knows it and none has to keep it; the cookie cannot be worked out from it. */
function csrfOf(secret: string): string {
  return createHmac('sha256', secret).update('gatehouse csrf 1').digest('base64url');
}

/** `isUse`: false for a page that is only left open. `unknown`: nobody ever had it. `ended`: its time is over, it was signed out, or its token is no longer good. */
export async function verifySession(
  deps: AdminDeps & { readonly sessionRules: SessionRules },
  secret: string,
  isUse = true,
): Promise<Caller | 'ended' | 'unknown'> {
  if (parseSecret('grs', secret).form !== 'ok') return 'unknown';
  const macs = hashesOf(deps.peppers, secret).map(({ mac }) => mac);
  const session = await store.findSession(deps.db, macs);
  if (session === undefined) return 'unknown';
  const now = deps.now();
  if (isOver(session, now, deps.sessionRules)) return 'ended';
  const { instanceId, sessionId, tokenId, name, subject, role, entityId, expiresAt } = session;
  if (isUse && now.getTime() - session.lastUsedAt.getTime() >= lastUsedStepMs) {
    await store.touchSession(deps.db, instanceId, sessionId, now);
  }
  return {
    instanceId,
    actor: tokenId === null ? `${name} (OpenID ${subject ?? ''})` : `${name} (token ${tokenId})`,
    token: { tokenId: tokenId ?? sessionId, role, entityId, expiresAt: session.tokenExpiresAt },
    session: { sessionId, csrf: csrfOf(secret), expiresAt },
  };
}

function isOver(session: store.FoundSession, now: Date, { sessionIdleMinutes }: SessionRules): boolean {
  const { endedAt, tokenRevokedAt, tokenExpiresAt, expiresAt, lastUsedAt } = session;
  const ends = [expiresAt.getTime(), lastUsedAt.getTime() + sessionIdleMinutes * minuteMs];
  if (tokenExpiresAt !== null) ends.push(tokenExpiresAt.getTime());
  return endedAt !== null || tokenRevokedAt !== null || Math.min(...ends) <= now.getTime();
}

/** Signs out. A caller without a session has nothing to end, and that is well. */
export async function signOut(deps: AdminDeps, caller: Caller): Promise<void> {
  const { session, token } = caller;
  if (session === undefined) return;
  await deps.db.transaction().execute(async (trx) => {
    const isNew = await store.endSession(trx, caller.instanceId, session.sessionId, deps.now());
    const object = token?.tokenId ?? session.sessionId;
    if (isNew) await recordAudit(deps, trx, caller, 'session.end', object);
  });
}

export async function viewSession(
  deps: AdminDeps & { readonly sessionRules: SessionRules; readonly oidcSignOutHref?: string | undefined },
  caller: Caller,
): Promise<SessionView> {
  const { token, session, actor } = caller;
  const instance = await findInstance(deps.db, caller.instanceId);
  const entityId = token?.entityId ?? null;
  const names = await completeNamesShown(deps.db, caller, entityId === null ? [] : [entityId]);
  const expiresAt = session?.expiresAt ?? token?.expiresAt ?? null;
  return {
    actor,
    name: actor.replace(/ \((?:token|OpenID) [^()]*\)$/, ''),
    via: session === undefined ? 'bearer' : 'session',
    role: token?.role ?? 'admin',
    entityId,
    entity: entityId === null ? null : (names.get(entityId) ?? null),
    instance: { id: caller.instanceId, name: instance?.name ?? '' },
    csrf: session?.csrf ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
    idleMinutes: session === undefined ? null : deps.sessionRules.sessionIdleMinutes,
    // A session of the provider is one of its own, without a token.
    signOutHref:
      session !== undefined && token?.tokenId === session.sessionId ? (deps.oidcSignOutHref ?? null) : null,
  };
}
