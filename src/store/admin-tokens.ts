import { sql, type Kysely } from 'kysely';
import type { SecretHash } from '../domain/pepper';
import type { Role } from '../domain/role';
import type { Tables } from './tables';

export interface AdminTokenRecord {
  readonly tokenId: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly role: Role;
  /** Top of the subtree that it is limited to; null: no limit. */
  readonly entityId: string | null;
  /** It is, or was, the setting ADMIN_TOKEN. */
  readonly fromSettings: boolean;
}

const columns = [
  'token_id as tokenId',
  'name',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'revoked_at as revokedAt',
  'last_used_at as lastUsedAt',
  'role',
  'entity_id as entityId',
  'from_settings as fromSettings',
] as const;

/** The column's check lets only roles in. */
function recordOf<Row extends { readonly role: string }>(row: Row): Row & { readonly role: Role } {
  return row as Row & { readonly role: Role };
}

export interface FoundToken extends AdminTokenRecord {
  readonly instanceId: number;
  /** Of the pepper that its hash was made with. */
  readonly pepperId: string;
}

/** Looked up by HMAC, of any pepper: whoever watches the index's timing learns nothing about the token. */
export async function findTokenByHash(
  db: Kysely<Tables>,
  hashes: readonly SecretHash[],
): Promise<FoundToken | undefined> {
  const row = await db
    .selectFrom('admin_token')
    .select([...columns, 'instance_id as instanceId', 'pepper_id as pepperId'])
    .where(
      'mac',
      'in',
      hashes.map(({ mac }) => mac),
    )
    .orderBy('instance_id')
    .executeTakeFirst();
  return row && recordOf(row);
}

export async function touchToken(
  db: Kysely<Tables>,
  instanceId: number,
  tokenId: string,
  at: Date,
): Promise<void> {
  await db
    .updateTable('admin_token')
    .set({ last_used_at: at })
    .where('instance_id', '=', instanceId)
    .where('token_id', '=', tokenId)
    .execute();
}

/** Stores the hash with the pepper that is active now. */
export async function rehashToken(
  db: Kysely<Tables>,
  instanceId: number,
  tokenId: string,
  { mac, pepperId }: SecretHash,
): Promise<void> {
  await db
    .updateTable('admin_token')
    .set({ mac, pepper_id: pepperId })
    .where('instance_id', '=', instanceId)
    .where('token_id', '=', tokenId)
    .execute();
}

export interface NewToken {
  readonly tokenId: string;
  readonly name: string;
  readonly hash: SecretHash;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly role: Role;
  readonly entityId: string | null;
  readonly fromSettings: boolean;
}

export async function insertToken(trx: Kysely<Tables>, instanceId: number, token: NewToken): Promise<void> {
  await trx
    .insertInto('admin_token')
    .values({
      instance_id: instanceId,
      token_id: token.tokenId,
      name: token.name,
      mac: token.hash.mac,
      pepper_id: token.hash.pepperId,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      role: token.role,
      entity_id: token.entityId,
      from_settings: token.fromSettings,
    })
    .execute();
}

export interface TokenPosition {
  readonly createdAt: Date;
  readonly tokenId: string;
}

export type TokenState = 'good' | 'expired' | 'revoked';

export interface TokenFilter {
  /** Only tokens that are limited to one of them. */
  readonly entityIds?: ReadonlySet<string> | undefined;
  readonly role?: Role | undefined;
  /** As it is at this time. */
  readonly state?: { readonly is: TokenState; readonly at: Date } | undefined;
}

const stateAt = (at: Date) => sql<TokenState>`CASE
  WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= ${at} THEN 'expired' ELSE 'good' END`;

/** Newest first, at most `limit`, after (older than) the given position. */
export async function listTokenPage(
  db: Kysely<Tables>,
  instanceId: number,
  { entityIds, role, state }: TokenFilter,
  page: { readonly limit: number; readonly after: TokenPosition | undefined },
): Promise<AdminTokenRecord[]> {
  let query = db.selectFrom('admin_token').select(columns).where('instance_id', '=', instanceId);
  const { after } = page;
  if (role !== undefined) query = query.where('role', '=', role);
  if (state !== undefined) query = query.where(sql<boolean>`${stateAt(state.at)} = ${state.is}`);
  if (entityIds !== undefined) {
    query = query.where(sql<boolean>`entity_id = ANY (${[...entityIds]}::uuid[])`);
  }
  if (after !== undefined) {
    query = query.where(sql<boolean>`(created_at, token_id) < (${after.createdAt}, ${after.tokenId})`);
  }
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('token_id', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map(recordOf);
}

/**
 * Tokens that may do everything, not revoked, locked until the transaction ends: two that revoke each other's at a
 * time wait here, and the second one sees what the first did.
 */
export async function lockFullAdmins(
  trx: Kysely<Tables>,
  instanceId: number,
): Promise<{ readonly tokenId: string; readonly expiresAt: Date | null }[]> {
  return await trx
    .selectFrom('admin_token')
    .select(['token_id as tokenId', 'expires_at as expiresAt'])
    .where('instance_id', '=', instanceId)
    .where('role', '=', 'admin')
    .where('entity_id', 'is', null)
    .where('revoked_at', 'is', null)
    .orderBy('token_id')
    .forNoKeyUpdate()
    .execute();
}

/** Of tokens that are good and may do everything: when they end, null: never. The one that is good for longest first. */
export async function listEndsOfFullAdmins(
  db: Kysely<Tables>,
  instanceId: number,
  now: Date,
): Promise<readonly { readonly name: string; readonly expiresAt: Date | null }[]> {
  return await db
    .selectFrom('admin_token')
    .select(['name', 'expires_at as expiresAt'])
    .where('instance_id', '=', instanceId)
    .where('role', '=', 'admin')
    .where('entity_id', 'is', null)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .orderBy('expires_at', (order) => order.desc().nullsFirst())
    .limit(maxFullAdminsRead)
    .execute();
}

const maxFullAdminsRead = 1000;

/** Those that came from the setting ADMIN_TOKEN and are not revoked. */
export async function listTokensOfSettings(
  trx: Kysely<Tables>,
  instanceId: number,
): Promise<{ readonly tokenId: string }[]> {
  return await trx
    .selectFrom('admin_token')
    .select('token_id as tokenId')
    .where('instance_id', '=', instanceId)
    .where('from_settings', '=', true)
    .where('revoked_at', 'is', null)
    .orderBy('token_id')
    .execute();
}

export async function markFromSettings(
  trx: Kysely<Tables>,
  instanceId: number,
  tokenId: string,
): Promise<void> {
  await trx
    .updateTable('admin_token')
    .set({ from_settings: true })
    .where('instance_id', '=', instanceId)
    .where('token_id', '=', tokenId)
    .execute();
}

export async function findToken(
  db: Kysely<Tables>,
  instanceId: number,
  tokenId: string,
): Promise<AdminTokenRecord | undefined> {
  const row = await db
    .selectFrom('admin_token')
    .select(columns)
    .where('instance_id', '=', instanceId)
    .where('token_id', '=', tokenId)
    .executeTakeFirst();
  return row && recordOf(row);
}

/** True when it was not revoked before. */
export async function markTokenRevoked(
  trx: Kysely<Tables>,
  instanceId: number,
  tokenId: string,
  at: Date,
): Promise<boolean> {
  const result = await trx
    .updateTable('admin_token')
    .set({ revoked_at: at })
    .where('instance_id', '=', instanceId)
    .where('token_id', '=', tokenId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}
