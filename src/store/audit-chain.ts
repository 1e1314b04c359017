import { sql, type Kysely, type RawBuilder } from 'kysely';
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

interface ChainPage {
  readonly limit: number;
  readonly after: number | undefined;
}

/** In the order of the chain, at most `limit`, after the given place; `undefined`: from the lowest number there is. */
export async function listChainPage(
  db: Kysely<Tables>,
  instanceId: number,
  page: ChainPage,
): Promise<ChainedEntry[]> {
  // Places follow each other without a gap unless somebody made one. Said so, a plan made on old statistics reads a
  // page and not all the rest of the log: 100,000 entries took 10 s.
  const dense = await selectChain(db, instanceId, page, sql`seq <= ${(page.after ?? 0) + page.limit}`);
  return dense.length === page.limit ? dense : await selectChain(db, instanceId, page, sql`true`);
}

async function selectChain(
  db: Kysely<Tables>,
  instanceId: number,
  { limit, after }: ChainPage,
  bound: RawBuilder<unknown>,
): Promise<ChainedEntry[]> {
  const start = after === undefined ? sql`true` : sql`seq > ${after}`;
  const { rows } = await sql<Row & { seq: number; hash: Buffer | null; isWholeMs: boolean }>`
    SELECT ${columns}, seq, hash, date_trunc('milliseconds', at) = at AS "isWholeMs"
      FROM audit WHERE instance_id = ${instanceId} AND seq IS NOT NULL AND ${start} AND ${bound}
     ORDER BY seq LIMIT ${limit}`.execute(db);
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
