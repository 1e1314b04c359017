import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import type { InventoryContent } from '../domain/inventory';
import { Problem } from '../domain/problem';
import { insertAssetEvent } from '../store/asset-events';
import * as store from '../store/assets';
import { holdEntity } from '../store/entities';
import { enqueueAssets } from '../store/forwarding/enqueue';
import { takeOut } from '../store/forwarding/queue-changes';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { assetFilterOf, type AssetQuery } from './asset-query';
import { completeNamesShown, isInside } from './entity-scope';
import { limitOf, pageOf, readCursor, uuidShape, type Page } from './page';
import { recordAudit, type AuditAction } from './record-audit';

export interface AssetView {
  readonly id: string;
  readonly itemtype: string;
  readonly name: string | null;
  readonly serial: string | null;
  readonly uuid: string | null;
  readonly macs: readonly string[];
  readonly ips: readonly string[];
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly os: string | null;
  readonly lastUser: string | null;
  readonly entityId: string;
  /** Complete name of the entity. */
  readonly entity: string;
  readonly kid: string;
  readonly status: store.AssetStatus;
  /** The asset that it is part of, when its status is `merged`. */
  readonly mergedInto: string | null;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly lastChanged: string;
  readonly lastSubmission: string;
  readonly agentVersion: string | null;
  readonly deviceids: readonly string[];
  readonly agentids: readonly string[];
}

export interface AssetInventory {
  readonly assetId: string;
  readonly itemtype: string;
  readonly submissionId: string;
  readonly storedAt: string;
  /** Sections as last merged, in the shape of GLPI's inventory format. Text in it comes from an agent. */
  readonly content: InventoryContent;
}

export interface AssetPatch {
  readonly status?: Exclude<store.AssetStatus, 'merged'>;
  readonly entityId?: string;
}

/** Far above what decoding lets in: what is stored was bounded when it came. */
const maxStoredContentBytes = 256 * 1024 * 1024;
const inflateAsync = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate);

export async function listAssets(
  deps: AdminDeps,
  caller: Caller,
  query: AssetQuery,
): Promise<Page<AssetView>> {
  const after = readCursor('assets', query, [uuidShape])?.[0];
  const filter = await assetFilterOf(deps, caller, query);
  const rows = await store.listAssetPage(deps.db, caller.instanceId, filter, {
    limit: limitOf(query) + 1,
    after,
  });
  const entityIds = rows.map(({ entityId }) => entityId);
  const names = await completeNamesShown(deps.db, caller, entityIds);
  return pageOf(
    'assets',
    query,
    rows,
    (row) => [row.assetId],
    (row) => viewOf(row, names),
  );
}

export async function getAsset(deps: AdminDeps, caller: Caller, assetId: string): Promise<AssetView> {
  return await viewById(deps.db, caller, assetId);
}

/** Retires, brings back, or moves to another entity of the instance. Throws Problem `body_invalid`. */
export async function changeAsset(
  deps: AdminDeps,
  caller: Caller,
  assetId: string,
  patch: AssetPatch,
): Promise<AssetView> {
  return await deps.db.transaction().execute(async (trx) => {
    const before = uuidShape.test(assetId)
      ? await store.lockAsset(trx, caller.instanceId, assetId)
      : undefined;
    if (before === undefined || !(await isInside(trx, caller, before.entityId))) throw noSuchAsset();
    if (before.status === 'merged')
      throw new Problem('asset_merged', `It is part of ${String(before.mergedInto)}: change that one.`);
    const status = patch.status ?? before.status;
    const entityId = patch.entityId?.toLowerCase() ?? before.entityId;
    const isThere = await isInside(trx, caller, entityId);
    if (!isThere || !(await holdEntity(trx, caller.instanceId, entityId))) {
      throw new Problem('body_invalid', 'The entity does not exist.', [
        { field: '/entityId', message: 'is no entity of this instance' },
      ]);
    }
    await store.updateAssetStanding(trx, caller.instanceId, { assetId: before.assetId, status, entityId });
    const changes = changesOf(before, { status, entityId });
    if (changes.length > 0) await tellUpstream(deps, trx, caller.instanceId, before.assetId, status);
    for (const change of changes) {
      await insertAssetEvent(trx, caller.instanceId, before.assetId, {
        eventId: deps.newId(),
        at: deps.now(),
        kind: change.kind,
        submissionId: null,
        actor: caller.actor,
        detail: change.detail,
      });
      await recordAudit(deps, trx, caller, change.action, before.assetId, change.detail);
    }
    return await viewById(trx, caller, assetId);
  });
}

