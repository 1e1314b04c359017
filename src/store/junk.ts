import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import type { Identifier } from '../domain/identity';
import { maxAllowedWords, type JunkGrounds, type JunkKind, type JunkOrigin } from '../domain/junk';
import { runSql } from './run-sql';
import { lockIdentities } from './settle/lock-identities';
import { sqlJson } from './settle/sql-json';
import type { Tables } from './tables';

export interface JunkRecord {
  readonly junkId: string;
  readonly kind: JunkKind;
  readonly value: string;
  /** Undefined: under every key. */
  readonly kid: string | undefined;
  readonly origin: JunkOrigin;
  readonly since: Date;
  readonly madeBy: string;
  readonly note: string | null;
  /** Of what was learned. */
  readonly why: JunkGrounds | null;
}

export interface JunkFilter {
  readonly kind?: string;
  readonly origin?: string;
  readonly kid?: string;
  readonly value?: string;
  /** What counts under keys of these entities, or under every key. */
  readonly entityIds?: readonly string[];
}

type JunkQuery = SelectQueryBuilder<Tables, 'junk', object>;

const columns = [
  ...(['junk_id as junkId', 'kind', 'value', 'kid', 'origin', 'since'] as const),
  ...(['made_by as madeBy', 'note', 'why'] as const),
] as const;

interface Row extends Omit<JunkRecord, 'kind' | 'kid' | 'origin' | 'why'> {
  readonly kind: string;
  readonly kid: string;
  readonly origin: string;
  readonly why: unknown;
}

function recordOf(row: Row): JunkRecord {
  return {
    ...row,
    kind: row.kind as JunkKind,
    kid: row.kid === '' ? undefined : row.kid,
    origin: row.origin as JunkOrigin,
    why: row.why as JunkGrounds | null,
  };
}

function ofInstance(db: Kysely<Tables>, instanceId: number): JunkQuery {
  return db.selectFrom('junk').where('instance_id', '=', instanceId);
}

