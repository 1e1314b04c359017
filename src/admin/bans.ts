import { Problem } from '../domain/problem';
import { deleteBan, listBanPage, type BanRecord } from '../store/bans';
import type { AdminDeps, Caller } from './admin-deps';
import { limitOf, pageOf, readCursor, uuidShape, type Page, type PageRequest } from './page';
import { recordAudit } from './record-audit';

export interface BanView {
  readonly id: string;
  readonly kind: string;
  /** As compared: normalised. Text of an agent. */
  readonly value: string;
  /** Of the quarantine, where it was banned. */
  readonly caseId: string | null;
  readonly bannedAt: string;
  readonly bannedBy: string;
  readonly note: string | null;
}

export interface BanQuery extends PageRequest {
  readonly case?: string;
  /** Exact. */
  readonly value?: string;
}

/** Newest first. Bans have no end and are never deleted by themselves. */
export async function listBans(deps: AdminDeps, caller: Caller, query: BanQuery): Promise<Page<BanView>> {
  const after = readCursor('bans', query, [uuidShape])?.[0];
  const filter = {
    ...(query.case === undefined ? {} : { caseId: query.case }),
    ...(query.value === undefined ? {} : { value: query.value }),
  };
  const limit = limitOf(query) + 1;
  const rows = await listBanPage(deps.db, caller.instanceId, filter, { limit, after });
  return pageOf('bans', query, rows, ({ banId }) => [banId], banView);
}

/** The identifier may be shown again. Throws Problem `not_found`. */
export async function liftBan(deps: AdminDeps, caller: Caller, banId: string): Promise<BanView> {
  return await deps.db.transaction().execute(async (trx) => {
    const ban = uuidShape.test(banId)
      ? await deleteBan(trx, caller.instanceId, banId.toLowerCase())
      : undefined;
    if (ban === undefined) throw new Problem('not_found', 'There is no such ban.');
    const { kind, value, caseId } = ban;
    await recordAudit(deps, trx, caller, 'ban.lift', ban.banId, { kind, value, caseId });
    return banView(ban);
  });
}

function banView({ banId, bannedAt, ...rest }: BanRecord): BanView {
  return { id: banId, ...rest, bannedAt: bannedAt.toISOString() };
}
