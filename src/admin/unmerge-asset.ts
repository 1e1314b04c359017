import type { Identifier } from '../domain/identity';
import { Problem } from '../domain/problem';
import type { Pin } from '../domain/pin';
import { maxSeparationsPerAsset, type Separation } from '../domain/separation';
import { has, identifiersIn, without } from '../identity/identity-sets';
import {
  awaitFullOf,
  copyIdentifiers,
  moveAgents,
  moveCasesBack,
  removeIdentifiers,
} from '../store/merging/handing-over';
import {
  type IdentityRow,
  type MergeRecord,
  listAbove,
  listParts,
  lockForIdentity,
  updateIdentity,
} from '../store/merging/identity-rows';
import { moveContestBack, reviveTombstone, rewriteRecord } from '../store/merging/tombstones';
import { enqueueAssets } from '../store/forwarding/enqueue';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { viewById, type AssetView } from './assets';
import { isInside } from './entity-scope';
import { insertEvent } from './merge-assets';
import { recordAudit } from './record-audit';
import { apartFrom, inherited, separation } from './separations';

/**
 * Takes a merge back: the tombstone is an asset again, with its status and what it was recognised by, and is held apart
 * from what it was part of from then on. Merges may be taken back in any order: a part of a part leaves the asset that
 * both are part of. What the kept one learned meanwhile stays with it. Throws Problem `not_found`, `asset_not_merged`.
 */
export async function unmergeAsset(deps: AdminDeps, caller: Caller, assetId: string): Promise<AssetView> {
  return await deps.db.transaction().execute(async (trx) => {
    const kept = await restore(deps, trx, caller, assetId);
    await recordAudit(deps, trx, caller, 'asset.unmerge', kept, { restored: assetId.toLowerCase() });
    return await viewById(trx, caller, assetId.toLowerCase());
  });
}

/** As `unmergeAsset`, inside the caller's transaction and without audit. Resolves to the asset that it was part of. */
export async function restore(
  deps: AdminDeps,
  trx: Transaction,
  caller: Caller,
  tombstoneId: string,
): Promise<string> {
  const { instanceId } = caller;
  const merged = await lockMerged(trx, caller, tombstoneId);
  const { root, tombstone, record } = merged;
  const at = deps.now();
  const partings = await partingsOf(trx, instanceId, merged);
  for (const parting of partings) await leave(trx, instanceId, tombstone, parting);
  await reviveTombstone(trx, instanceId, {
    assetId: tombstone.assetId,
    status: record.status ?? 'active',
    separated: apartOf(tombstone, partings),
  });
  const gone = partings.at(-1)?.gone ?? [];
  const way = { from: root.assetId, to: tombstone.assetId };
  const identifiers = identifiersIn(tombstone.identity);
  await copyIdentifiers(trx, instanceId, { ...way, identifiers, at });
  await removeIdentifiers(trx, instanceId, root.assetId, gone);
  await awaitFullOf(trx, instanceId, [root], at);
  const identity = without(tombstone.identity, identifiersIn(without(root.identity, gone)));
  await moveAgents(trx, instanceId, { ...way, kid: tombstone.kid, identity });
  await moveCasesBack(trx, instanceId, record, way);
  if (record.contested !== undefined && record.contested !== null)
    await moveContestBack(trx, instanceId, record.contested, way);
  // Nothing of it was sent while it was a part.
  await enqueueAssets(trx, instanceId, { assetIds: [tombstone.assetId] }, at);
  const event = (on: string, kind: string, of: IdentityRow): Promise<void> =>
    insertEvent(deps, trx, instanceId, on, caller.actor, kind, { assetId: of.assetId, name: of.name });
  await event(root.assetId, 'unmerged', tombstone);
  await event(tombstone.assetId, 'unmerged_from', root);
  return root.assetId;
}

interface Merged {
  readonly tombstone: IdentityRow;
  readonly record: MergeRecord;
  /** What it is part of, nearest first; only the last is an asset of its own. */
  readonly above: readonly IdentityRow[];
  readonly root: IdentityRow;
}

/** The tombstone and all that it is part of, locked. Throws as `unmergeAsset` does. */
async function lockMerged(trx: Transaction, caller: Caller, tombstoneId: string): Promise<Merged> {
  const seen = await viewById(trx, caller, tombstoneId.toLowerCase());
  if (seen.mergedInto === null) {
    throw new Problem('asset_not_merged', 'The asset is not part of another one.');
  }
  const ids = [seen.id, ...(await listAbove(trx, caller.instanceId, seen.id))];
  const [tombstone, ...above] = await lockForIdentity(trx, caller.instanceId, ids);
  const root = above.at(-1);
  const record = tombstone?.merge ?? null;
  const isWhole = above.every(
    ({ assetId }, i) => (i === 0 ? tombstone : above[i - 1])?.mergedInto === assetId,
  );
  if (
    tombstone === undefined ||
    root === undefined ||
    record === null ||
    !isWhole ||
    root.mergedInto !== null
  )
    throw noSuchAsset();
  if (!(await isInside(trx, caller, root.entityId))) throw noSuchAsset();
  return { tombstone, record, above, root };
}

