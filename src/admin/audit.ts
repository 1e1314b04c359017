import { listAuditPage } from '../store/audit';
import type { AdminDeps, Caller } from './admin-deps';
import { limitOf, pageOf, readCursor, uuidShape, type Page, type PageRequest } from './page';

export interface AuditView {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditQuery extends PageRequest {
  /** Id of the entity, key, asset, token or instance that was changed. */
  readonly object?: string;
}

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
  });
  return pageOf(
    'audit',
    query,
    rows,
    (row) => [row.auditId],
    ({ auditId, at, actor, action, object, detail }) => ({
      id: auditId,
      at: at.toISOString(),
      actor,
      action,
      object,
      detail,
    }),
  );
}
