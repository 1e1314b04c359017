import { sql, type Kysely, type RawBuilder } from 'kysely';
import { expectedRows, maxFew, surelyMany, type ManyMatches, type Matches } from '../asset-search';
import type { Tables } from '../tables';

/** Names that fit, beyond which each asset's own are read instead: few searches mean so many. */
const maxNames = 2000;
/** So many numbers are compared one by one faster than through a hash table. */
const maxCompared = 32;

interface Name {
  readonly id: number;
  readonly assets: number;
}

/** Assets with a software whose name fits all of the patterns, written for LIKE, in lower case. */
export async function softwareMatches(
  db: Kysely<Tables>,
  instanceId: number,
  patterns: readonly string[],
): Promise<Matches> {
  const fits = sql<boolean>`(${sql.join(
    patterns.map((pattern) => sql`name LIKE ${pattern}`),
    sql` AND `,
  )})`;
  const found = sql<Name>`
    SELECT name_id AS id, assets FROM software_name WHERE instance_id = ${instanceId} AND ${fits}`;
  if ((await expectedRows(db, found)) > surelyMany) return ofManyNames(instanceId, fits);
  const { rows } = await sql<Name>`${found} LIMIT ${sql.lit(maxNames + 1)}`.execute(db);
  if (rows.length > maxNames) return ofManyNames(instanceId, fits);
  const holders = holdersOf(instanceId, sql`${rows.map(({ id }) => id)}::integer[]`);
  // Whoever has two of them is counted twice: at worst the newest are gone through in vain.
  const about = rows.reduce((sum, { assets }) => sum + assets, 0);
  if (about > maxFew) return { fits: hasOne(instanceId, rows), all: holders, about };
  if (rows.length === 0) return { few: [] };
  return { few: (await holders.execute(db)).rows.map(({ id }) => id) };
}

function holdersOf(instanceId: number, ids: RawBuilder<unknown>): RawBuilder<{ id: string }> {
  return sql<{ id: string }>`
    SELECT asset_id AS id FROM asset_software WHERE instance_id = ${instanceId} AND names && ${ids}`;
}

/** As a scalar, so that no plan reads the whole table for it. */
function ofAsset(instanceId: number, condition: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(SELECT ${condition} FROM asset_software AS installed
    WHERE installed.instance_id = ${instanceId} AND installed.asset_id = asset.asset_id)`;
}

function hasOne(instanceId: number, names: readonly Name[]): RawBuilder<boolean> {
  // The commonest first: the comparison ends at the first that fits.
  const ids = names.toSorted((one, other) => other.assets - one.assets).map(({ id }) => id);
  return ofAsset(
    instanceId,
    ids.length <= maxCompared
      ? sql`installed.names && ${ids}::integer[]`
      : sql`EXISTS (SELECT FROM unnest(installed.names) AS one WHERE one = ANY (${ids}::integer[]))`,
  );
}

function ofManyNames(instanceId: number, fits: RawBuilder<boolean>): ManyMatches {
  const named = sql`SELECT name_id FROM software_name WHERE instance_id = ${instanceId} AND ${fits}`;
  return {
    fits: ofAsset(
      instanceId,
      sql`EXISTS (SELECT FROM unnest(installed.names) AS one
        JOIN software_name ON software_name.instance_id = ${instanceId} AND name_id = one WHERE ${fits})`,
    ),
    all: holdersOf(instanceId, sql`ARRAY(${named})`),
    about: Infinity,
  };
}
