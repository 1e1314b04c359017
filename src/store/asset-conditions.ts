import { sql, type Kysely, type RawBuilder } from 'kysely';
import {
  escapeLike,
  findByIdentifier,
  holdsIdentifier,
  matchesOf,
  maxOfIdentifier,
  minPartLength,
  textOfRow,
  type SearchedText,
} from './asset-search';
import { weekOf } from './silent-assets';
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
  readonly lazy?: Condition;
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
  const { serials, uuids, mac, ip, deviceids, text } = filter;
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
  if (text === undefined) return { plain: conditions };
  const found = await byText(at, text);
  return found.lazy === undefined
    ? { plain: [...conditions, ...found.plain] }
    : { plain: conditions, lazy: found.lazy };
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
    const matches = await matchesOf(db, instanceId, [value]);
    if (matches === 'many') return sql`(${isOneOf(known)} OR ${isShown})`;
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
  const fits = sql<boolean>`lower(${sql.ref(column)}) LIKE ${escapeLike(text).replaceAll('*', '%')}`;
  // It has an index of its own, and is too short for the other.
  if (column === 'agent_version') return [fits];
  const [piece = ''] = text.split('*').sort((a, b) => b.length - a.length);
  const matches = await matchesOf(db, instanceId, [piece]);
  return matches === 'many' ? [fits] : [fits, isOneOf(matches.few)];
}

const kindsInText = ['serial', 'uuid', 'mac', 'deviceid', 'agentid', 'hostname', 'ip'];

async function byText({ db, instanceId }: Lookup, text: SearchedText): Promise<AssetConditions> {
  const known = await findByIdentifier(db, instanceId, kindsInText, text.whole);
  const [words = []] = text.alternatives;
  if (words.every((word) => word.length < minPartLength)) {
    // Too short for the index: the beginning of a name, which has its own.
    const start = `${escapeLike(words.join(' '))}%`;
    return { plain: [sql`(${isOneOf(known)} OR lower(name) LIKE ${start})`] };
  }
  const few = new Set(known);
  for (const parts of text.alternatives) {
    const matches = await matchesOf(db, instanceId, parts);
    if (matches === 'many') {
      const fits = textOfRow(instanceId, text.alternatives);
      return { plain: [], lazy: known.length === 0 ? fits : sql`(${isOneOf(known)} OR ${fits})` };
    }
    for (const id of matches.few) few.add(id);
  }
  return { plain: [isOneOf([...few])] };
}
