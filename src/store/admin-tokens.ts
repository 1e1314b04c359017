import { sql, type Kysely } from 'kysely';
import type { Tables } from './tables';

export interface AdminTokenRecord {
  readonly tokenId: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

const columns = [
  'token_id as tokenId',
  'name',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'revoked_at as revokedAt',
  'last_used_at as lastUsedAt',
] as const;

/** Looked up by HMAC: whoever watches the index's timing learns nothing about the token. */
export async function findTokenByMac(
  db: Kysely<Tables>,
  mac: Buffer,
): Promise<(AdminTokenRecord & { readonly instanceId: number }) | undefined> {
  return await db
    .selectFrom('admin_token')
    .select([...columns, 'instance_id as instanceId'])
    .where('mac', '=', mac)
    .orderBy('instance_id')
    .executeTakeFirst();
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

export async function insertToken(
  trx: Kysely<Tables>,
  instanceId: number,
  token: {
    readonly tokenId: string;
    readonly name: string;
    readonly mac: Buffer;
    readonly createdAt: Date;
    readonly expiresAt: Date | null;
  },
): Promise<void> {
  await trx
    .insertInto('admin_token')
    .values({
      instance_id: instanceId,
      token_id: token.tokenId,
      name: token.name,
      mac: token.mac,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
    })
    .execute();
}

export interface TokenPosition {
  readonly createdAt: Date;
  readonly tokenId: string;
}

/** Newest first, at most `limit`, after (older than) the given position. */
export async function listTokenPage(
  db: Kysely<Tables>,
  instanceId: number,
  page: { readonly limit: number; readonly after: TokenPosition | undefined },
): Promise<AdminTokenRecord[]> {
  let query = db.selectFrom('admin_token').select(columns).where('instance_id', '=', instanceId);
  const { after } = page;
  if (after !== undefined) {
    query = query.where(sql<boolean>`(created_at, token_id) < (${after.createdAt}, ${after.tokenId})`);
  }
  return await query.orderBy('created_at', 'desc').orderBy('token_id', 'desc').limit(page.limit).execute();
}

/** Undefined when there is no such token; `isFirst` is false when it was revoked before. */
export async function markTokenRevoked(
  trx: Kysely<Tables>,
  instanceId: number,
  tokenId: string,
  at: Date,
): Promise<{ token: AdminTokenRecord; isFirst: boolean } | undefined> {
  const before = await trx
    .selectFrom('admin_token')
    .select(columns)
    .where('instance_id', '=', instanceId)
    .where('token_id', '=', tokenId)
    .forUpdate()
    .executeTakeFirst();
  if (before === undefined) return undefined;
  if (before.revokedAt !== null) return { token: before, isFirst: false };
  await trx
    .updateTable('admin_token')
    .set({ revoked_at: at })
    .where('instance_id', '=', instanceId)
    .where('token_id', '=', tokenId)
    .execute();
  return { token: { ...before, revokedAt: at }, isFirst: true };
}