/** Of a retired asset nothing more is sent; one that moved or came back goes with the tag of where it is now. */
async function tellUpstream(
  deps: AdminDeps,
  trx: Transaction,
  instanceId: number,
  assetId: string,
  status: store.AssetStatus,
): Promise<void> {
  const only = { assetIds: [assetId] };
  if (status === 'active') await enqueueAssets(trx, instanceId, only, deps.now());
  else await takeOut(trx, instanceId, only, true);
}

type Standing = Pick<store.AssetRecord, 'status' | 'entityId'>;

function changesOf(
  before: Standing,
  after: Standing,
): { kind: string; action: AuditAction; detail: Record<string, unknown> }[] {
  const isMoved = before.entityId !== after.entityId;
  const detail = { from: before.entityId, to: after.entityId };
  const moved = isMoved ? [{ kind: 'moved', action: 'asset.move' as const, detail }] : [];
  if (before.status === after.status) return moved;
  return after.status === 'retired'
    ? [...moved, { kind: 'retired', action: 'asset.retire', detail: {} }]
    : [...moved, { kind: 'reactivated', action: 'asset.reactivate', detail: {} }];
}

export async function getAssetInventory(
  deps: AdminDeps,
  caller: Caller,
  assetId: string,
): Promise<AssetInventory> {
  const { itemtype } = await viewById(deps.db, caller, assetId);
  const stored = await store.findStoredContent(deps.db, caller.instanceId, assetId);
  if (stored === undefined) throw new Problem('not_found', 'No inventory of this asset is stored.');
  const json = await inflateAsync(stored.compressed, { maxOutputLength: maxStoredContentBytes });
  return {
    assetId,
    itemtype,
    submissionId: stored.submissionId,
    storedAt: stored.storedAt.toISOString(),
    content: JSON.parse(json.toString()) as InventoryContent,
  };
}

export async function viewById(db: Transaction, caller: Caller, assetId: string): Promise<AssetView> {
  const asset = uuidShape.test(assetId) ? await store.findAsset(db, caller.instanceId, assetId) : undefined;
  if (asset === undefined || !(await isInside(db, caller, asset.entityId))) throw noSuchAsset();
  return viewOf(asset, await completeNamesShown(db, caller, [asset.entityId]));
}

function noSuchAsset(): Problem {
  return new Problem('not_found', 'There is no such asset.');
}

function viewOf(asset: store.AssetRecord, names: ReadonlyMap<string, string>): AssetView {
  return {
    id: asset.assetId,
    itemtype: asset.itemtype,
    name: asset.name,
    serial: asset.serial,
    uuid: asset.uuid,
    macs: asset.macs,
    ips: asset.ips,
    manufacturer: asset.manufacturer,
    model: asset.model,
    os: asset.os,
    lastUser: asset.lastUser,
    entityId: asset.entityId,
    entity: names.get(asset.entityId) ?? '',
    kid: asset.kid,
    status: asset.status,
    mergedInto: asset.mergedInto,
    firstSeen: asset.firstSeen.toISOString(),
    lastSeen: asset.lastSeen.toISOString(),
    lastChanged: asset.lastChanged.toISOString(),
    lastSubmission: asset.lastSubmission,
    agentVersion: asset.agentVersion,
    deviceids: asset.identity.deviceids,
    agentids: asset.identity.agentids,
  };
}
