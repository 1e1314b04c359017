import { listAuditPage } from '../store/audit';
import type { AdminDeps, Caller } from './admin-deps';
import { scopeOf } from './entity-scope';
import { limitOf, pageOf, readCursor, uuidShape, type Page, type PageRequest } from './page';
import { readQueryTime } from './read-time';

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
  /** Without case; `*` stands for any run of characters. */
  readonly actor?: string;
  readonly action?: string;
  readonly since?: string;
  readonly before?: string;
}

/** A limited caller sees changes of what belongs to its subtree now. */
export async function listAudit(
  deps: AdminDeps,
  caller: Caller,
  query: AuditQuery,
): Promise<Page<AuditView>> {
  const after = readCursor('audit', query, [uuidShape])?.[0];
  const { object, actor, action } = query;
  const filter = {
    ...{ object, actor, action },
    since: readQueryTime('since', query.since),
    before: readQueryTime('before', query.before),
    entityIds: await scopeOf(deps.db, caller),
  };
  const rows = await listAuditPage(deps.db, caller.instanceId, filter, { limit: limitOf(query) + 1, after });
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