/** Newest first, at most `limit`, after (older than) the given id. */
export async function listJunkPage(
  db: Kysely<Tables>,
  instanceId: number,
  { kind, origin, kid, value, entityIds }: JunkFilter,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<JunkRecord[]> {
  let query = ofInstance(db, instanceId);
  if (page.after !== undefined) query = query.where('junk_id', '<', page.after);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (origin !== undefined) query = query.where('origin', '=', origin);
  if (kid !== undefined) query = query.where('kid', '=', kid);
  if (value !== undefined) query = query.where('value', '=', value);
  if (entityIds !== undefined) {
    query = query.where(sql<boolean>`(kid = '' OR EXISTS (SELECT FROM registration_key AS k
      WHERE k.instance_id = junk.instance_id AND k.kid = junk.kid AND k.entity_id = ANY (${[...entityIds]}::uuid[])))`);
  }
  const rows = await query.select(columns).orderBy('junk_id', 'desc').limit(page.limit).execute();
  return rows.map(recordOf);
}

export async function findJunk(
  db: Kysely<Tables>,
  instanceId: number,
  junkId: string,
): Promise<JunkRecord | undefined> {
  const row = await ofInstance(db, instanceId)
    .where('junk_id', '=', junkId)
    .select(columns)
    .executeTakeFirst();
  return row && recordOf(row);
}

/** Everything that is said of these values, under whatever key. At most as many rows as keys and one, for each value. */
export async function listJunkOf(
  db: Kysely<Tables>,
  instanceId: number,
  values: readonly Identifier[],
  kid: string | undefined,
): Promise<JunkRecord[]> {
  const rows = await runSql<Row>(
    db,
    `SELECT j.junk_id AS "junkId", j.kind, j.value, j.kid, j.origin, j.since, j.made_by AS "madeBy", j.note, j.why
       FROM json_to_recordset($2::json) AS w(kind text, value text)
      CROSS JOIN LATERAL (SELECT * FROM junk WHERE instance_id = $1 AND kind = w.kind AND value = w.value
                             AND ($3::text IS NULL OR kid IN ('', $3))
                           ORDER BY is_learned, kid DESC LIMIT ${maxRowsPerValue}) AS j`,
    [instanceId, sqlJson(values), kid ?? null],
  );
  return rows.map(recordOf);
}

/** What is said of one value under many keys: beyond these a few more or less change nothing of a warning. */
const maxRowsPerValue = 256;

/**
 * Nobody settles anything that shows the value until the transaction ends, and admins who say something of a value come
 * one after the other, so that they can be counted.
 */
export async function lockJunk(trx: Kysely<Tables>, instanceId: number, one: Identifier): Promise<void> {
  await lockIdentities(trx, instanceId, [`${one.kind}:${one.value}`, 'junk words']);
}

export async function countJunkWords(
  trx: Kysely<Tables>,
  instanceId: number,
  origin: JunkOrigin,
): Promise<number> {
  const { n } = await ofInstance(trx, instanceId)
    .where('origin', '=', origin)
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
}

/** What an admin says takes the place of what was said before of the value for the same key, or for all. */
export async function putJunkWord(
  trx: Kysely<Tables>,
  instanceId: number,
  { junkId, kind, value, kid = '', origin, since, madeBy, note }: JunkRecord,
): Promise<JunkRecord> {
  const said = { origin, since, made_by: madeBy, note };
  const row = await trx
    .insertInto('junk')
    .values({ instance_id: instanceId, junk_id: junkId, kind, value, kid, ...said, why: null })
    .onConflict((conflict) =>
      conflict.columns(['instance_id', 'kind', 'value', 'kid', 'is_learned']).doUpdateSet(said),
    )
    .returning(columns)
    .executeTakeFirstOrThrow();
  return recordOf(row);
}

export async function deleteJunk(trx: Kysely<Tables>, instanceId: number, junkId: string): Promise<void> {
  await trx.deleteFrom('junk').where('instance_id', '=', instanceId).where('junk_id', '=', junkId).execute();
}

/** Values that an admin allows under this key, or under every key and does not declare junk under this one. */
export async function loadAllowedFillers(
  db: Kysely<Tables>,
  instanceId: number,
  kid: string,
): Promise<Identifier[]> {
  return await runSql<Identifier>(
    db,
    `SELECT DISTINCT kind, value FROM junk AS a
      WHERE instance_id = $1 AND origin = 'allowed' AND kid IN ('', $2)
        AND NOT EXISTS (SELECT FROM junk AS d WHERE d.instance_id = $1 AND d.kind = a.kind AND d.value = a.value
                           AND d.kid = $2 AND d.origin = 'declared')
      LIMIT ${maxAllowedWords}`,
    [instanceId, kid],
  );
}

export interface JunkHolding {
  readonly assetId: string;
  readonly name: string | null;
  readonly kid: string;
  readonly entityId: string;
}

/** Active assets that show the value, the oldest first, at most `limit`. */
export async function listHoldersOf(
  db: Kysely<Tables>,
  instanceId: number,
  { kind, value }: Identifier,
  within: { readonly kid: string | undefined; readonly entityIds: readonly string[] | undefined },
  limit: number,
): Promise<JunkHolding[]> {
  return await runSql<JunkHolding>(
    db,
    `SELECT a.asset_id AS "assetId", a.name, a.kid, a.entity_id AS "entityId"
       FROM asset_identifier AS i JOIN asset AS a ON a.instance_id = i.instance_id AND a.asset_id = i.asset_id
      WHERE i.instance_id = $1 AND i.kind = $2 AND i.value = $3 AND a.status = 'active'
        AND ($4::text IS NULL OR a.kid = $4) AND ($5::uuid[] IS NULL OR a.entity_id = ANY ($5))
      ORDER BY i.asset_id LIMIT $6`,
    [instanceId, kind, value, within.kid ?? null, within.entityIds ?? null, limit],
  );
}
