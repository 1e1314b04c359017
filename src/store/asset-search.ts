import { sql, type Kysely, type RawBuilder } from 'kysely';
import { escapeLike } from './like-pattern';
import type { Tables } from './tables';

/**
 * Finds assets by parts of their text, in the table `asset_search` with its trigram index (migrations 0011, 0018). The
 * planner cannot know whether what matches is old or new, so a list of the newest by a rare word might read a million
 * rows. So it is asked first which assets match, without order: few are then sorted, and of many the newest are soon
 * found by going back from the newest one (asset-pages.ts).
 */
export type Matches = { readonly few: readonly string[] } | ManyMatches;

export interface ManyMatches {
  /** Of the row of `asset` at hand. */
  readonly fits: RawBuilder<boolean>;
  /** The ids of all of them, in no order. */
  readonly all: RawBuilder<{ id: string }>;
  /** About how many these are. */
  readonly about: number;
}

export const isMany = (matches: Matches): matches is ManyMatches => 'fits' in matches;

/** Up to so many are sorted. More than this of a million is one in 100: 50 of them lie among the newest 5,000. */
export const maxFew = 10_000;
/**
 * Where the statistics expect so many, they are not counted: a bitmap of all that match is made before the first row
 * comes out (60 ms of a million). Expectations are wrong by some factor, seldom by ten.
 */
export const surelyMany = 10 * maxFew;
/** Fewer characters than a trigram has are not looked up in its index. */
export const minPartLength = 3;

/** What one box is searched for. */
export interface SearchedText {
  /** Parts in lower case that must all stand in what is searched of an asset; any of the alternatives will do. */
  readonly alternatives: readonly (readonly string[])[];
  /** Spellings of a whole identifier that it may be. */
  readonly whole: readonly string[];
}

/** Assets of one identifier that are sorted; more of them than this are gone through from the newest on. */
export const maxOfIdentifier = 1000;
/** Assets of one identifier that count at all. */
const maxHolders = 100_000;

export async function findByIdentifier(
  db: Kysely<Tables>,
  instanceId: number,
  kinds: readonly string[],
  values: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT DISTINCT asset_id AS id FROM asset_identifier
     WHERE instance_id = ${instanceId} AND kind = ANY (${[...kinds]}::text[])
       AND value = ANY (${[...values]}::text[]) LIMIT ${sql.lit(maxOfIdentifier)}`.execute(db);
  return rows.map(({ id }) => id);
}

/** For an identifier of many: asked of each asset. The holders are read once, from the index. */
export function holdsIdentifier(
  instanceId: number,
  kind: string,
  values: readonly string[],
): RawBuilder<boolean> {
  return sql<boolean>`asset_id IN (SELECT held.asset_id FROM asset_identifier AS held
    WHERE held.instance_id = ${instanceId} AND held.kind = ${kind} AND held.value = ANY (${[...values]}::text[])
    LIMIT ${sql.lit(maxHolders)})`;
}

/** Each alternative: any texts in lower case that must all stand in what is searched of an asset. */
export async function textMatches(
  db: Kysely<Tables>,
  instanceId: number,
  alternatives: readonly (readonly string[])[],
): Promise<Matches> {
  const few = new Set<string>();
  for (const parts of alternatives) {
    const found = holdersOf(instanceId, [parts]);
    // Of a part that is too short for the index nothing can be looked up.
    const isInIndex = parts.some((part) => part.length >= minPartLength);
    const about = isInIndex ? await expectedRows(db, found) : Infinity;
    if (about > surelyMany) return ofMany(instanceId, alternatives, about);
    const { rows } = await sql<{ id: string }>`${found} LIMIT ${sql.lit(maxFew + 1)}`.execute(db);
    if (rows.length > maxFew) return ofMany(instanceId, alternatives, Math.max(about, maxFew));
    for (const { id } of rows) few.add(id);
  }
  return { few: [...few] };
}

/** As a scalar, so that no plan reads the whole table for it. */
function ofMany(
  instanceId: number,
  alternatives: readonly (readonly string[])[],
  about: number,
): ManyMatches {
  return {
    fits: sql<boolean>`(SELECT ${holdsOne(alternatives)} FROM asset_search AS searched
      WHERE searched.instance_id = ${instanceId} AND searched.asset_id = asset.asset_id)`,
    all: holdersOf(instanceId, alternatives),
    about,
  };
}

function holdersOf(
  instanceId: number,
  alternatives: readonly (readonly string[])[],
): RawBuilder<{ id: string }> {
  return sql<{ id: string }>`
    SELECT asset_id AS id FROM asset_search WHERE instance_id = ${instanceId} AND (${holdsOne(alternatives)})`;
}

/** What the planner expects by its statistics, without running it. */
export async function expectedRows(db: Kysely<Tables>, query: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{
    'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[];
  }>`EXPLAIN (FORMAT JSON) ${query}`.execute(db);
  return rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
}

/** Of the row of `asset_search` at hand. */
function holdsOne(alternatives: readonly (readonly string[])[]): RawBuilder<boolean> {
  const holdsAll = (parts: readonly string[]): RawBuilder<boolean> =>
    sql<boolean>`(${sql.join(
      parts.map((part) => sql`text LIKE ${`%${escapeLike(part)}%`}`),
      sql` AND `,
    )})`;
  return sql<boolean>`${sql.join(alternatives.map(holdsAll), sql` OR `)}`;
}
