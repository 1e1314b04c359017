import { Problem } from '../domain/problem';
import type { AssetFilter, AssetStatus } from '../store/assets';
import type { AdminDeps, Caller } from './admin-deps';
import { entityScope } from './entity-scope';
import type { PageRequest } from './page';
import { readQueryTime } from './read-time';
import {
  deviceidSpellings,
  ipSpelling,
  macSpelling,
  serialSpellings,
  softwarePattern,
  textSpellings,
  uuidSpellings,
} from './search-spellings';

/** Filters of the list of assets, as people write them. All given must hold. */
export interface AssetQuery extends PageRequest {
  readonly entity?: string;
  readonly recursive?: string;
  /** A kid. */
  readonly key?: string;
  readonly itemtype?: string;
  readonly status?: AssetStatus;
  readonly q?: string;
  readonly name?: string;
  readonly serial?: string;
  readonly uuid?: string;
  readonly mac?: string;
  readonly ip?: string;
  readonly deviceid?: string;
  readonly os?: string;
  readonly software?: string;
  readonly agentVersion?: string;
  readonly lastSeenBefore?: string;
  readonly lastSeenAfter?: string;
}

/** Throws Problem `query_invalid`. */
export async function assetFilterOf(
  deps: AdminDeps,
  caller: Caller,
  query: AssetQuery,
): Promise<AssetFilter> {
  const filter = {
    entityIds: await entityScope(deps, caller, query),
    kid: query.key,
    itemtype: query.itemtype,
    status: query.status,
    name: query.name,
    serials: query.serial === undefined ? undefined : serialSpellings(query.serial),
    uuids: query.uuid === undefined ? undefined : uuidSpellings(query.uuid),
    mac: spelled('mac', query.mac, macSpelling, 'must have twelve hex digits'),
    ip: spelled('ip', query.ip, ipSpelling, 'must be an IPv4 or IPv6 address'),
    deviceids: query.deviceid === undefined ? undefined : deviceidSpellings(query.deviceid),
    text: query.q === undefined ? undefined : textSpellings(query.q),
    os: query.os,
    software: query.software === undefined ? undefined : softwarePattern(query.software),
    agentVersion: query.agentVersion,
    lastSeenBefore: readQueryTime('lastSeenBefore', query.lastSeenBefore),
    lastSeenAfter: readQueryTime('lastSeenAfter', query.lastSeenAfter),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

function spelled(
  field: string,
  text: string | undefined,
  read: (text: string) => string | undefined,
  message: string,
): string | undefined {
  if (text === undefined) return undefined;
  const spelling = read(text);
  if (spelling !== undefined) return spelling;
  throw new Problem('query_invalid', `${field} cannot be read.`, [{ field, message }]);
}
