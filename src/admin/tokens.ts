import { issueSecret, maxSecretLength } from '../domain/key-format';
import { hashesOf, hashOf } from '../domain/pepper';
import { Problem } from '../domain/problem';
import { mayActAs, type Role } from '../domain/role';
import * as store from '../store/admin-tokens';
import { holdEntity } from '../store/entities';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { completeNamesShown, isInside, scopeOf, topOf } from './entity-scope';
import { idShape, limitOf, pageOf, readCursor, timeShape, type Page, type PageRequest } from './page';
import { calendarTime } from './read-time';
import { recordAudit } from './record-audit';

export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Top of the subtree that the token is limited to; null: everything of the instance. */
  readonly entityId: string | null;
  /** Complete name of that entity. */
  readonly entity: string | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** To the minute. */
  readonly lastUsedAt: string | null;
  /** It is, or was, the setting ADMIN_TOKEN. */
  readonly fromSettings: boolean;
}

/** The only answer that ever holds the token. */
export interface CreatedToken extends TokenView {
  readonly token: string;
}

export interface TokenInput {
  readonly name: string;
  /** Left out: admin. */
  readonly role?: Role;
  /** Left out: the creator's own limit. */
  readonly entityId?: string | null;
  /** Left out: when the creator's own token expires. */
  readonly expiresAt?: string | null;
}

/** An ADMIN_TOKEN that people choose has at least as many characters. */
export const minTokenLength = 32;

/** A script's thousand reads in a minute are one write. */
const lastUsedStepMs = 60_000;

/** Who holds the token; undefined when it is unknown, revoked or expired. One query by hash. */
export async function verifyToken(deps: AdminDeps, text: string): Promise<Caller | undefined> {
  if (text.length < minTokenLength || text.length > maxSecretLength) return undefined;
  const hashes = hashesOf(deps.peppers, text);
  const token = await store.findTokenByHash(deps.db, hashes);
  const now = deps.now();
  if (token?.revokedAt !== null) return undefined;
  if (token.expiresAt !== null && token.expiresAt <= now) return undefined;
  const { instanceId, tokenId, name, role, entityId, expiresAt } = token;
  if (token.lastUsedAt === null || now.getTime() - token.lastUsedAt.getTime() >= lastUsedStepMs) {
    await store.touchToken(deps.db, instanceId, tokenId, now);
  }
  const [active] = hashes;
  if (active !== undefined && active.pepperId !== token.pepperId) {
    await store.rehashToken(deps.db, instanceId, tokenId, active);
  }
  const actor = `${name} (token ${tokenId})`;
  return { instanceId, actor, token: { tokenId, role, entityId, expiresAt } };
}

/**
 * With at most the creator's own rights: role, subtree and time. Throws Problem `body_invalid`, `role_insufficient`.
 */
export async function createToken(deps: AdminDeps, caller: Caller, input: TokenInput): Promise<CreatedToken> {
  const issued = issueSecret('gra', deps.random);
  const hash = hashOf(deps.peppers, issued.full);
  const role = input.role ?? 'admin';
  requireOwnRole(caller, role);
  const token = {
    tokenId: issued.id,
    name: input.name.trim(),
    role,
    createdAt: deps.now(),
    expiresAt: expiryOf(deps, caller, input),
    entityId: (input.entityId === undefined ? topOf(caller) : input.entityId)?.toLowerCase() ?? null,
    fromSettings: false,
  };
  const entity = await deps.db.transaction().execute(async (trx) => {
    await checkEntity(trx, caller, token.entityId);
    await store.insertToken(trx, caller.instanceId, { ...token, hash });
    const { name, expiresAt, entityId } = token;
    await recordAudit(deps, trx, caller, 'token.create', issued.id, { name, role, entityId, expiresAt });
    return await entityNames(trx, caller, [token]);
  });
  const { id, ...rest } = viewOf({ ...token, revokedAt: null, lastUsedAt: null }, entity);
  return { id, token: issued.full, ...rest };
}

function requireOwnRole({ token }: Caller, role: Role): void {
  if (token === undefined || mayActAs(token.role, role)) return;
  throw new Problem(
    'role_insufficient',
    `Your token has the role ${token.role}: it cannot make a token of ${role}.`,
  );
}

function expiryOf(deps: AdminDeps, { token }: Caller, input: TokenInput): Date | null {
  const own = token?.expiresAt ?? null;
  const { expiresAt = own?.toISOString() } = input;
  const wanted = expiresAt == null ? null : calendarTime(expiresAt);
  const invalid = (detail: string, message: string) =>
    new Problem('body_invalid', detail, [{ field: '/expiresAt', message }]);
  if (wanted === undefined || (wanted !== null && wanted <= deps.now())) {
    throw invalid('The token would never be good.', 'must be a time to come, and one of the calendar');
  }
  if (own !== null && (wanted === null || wanted > own)) {
    throw invalid('The token would outlive yours.', `must not be later than ${own.toISOString()}`);
  }
  return wanted;
}

