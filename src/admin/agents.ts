import * as store from '../store/agents';
import type { AdminDeps, Caller } from './admin-deps';
import { entityScope } from './entity-scope';
import { idShape, limitOf, pageOf, readCursor, textShape, type Page, type PageRequest } from './page';
import { readQueryTime } from './read-time';

export interface AgentView {
  readonly kid: string;
  /** Agent id, or `deviceid:` and the deviceid where the agent has none. */
  readonly sender: string;
  readonly agentid: string | null;
  readonly deviceid: string | null;
  readonly version: string | null;
  readonly tag: string | null;
  readonly userAgent: string | null;
  readonly sourceAddress: string | null;
  readonly firstContact: string | null;
  readonly lastContact: string | null;
  /** Null: has said hello and never sent an inventory that was taken. */
  readonly lastInventory: string | null;
  readonly assetId: string | null;
  /** Former URL of the key by which it said hello last; null when that was a present one. */
  readonly formerUrl: string | null;
  /** Of the key, whose secret it used last; null: a certificate stood for the key. */
  readonly generation: number | null;
  readonly fullAwaited: boolean;
  readonly fullAwaitedSince: string | null;
}

export interface AgentQuery extends PageRequest {
  readonly key?: string;
  readonly deviceid?: string;
  /** Only agents that used this generation of their key last. */
  readonly generation?: number;
  /** Only agents that are (`true`) or are not (`false`) awaited to send a full inventory. */
  readonly fullAwaited?: string;
  /** Only agents that have (`true`) or have never (`false`) sent an inventory. */
  readonly hasInventory?: string;
  /** Only agents that came last by a former URL of their key (`true`), or by a present one (`false`). */
  readonly usesFormerUrl?: string;
  /** Of the keys. */
  readonly entity?: string;
  readonly recursive?: string;
  /** Only agents that were not heard of since. */
  readonly lastContactBefore?: string;
}

/** By key and sender. */
export async function listAgents(
  deps: AdminDeps,
  caller: Caller,
  query: AgentQuery,
): Promise<Page<AgentView>> {
  const position = readCursor('agents', query, [idShape, textShape]);
  const after = position && { kid: position[0] ?? '', sender: position[1] ?? '' };
  const entityIds = await entityScope(deps, caller, query);
  const lastContactBefore = readQueryTime('lastContactBefore', query.lastContactBefore);
  const filter: store.AgentFilter = {
    ...(query.key === undefined ? {} : { kid: query.key }),
    ...(query.deviceid === undefined ? {} : { deviceid: query.deviceid }),
    ...(query.generation === undefined ? {} : { generation: query.generation }),
    ...(query.fullAwaited === undefined ? {} : { isFullAwaited: isYes(query.fullAwaited) }),
    ...(query.hasInventory === undefined ? {} : { hasInventory: isYes(query.hasInventory) }),
    ...(query.usesFormerUrl === undefined ? {} : { usesFormerUrl: isYes(query.usesFormerUrl) }),
    ...(lastContactBefore === undefined ? {} : { lastContactBefore }),
    ...(entityIds === undefined ? {} : { entityIds }),
  };
  const limit = limitOf(query) + 1;
  const rows = await store.listAgentPage(deps.db, caller.instanceId, filter, { limit, after });
  return pageOf('agents', query, rows, ({ kid, sender }) => [kid, sender], viewOf);
}

function isYes(text: string): boolean {
  return text === 'true' || text === '1';
}

function viewOf(agent: store.AgentRecord): AgentView {
  return {
    kid: agent.kid,
    sender: agent.sender,
    agentid: agent.agentid,
    deviceid: agent.deviceid,
    version: agent.version,
    tag: agent.tag,
    userAgent: agent.userAgent,
    sourceAddress: agent.sourceAddress,
    firstContact: agent.firstContact?.toISOString() ?? null,
    lastContact: agent.lastContact?.toISOString() ?? null,
    lastInventory: agent.lastInventory?.toISOString() ?? null,
    assetId: agent.assetId,
    formerUrl: agent.formerUrl,
    generation: agent.generation,
    fullAwaited: agent.fullAwaitedSince !== null,
    fullAwaitedSince: agent.fullAwaitedSince?.toISOString() ?? null,
  };
}
