import { sql, type Kysely } from 'kysely';
import type { SealedText } from '../../domain/sealed-text';
import type { Tables } from '../tables';

/** How GLPI's API is reached, as it is stored: what of the credential is secret is sealed. */
export interface StoredGlpiApi {
  readonly instanceId: number;
  /** Root of GLPI. */
  readonly url: string;
  readonly api: 'legacy' | 'high-level';
  /** What may be shown: the id of the client, the name of the user. */
  readonly credential: PublicGlpiCredential;
  readonly secret: SealedText;
  readonly changedAt: Date;
  /** When entities were last taken over, and what came of it. */
  readonly importedAt: Date | null;
  readonly lastImport: unknown;
}

export interface PublicGlpiCredential {
  readonly clientId?: string;
  readonly userName?: string;
  readonly hasAppToken?: boolean;
}

export async function findGlpiApi(
  db: Kysely<Tables>,
  instanceId: number,
): Promise<StoredGlpiApi | undefined> {
  const row = await db
    .selectFrom('glpi_api')
    .selectAll()
    .where('instance_id', '=', instanceId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    instanceId,
    url: row.url,
    api: row.api as StoredGlpiApi['api'],
    credential: row.credential as PublicGlpiCredential,
    secret: { bytes: row.secret, pepperId: row.secret_pepper_id },
    changedAt: row.changed_at,
    importedAt: row.imported_at,
    lastImport: row.last_import,
  };
}

/** Ids of the instances that have one. */
export async function listGlpiApis(db: Kysely<Tables>): Promise<number[]> {
  const rows = await db.selectFrom('glpi_api').select('instance_id').orderBy('instance_id').execute();
  return rows.map((row) => row.instance_id);
}

/** Takes the place of the one before it. */
export async function putGlpiApi(
  trx: Kysely<Tables>,
  { instanceId, ...api }: Omit<StoredGlpiApi, 'importedAt' | 'lastImport'>,
): Promise<void> {
  const values = {
    url: api.url,
    api: api.api,
    credential: JSON.stringify(api.credential),
    secret: api.secret.bytes,
    secret_pepper_id: api.secret.pepperId,
    changed_at: api.changedAt,
  };
  await trx
    .insertInto('glpi_api')
    .values({ instance_id: instanceId, ...values })
    .onConflict((conflict) => conflict.column('instance_id').doUpdateSet(values))
    .execute();
}

export async function deleteGlpiApi(trx: Kysely<Tables>, instanceId: number): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('glpi_api')
    .where('instance_id', '=', instanceId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** The same secret under another pepper. */
export async function resealGlpiApi(
  trx: Kysely<Tables>,
  instanceId: number,
  secret: SealedText,
): Promise<void> {
  await trx
    .updateTable('glpi_api')
    .set({ secret: secret.bytes, secret_pepper_id: secret.pepperId })
    .where('instance_id', '=', instanceId)
    .execute();
}

/** What came of an import, or of a try. */
export async function noteImport(
  db: Kysely<Tables>,
  instanceId: number,
  at: Date,
  came: object,
): Promise<void> {
  await db
    .updateTable('glpi_api')
    .set({ imported_at: at, last_import: JSON.stringify(came) })
    .where('instance_id', '=', instanceId)
    .execute();
}

/**
 * Takes the turn for an import: true for one process, when the last one was before `before`. The time is put forward at
 * once, so that a failed try is not repeated before the next turn.
 */
export async function claimImport(
  db: Kysely<Tables>,
  instanceId: number,
  before: Date,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('glpi_api')
    .set({ imported_at: now })
    .where('instance_id', '=', instanceId)
    .where(sql<boolean>`(imported_at IS NULL OR imported_at < ${before}::timestamptz)`)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
