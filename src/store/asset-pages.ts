import { sql, type Kysely, type RawBuilder, type Selectable } from 'kysely';
import type { AssetConditions } from './asset-conditions';
import { expectedRows } from './asset-search';
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
const maxSorted = 15_000;

/** The newest assets first, by their ids, which are drawn in the order of time: no page costs more than the first. */
export async function readAssetPage(
  db: Kysely<Tables>,
  instanceId: number,
  { plain, lazy }: AssetConditions,
  page: AssetPageRequest,
): Promise<AssetRow[]> {
  const older = page.after === undefined ? [] : [sql<boolean>`asset_id < ${page.after}`];
  const all = [sql<boolean>`instance_id = ${instanceId}`, ...older];
  const query =
    lazy === undefined
      ? sql<AssetRow>`SELECT * FROM asset WHERE ${every([...all, ...plain])} ORDER BY asset_id DESC LIMIT ${page.limit}`
      : await lazyQuery(db, instanceId, { all, plain, lazy }, page.limit);
  return (await query.execute(db)).rows;
}

interface Parts {
  readonly all: readonly RawBuilder<boolean>[];
  readonly plain: readonly RawBuilder<boolean>[];
  readonly lazy: RawBuilder<boolean>;
}

/**
 * Texts are looked at one after the other, in the order of the page, until it is full: OFFSET 0 keeps the planner from
 * asking for the text of every asset first.
 */
async function lazyQuery(
  db: Kysely<Tables>,
  instanceId: number,
  { all, plain, lazy }: Parts,
  limit: number,
): Promise<RawBuilder<AssetRow>> {
  const filtered = sql`SELECT asset_id FROM asset WHERE ${every([...all, ...plain])}`;
  if ((await expectedRows(db, filtered)) > maxSorted) {
    return sql<AssetRow>`
      SELECT * FROM (SELECT * FROM asset WHERE ${every(all)} ORDER BY asset_id DESC OFFSET 0) AS asset
       WHERE ${every([...plain, lazy])} LIMIT ${limit}`;
  }
  return sql<AssetRow>`
    WITH filtered AS MATERIALIZED (${filtered})
    SELECT asset.* FROM (SELECT asset_id FROM filtered ORDER BY asset_id DESC OFFSET 0) AS sorted
     CROSS JOIN LATERAL (SELECT * FROM asset WHERE instance_id = ${instanceId} AND asset_id = sorted.asset_id OFFSET 0) AS asset
     WHERE ${lazy} LIMIT ${limit}`;
}

function every(conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return sql<boolean>`${sql.join([...conditions], sql` AND `)}`;
}
