import type { Kysely } from 'kysely';
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

export async function insertAudit(
  trx: Kysely<Tables>,
  instanceId: number,
  audit: AuditRecord,
): Promise<void> {
  await trx
    .insertInto('audit')
    .values({
      instance_id: instanceId,
      audit_id: audit.auditId,
      at: audit.at,
      actor: audit.actor,
      action: audit.action,
      object: audit.object,
      detail: JSON.stringify(audit.detail),
    })
    .execute();
}

/** Newest first, at most `limit`, after (older than) the given id. */
export async function listAuditPage(
  db: Kysely<Tables>,
  instanceId: number,
  page: { readonly limit: number; readonly after: string | undefined; readonly object: string | undefined },
): Promise<AuditRecord[]> {
  let query = db
    .selectFrom('audit')
    .select(['audit_id as auditId', 'at', 'actor', 'action', 'object', 'detail'])
    .where('instance_id', '=', instanceId);
  if (page.after !== undefined) query = query.where('audit_id', '<', page.after);
  if (page.object !== undefined) query = query.where('object', '=', page.object);
  const rows = await query.orderBy('audit_id', 'desc').limit(page.limit).execute();
  return rows.map((row) => ({ ...row, detail: row.detail as AuditRecord['detail'] }));
}