async function checkEntity(trx: Transaction, caller: Caller, entityId: string | null): Promise<void> {
  const isThere =
    (await isInside(trx, caller, entityId)) &&
    (entityId === null || (await holdEntity(trx, caller.instanceId, entityId)));
  if (isThere) return;
  throw new Problem('body_invalid', 'The entity does not exist.', [
    { field: '/entityId', message: 'is no entity of this instance' },
  ]);
}

export interface TokenQuery extends PageRequest {
  readonly role?: Role;
  readonly state?: store.TokenState;
}

/** A limited caller sees those that are limited to its subtree. */
export async function listTokens(
  deps: AdminDeps,
  caller: Caller,
  request: TokenQuery,
): Promise<Page<TokenView>> {
  const position = readCursor('tokens', request, [timeShape, idShape]);
  const after = position && { createdAt: new Date(position[0] ?? ''), tokenId: position[1] ?? '' };
  const { role, state } = request;
  const filter = {
    role,
    entityIds: await scopeOf(deps.db, caller),
    state: state === undefined ? undefined : { is: state, at: deps.now() },
  };
  const page = { limit: limitOf(request) + 1, after };
  const rows = await store.listTokenPage(deps.db, caller.instanceId, filter, page);
  const names = await entityNames(deps.db, caller, rows);
  return pageOf(
    'tokens',
    request,
    rows,
    (row) => [row.createdAt.toISOString(), row.tokenId],
    (row) => viewOf(row, names),
  );
}

/** For ever, at once. Revoking twice is once. Throws Problem `not_found`, `last_admin`. */
export async function revokeToken(deps: AdminDeps, caller: Caller, tokenId: string): Promise<TokenView> {
  return await deps.db.transaction().execute(async (trx) => {
    // Before the token itself is looked at: the one who waited must see what the other did.
    const admins = await store.lockFullAdmins(trx, caller.instanceId);
    const token = idShape.test(tokenId) ? await store.findToken(trx, caller.instanceId, tokenId) : undefined;
    if (token === undefined || !(await isInside(trx, caller, token.entityId))) {
      throw new Problem('not_found', 'There is no such admin token.');
    }
    const names = await entityNames(trx, caller, [token]);
    requireAnotherAdmin(token, admins, deps.now());
    const revokedAt = deps.now();
    if (!(await store.markTokenRevoked(trx, caller.instanceId, tokenId, revokedAt))) {
      return viewOf(token, names);
    }
    await recordAudit(deps, trx, caller, 'token.revoke', tokenId, { name: token.name });
    return viewOf({ ...token, revokedAt }, names);
  });
}

type Lasting = Pick<store.AdminTokenRecord, 'tokenId' | 'expiresAt'>;

/**
 * Of the tokens that may do everything, another one must be good for at least as long as the one that goes: else a
 * slip, or one admin alone, locks everybody out. Throws Problem `last_admin`.
 */
function requireAnotherAdmin(going: Lasting, admins: readonly Lasting[], now: Date): void {
  const goodUntil = ({ expiresAt }: Lasting) => expiresAt?.getTime() ?? Infinity;
  const isOne = admins.some(({ tokenId }) => tokenId === going.tokenId);
  if (!isOne || goodUntil(going) <= now.getTime()) return;
  if (admins.some((one) => one.tokenId !== going.tokenId && goodUntil(one) >= goodUntil(going))) return;
  throw new Problem(
    'last_admin',
    'No other token that may do everything is good for as long. Create one, then revoke this one.',
  );
}

async function entityNames(
  db: Transaction,
  caller: Caller,
  tokens: readonly { readonly entityId: string | null }[],
): Promise<Map<string, string>> {
  const entityIds = tokens.flatMap(({ entityId }) => entityId ?? []);
  return await completeNamesShown(db, caller, entityIds);
}

function viewOf(token: store.AdminTokenRecord, names: ReadonlyMap<string, string>): TokenView {
  return {
    id: token.tokenId,
    name: token.name,
    role: token.role,
    entityId: token.entityId,
    entity: token.entityId === null ? null : (names.get(token.entityId) ?? null),
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt?.toISOString() ?? null,
    revokedAt: token.revokedAt?.toISOString() ?? null,
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
    fromSettings: token.fromSettings,
  };
}
