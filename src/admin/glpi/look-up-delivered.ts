import { Problem } from '../../domain/problem';
import { inventoriedTypes, type GlpiApi, type InventoriedType } from '../../glpi/glpi-api';
import { GlpiFault } from '../../glpi/glpi-fault';
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

/**
 * Looks up in GLPI what was delivered: GLPI answers success also when its rules refused an inventory, so only this tells.
 * Deliveries never wait for it. A fault of GLPI ends the turn; what was not looked up comes at the next.
 * Resolves to how many were looked up.
 */
export async function lookUpDelivered(deps: AdminDeps): Promise<number> {
  let done = 0;
  for (const instanceId of await listGlpiApis(deps.db)) {
    const before = new Date(deps.now().getTime() - settleMs);
    const assets = await listToLookUp(deps.db, instanceId, before, perTurn);
    if (assets.length === 0) continue;
    try {
      done += await askGlpi(deps, instanceId, (api) => lookUpAll(deps, instanceId, api, assets));
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

async function lookUpAll(
  deps: AdminDeps,
  instanceId: number,
  api: GlpiApi,
  assets: readonly DeliveredAsset[],
): Promise<number> {
  const found: LookedUp[] = [];
  let fault: GlpiFault | undefined;
  for (const asset of assets) {
    try {
      found.push(await lookUp(api, asset));
    } catch (error) {
      if (!(error instanceof GlpiFault)) throw error;
      fault = error;
      break;
    }
  }
  await writeLookedUp(deps.db, instanceId, found, deps.now());
  if (fault !== undefined) throw fault;
  return found.length;
}

async function lookUp(api: GlpiApi, asset: DeliveredAsset): Promise<LookedUp> {
  const { assetId } = asset;
  const itemtype = inventoriedTypes.find((one): one is InventoriedType => one === asset.itemtype);
  const nothing = { assetId, state: 'absent', id: null, itemtype: null, entity: null } as const;
  if (itemtype === undefined) return nothing;
  const asked = { ...asset, itemtype };
  const item = await api.findItem(asked);
  if (item !== undefined) {
    const { glpiId, entityName, entityGlpiId } = item;
    const entity = entityName ?? (entityGlpiId === undefined ? null : String(entityGlpiId));
    return { assetId, state: 'found', id: String(glpiId), itemtype: item.itemtype, entity };
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
