import { sql, type Kysely } from 'kysely';
import type { Tables } from './tables';

export interface RememberedCreate {
  /** SHA-256 of the request's body. */
  readonly request: Buffer;
  /** Id of what it made. */
  readonly object: string | null;
}

/**
 * True when nobody used the key before; whoever uses it at the same time waits until this transaction ends. One that was
 * used before `forgetBefore` is taken over.
 */
export async function claimIdempotencyKey(
  trx: Kysely<Tables>,
  instanceId: number,
  digest: Buffer,
  request: Buffer,
  at: Date,
  forgetBefore: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await trx
    .insertInto('idempotency')
    .values({ instance_id: instanceId, digest, request, made_at: at })
    .onConflict((conflict) =>
      conflict
        .columns(['instance_id', 'digest'])
        .doUpdateSet({ request, object: null, made_at: at })
        .where('idempotency.made_at', '<', forgetBefore),
    )
    .executeTakeFirst();
  return numInsertedOrUpdatedRows > 0n;
}

export async function rememberCreated(
  trx: Kysely<Tables>,
  instanceId: number,
  digest: Buffer,
  object: string,
): Promise<void> {
  await trx
    .updateTable('idempotency')
    .set({ object })
    .where('instance_id', '=', instanceId)
    .where('digest', '=', digest)
    .execute();
}

export async function findCreated(
  db: Kysely<Tables>,
  instanceId: number,
  digest: Buffer,
): Promise<RememberedCreate | undefined> {
  return await db
    .selectFrom('idempotency')
    .select(['request', 'object'])
    .where('instance_id', '=', instanceId)
    .where('digest', '=', digest)
    .executeTakeFirst();
}

/** Most rows that one run deletes; what is left waits for the next. */
const maxDeletedRows = 10_000;

export async function deleteOldIdempotencyKeys(db: Kysely<Tables>, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('idempotency')
    .where(
      sql<boolean>`(instance_id, digest) IN (
        SELECT instance_id, digest FROM idempotency WHERE made_at < ${before} LIMIT ${sql.lit(maxDeletedRows)})`,
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
