import { sql, type Kysely } from 'kysely';
import type { Role } from '../domain/role';
import type { Tables } from './tables';

/** What a session may do, as it is now: of its token, or of the person whom an OpenID provider named. */
export interface FoundSession {
  readonly instanceId: number;
  readonly sessionId: string;
  /** Null: not started with a token. */
  readonly tokenId: string | null;
  /** Name of the token or of the person. */
  readonly name: string;
  /** At the OpenID provider; null for a token. */
  readonly subject: string | null;
  readonly role: Role;
  readonly entityId: string | null;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  readonly tokenExpiresAt: Date | null;
  readonly tokenRevokedAt: Date | null;
}

/** Looked up by HMAC, of any pepper. */
export async function findSession(
  db: Kysely<Tables>,
  macs: readonly Buffer[],
): Promise<FoundSession | undefined> {
  const row = await db
    .selectFrom('admin_session as s')
    .leftJoin('admin_token as t', (join) =>
      join.onRef('t.instance_id', '=', 's.instance_id').onRef('t.token_id', '=', 's.token_id'),
    )
    .select([
      's.instance_id as instanceId',
      's.session_id as sessionId',
      's.token_id as tokenId',
      's.subject',
      's.last_used_at as lastUsedAt',
      's.expires_at as expiresAt',
      's.ended_at as endedAt',
      't.expires_at as tokenExpiresAt',
      't.revoked_at as tokenRevokedAt',
      sql<string>`coalesce(t.name, s.name)`.as('name'),
      // The checks of the columns let only roles in.
      sql<Role>`coalesce(t.role, s.role)`.as('role'),
      sql<string | null>`CASE WHEN s.token_id IS NULL THEN s.entity_id ELSE t.entity_id END`.as('entityId'),
    ])
    .where('s.mac', 'in', macs)
    .executeTakeFirst();
  return row;
}

export interface NewSession {
  readonly sessionId: string;
  readonly mac: Buffer;
  readonly tokenId: string | null;
  /** Where there is no token: who it is, and what the person may do. */
  readonly person:
    | {
        readonly subject: string;
        readonly name: string;
        readonly role: Role;
        readonly entityId: string | null;
      }
    | undefined;
  readonly sourceAddress: string;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export async function insertSession(
  trx: Kysely<Tables>,
  instanceId: number,
  session: NewSession,
): Promise<void> {
  await trx
    .insertInto('admin_session')
    .values({
      instance_id: instanceId,
      session_id: session.sessionId,
      mac: session.mac,
      token_id: session.tokenId,
      subject: session.person?.subject ?? null,
      name: session.person?.name ?? null,
      role: session.person?.role ?? null,
      entity_id: session.person?.entityId ?? null,
      source_address: session.sourceAddress,
      user_agent: session.userAgent,
      created_at: session.createdAt,
      last_used_at: session.createdAt,
      expires_at: session.expiresAt,
    })
    .execute();
}

/** Locks the token until the transaction ends, so that its sessions are counted by one at a time. */
export async function lockToken(trx: Kysely<Tables>, instanceId: number, tokenId: string): Promise<void> {
  await trx
    .selectFrom('admin_token')
    .select('token_id')
    .where('instance_id', '=', instanceId)
    .where('token_id', '=', tokenId)
    .forNoKeyUpdate()
    .execute();
}

/** Of the sessions of a token, or of a person, that have not ended: keeps the `keep` used last and ends the others. */
export async function endAllBut(
  trx: Kysely<Tables>,
  instanceId: number,
  owner: { readonly tokenId: string } | { readonly subject: string },
  keep: number,
  at: Date,
): Promise<void> {
  const isOwned =
    'tokenId' in owner
      ? sql<boolean>`token_id = ${owner.tokenId}`
      : sql<boolean>`token_id IS NULL AND subject = ${owner.subject}`;
  const surplus = trx
    .selectFrom('admin_session')
    .select('session_id')
    .where('instance_id', '=', instanceId)
    .where(isOwned)
    .where('ended_at', 'is', null)
    .orderBy('last_used_at', 'desc')
    .orderBy('session_id', 'desc')
    .offset(keep);
  await trx
    .updateTable('admin_session')
    .set({ ended_at: at })
    .where('instance_id', '=', instanceId)
    .where('session_id', 'in', surplus)
    .execute();
}

export async function touchSession(
  db: Kysely<Tables>,
  instanceId: number,
  sessionId: string,
  at: Date,
): Promise<void> {
  await db
    .updateTable('admin_session')
    .set({ last_used_at: at })
    .where('instance_id', '=', instanceId)
    .where('session_id', '=', sessionId)
    .execute();
}

/** False when it had ended before. */
export async function endSession(
  trx: Kysely<Tables>,
  instanceId: number,
  sessionId: string,
  at: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('admin_session')
    .set({ ended_at: at })
    .where('instance_id', '=', instanceId)
    .where('session_id', '=', sessionId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Most rows that one run deletes; what is left waits for the next. */
const maxDeletedRows = 10_000;

/** Deletes sessions whose time was over before `before`. Resolves to how many. */
export async function deleteOldSessions(db: Kysely<Tables>, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('admin_session')
    .where(
      sql<boolean>`(instance_id, session_id) IN (
        SELECT instance_id, session_id FROM admin_session WHERE expires_at < ${before} LIMIT ${maxDeletedRows})`,
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
