import type { Kysely } from 'kysely';
import type { Identifier, IdentifierKind } from '../domain/identity';
import { runSql, type AnyTransaction } from './run-sql';
import { sqlJson } from './settle/sql-json';
import type { Tables } from './tables';

export interface BanRecord extends Identifier {
  readonly banId: string;
  readonly caseId: string | null;
  readonly bannedAt: Date;
  readonly bannedBy: string;
  readonly note: string | null;
}

/** An identifier that an asset is recognised by. */
export interface HeldIdentifier extends Identifier {
  readonly assetId: string;
}

/** Those of the identifiers that an active asset holds, or the given one in any state: they are not to be banned. */
export async function findHolders(
  trx: AnyTransaction,
  instanceId: number,
  identifiers: readonly Identifier[],
  assetId: string | null,
): Promise<HeldIdentifier[]> {
  return await runSql<HeldIdentifier>(
    trx,
    `SELECT DISTINCT ON (w.kind, w.value) w.kind, w.value, held.asset_id AS "assetId"
       FROM json_to_recordset($2::json) AS w(kind text, value text)
      CROSS JOIN LATERAL (SELECT i.asset_id FROM asset_identifier AS i
                            JOIN asset AS a ON a.instance_id = i.instance_id AND a.asset_id = i.asset_id
                           WHERE i.instance_id = $1 AND i.kind = w.kind AND i.value = w.value
                             AND (a.status = 'active' OR a.asset_id = $3)
                           LIMIT 1) AS held`,
    [instanceId, sqlJson(identifiers), assetId],
  );
}

/** Resolves to the bans that are new; an identifier that is banned already stays with its ban. */
export async function insertBans(
  trx: AnyTransaction,
  instanceId: number,
  bans: readonly BanRecord[],
): Promise<BanRecord[]> {
  const made = await runSql<{ ban_id: string }>(
    trx,
    `INSERT INTO ban (instance_id, kind, value, ban_id, case_id, banned_at, banned_by, note)
     SELECT $1, kind, value, "banId", "caseId", "bannedAt", "bannedBy", note
       FROM json_to_recordset($2::json) AS r(kind text, value text, "banId" uuid, "caseId" uuid,
         "bannedAt" timestamptz, "bannedBy" text, note text)
     ON CONFLICT DO NOTHING RETURNING ban_id`,
    [instanceId, sqlJson(bans)],
  );
  const ids = new Set(made.map((row) => row.ban_id));
  return bans.filter(({ banId }) => ids.has(banId));
}

const columns = [
  'ban_id as banId',
  'kind',
  'value',
  'case_id as caseId',
  'banned_at as bannedAt',
  'banned_by as bannedBy',
  'note',
] as const;

/** Newest first, at most `limit`, after (older than) the given id. */
export async function listBanPage(
  db: Kysely<Tables>,
  instanceId: number,
  filter: { readonly caseId?: string; readonly value?: string },
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<BanRecord[]> {
  let query = db.selectFrom('ban').select(columns).where('instance_id', '=', instanceId);
  if (page.after !== undefined) query = query.where('ban_id', '<', page.after);
  if (filter.caseId !== undefined) query = query.where('case_id', '=', filter.caseId);
  if (filter.value !== undefined) query = query.where('value', '=', filter.value);
  const rows = await query.orderBy('ban_id', 'desc').limit(page.limit).execute();
  return rows.map((row) => ({ ...row, kind: row.kind as IdentifierKind }));
}

/** Resolves to the ban that was lifted; undefined when there is none. */
export async function deleteBan(
  trx: Kysely<Tables>,
  instanceId: number,
  banId: string,
): Promise<BanRecord | undefined> {
  const row = await trx
    .deleteFrom('ban')
    .where('instance_id', '=', instanceId)
    .where('ban_id', '=', banId)
    .returning(columns)
    .executeTakeFirst();
  return row === undefined ? undefined : { ...row, kind: row.kind as IdentifierKind };
}
