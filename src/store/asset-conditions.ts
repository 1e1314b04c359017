import { sql, type Kysely, type RawBuilder } from 'kysely';
import {
  findByIdentifier,
  holdsIdentifier,
  isMany,
  maxOfIdentifier,
  minPartLength,
  textMatches,
  type ManyMatches,
  type SearchedText,
} from './asset-search';
import { escapeLike, likeOf } from './like-pattern';
import { weekOf } from './silent-assets';
import { softwareMatches } from './software/software-search';
import type { Tables } from './tables';

export type AssetStatus = 'active' | 'retired' | 'merged';

/** Every condition given must hold. Spellings are listed by the caller: any one of them counts. */
export interface AssetFilter {
  readonly entityIds?: readonly string[];
  readonly kid?: string;
  readonly itemtype?: string;
  readonly status?: AssetStatus;
  /** Compared without case; `*` stands for any run of characters. */
  readonly name?: string;
  readonly serials?: readonly string[];
  readonly uuids?: readonly string[];
  readonly mac?: string;
  readonly ip?: string;
  readonly deviceids?: readonly string[];
  /** Found by any of these. */
  readonly text?: SearchedText;
  /** A software whose name fits this. Compared without case; `*` stands for any run of characters. */
  readonly software?: string;
  /** Compared without case; `*` stands for any run of characters. */
  readonly os?: string;
  readonly agentVersion?: string;
  readonly lastSeenBefore?: Date;
  readonly lastSeenAfter?: Date;
}

type Condition = RawBuilder<boolean>;

export interface AssetConditions {
  readonly plain: readonly Condition[];
  /** Dear: for assets that all others let through. */
  readonly lazy: readonly ManyMatches[];
}

interface Lookup {
  readonly db: Kysely<Tables>;
  readonly instanceId: number;
}

/** What must hold of a row of `asset`. Asks the database first which assets a rare text or identifier could mean. */
export async function conditionsOf(
  db: Kysely<Tables>,
  instanceId: number,
  filter: AssetFilter,
): Promise<AssetConditions> {
  const at = { db, instanceId };
  const conditions = plainConditions(filter);
  const { serials, uuids, mac, ip, deviceids, text, software } = filter;
  if (serials !== undefined) {
    const isShown = sql<boolean>`serial = ANY (${[...serials]}::text[])`;
    conditions.push(await byIdentifier(at, 'serial', serials, isShown));
  }
  if (uuids !== undefined) {
    const isShown = sql<boolean>`uuid = ANY (${[...uuids]}::text[])`;
    conditions.push(await byIdentifier(at, 'uuid', uuids, isShown));
  }
  if (mac !== undefined) {
    const isShown = sql<boolean>`${mac} = ANY (lower(macs::text)::text[])`;
    conditions.push(await byIdentifier(at, 'mac', [mac], isShown, mac.replaceAll(':', '')));
  }
  if (ip !== undefined) {
    conditions.push(await byIdentifier(at, 'ip', [ip], sql<boolean>`${ip} = ANY (ips)`));
  }
  if (deviceids !== undefined) {
    conditions.push(isOneOf(await findByIdentifier(db, instanceId, ['deviceid'], deviceids)));
  }
  for (const [column, pattern] of [
    ['name', filter.name],
    ['os', filter.os],
    ['agent_version', filter.agentVersion],
  ] as const) {
    if (pattern !== undefined) conditions.push(...(await byPattern(at, column, pattern)));
  }
  const found = [
    ...(text === undefined ? [] : [await byText(at, text)]),
    ...(software === undefined ? [] : [await bySoftware(at, software)]),
  ];
  return {
    plain: [...conditions, ...found.flatMap(({ plain }) => plain)],
    lazy: found.flatMap(({ lazy }) => lazy),
  };
}

function plainConditions(filter: AssetFilter): Condition[] {
  const conditions: Condition[] = [];
  const when = <T>(value: T | undefined, condition: (value: T) => Condition): void => {
    if (value !== undefined) conditions.push(condition(value));
  };
  when(filter.entityIds, (ids) => sql`entity_id = ANY (${[...ids]}::uuid[])`);
  when(filter.kid, (kid) => sql`kid = ${kid}`);
  when(filter.itemtype, (itemtype) => sql`itemtype = ${itemtype}`);
  // Tombstones are shown to whoever asks for them.
  conditions.push(filter.status === undefined ? sql`status <> 'merged'` : sql`status = ${filter.status}`);
  // The week is in an index, the time is not (migration 0005).
  when(filter.lastSeenBefore, (time) => sql`(seen_week <= ${weekOf(time)} AND last_seen < ${time})`);
  when(filter.lastSeenAfter, (time) => sql`(seen_week >= ${weekOf(time)} AND last_seen > ${time})`);
  return conditions;
}

