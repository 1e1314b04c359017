import { sql, type Kysely, type RawBuilder, type Selectable } from 'kysely';
import type { AssetConditions } from './asset-conditions';
import { expectedRows, type ManyMatches } from './asset-search';
import type { Tables } from './tables';

type AssetRow = Selectable<Tables['asset']>;

export interface AssetPageRequest {
  readonly limit: number;
  /** Only older ones: where the page before ended. */
  readonly after: string | undefined;
}

/**
 * Up to so many assets that the filters leave are sorted by id before their texts are looked at; of more the newest are
 * gone through, filters first. At a million assets both take about as long for this many.
 */
const maxSorted = 40_000;
/** More than one in so many are soon met by going through the newest, however small the fleet. */
const minShare = 10;
/** Of these so many are looked at one by one, 5 to 13 us each; if the page is not full then, what matches is listed. */
const maxLooked = 2500;
/** Unless it is more than this: to list so many takes 20 ms when they lie together, 200 ms when they are scattered. */
const maxListed = 60_000;
/**
 * Going through the newest ends after so many (1.6 us each), and when the texts of so many a row of the page were looked
 * at: what one in 100 has fills it with half of them. If it is not full then, all that match are listed and sorted.
 */
const maxWalked = 50_000;
const maxLooksPerRow = 200;

type Condition = RawBuilder<boolean>;

interface PageQuery {
  readonly db: Kysely<Tables>;
  readonly instanceId: number;
  /** Of the instance, and after the page before. */
  readonly all: readonly Condition[];
  readonly plain: readonly Condition[];
  readonly lazy: readonly ManyMatches[];
  readonly limit: number;
}

/** The newest assets first, by their ids, which are drawn in the order of time: no page costs more than the first. */
export async function readAssetPage(
  db: Kysely<Tables>,
  instanceId: number,
  { plain, lazy }: AssetConditions,
  { limit, after }: AssetPageRequest,
): Promise<AssetRow[]> {
  const older = after === undefined ? [] : [sql<boolean>`asset_id < ${after}`];
  const all = [sql<boolean>`instance_id = ${instanceId}`, ...older];
  const [dear] = lazy;
  if (dear === undefined) {
    const where = every([...all, ...plain]);
    return await rowsOf(db, sql`SELECT * FROM asset WHERE ${where} ORDER BY asset_id DESC LIMIT ${limit}`);
  }
  const query = { db, instanceId, all, plain, lazy, limit };
  const filtered = sql`SELECT asset_id FROM asset WHERE ${every([...all, ...plain])}`;
  if (await areFew(query, filtered)) return await ofFiltered(query, filtered);
  const newest = await walk(query);
  if (newest.length === limit) return newest;
  const below = after === undefined ? sql<boolean>`true` : sql<boolean>`id < ${after}`;
  const matching = sql`SELECT id AS asset_id FROM (${dear.all}) AS matching WHERE ${below}`;
  return await sortFirst(query, matching);
}

async function areFew({ db, all }: PageQuery, filtered: RawBuilder<unknown>): Promise<boolean> {
  const left = await expectedRows(db, filtered);
  if (left > maxSorted) return false;
  return left * minShare <= (await expectedRows(db, sql`SELECT FROM asset WHERE ${every(all)}`));
}

/**
 * Texts are looked at one after the other, in the order of the page, until it is full: LIMIT keeps the planner from
 * asking for the text of every asset first.
 */
async function walk({ db, all, plain, lazy, limit }: PageQuery): Promise<AssetRow[]> {
  return await rowsOf(
    db,
    sql`SELECT * FROM (
          SELECT * FROM (SELECT * FROM asset WHERE ${every(all)} ORDER BY asset_id DESC LIMIT ${sql.lit(maxWalked)}) AS asset
           WHERE ${every(plain)} LIMIT ${sql.lit(maxLooksPerRow * limit)}) AS asset
         WHERE ${every(lazy.map(({ fits }) => fits))} LIMIT ${limit}`,
  );
}

/** Texts are looked at by id alone, and only the assets of the page are read: that is half of the time. */
async function ofFiltered(
  { db, instanceId, lazy, limit }: PageQuery,
  filtered: RawBuilder<unknown>,
): Promise<AssetRow[]> {
  const looks = lazy.map(({ fits }) => fits);
  const [dear, ...others] = lazy;
  const isListed = dear !== undefined && dear.about <= maxListed;
  const restFits = isListed
    ? every([sql`asset_id IN (SELECT id FROM listed)`, ...others.map(({ fits }) => fits)])
    : every(looks);
  return await rowsOf(
    db,
    sql`WITH filtered AS MATERIALIZED (${filtered}),
    sorted AS MATERIALIZED (SELECT asset_id FROM filtered ORDER BY asset_id DESC),
    near AS MATERIALIZED (
      SELECT asset_id FROM (SELECT asset_id FROM sorted LIMIT ${sql.lit(maxLooked)}) AS asset
       WHERE ${every(looks)} LIMIT ${limit}),
    listed AS MATERIALIZED (${isListed ? dear.all : sql`SELECT NULL::uuid AS id`}),
    further AS MATERIALIZED (
      SELECT asset_id FROM (SELECT asset_id FROM sorted OFFSET ${sql.lit(maxLooked)}) AS asset
       WHERE (SELECT count(*) FROM near) < ${limit} AND (SELECT count(*) FROM sorted) > ${sql.lit(maxLooked)}
         AND ${restFits} LIMIT ${limit})
    SELECT asset.* FROM asset
     WHERE instance_id = ${instanceId}
       AND asset_id IN (SELECT asset_id FROM near UNION ALL SELECT asset_id FROM further)
     ORDER BY asset_id DESC LIMIT ${limit}`,
  );
}

/** Of the ids of `matching` the first condition holds already; the newest are looked at until the page is full. */
async function sortFirst(
  { db, instanceId, plain, lazy, limit }: PageQuery,
  matching: RawBuilder<unknown>,
): Promise<AssetRow[]> {
  const others = lazy.slice(1).map(({ fits }) => fits);
  return await rowsOf(
    db,
    sql`WITH chosen AS MATERIALIZED (${matching})
    SELECT asset.* FROM (SELECT asset_id FROM chosen ORDER BY asset_id DESC OFFSET 0) AS sorted(id)
     CROSS JOIN LATERAL (SELECT * FROM asset WHERE instance_id = ${instanceId} AND asset_id = sorted.id OFFSET 0) AS asset
     WHERE ${every([...plain, ...others])} LIMIT ${limit}`,
  );
}

async function rowsOf(db: Kysely<Tables>, query: RawBuilder<unknown>): Promise<AssetRow[]> {
  return (await (query as RawBuilder<AssetRow>).execute(db)).rows;
}

function every(conditions: readonly Condition[]): Condition {
  return sql<boolean>`${sql.join([...conditions], sql` AND `)}`;
}
