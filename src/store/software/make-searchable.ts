import type { Pool, PoolClient } from 'pg';
import { softwareNames } from '../../identity/software-names';
import { inOneProcess } from '../one-process';
import { readStoredContent } from '../settle/load-facts';
import { addNames, countHolders, findNames, type NameLimits } from './software-names-table';
import { endWaiting, listWaiting, type WaitingAsset } from './waiting-software';

export interface SearchableLimits extends NameLimits {
  /** Assets of one transaction. */
  readonly assetsAtOnce: number;
}

export const defaultSearchableLimits: SearchableLimits = {
  assetsAtOnce: 50,
  maxNames: 1_000_000,
  maxNamesPerKey: 500_000,
};

/** Any constant, the same in every process. */
const softwareLock = 7_470_312_011;

interface NamedAsset {
  readonly instanceId: number;
  readonly assetId: string;
  readonly kid: string;
  readonly names: readonly string[];
}

/**
 * Makes the next assets searchable by their software. Resolves to how many; undefined when another process is at it:
 * with one writer there is nobody to wait for, and no number of a name is given twice.
 */
export async function makeSoftwareSearchable(
  pool: Pool,
  limits: SearchableLimits = defaultSearchableLimits,
): Promise<number | undefined> {
  return await inOneProcess(pool, softwareLock, async (client) => {
    const waiting = await listWaiting(client, limits.assetsAtOnce);
    const named: NamedAsset[] = [];
    for (const asset of waiting) {
      if (asset.kid !== null) named.push({ ...asset, kid: asset.kid, names: namesOf(asset) });
      // Requests go first.
      await new Promise(setImmediate);
    }
    for (const [instanceId, assets] of Map.groupBy(named, (asset) => asset.instanceId)) {
      await client.query('BEGIN');
      await writeSoftware(client, instanceId, assets, limits);
      await client.query('COMMIT');
    }
    // Apart, since it meets rows that inventories write to.
    await endWaiting(client, waiting);
    return waiting.length;
  });
}

function namesOf({ content }: WaitingAsset): string[] {
  return content === null ? [] : softwareNames(readStoredContent(content));
}

async function writeSoftware(
  client: PoolClient,
  instanceId: number,
  assets: readonly NamedAsset[],
  limits: NameLimits,
): Promise<void> {
  const kidOf = new Map<string, string>();
  for (const { kid, names } of assets) for (const name of names) if (!kidOf.has(name)) kidOf.set(name, kid);
  const known = await findNames(client, instanceId, [...kidOf.keys()]);
  const brought = new Map([...kidOf].filter(([name]) => !known.has(name)));
  const added = await addNames(client, instanceId, brought, limits);
  const before = await namesBefore(client, instanceId, assets);
  const changes = new Map<number, number>();
  const count = (ids: readonly number[], by: number): void => {
    for (const id of ids) changes.set(id, (changes.get(id) ?? 0) + by);
  };
  const rows = assets.map(({ assetId, names }) => {
    const ids = names.flatMap((name) => known.get(name) ?? added.get(name) ?? []);
    count(ids, 1);
    count(before.get(assetId) ?? [], -1);
    return { asset: assetId, names: ids.toSorted((one, other) => one - other) };
  });
  await client.query(
    `INSERT INTO asset_software AS s (instance_id, asset_id, names)
     SELECT $1, asset, names FROM json_to_recordset($2::json) AS r(asset uuid, names integer[])
     ON CONFLICT (instance_id, asset_id) DO UPDATE SET names = excluded.names WHERE s.names <> excluded.names`,
    [instanceId, JSON.stringify(rows)],
  );
  await countHolders(client, instanceId, changes);
}

async function namesBefore(
  client: PoolClient,
  instanceId: number,
  assets: readonly NamedAsset[],
): Promise<Map<string, readonly number[]>> {
  const { rows } = await client.query<{ id: string; names: number[] }>(
    `SELECT asset_id AS id, names FROM asset_software WHERE instance_id = $1 AND asset_id = ANY ($2::uuid[])`,
    [instanceId, assets.map(({ assetId }) => assetId)],
  );
  return new Map(rows.map(({ id, names }) => [id, names]));
}