function noSuchAsset(): Problem {
  return new Problem('not_found', 'There is no such asset.');
}

/** How a tombstone leaves one of those that it is part of. */
interface Parting {
  readonly whole: IdentityRow;
  /** Of the merge by which it came to the whole: its own, or that of a part of the whole that it is part of. */
  readonly cameBy: MergeRecord;
  readonly isDirect: boolean;
  /** What came with it. */
  readonly own: readonly Identifier[];
  /** What of that leaves with it: no other part has it. */
  readonly gone: readonly Identifier[];
  /** Assets that the whole was held apart from only because of it. */
  readonly separations: readonly string[];
  /** What of `gone` and `separations` went on, when the whole was made a part itself. */
  readonly goneAbove: readonly Identifier[];
  readonly separationsAbove: readonly string[];
}

async function partingsOf(
  trx: Transaction,
  instanceId: number,
  { tombstone, record, above }: Merged,
): Promise<readonly Parting[]> {
  const partings: Parting[] = [];
  let below = { assetId: tombstone.assetId, merge: record };
  let own = identifiersIn(record.added);
  let leaving: readonly Identifier[] = own;
  let { separations } = record;
  for (const [i, whole] of above.entries()) {
    const parts = await listParts(trx, instanceId, whole.assetId);
    const others = parts.filter(({ assetId }) => assetId !== below.assetId);
    const gone = leaving.filter((one) => !others.some(({ identity }) => has(identity, one)));
    const { merge } = whole;
    const wentOn = (one: Identifier): boolean => merge !== null && has(merge.added, one);
    const goneAbove = gone.filter(wentOn);
    const separationsAbove = separations.filter((id) => merge?.separations.includes(id) === true);
    const cameBy = below.merge;
    partings.push({ whole, cameBy, isDirect: i === 0, own, gone, separations, goneAbove, separationsAbove });
    if (merge === null) break;
    [below, own, leaving, separations] = [
      { assetId: whole.assetId, merge },
      own.filter(wentOn),
      goneAbove,
      separationsAbove,
    ];
  }
  return partings;
}

/** Writes what the whole is without the tombstone and, where it is a part itself, what it brought. */
async function leave(
  trx: Transaction,
  instanceId: number,
  tombstone: IdentityRow,
  parting: Parting,
): Promise<void> {
  const { whole, own, gone, separations } = parting;
  const identity = without(whole.identity, gone);
  const before = apartFrom(whole.separated, tombstone.assetId);
  const kept = before.filter(({ assetId }) => !separations.includes(assetId));
  await updateIdentity(trx, instanceId, {
    assetId: whole.assetId,
    identity,
    pin: pinWithout({ ...whole, identity }, tombstone, parting),
    separated: [...kept, separation(tombstone.assetId, 'stayed', own)].slice(-maxSeparationsPerAsset),
  });
  if (whole.merge !== null)
    await rewriteRecord(trx, instanceId, whole.assetId, recordWithout(whole.merge, tombstone, parting));
}

function recordWithout(
  record: MergeRecord,
  { merge }: IdentityRow,
  { goneAbove, separationsAbove }: Parting,
): MergeRecord {
  return {
    ...record,
    added: without(record.added, goneAbove),
    separations: record.separations.filter((id) => !separationsAbove.includes(id)),
    claims: record.claims.filter((id) => merge?.claims.includes(id) !== true),
    results: record.results.filter((id) => merge?.results.includes(id) !== true),
  };
}

/** As the tombstone was, and apart from all that it leaves and from what they were held apart from meanwhile. */
function apartOf(tombstone: IdentityRow, partings: readonly Parting[]): readonly Separation[] {
  const left = partings.map(({ whole, own }) => separation(whole.assetId, 'left', own));
  const meanwhile = partings.flatMap(({ whole, cameBy }) => inherited(tombstone, whole, cameBy));
  const all = new Map([...meanwhile, ...tombstone.separated, ...left].map((one) => [one.assetId, one]));
  return [...all.values()].slice(-maxSeparationsPerAsset);
}

/** As before the merge that it came by, but for what other parts brought. */
function pinWithout(
  { pin, identity }: IdentityRow,
  tombstone: IdentityRow,
  { cameBy, isDirect }: Parting,
): Pin {
  const { twins = [], ...before } = { ...cameBy.pin, twins: pin.twins ?? [] };
  const hasInstall = (of: IdentityRow['identity'], id: string): boolean =>
    of.deviceids.includes(id) || of.agentids.includes(id);
  const left = twins.filter((id) => hasInstall(identity, id) || !hasInstall(tombstone.identity, id));
  return isDirect && cameBy.pin.twins === undefined && left.length <= 2 ? before : { ...before, twins: left };
}
