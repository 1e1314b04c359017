import type { Kysely } from 'kysely';
import type { Tables } from './tables';

/** Waiting nonces of an installation; whoever makes more has made a mistake. */
const maxNonces = 100;

/** Adds a nonce, and removes those that were never used. */
export async function insertNonce(
  db: Kysely<Tables>,
  instanceId: number,
  nonce: { readonly nonceId: string; readonly mac: Buffer; readonly expiresAt: Date },
  now: Date,
): Promise<void> {
  await db
    .deleteFrom('echo_nonce')
    .where('instance_id', '=', instanceId)
    .where('expires_at', '<=', now)
    .execute();
  const { count } = await db
    .selectFrom('echo_nonce')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('instance_id', '=', instanceId)
    .executeTakeFirstOrThrow();
  if (count >= maxNonces) throw new Error(`more than ${maxNonces} nonces are waiting`);
  await db
    .insertInto('echo_nonce')
    .values({
      instance_id: instanceId,
      nonce_id: nonce.nonceId,
      mac: nonce.mac,
      expires_at: nonce.expiresAt,
    })
    .execute();
}

/** Of one that was used nothing is there any more. */
export async function removeNonce(db: Kysely<Tables>, instanceId: number, nonceId: string): Promise<void> {
  await db
    .deleteFrom('echo_nonce')
    .where('instance_id', '=', instanceId)
    .where('nonce_id', '=', nonceId)
    .execute();
}
