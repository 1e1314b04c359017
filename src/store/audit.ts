import { sql, type Kysely, type RawBuilder } from 'kysely';
import { chainStart, entryText, hashAfter } from '../domain/audit-chain';
import { fits } from './like-pattern';
import { runSql, type AnyTransaction } from './run-sql';
import { sqlJson } from './settle/sql-json';
import type { Tables } from './tables';

export interface AuditRecord {
  readonly auditId: string;
  readonly at: Date;
  readonly actor: string;
  /** `<object>.<verb>`, e.g. `key.revoke`. */
  readonly action: string;
  /** Id of what was changed. */
  readonly object: string;
  /** What was changed. Never a secret. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Locks the chain's end; makes it when there is none. */
const lockHead = `INSERT INTO audit_head (instance_id, seq, hash) VALUES ($1, 0, $2)
  ON CONFLICT (instance_id) DO UPDATE SET seq = audit_head.seq RETURNING seq, hash`;

const writeEntries = `WITH rows AS (
    INSERT INTO audit (instance_id, audit_id, at, actor, action, object, detail, seq, hash)
    SELECT $1, id, at, actor, action, object, detail, seq, decode(hash, 'hex')
      FROM json_to_recordset($4::json) AS r(id uuid, at timestamptz, actor text, action text, object text,
        detail jsonb, seq bigint, hash text))
  UPDATE audit_head SET seq = $2, hash = $3 WHERE instance_id = $1`;

const listUnchained = `SELECT audit_id, at, actor, action, object, detail FROM audit
  WHERE instance_id = $1 AND seq IS NULL ORDER BY audit_id LIMIT $2`;

const chainEntries = `WITH rows AS (
    UPDATE audit AS a SET seq = r.seq, hash = decode(r.hash, 'hex'), at = date_trunc('milliseconds', a.at)
      FROM json_to_recordset($4::json) AS r(id uuid, seq bigint, hash text)
     WHERE a.instance_id = $1 AND a.audit_id = r.id)
  UPDATE audit_head SET seq = $2, hash = $3 WHERE instance_id = $1`;

const chainedAtOnce = 1000;

/**
 * Adds rows to the instance's chain, in their order, inside the caller's transaction. The end of the chain stays
 * locked until the transaction ends: call it after everything that waits for another lock, else two transactions may
 * wait for each other. Rows that are older than the chain are taken into it first. With no rows it does only that.
 */
export async function appendAudit(
  trx: AnyTransaction,
  instanceId: number,
  records: readonly AuditRecord[],
): Promise<void> {
  const locked = await runSql<{ seq: number; hash: Buffer }>(trx, lockHead, [
    instanceId,
    Buffer.from(chainStart, 'hex'),
  ]);
  const { seq, hash } = locked[0] ?? { seq: 0, hash: Buffer.alloc(32) };
  let head: Head = { seq, hash: hash.toString('hex') };
  if (head.seq === 0) head = await chainOlder(trx, instanceId, head);
  if (records.length > 0) await write(trx, writeEntries, instanceId, follow(head, records));
}

interface Head {
  readonly seq: number;
  readonly hash: string;
}

interface ChainedRow extends Head {
  readonly id: string;
}

/** As PostgreSQL will give it back: through its JSON, with the characters that it cannot hold replaced. */
function follow(head: Head, records: readonly AuditRecord[]): ChainedRow[] {
  let { seq, hash } = head;
  return records.map(({ auditId, at, ...rest }) => {
    const stored = JSON.parse(sqlJson({ id: auditId, at: at.toISOString(), ...rest })) as {
      id: string;
      at: string;
    } & typeof rest;
    seq++;
    hash = hashAfter(hash, entryText({ ...stored, seq }));
    return { ...stored, seq, hash };
  });
}

async function write(
  trx: AnyTransaction,
  statement: string,
  instanceId: number,
  rows: readonly ChainedRow[],
): Promise<Head> {
  const last = rows.at(-1);
  if (last === undefined) throw new Error('no row to add to the chain');
  await runSql(trx, statement, [instanceId, last.seq, Buffer.from(last.hash, 'hex'), sqlJson(rows)]);
  return last;
}

/** What was written before there was a chain, once: it is then covered from here on. */
async function chainOlder(trx: AnyTransaction, instanceId: number, start: Head): Promise<Head> {
  let head = start;
  for (;;) {
    const older = await runSql<Omit<AuditRecord, 'auditId'> & { audit_id: string }>(trx, listUnchained, [
      instanceId,
      chainedAtOnce,
    ]);
    if (older.length === 0) return head;
    const records = older.map(({ audit_id, ...rest }) => ({ ...rest, auditId: audit_id }));
    head = await write(trx, chainEntries, instanceId, follow(head, records));
  }
}

export interface ListedAudit extends AuditRecord {
  readonly seq: number | null;
  readonly hash: Buffer | null;
}

export interface AuditFilter {
  readonly object?: string | undefined;
  /** Without case; `*` stands for any run of characters. */
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** Inclusive. */
  readonly since?: Date | undefined;
  /** Exclusive. */
  readonly before?: Date | undefined;
  /**
   * Only changes of what belongs to one of them now: itself, its keys and what counts as junk under them, assets, held
   * devices and the admin tokens that are limited to it.
   */
  readonly entityIds?: ReadonlySet<string> | undefined;
}

/** Newest first, at most `limit`, after (older than) the given id. */
export async function listAuditPage(
  db: Kysely<Tables>,
  instanceId: number,
  filter: AuditFilter,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<ListedAudit[]> {
  let query = db
    .selectFrom('audit')
    .select(['audit_id as auditId', 'at', 'actor', 'action', 'object', 'detail', 'seq', 'hash'])
    .where('instance_id', '=', instanceId);
  if (page.after !== undefined) query = query.where('audit_id', '<', page.after);
  const { object, actor, action, since, before, entityIds } = filter;
  if (object !== undefined) query = query.where('object', '=', object);
  if (actor !== undefined) query = query.where(fits('actor', actor));
  if (action !== undefined) query = query.where(fits('action', action));
  if (since !== undefined) query = query.where('at', '>=', since);
  if (before !== undefined) query = query.where('at', '<', before);
  if (entityIds !== undefined) query = query.where(belongsTo(instanceId, [...entityIds]));
  const rows = await query.orderBy('audit_id', 'desc').limit(page.limit).execute();
  return rows.map((row) => ({ ...row, detail: row.detail as AuditRecord['detail'] }));
}

/** An object is a uuid or another id: only a uuid is looked up as one. */
const objectUuid = sql`(CASE WHEN audit.object ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN audit.object::uuid END)`;

function belongsTo(instanceId: number, entityIds: readonly string[]): RawBuilder<boolean> {
  const isOne = sql`ANY (${[...entityIds]}::uuid[])`;
  return sql`(${objectUuid} = ${isOne}
    OR EXISTS (SELECT FROM registration_key k
                WHERE k.instance_id = ${instanceId} AND k.kid = audit.object AND k.entity_id = ${isOne})
    OR EXISTS (SELECT FROM registered_instance r
                 JOIN registration_key k ON k.instance_id = r.instance_id AND k.kid = r.kid
                WHERE r.instance_id = ${instanceId} AND r.registration_id = ${objectUuid} AND k.entity_id = ${isOne})
    OR EXISTS (SELECT FROM admin_token t
                WHERE t.instance_id = ${instanceId} AND t.token_id = audit.object AND t.entity_id = ${isOne})
    OR EXISTS (SELECT FROM asset a
                WHERE a.instance_id = ${instanceId} AND a.asset_id = ${objectUuid} AND a.entity_id = ${isOne})
    OR EXISTS (SELECT FROM junk j
                 JOIN registration_key k ON k.instance_id = j.instance_id AND k.kid = j.kid
                WHERE j.instance_id = ${instanceId} AND j.junk_id = ${objectUuid} AND k.entity_id = ${isOne})
    OR EXISTS (SELECT FROM quarantine q
                 JOIN registration_key k ON k.instance_id = q.instance_id AND k.kid = q.kid
                WHERE q.instance_id = ${instanceId} AND q.case_id = ${objectUuid} AND k.entity_id = ${isOne}))`;
}
