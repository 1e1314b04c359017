import { sql, type Kysely } from 'kysely';
import { fits } from '../like-pattern';
import type { Tables } from '../tables';
import { keyQuery, recordOf, type KeyRecord } from './key-records';

export interface KeyPosition {
  readonly createdAt: Date;
  readonly kid: string;
}

export type KeyState = 'active' | 'enrolment-ended' | 'expired' | 'closed' | 'revoked';

export interface KeyFilter {
  readonly entityIds?: readonly string[] | undefined;
  readonly mode?: string | undefined;
  /** Without case; `*` stands for any run of characters. */
  readonly name?: string | undefined;
  readonly owner?: string | undefined;
  /** As it is at this time. */
  readonly state?: { readonly is: KeyState; readonly at: Date } | undefined;
}

/** As `admin/key-view.ts` names it. */
const stateAt = (at: Date) => sql<KeyState>`CASE
  WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.use_until <= ${at} THEN 'expired' WHEN k.mode = 'closed' THEN 'closed'
  WHEN k.enrol_until <= ${at} THEN 'enrolment-ended' ELSE 'active' END`;

/** Newest first, at most `limit`, after (older than) the given position. */
export async function listKeyPage(
  db: Kysely<Tables>,
  instanceId: number,
  { entityIds, mode, name, owner, state }: KeyFilter,
  page: { readonly limit: number; readonly after: KeyPosition | undefined },
): Promise<KeyRecord[]> {
  let query = keyQuery(db, instanceId);
  const { after } = page;
  if (mode !== undefined) query = query.where('k.mode', '=', mode);
  if (name !== undefined) query = query.where(fits('k.name', name));
  if (owner !== undefined) query = query.where(fits('k.owner', owner));
  if (state !== undefined) query = query.where(sql<boolean>`${stateAt(state.at)} = ${state.is}`);
  if (after !== undefined) {
    query = query.where(sql<boolean>`(k.created_at, k.kid) < (${after.createdAt}, ${after.kid})`);
  }
  if (entityIds !== undefined) {
    query = query.where(sql<boolean>`k.entity_id = ANY (${[...entityIds]}::uuid[])`);
  }
  const rows = await query
    .orderBy('k.created_at', 'desc')
    .orderBy('k.kid', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map(recordOf);
}
