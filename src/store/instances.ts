import { sql, type Kysely } from 'kysely';
import type { StoredAlias } from '../domain/url-binding';
import { readStoredAliases } from './bound-urls';
import type { Tables } from './tables';

export interface InstanceRecord {
  readonly instanceId: number;
  readonly name: string;
  /** Canonical spelling, first is primary. */
  readonly publicUrls: readonly string[];
  /** Former URLs. */
  readonly urlAliases: readonly StoredAlias[];
  readonly createdAt: Date;
}

const columns = [
  'instance_id as instanceId',
  'name',
  'public_urls as publicUrls',
  'url_aliases as urlAliases',
  'created_at as createdAt',
] as const;

/** Any number that no other program locks on in this database. */
const installationLock = 4_773_401;

/** Held until the transaction ends: one process at a time sets the installation up or adds an instance. */
export async function lockInstallation(trx: Kysely<Tables>): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${installationLock})`.execute(trx);
}

export async function findInstance(
  db: Kysely<Tables>,
  instanceId: number,
): Promise<InstanceRecord | undefined> {
  const row = await db
    .selectFrom('instance')
    .select(columns)
    .where('instance_id', '=', instanceId)
    .executeTakeFirst();
  return row && { ...row, urlAliases: readStoredAliases(row.urlAliases) };
}

export async function listInstances(db: Kysely<Tables>): Promise<InstanceRecord[]> {
  const rows = await db.selectFrom('instance').select(columns).orderBy('instance_id').execute();
  return rows.map((row) => ({ ...row, urlAliases: readStoredAliases(row.urlAliases) }));
}

export async function insertInstance(
  trx: Kysely<Tables>,
  instance: Omit<InstanceRecord, 'urlAliases'>,
): Promise<void> {
  await trx
    .insertInto('instance')
    .values({
      instance_id: instance.instanceId,
      name: instance.name,
      public_urls: [...instance.publicUrls],
      created_at: instance.createdAt,
    })
    .execute();
}

/** Name and URLs; former URLs: `updateInstanceUrls`. */
export async function updateInstance(
  trx: Kysely<Tables>,
  instance: Pick<InstanceRecord, 'instanceId' | 'name' | 'publicUrls'>,
): Promise<void> {
  await trx
    .updateTable('instance')
    .set({ name: instance.name, public_urls: [...instance.publicUrls] })
    .where('instance_id', '=', instance.instanceId)
    .execute();
}

/** HMAC that tells which pepper this database's keys were hashed with. */
export async function findPepperCheck(db: Kysely<Tables>): Promise<Buffer | undefined> {
  const row = await db.selectFrom('installation').select('pepper_check').executeTakeFirst();
  return row?.pepper_check;
}

export async function insertInstallation(
  trx: Kysely<Tables>,
  pepperCheck: Buffer,
  createdAt: Date,
): Promise<void> {
  await trx.insertInto('installation').values({ pepper_check: pepperCheck, created_at: createdAt }).execute();
}
