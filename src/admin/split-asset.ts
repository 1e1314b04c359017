import type { Identifier } from '../domain/identity';
import { Problem } from '../domain/problem';
import { maxIdentifiersPerSeparation, maxSeparationsPerAsset } from '../domain/separation';
import { has, identifiersIn, identityFrom, without } from '../identity/identity-sets';
import { awaitFullOf, copyIdentifiers, moveAgents, removeIdentifiers } from '../store/merging/handing-over';
import {
  type IdentityRow,
  listParts,
  lockForIdentity,
  updateIdentity,
  withPartsOf,
} from '../store/merging/identity-rows';
import { insertSplitOff, listShownBySubmissions } from '../store/merging/split-off';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { viewById, type AssetView } from './assets';
import { isInside } from './entity-scope';
import { insertEvent } from './merge-assets';
import { uuidShape } from './page';
import { recordAudit } from './record-audit';
import { restore } from './unmerge-asset';

export interface SplitInput {
  /** What leaves; at most 128. */
  readonly identifiers?: readonly Identifier[];
  /** Instead: what this submission showed and no other sender of the asset did. */
  readonly submissionId?: string;
  readonly note?: string;
}

export interface SplitView {
  /** What stayed. */
  readonly asset: AssetView;
  /** The asset that the identifiers left for: a new one, or the one that they came with by a merge. */
  readonly split: AssetView;
}

/** Kinds by which submissions find assets and that belong to one machine: without one, nothing would lead to the new one. */
const leadingKinds = ['certificate', 'sshkey', 'serial', 'uuid', 'mac', 'deviceid', 'ip'];

/**
 * Takes identifiers out of an asset into another one, and holds the two apart from then on.
 * Throws Problem `not_found`, `body_invalid`, `asset_merged`, `split_impossible`.
 */
export async function splitAsset(
  deps: AdminDeps,
  caller: Caller,
  assetId: string,
  input: SplitInput,
): Promise<SplitView> {
  const { note } = input;
  return await deps.db.transaction().execute(async (trx) => {
    const asset = await lockOne(trx, caller, assetId);
    const leaving = await leavingOf(trx, caller, asset, input);
    const splitId =
      (await partWith(deps, trx, caller, asset, leaving)) ??
      (await splitOff(deps, trx, caller, asset, leaving, input));
    await recordAudit(deps, trx, caller, 'asset.split', asset.assetId, {
      into: splitId,
      identifiers: leaving,
      ...(note === undefined ? {} : { note }),
    });
    return {
      asset: await viewById(trx, caller, asset.assetId),
      split: await viewById(trx, caller, splitId),
    };
  });
}

async function lockOne(trx: Transaction, caller: Caller, assetId: string): Promise<IdentityRow> {
  const ids = uuidShape.test(assetId) ? [assetId.toLowerCase()] : [];
  const [asset] = await lockForIdentity(trx, caller.instanceId, ids);
  if (asset === undefined || !(await isInside(trx, caller, asset.entityId)))
    throw new Problem('not_found', 'There is no such asset.');
  if (asset.status === 'merged')
    throw new Problem('asset_merged', `The asset is part of ${String(asset.mergedInto)}.`);
  return asset;
}

async function leavingOf(
  trx: Transaction,
  { instanceId }: Caller,
  asset: IdentityRow,
  { identifiers, submissionId }: SplitInput,
): Promise<readonly Identifier[]> {
  if ((identifiers === undefined) === (submissionId === undefined)) {
    throw new Problem('body_invalid', 'Say either identifiers or a submission.', [
      { field: '', message: 'must have one of identifiers and submissionId' },
    ]);
  }
  const leaving =
    identifiers === undefined
      ? await shownOnlyBy(trx, instanceId, asset, submissionId ?? '')
      : identifiers.map(({ kind, value }) => ({ kind, value }));
  const missing = leaving.findIndex((one) => !has(asset.identity, one));
  if (missing >= 0) {
    throw new Problem('split_impossible', 'The asset is not recognised by that.', [
      { field: `/identifiers/${missing}`, message: 'is no identifier of the asset (as normalised)' },
    ]);
  }
  const rest = identifiersIn(without(asset.identity, leaving));
  const leads = (some: readonly Identifier[]): boolean =>
    some.some(({ kind }) => leadingKinds.includes(kind));
  if (!leads(leaving) || !leads(rest)) {
    throw new Problem(
      'split_impossible',
      'On both sides must be a serial, UUID, network card, deviceid or another identifier that devices are found by. Name the identifiers that leave.',
    );
  }
  return leaving.slice(0, maxIdentifiersPerSeparation);
}

