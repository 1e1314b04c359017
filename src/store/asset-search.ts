import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Tables } from './tables';

/**
 * Finds assets by parts of their text, in the table `asset_search` with its trigram index (migrations 0011, 0018). The
 * planner cannot know whether what matches is old or new, so a list of the newest by a rare word might read a million
 * rows. So it is asked first which assets match, without order: few are then sorted, and of many the newest are soon
 * found by going back from the newest one (asset-pages.ts).
 */
export type Matches = { readonly few: readonly string[] } | 'many';

/** Up to so many are sorted. More than this of a million is one in 100: 50 of them lie among the newest 5,000. */
export const maxFew = 10_000;
/**
 * Where the statistics expect so many, they are not counted: a bitmap of all that match is made before the first row
 * comes out (60 ms of a million). Expectations are wrong by some factor, seldom by ten.
 */
const surelyMany = 10 * maxFew;
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

/** For many matches: asked of each asset, from the newest on. As a scalar, so that no plan reads the whole table for it. */
export function textOfRow(
  instanceId: number,
  alternatives: readonly (readonly string[])[],
): RawBuilder<boolean> {
  const fits = sql.join(alternatives.map(holdsAll), sql` OR `);
  return sql<boolean>`(SELECT ${fits} FROM asset_search AS searched
    WHERE searched.instance_id = ${instanceId} AND searched.asset_id = asset.asset_id)`;
}

/** `parts`: any text in lower case; all must stand in what is searched of an asset. None: nothing is asked. */
export async function matchesOf(
  db: Kysely<Tables>,
  instanceId: number,
  parts: readonly string[],
): Promise<Matches> {
  const usable = parts.filter((part) => part.length >= minPartLength);
  if (usable.length === 0) return 'many';
  const found = sql<{ id: string }>`
    SELECT asset_id AS id FROM asset_search WHERE instance_id = ${instanceId} AND ${holdsAll(usable)}`;
  if ((await expectedRows(db, found)) > surelyMany) return 'many';
  const { rows } = await sql<{ id: string }>`${found} LIMIT ${sql.lit(maxFew + 1)}`.execute(db);
  return rows.length > maxFew ? 'many' : { few: rows.map(({ id }) => id) };
}

/** What the planner expects by its statistics, without running it. */
export async function expectedRows(db: Kysely<Tables>, query: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{
    'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[];
  }>`EXPLAIN (FORMAT JSON) ${query}`.execute(db);
  return rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
}

/** Of the row of `asset_search` at hand. */
function holdsAll(parts: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`(${sql.join(
    parts.map((part) => sql`text LIKE ${`%${escapeLike(part)}%`}`),
    sql` AND `,
  )})`;
}

export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
