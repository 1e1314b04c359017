import { issueSecret, maxSecretLength } from '../domain/key-format';
import { Problem } from '../domain/problem';
import * as store from '../store/admin-tokens';
import type { AdminDeps, Caller } from './admin-deps';
import { idShape, limitOf, pageOf, readCursor, timeShape, type Page, type PageRequest } from './page';
import { calendarTime } from './read-time';
import { recordAudit } from './record-audit';

export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** To the minute. */
  readonly lastUsedAt: string | null;
}

/** The only answer that ever holds the token. */
export interface CreatedToken extends TokenView {
  readonly token: string;
}

export interface TokenInput {
  readonly name: string;
  readonly expiresAt?: string | null;
}

/** An ADMIN_TOKEN that people choose has at least as many characters. */
export const minTokenLength = 32;

/** A script's thousand reads in a minute are one write. */
const lastUsedStepMs = 60_000;

/** Who holds the token; undefined when it is unknown, revoked or expired. One query by hash. */
export async function verifyToken(deps: AdminDeps, text: string): Promise<Caller | undefined> {
  if (text.length < minTokenLength || text.length > maxSecretLength) return undefined;
  const token = await store.findTokenByMac(deps.db, deps.macOf(text));
  const now = deps.now();
  if (token?.revokedAt !== null) return undefined;
  if (token.expiresAt !== null && token.expiresAt <= now) return undefined;
  if (token.lastUsedAt === null || now.getTime() - token.lastUsedAt.getTime() >= lastUsedStepMs) {
    await store.touchToken(deps.db, token.instanceId, token.tokenId, now);
  }
  return { instanceId: token.instanceId, actor: `${token.name} (token ${token.tokenId})` };
}

/** Throws Problem `body_invalid`. */
export async function createToken(deps: AdminDeps, caller: Caller, input: TokenInput): Promise<CreatedToken> {
  const issued = issueSecret('gra', deps.random);
  const mac = deps.macOf(issued.full);
  const expiresAt = input.expiresAt == null ? null : calendarTime(input.expiresAt);
  const now = deps.now();
  if (expiresAt === undefined || (expiresAt !== null && expiresAt <= now)) {
    throw new Problem('body_invalid', 'The token would never be good.', [
      { field: '/expiresAt', message: 'must be a time to come, and one of the calendar' },
    ]);
  }
  const token = { tokenId: issued.id, name: input.name.trim(), createdAt: now, expiresAt };
  await deps.db.transaction().execute(async (trx) => {
    await store.insertToken(trx, caller.instanceId, { ...token, mac });
    await recordAudit(deps, trx, caller, 'token.create', issued.id, { name: token.name, expiresAt });
  });
  const { id, ...rest } = viewOf({ ...token, revokedAt: null, lastUsedAt: null });
  return { id, token: issued.full, ...rest };
}

export async function listTokens(
  deps: AdminDeps,
  caller: Caller,
  request: PageRequest,
): Promise<Page<TokenView>> {
  const position = readCursor('tokens', request, [timeShape, idShape]);
  const after = position && { createdAt: new Date(position[0] ?? ''), tokenId: position[1] ?? '' };
  const limit = limitOf(request) + 1;
  const rows = await store.listTokenPage(deps.db, caller.instanceId, { limit, after });
  return pageOf('tokens', request, rows, (row) => [row.createdAt.toISOString(), row.tokenId], viewOf);
}

/** For ever, at once. Revoking twice is once. */
export async function revokeToken(deps: AdminDeps, caller: Caller, tokenId: string): Promise<TokenView> {
  return await deps.db.transaction().execute(async (trx) => {
    const revoked = idShape.test(tokenId)
      ? await store.markTokenRevoked(trx, caller.instanceId, tokenId, deps.now())
      : undefined;
    if (revoked === undefined) throw new Problem('not_found', 'There is no such admin token.');
    if (revoked.isFirst) await recordAudit(deps, trx, caller, 'token.revoke', tokenId);
    return viewOf(revoked.token);
  });
}

function viewOf(token: store.AdminTokenRecord): TokenView {
  return {
    id: token.tokenId,
    name: token.name,
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt?.toISOString() ?? null,
    revokedAt: token.revokedAt?.toISOString() ?? null,
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
  };
}
