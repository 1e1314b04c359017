import { sql, type Kysely } from 'kysely';
import type { SecretHash } from '../../domain/pepper';
import type { AssignmentRule } from '../../domain/registration-key';
import type { StoredAlias } from '../../domain/url-binding';
import { readStoredAliases } from '../bound-urls';
import type { Tables } from '../tables';
import { insertGeneration } from './key-generations';
import { columnsOf, policyOf, type KeyPolicy, type KeyRow } from './policy-columns';

/** A key as admins see it: no secret, no hash. */
export interface KeyRecord extends KeyPolicy {
  readonly kid: string;
  /** Newest. */
  readonly generation: number;
  /** Last characters of the newest generation. */
  readonly hint: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedIp: string | null;
  /** URLs that count when the key has none of its own. */
  readonly instanceUrls: readonly string[];
  /** Former URLs, of the key and of its instance. */
  readonly urlAliases: readonly StoredAlias[];
  readonly instanceUrlAliases: readonly StoredAlias[];
}

export interface NewKey extends KeyPolicy {
  readonly kid: string;
  readonly hash: SecretHash;
  readonly hint: string;
  readonly createdAt: Date;
  readonly createdBy: string;
}

export function keyQuery(db: Kysely<Tables>, instanceId: number) {
  return db
    .selectFrom('registration_key as k')
    .innerJoin('instance as i', 'i.instance_id', 'k.instance_id')
    .selectAll('k')
    .innerJoinLateral(
      (of) =>
        of
          .selectFrom('key_generation as g')
          .select(['g.generation', 'g.hint'])
          .whereRef('g.instance_id', '=', 'k.instance_id')
          .whereRef('g.kid', '=', 'k.kid')
          .orderBy('g.generation', 'desc')
          .limit(1)
          .as('newest'),
      (join) => join.onTrue(),
    )
    .select(['i.public_urls', 'i.url_aliases as instance_url_aliases', 'newest.generation', 'newest.hint'])
    .where('k.instance_id', '=', instanceId);
}

type RecordRow = KeyRow & {
  public_urls: string[];
  instance_url_aliases: unknown;
  generation: number;
  hint: string;
};

export function recordOf(row: RecordRow): KeyRecord {
  return {
    ...policyOf(row),
    kid: row.kid,
    generation: row.generation,
    hint: row.hint,
    createdAt: row.created_at,
    createdBy: row.created_by,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    lastUsedIp: row.last_used_ip,
    instanceUrls: row.public_urls,
    urlAliases: readStoredAliases(row.url_aliases),
    instanceUrlAliases: readStoredAliases(row.instance_url_aliases),
  };
}

export async function findKeyRecord(
  db: Kysely<Tables>,
  instanceId: number,
  kid: string,
): Promise<KeyRecord | undefined> {
  const row = await keyQuery(db, instanceId).where('k.kid', '=', kid).executeTakeFirst();
  return row === undefined ? undefined : recordOf(row);
}

/** As `findKeyRecord`, locked until the transaction ends. */
export async function lockKeyRecord(
  trx: Kysely<Tables>,
  instanceId: number,
  kid: string,
): Promise<KeyRecord | undefined> {
  const locked = await trx
    .selectFrom('registration_key')
    .select('kid')
    .where('instance_id', '=', instanceId)
    .where('kid', '=', kid)
    .forNoKeyUpdate()
    .executeTakeFirst();
  // Read after the wait: a generation that somebody added meanwhile would not be seen by the same statement.
  return locked && (await findKeyRecord(trx, instanceId, kid));
}

export async function insertKey(trx: Kysely<Tables>, instanceId: number, key: NewKey): Promise<void> {
  await trx
    .insertInto('registration_key')
    .values({
      instance_id: instanceId,
      kid: key.kid,
      created_at: key.createdAt,
      created_by: key.createdBy,
      ...columnsOf(key),
    })
    .execute();
  await insertGeneration(trx, instanceId, { ...key, generation: 1 });
}

export async function updateKeyPolicy(
  trx: Kysely<Tables>,
  instanceId: number,
  kid: string,
  policy: KeyPolicy,
): Promise<void> {
  await trx
    .updateTable('registration_key')
    .set(columnsOf(policy))
    .where('instance_id', '=', instanceId)
    .where('kid', '=', kid)
    .execute();
}

/** True when the key was not revoked before. */
export async function markKeyRevoked(
  trx: Kysely<Tables>,
  instanceId: number,
  kid: string,
  at: Date,
): Promise<boolean> {
  const result = await trx
    .updateTable('registration_key')
    .set({ revoked_at: at })
    .where('instance_id', '=', instanceId)
    .where('kid', '=', kid)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

/** Keys that still serve and have a rule that leads to one of the given entities. */
export async function listKeysWithRulesTo(
  db: Kysely<Tables>,
  instanceId: number,
  entityIds: readonly string[],
): Promise<{ kid: string; entityId: string; rules: readonly AssignmentRule[] }[]> {
  const { rows } = await sql<{ kid: string; entityId: string; rules: AssignmentRule[] }>`
    SELECT kid, entity_id AS "entityId", rules FROM registration_key
     WHERE instance_id = ${instanceId} AND revoked_at IS NULL
       AND EXISTS (SELECT FROM jsonb_array_elements(rules) rule
                    WHERE rule ->> 'entityId' = ANY (${[...entityIds]}::text[]))`.execute(db);
  return rows;
}
