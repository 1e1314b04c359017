import { listAuditPage } from '../store/audit';
import type { AdminDeps, Caller } from './admin-deps';
import { scopeOf } from './entity-scope';
import { limitOf, pageOf, readCursor, uuidShape, type Page, type PageRequest } from './page';

export interface AuditView {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Place in the chain; null for an entry that no start has taken into it. */
  readonly seq: number | null;
  /** Hex. */
  readonly hash: string | null;
}

export interface AuditQuery extends PageRequest {
  /** Id of the entity, key, asset, token, held device or instance that was changed. */
  readonly object?: string;
}

/** A limited caller sees changes of what belongs to its subtree now. */
export async function listAudit(
  deps: AdminDeps,
  caller: Caller,
  query: AuditQuery,
): Promise<Page<AuditView>> {
  const after = readCursor('audit', query, [uuidShape])?.[0];
  const rows = await listAuditPage(deps.db, caller.instanceId, {
    limit: limitOf(query) + 1,
    after,
    object: query.object,
    entityIds: await scopeOf(deps.db, caller),
  });
  return pageOf(
    'audit',
    query,
    rows,
    (row) => [row.auditId],
    ({ auditId, at, actor, action, object, detail, seq, hash }) => ({
      id: auditId,
      at: at.toISOString(),
      actor,
      action,
      object,
      detail,
      seq,
      hash: hash?.toString('hex') ?? null,
    }),
  );
}
