import type { PoolClient } from 'pg';

export interface NameLimits {
  /** Different names of an instance. */
  readonly maxNames: number;
  /** Of them, those that came by one key first: a key that brings new ones without end leaves room for the others. */
  readonly maxNamesPerKey: number;
}

const highestId = 2_147_483_647;

/** Numbers of the names that are known. */
export async function findNames(
  client: PoolClient,
  instanceId: number,
  names: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ id: number; name: string }>(
    `SELECT name_id AS id, name FROM software_name WHERE instance_id = $1 AND name = ANY ($2::text[])`,
    [instanceId, names],
  );
  return new Map(rows.map(({ id, name }) => [name, id]));
}

/** Takes in new names, each with the key by which it came, as far as there is room. Resolves to their numbers. */
export async function addNames(
  client: PoolClient,
  instanceId: number,
  brought: ReadonlyMap<string, string>,
  limits: NameLimits,
): Promise<Map<string, number>> {
  if (brought.size === 0) return new Map();
  const room = await roomOf(client, instanceId, limits);
  const added: [string, string][] = [];
  const leftOut: string[] = [];
  for (const [name, kid] of brought) {
    if (room.take(kid)) added.push([name, kid]);
    else leftOut.push(kid);
  }
  const ids = await freeIds(client, instanceId, added.length);
  const kids = added.map(([, kid]) => kid);
  const names = added.map(([name]) => name);
  await client.query(
    `INSERT INTO software_name (instance_id, name_id, name, assets, kid)
     SELECT $1, id, name, 0, kid FROM unnest($2::integer[], $3::text[], $4::text[]) AS n(id, name, kid)`,
    [instanceId, ids, names, kids],
  );
  await tally(client, instanceId, { names: timesOf(kids, 1), leftOut: timesOf(leftOut, 1) });
  return new Map(names.map((name, place) => [name, ids[place] ?? 0]));
}

async function roomOf(client: PoolClient, instanceId: number, { maxNames, maxNamesPerKey }: NameLimits) {
  const { rows } = await client.query<{ kid: string; names: number }>(
    'SELECT kid, names FROM software_tally WHERE instance_id = $1',
    [instanceId],
  );
  const names = new Map(rows.map((row) => [row.kid, row.names]));
  let all = rows.reduce((sum, row) => sum + row.names, 0);
  return {
    take: (kid: string): boolean => {
      const own = names.get(kid) ?? 0;
      if (all >= maxNames || own >= maxNamesPerKey) return false;
      all++;
      names.set(kid, own + 1);
      return true;
    },
  };
}

/** After the highest one; when that is as high as can be, those that gave way long ago. */
async function freeIds(client: PoolClient, instanceId: number, count: number): Promise<number[]> {
  const { rows } = await client.query<{ highest: number | null }>(
    'SELECT max(name_id) AS highest FROM software_name WHERE instance_id = $1',
    [instanceId],
  );
  const first = (rows[0]?.highest ?? 0) + 1;
  if (first + count <= highestId) return Array.from({ length: count }, (_, place) => first + place);
  const { rows: gaps } = await client.query<{ from: number; to: number }>(
    `SELECT * FROM (
       SELECT name_id + 1 AS "from", lead(name_id) OVER (ORDER BY name_id) - 1 AS "to"
         FROM (SELECT name_id FROM software_name WHERE instance_id = $1 UNION SELECT 0) AS taken) AS gap
      WHERE "to" >= "from" LIMIT $2`,
    [instanceId, count],
  );
  const ids: number[] = [];
  for (const { from, to } of gaps) for (let id = from; id <= to && ids.length < count; id++) ids.push(id);
  return ids;
}

/** Counts who has which name, and forgets names that nobody has any more. `changes`: by number. */
export async function countHolders(
  client: PoolClient,
  instanceId: number,
  changes: ReadonlyMap<number, number>,
): Promise<void> {
  const changed = [...changes].filter(([, change]) => change !== 0);
  if (changed.length === 0) return;
  await client.query(
    `UPDATE software_name AS n SET assets = n.assets + c.change
       FROM unnest($2::integer[], $3::integer[]) AS c(id, change) WHERE n.instance_id = $1 AND n.name_id = c.id`,
    [instanceId, changed.map(([id]) => id), changed.map(([, change]) => change)],
  );
  const fewer = changed.filter(([, change]) => change < 0).map(([id]) => id);
  const { rows } = await client.query<{ kid: string }>(
    `DELETE FROM software_name WHERE instance_id = $1 AND name_id = ANY ($2::integer[]) AND assets <= 0 RETURNING kid`,
    [instanceId, fewer],
  );
  const gone = rows.map(({ kid }) => kid);
  await tally(client, instanceId, { names: timesOf(gone, -1), leftOut: new Map() });
}

type ByKid = ReadonlyMap<string, number>;

function timesOf(kids: readonly string[], each: number): ByKid {
  const times = new Map<string, number>();
  for (const kid of kids) times.set(kid, (times.get(kid) ?? 0) + each);
  return times;
}

async function tally(
  client: PoolClient,
  instanceId: number,
  { names, leftOut }: { readonly names: ByKid; readonly leftOut: ByKid },
): Promise<void> {
  const kids = [...new Set([...names.keys(), ...leftOut.keys()])];
  await client.query(
    `INSERT INTO software_tally AS t (instance_id, kid, names, left_out)
     SELECT $1, kid, names, left_out FROM unnest($2::text[], $3::integer[], $4::integer[]) AS c(kid, names, left_out)
     ON CONFLICT (instance_id, kid) DO UPDATE
     SET names = t.names + excluded.names, left_out = t.left_out + excluded.left_out`,
    [instanceId, kids, kids.map((kid) => names.get(kid) ?? 0), kids.map((kid) => leftOut.get(kid) ?? 0)],
  );
}
