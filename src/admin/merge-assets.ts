import { Problem, type FieldError } from '../domain/problem';
import type { Pin } from '../domain/pin';
import { maxSeparationsPerAsset } from '../domain/separation';
import { apartFrom } from './separations';
import { identifiersIn, identityFrom, has, without } from '../identity/identity-sets';
import {
  awaitFullOf,
  copyIdentifiers,
  moveAgents,
  moveCases,
  removeIdentifiers,
} from '../store/merging/handing-over';
import {
  type IdentityRow,
  type MergeRecord,
  isReportedSince,
  lockForIdentity,
  updateIdentity,
} from '../store/merging/identity-rows';
import { makeTombstone, markContested } from '../store/merging/tombstones';
import { insertAssetEvent } from '../store/asset-events';
import { takeOut } from '../store/forwarding/queue-changes';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { viewById, type AssetView } from './assets';
import { isInside } from './entity-scope';
import { uuidShape } from './page';
import { recordAudit } from './record-audit';

export interface MergeInput {
  /** Assets that are the same machine; at most 16. */
  readonly from: readonly string[];
  readonly note?: string;
  /** Merges although both look alive. */
  readonly force?: boolean;
}

/** Two agents that both sent an inventory within so many days are most likely on two machines. */
const aliveDays = 7;
const dayMs = 24 * 60 * 60_000;
const maxTwins = 64;

/**
 * Makes the assets parts of this one: what led to them leads to it. Each stays as a tombstone, which keeps its own
 * submissions and history. Throws Problem `not_found`, `body_invalid`, `asset_merged`, `merge_conflict`.
 */
export async function mergeAssets(
  deps: AdminDeps,
  caller: Caller,
  assetId: string,
  { from, note, force = false }: MergeInput,
): Promise<AssetView> {
  const ids = [...new Set(from.map((id) => id.toLowerCase()))];
  return await deps.db.transaction().execute(async (trx) => {
    const [kept, ...others] = await lockThem(trx, caller, [assetId, ...ids]);
    if (kept === undefined) throw noSuchAsset();
    const conflicts = await conflictsOf(deps, trx, caller, kept, others);
    if (conflicts.length > 0 && !force) {
      throw new Problem('merge_conflict', 'Say `force` to merge them all the same.', conflicts);
    }
    let target = kept;
    for (const merged of others) {
      target = await mergeOne(deps, trx, caller, target, merged, note ?? null);
    }
    // Last, because it locks the end of the audit until the transaction ends.
    for (const merged of others) {
      await recordAudit(deps, trx, caller, 'asset.merge', kept.assetId, {
        merged: merged.assetId,
        ...(note === undefined ? {} : { note }),
        ...(conflicts.length === 0 ? {} : { inSpiteOf: conflicts.map(({ message }) => message) }),
      });
    }
    return await viewById(trx, caller, kept.assetId);
  });
}

/** Throws Problem `not_found` for what does not exist for the caller, `asset_merged` for a tombstone. */
async function lockThem(trx: Transaction, caller: Caller, ids: readonly string[]): Promise<IdentityRow[]> {
  const wanted = ids.map((id) => id.toLowerCase());
  const valid = wanted.filter((id) => uuidShape.test(id));
  const rows = await lockForIdentity(trx, caller.instanceId, valid);
  for (const row of rows) if (!(await isInside(trx, caller, row.entityId))) throw noSuchAsset();
  if (rows.length !== wanted.length) throw noSuchAsset();
  if (new Set(wanted).size !== wanted.length) {
    throw new Problem('merge_conflict', 'An asset cannot be merged with itself.', [
      { field: '/from', message: 'must not name the asset itself' },
    ]);
  }
  const tombstone = rows.find(({ status }) => status === 'merged');
  if (tombstone !== undefined) {
    throw new Problem('asset_merged', `${tombstone.assetId} is part of ${String(tombstone.mergedInto)}.`);
  }
  return rows;
}

function noSuchAsset(): Problem {
  return new Problem('not_found', 'There is no such asset.');
}

