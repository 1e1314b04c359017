import { Problem } from '../../domain/problem';
import { inventoriedTypes, type GlpiApi, type InventoriedType } from '../../glpi/glpi-api';
import { GlpiFault, type GlpiLayer } from '../../glpi/glpi-fault';
import { listGlpiApis } from '../../store/glpi/glpi-api-settings';
import {
  listToLookUp,
  writeLookedUp,
  type DeliveredAsset,
  type LookedUp,
} from '../../store/glpi/looked-up-items';
import type { AdminDeps } from '../admin-deps';
import { askGlpi } from './ask-glpi';

/** GLPI answers when it has committed; this is for its clock and ours. */
const settleMs = 10_000;
/** Looked up in one turn of an instance; a turn comes every minute. Each takes GLPI two or three small requests. */
const perTurn = 200;
/** Whoever comes next would meet the same. */
const ofEveryAsset: ReadonlySet<GlpiLayer> = new Set(['network', 'tls', 'timeout', 'credentials']);
/** Assets in a row that GLPI answers with an error: it is GLPI's, then. */
const maxDoubtful = 5;

/**
 * Looks up in GLPI what was delivered: GLPI answers success also when its rules refused an inventory, so only this tells.
 * Deliveries never wait for it. A fault of GLPI ends the turn; what was not looked up comes at the next. One asset that it
 * answers with an error does not hold up the others, and comes again with its next delivery.
 * Resolves to how many were looked up.
 */
export async function lookUpDelivered(deps: AdminDeps): Promise<number> {
  let done = 0;
  for (const instanceId of await listGlpiApis(deps.db)) {
    const before = new Date(deps.now().getTime() - settleMs);
    const listWithout = (itemtypes: readonly string[]): Promise<DeliveredAsset[]> =>
      listToLookUp(deps.db, instanceId, before, itemtypes, perTurn);
    if ((await listWithout([])).length === 0) continue;
    try {
      await askGlpi(deps, instanceId, async (api) => {
        const turn = { forbidden: new Map<string, GlpiFault>(), found: 0 };
        try {
          await lookUpTurn(deps, instanceId, api, listWithout, turn);
        } finally {
          done += turn.found;
        }
      });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      deps.log.warn(
        { instanceId, code: error.code, detail: error.detail },
        'what was delivered could not be looked up',
      );
    }
  }
  return done;
}

interface Turn {
  /** Itemtypes that the API may not read. They wait for that, and nothing waits behind them. */
  readonly forbidden: Map<string, GlpiFault>;
  found: number;
}

async function lookUpTurn(
  deps: AdminDeps,
  instanceId: number,
  api: GlpiApi,
  listWithout: (itemtypes: readonly string[]) => Promise<DeliveredAsset[]>,
  turn: Turn,
): Promise<void> {
  for (let known = -1; known < turn.forbidden.size;) {
    known = turn.forbidden.size;
    const assets = await listWithout([...turn.forbidden.keys()]);
    const { found, fault } = await lookUpAll(api, assets, turn.forbidden);
    await writeLookedUp(deps.db, instanceId, found, deps.now());
    turn.found += found.length;
    if (fault !== undefined) throw fault;
  }
  for (const fault of turn.forbidden.values()) throw fault;
}

async function lookUpAll(
  api: GlpiApi,
  assets: readonly DeliveredAsset[],
  forbidden: Turn['forbidden'],
): Promise<{ readonly found: readonly LookedUp[]; readonly fault: GlpiFault | undefined }> {
  const found: LookedUp[] = [];
  /** Of one asset, as far as can be told: not written before another one was answered. */
  let doubtful: LookedUp[] = [];
  let fault: GlpiFault | undefined;
  for (const asset of assets) {
    if (forbidden.has(asset.itemtype)) continue;
    try {
      found.push(...doubtful, await lookUp(api, asset));
      doubtful = [];
    } catch (error) {
      if (!(error instanceof GlpiFault)) throw error;
      if (error.layer === 'rights') {
        forbidden.set(asset.itemtype, error);
        continue;
      }
      fault = error;
      doubtful.push(nothingOf(asset, null));
      if (ofEveryAsset.has(error.layer) || doubtful.length >= maxDoubtful) break;
    }
  }
  return { found, fault };
}

function nothingOf<S extends LookedUp['state']>({ assetId }: DeliveredAsset, state: S) {
  return { assetId, state, id: null, itemtype: null, entity: null } as const;
}

async function lookUp(api: GlpiApi, asset: DeliveredAsset): Promise<LookedUp> {
  const itemtype = inventoriedTypes.find((one): one is InventoriedType => one === asset.itemtype);
  const nothing = nothingOf(asset, 'absent');
  if (itemtype === undefined) return nothing;
  const asked = { ...asset, itemtype };
  const item = await api.findItem(asked);
  if (item !== undefined) {
    const { glpiId, entityName, entityGlpiId } = item;
    const entity = entityName ?? (entityGlpiId === undefined ? null : String(entityGlpiId));
    return { assetId: asset.assetId, state: 'found', id: String(glpiId), itemtype: item.itemtype, entity };
  }
  const refusal = await api.findRefusal(asked);
  if (refusal === undefined || refusal === 'unknown') return nothing;
  return {
    ...nothing,
    state: 'refused',
    id: String(refusal.glpiId),
    itemtype: 'RefusedEquipment',
    entity: refusal.rule ?? null,
  };
}