const isOneOf = (ids: readonly string[]): Condition => sql`asset_id = ANY (${[...ids]}::uuid[])`;

/** Recognised by the value, or only shown with it. `searched`: how it stands in what is searched, when not as it is. */
async function byIdentifier(
  { db, instanceId }: Lookup,
  kind: string,
  values: readonly string[],
  isShown: Condition,
  searched?: string,
): Promise<Condition> {
  const known = await findByIdentifier(db, instanceId, [kind], values);
  if (known.length === maxOfIdentifier)
    return sql`(${holdsIdentifier(instanceId, kind, values)} OR ${isShown})`;
  const shown = new Set<string>();
  for (const value of new Set(searched === undefined ? values.map((one) => one.toLowerCase()) : [searched])) {
    const matches = await textMatches(db, instanceId, [[value]]);
    if (isMany(matches)) return sql`(${isOneOf(known)} OR ${isShown})`;
    for (const id of matches.few) shown.add(id);
  }
  return sql`(${isOneOf(known)} OR (${isOneOf([...shown])} AND ${isShown}))`;
}

/** Its longest piece without `*` is looked up. */
async function byPattern(
  { db, instanceId }: Lookup,
  column: 'name' | 'os' | 'agent_version',
  pattern: string,
): Promise<Condition[]> {
  const text = pattern.toLowerCase();
  const fits = sql<boolean>`lower(${sql.ref(column)}) LIKE ${likeOf(text)}`;
  // It has an index of its own, and is too short for the other.
  if (column === 'agent_version') return [fits];
  const [piece = ''] = text.split('*').sort((a, b) => b.length - a.length);
  const matches = await textMatches(db, instanceId, [[piece]]);
  return isMany(matches) ? [fits] : [fits, isOneOf(matches.few)];
}

async function bySoftware({ db, instanceId }: Lookup, pattern: string): Promise<AssetConditions> {
  const matches = await softwareMatches(db, instanceId, [likeOf(pattern.toLowerCase())]);
  return isMany(matches) ? { plain: [], lazy: [matches] } : { plain: [isOneOf(matches.few)], lazy: [] };
}

const kindsInText = ['serial', 'uuid', 'mac', 'deviceid', 'agentid', 'hostname', 'ip'];

async function byText({ db, instanceId }: Lookup, text: SearchedText): Promise<AssetConditions> {
  const known = await findByIdentifier(db, instanceId, kindsInText, text.whole);
  const [words = []] = text.alternatives;
  if (words.every((word) => word.length < minPartLength)) {
    // Too short for the index: the beginning of a name, which has its own.
    const start = `${escapeLike(words.join(' '))}%`;
    return { plain: [sql`(${isOneOf(known)} OR lower(name) LIKE ${start})`], lazy: [] };
  }
  const inText = await textMatches(db, instanceId, text.alternatives);
  const patterns = words.map((word) => `%${escapeLike(word)}%`);
  const found = [inText, await softwareMatches(db, instanceId, patterns)];
  const few = new Set([...known, ...found.flatMap((matches) => (isMany(matches) ? [] : matches.few))]);
  const many = found.filter(isMany);
  return many.length === 0
    ? { plain: [isOneOf([...few])], lazy: [] }
    : { plain: [], lazy: [anyOf([...few], many)] };
}

/** Software last: it costs most to look at. */
function anyOf(few: readonly string[], many: readonly ManyMatches[]): ManyMatches {
  const isListed = few.length === 0 ? [] : [isOneOf(few)];
  const listed = sql<{ id: string }>`SELECT id FROM unnest(${[...few]}::uuid[]) AS id`;
  return {
    fits: sql<boolean>`(${sql.join([...isListed, ...many.map(({ fits }) => fits)], sql` OR `)})`,
    all: sql<{ id: string }>`${sql.join([listed, ...many.map(({ all }) => all)], sql` UNION `)}`,
    about: many.reduce((sum, { about }) => sum + about, few.length),
  };
}