async function conflictsOf(
  deps: AdminDeps,
  trx: Transaction,
  { instanceId }: Caller,
  kept: IdentityRow,
  others: readonly IdentityRow[],
): Promise<FieldError[]> {
  const since = new Date(deps.now().getTime() - aliveDays * dayMs);
  const isAlive = (row: IdentityRow): Promise<boolean> => isReportedSince(trx, instanceId, row, since);
  const keptIsAlive = await isAlive(kept);
  const found: FieldError[] = [];
  for (const [i, other] of others.entries()) {
    const field = `/from/${i}`;
    if (other.kid !== kept.kid) {
      throw new Problem('body_invalid', 'Only assets of one key can be merged.', [
        { field, message: `came by another key (${other.kid})` },
      ]);
    }
    if (other.itemtype !== kept.itemtype)
      found.push({ field, message: `is a ${other.itemtype}, not a ${kept.itemtype}` });
    if (keptIsAlive && (await isAlive(other)))
      found.push({ field, message: `agents of both sent an inventory within ${aliveDays} days` });
    if (kept.contested !== null || other.contested !== null)
      found.push({ field, message: 'somebody else claims to be one of them: decide on that first' });
  }
  return found;
}

/** Resolves to the kept asset as it is then. */
async function mergeOne(
  deps: AdminDeps,
  trx: Transaction,
  { instanceId, actor }: Caller,
  kept: IdentityRow,
  merged: IdentityRow,
  note: string | null,
): Promise<IdentityRow> {
  const at = deps.now();
  const identity = identityFrom([...identifiersIn(kept.identity), ...identifiersIn(merged.identity)]);
  const added = without(identity, identifiersIn(kept.identity));
  const apart = apartFrom(kept.separated, merged.assetId);
  const gained = apartFrom(merged.separated, kept.assetId).filter(
    ({ assetId }) => !apart.some((known) => known.assetId === assetId),
  );
  const separated = [...apart, ...gained].slice(0, maxSeparationsPerAsset);
  await awaitFullOf(trx, instanceId, [merged], at);
  const cases = await moveCases(trx, instanceId, merged.assetId, kept.assetId);
  const separations = gained.map(({ assetId }) => assetId);
  const status = merged.status === 'retired' ? 'retired' : 'active';
  const record: MergeRecord = {
    ...{ added, status, pin: kept.pin, separations, ...cases },
    apartBefore: kept.separated.map(({ assetId }) => assetId),
    contested: merged.contested,
  };
  await makeTombstone(trx, instanceId, { assetId: merged.assetId, into: kept.assetId, record });
  // Nothing more of it is sent.
  await takeOut(trx, instanceId, { assetIds: [merged.assetId] }, true);
  // Who claims to be one of them claims to be both: a merge by force does not decide on that.
  const contested = kept.contested ?? merged.contested;
  const now = { ...kept, identity, pin: pinOfBoth(kept, merged), separated, contested };
  await updateIdentity(trx, instanceId, now);
  await markContested(trx, instanceId, kept.assetId, contested);
  const identifiers = identifiersIn(merged.identity);
  await copyIdentifiers(trx, instanceId, {
    from: merged.assetId,
    to: kept.assetId,
    identifiers: identifiersIn(identity).filter((one) => has(merged.identity, one)),
    at,
  });
  await removeIdentifiers(trx, instanceId, merged.assetId, identifiers);
  const { kid, identity: of } = merged;
  await moveAgents(trx, instanceId, { kid, identity: of, from: merged.assetId, to: kept.assetId });
  await insertEvent(deps, trx, instanceId, kept.assetId, actor, 'merged', {
    assetId: merged.assetId,
    name: merged.name,
    note,
  });
  await insertEvent(deps, trx, instanceId, merged.assetId, actor, 'merged_into', {
    assetId: kept.assetId,
    name: kept.name,
    note,
  });
  return now;
}

/** The installs of both may report it in turns from now on. */
function pinOfBoth(kept: IdentityRow, merged: IdentityRow): Pin {
  const installs = [kept, merged].flatMap(({ pin, identity }) => [
    ...[pin.deviceid, pin.agentid].flatMap((id) => (id === undefined ? [] : [id])),
    ...identity.deviceids.slice(0, 4),
    ...identity.agentids.slice(0, 4),
    ...(pin.twins ?? []),
  ]);
  return { ...kept.pin, twins: [...new Set(installs)].slice(0, maxTwins) };
}

export async function insertEvent(
  deps: AdminDeps,
  trx: Transaction,
  instanceId: number,
  assetId: string,
  actor: string,
  kind: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await insertAssetEvent(trx, instanceId, assetId, {
    eventId: deps.newId(),
    at: deps.now(),
    kind,
    submissionId: null,
    actor,
    detail,
  });
}