/** What the submission showed, without what submissions that look otherwise showed too. */
async function shownOnlyBy(
  trx: Transaction,
  instanceId: number,
  asset: IdentityRow,
  submissionId: string,
): Promise<readonly Identifier[]> {
  const ids = await withPartsOf(trx, instanceId, asset.assetId);
  const shown = uuidShape.test(submissionId)
    ? await listShownBySubmissions(trx, instanceId, ids, submissionId.toLowerCase())
    : [];
  const chosen = shown.find((one) => one.submissionId === submissionId.toLowerCase());
  if (chosen === undefined) {
    throw new Problem('body_invalid', 'There is no such submission of the asset.', [
      { field: '/submissionId', message: 'is no accepted submission of the asset' },
    ]);
  }
  const nameOf = ({ kind, value }: Identifier): string => `${kind}:${value}`;
  const looksOf = (identifiers: readonly Identifier[]): string =>
    [...new Set(identifiers.filter(({ kind }) => leadingKinds.includes(kind)).map(nameOf))].sort().join(' ');
  const looks = looksOf(chosen.identifiers);
  const others = shown.filter(({ identifiers }) => looksOf(identifiers) !== looks);
  const elsewhere = new Set(others.flatMap(({ identifiers }) => identifiers.map(nameOf)));
  const own = new Map(chosen.identifiers.map((one) => [nameOf(one), one]));
  return [...own].flatMap(([name, one]) => (elsewhere.has(name) || !has(asset.identity, one) ? [] : [one]));
}

/** A merged asset that all of them came with is made an asset again. */
async function partWith(
  deps: AdminDeps,
  trx: Transaction,
  caller: Caller,
  asset: IdentityRow,
  leaving: readonly Identifier[],
): Promise<string | undefined> {
  const parts = await listParts(trx, caller.instanceId, asset.assetId);
  const part = parts.find(({ merge }) => merge !== null && leaving.every((one) => has(merge.added, one)));
  if (part === undefined) return undefined;
  await restore(deps, trx, caller, part.assetId);
  return part.assetId;
}

async function splitOff(
  deps: AdminDeps,
  trx: Transaction,
  { instanceId, actor }: Caller,
  asset: IdentityRow,
  leaving: readonly Identifier[],
  { submissionId, note = null }: { readonly submissionId?: string; readonly note?: string | null },
): Promise<string> {
  const at = deps.now();
  const assetId = deps.newId();
  const identity = identityFrom(leaving);
  await awaitFullOf(trx, instanceId, [asset], at);
  await insertSplitOff(trx, instanceId, {
    assetId,
    like: asset,
    identity,
    separated: [{ assetId: asset.assetId, side: 'left', identifiers: leaving }],
    lastSubmission: submissionId ?? asset.lastSubmission,
    at,
  });
  await copyIdentifiers(trx, instanceId, {
    from: asset.assetId,
    to: assetId,
    identifiers: leaving,
    at,
  });
  await removeIdentifiers(trx, instanceId, asset.assetId, leaving);
  const stayed = { assetId, side: 'stayed', identifiers: leaving } as const;
  await updateIdentity(trx, instanceId, {
    assetId: asset.assetId,
    identity: without(asset.identity, leaving),
    // It may be the other machine's: the next inventory shows it afresh.
    pin: {},
    separated: [...asset.separated, stayed].slice(-maxSeparationsPerAsset),
  });
  const { kid } = asset;
  await moveAgents(trx, instanceId, { kid, identity, from: asset.assetId, to: assetId });
  await insertEvent(deps, trx, instanceId, asset.assetId, actor, 'split', {
    assetId,
    identifiers: leaving,
    note,
  });
  await insertEvent(deps, trx, instanceId, assetId, actor, 'split_from', {
    assetId: asset.assetId,
    name: asset.name,
    identifiers: leaving,
    note,
  });
  return assetId;
}
