import { sql, type Kysely } from 'kysely';
import type { AuditEntry } from '../domain/audit-chain';
import type { Tables } from './tables';

/** A row of the chain as it stands in the table, right or wrong. */
export interface ChainedEntry extends AuditEntry {
  /** Hex; null when somebody took it out. */
  readonly hash: string | null;
  /** We write whole milliseconds, and the hash covers no more: anything finer was put in by others. */
  readonly isWholeMs: boolean;
}

/** A row that was written before there was a chain. */
export type UnchainedEntry = Omit<AuditEntry, 'seq'>;

interface Row {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly detail: Record<string, unknown>;
}

const columns = sql`audit_id AS id, at, actor, action, object, detail`;

/** In the order of the chain, at most `limit`, after the given place; `undefined`: from the lowest number there is. */
export async function listChainPage(
  db: Kysely<Tables>,
  instanceId: number,
  page: { readonly limit: number; readonly after: number | undefined },
): Promise<ChainedEntry[]> {
  const after = page.after === undefined ? sql`true` : sql`seq > ${page.after}`;
  const { rows } = await sql<Row & { seq: number; hash: Buffer | null; isWholeMs: boolean }>`
    SELECT ${columns}, seq, hash, date_trunc('milliseconds', at) = at AS "isWholeMs"
      FROM audit WHERE instance_id = ${instanceId} AND seq IS NOT NULL AND ${after}
     ORDER BY seq LIMIT ${page.limit}`.execute(db);
  return rows.map(({ at, hash, ...row }) => ({
    ...row,
    at: at.toISOString(),
    hash: hash?.toString('hex') ?? null,
  }));
}

/** By id, at most `limit`, after the given id. */
export async function listUnchainedPage(
  db: Kysely<Tables>,
  instanceId: number,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<UnchainedEntry[]> {
  const after = page.after === undefined ? sql`true` : sql`audit_id > ${page.after}::uuid`;
  const { rows } = await sql<Row>`
    SELECT ${columns} FROM audit WHERE instance_id = ${instanceId} AND seq IS NULL AND ${after}
     ORDER BY audit_id LIMIT ${page.limit}`.execute(db);
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}

export interface ChainSize {
  readonly chained: number;
  readonly unchained: number;
}

export async function countChain(db: Kysely<Tables>, instanceId: number): Promise<ChainSize> {
  const { rows } = await sql<ChainSize>`
    SELECT count(seq) AS chained, count(*) FILTER (WHERE seq IS NULL) AS unchained
      FROM audit WHERE instance_id = ${instanceId}`.execute(db);
  return rows[0] ?? { chained: 0, unchained: 0 };
}

/** Undefined before the first row. */
export async function findChainHead(
  db: Kysely<Tables>,
  instanceId: number,
): Promise<{ readonly seq: number; readonly hash: string } | undefined> {
  const row = await db
    .selectFrom('audit_head')
    .select(['seq', 'hash'])
    .where('instance_id', '=', instanceId)
    .executeTakeFirst();
  return row && { seq: row.seq, hash: row.hash.toString('hex') };
}
