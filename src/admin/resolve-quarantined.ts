import { Problem } from '../domain/problem';
import type { Resolution } from '../domain/quarantine';
import { reasonOf } from '../domain/refusal-reason';
import { findAsset } from '../store/assets';
import { isInSubtree } from '../store/entities';
import { findKeptBody, reopenCase, type CaseRecord } from '../store/quarantine';
import type { AdminDeps, Caller } from './admin-deps';
import { requireRole, requireWholeInstance } from './caller-rights';
import { viewCase, type CaseView } from './case-view';
import { isTellableApart } from './compare-devices';
import { isInside } from './entity-scope';
import type { ReplayOutcome } from './held-pipeline';
import { requireCase, type HeldDeps } from './quarantine';
import { recordAudit } from './record-audit';
import { shutOut } from './shut-out';

export interface ResolutionInput {
  readonly action: Resolution;
  /** For `same`: which asset it is; default: the one it conflicts with. */
  readonly assetId?: string;
  /** For `new`: where it belongs; default: where the key says. */
  readonly entityId?: string;
  readonly note?: string;
}

export interface BulkInput {
  /** Of cases or of their submissions. */
  readonly ids: readonly string[];
  readonly action: Resolution;
  readonly note?: string;
}

export interface BulkAnswer {
  readonly items: readonly {
    readonly id: string;
    readonly state: 'resolved' | 'failed';
    /** Code and words of the problem of this one. */
    readonly code: string | null;
    readonly detail: string | null;
    readonly result: CaseView['result'];
  }[];
}

/** A device that keeps sending is asked for its newest submission so often. */
const maxAttempts = 25;

/**
 * Decides on a held device. `same` and `new` run its latest submission through the pipeline again; when that refuses
 * it, nothing is changed. Throws Problem `not_found`, `already_resolved`, `resolution_impossible`, `body_invalid`,
 * and `role_insufficient` for a ban by who may not ban.
 */
export async function resolveCase(
  deps: HeldDeps,
  caller: Caller,
  id: string,
  input: ResolutionInput,
): Promise<CaseView> {
  refuseIdle(input);
  if (input.action === 'ban') requireBanRights(caller);
  for (let attempt = 1; ; attempt++) {
    const held = await requireCase(deps, caller, id);
    if (held.resolution !== null) throw alreadyResolved(held);
    if (input.action === 'reject' || input.action === 'ban') {
      await shutOut(deps, caller, held, { action: input.action, note: input.note ?? null });
      return await viewCase(deps, caller, await requireCase(deps, caller, id));
    }
    const outcome = await letIn(deps, caller, held, { ...input, action: input.action });
    if (outcome.state === 'settled') return await viewCase(deps, caller, await requireCase(deps, caller, id));
    if (outcome.state === 'decided') throw alreadyResolved(await requireCase(deps, caller, id));
    if (outcome.state === 'outdated' && attempt < maxAttempts) continue;
    throw impossible(outcome);
  }
}

/** Each in a transaction of its own: one that cannot be resolved stops no other. */
export async function resolveCases(deps: HeldDeps, caller: Caller, input: BulkInput): Promise<BulkAnswer> {
  const { ids, ...decision } = input;
  if (decision.action === 'ban') requireBanRights(caller);
  const items: BulkAnswer['items'][number][] = [];
  for (const id of new Set(ids)) {
    try {
      const { result } = await resolveCase(deps, caller, id, decision);
      items.push({ id, state: 'resolved', code: null, detail: null, result });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      items.push({ id, state: 'failed', code: error.code, detail: error.detail, result: null });
    }
  }
  return { items };
}

/**
 * Takes a decision back, so that it no longer counts for what the device sends. What was made of it stays: assets,
 * moves and bans have their own commands.
 */
export async function reopen(deps: AdminDeps, caller: Caller, id: string): Promise<CaseView> {
  const held = await requireCase(deps, caller, id);
  if (held.resolution === 'ban') requireBanRights(caller);
  await deps.db.transaction().execute(async (trx) => {
    if (!(await reopenCase(trx, caller.instanceId, held))) {
      throw new Problem('resolution_impossible', 'The case is open: there is no decision to take back.');
    }
    const { resolution, resolvedBy } = held;
    await recordAudit(deps, trx, caller, 'quarantine.reopen', held.caseId, {
      decidedBefore: resolution,
      decidedBy: resolvedBy,
    });
  });
  return await viewCase(deps, caller, await requireCase(deps, caller, id));
}

/** Fields that the action has no use for are slips. */
function refuseIdle({ action, assetId, entityId }: ResolutionInput): void {
  const idle = [
    ...(assetId !== undefined && action !== 'same' ? ['assetId'] : []),
    ...(entityId !== undefined && action !== 'new' ? ['entityId'] : []),
  ];
  if (idle.length === 0) return;
  throw new Problem(
    'body_invalid',
    'The action does not take this field.',
    idle.map((field) => ({ field: `/${field}`, message: `means nothing for the action ${action}` })),
  );
}

/** A ban counts under every key of the instance. */
function requireBanRights(caller: Caller): void {
  requireRole(caller, 'admin');
  requireWholeInstance(caller);
}

async function letIn(
  deps: HeldDeps,
  caller: Caller,
  held: CaseRecord,
  input: ResolutionInput & { readonly action: 'same' | 'new' },
): Promise<ReplayOutcome> {
  if (input.action === 'new') await requireTellableApart(deps, caller, held);
  const assetId = input.action === 'same' ? await chosenAsset(deps, caller, held, input) : undefined;
  const entityId = input.action === 'new' ? await chosenEntity(deps, caller, held, input) : undefined;
  const kept = await findKeptBody(deps.db, caller.instanceId, held.lastSubmission);
  if (kept === undefined) {
    // Read between the two look-ups, the device may have sent another one.
    const { lastSubmission } = await requireCase(deps, caller, held.caseId);
    if (lastSubmission !== held.lastSubmission) return { state: 'outdated' };
    throw new Problem(
      'resolution_impossible',
      'What the device sent is not kept any more. Wait until it sends again, or reject it.',
    );
  }
  return await deps.held.replay(
    held.kid,
    { ...kept, fingerprint: held.fingerprint },
    {
      caseId: held.caseId,
      action: input.action,
      assetId,
      entityId,
      submissionId: held.lastSubmission,
      by: caller.actor,
      note: input.note ?? null,
    },
  );
}

/** Two assets of one key with one identity: from then on nobody could say which of them a submission speaks of. */
async function requireTellableApart({ db }: HeldDeps, caller: Caller, held: CaseRecord): Promise<void> {
  const asset = held.assetId === null ? undefined : await findAsset(db, caller.instanceId, held.assetId);
  if (asset?.kid !== held.kid || isTellableApart(held.identity, asset.identity)) return;
  throw new Problem(
    'resolution_impossible',
    'Everything that this device shows is what the asset is recognised by, so an asset of its own could not be told from it. Give one of the two machines an agent with a deviceid of its own first.',
  );
}

/** Throws Problem `body_invalid` when it is no asset of the caller's. */
async function chosenAsset(
  { db }: HeldDeps,
  caller: Caller,
  held: CaseRecord,
  { assetId }: ResolutionInput,
): Promise<string> {
  const wanted = assetId?.toLowerCase() ?? held.assetId;
  if (wanted === null) {
    throw new Problem(
      'body_invalid',
      'The device claims to be no asset in particular: say which one it is.',
      [{ field: '/assetId', message: 'is required here' }],
    );
  }
  const asset = await findAsset(db, caller.instanceId, wanted);
  if (asset !== undefined && (await isInside(db, caller, asset.entityId))) return asset.assetId;
  if (assetId === undefined) {
    throw new Problem(
      'resolution_impossible',
      'The asset it conflicts with is outside the entity of your token: somebody with more rights must decide.',
    );
  }
  throw new Problem('body_invalid', 'There is no such asset.', [
    { field: '/assetId', message: 'is no asset of this instance' },
  ]);
}

/** Throws Problem `body_invalid` when the key may not bring anything there. */
async function chosenEntity(
  { db }: HeldDeps,
  caller: Caller,
  held: CaseRecord,
  { entityId }: ResolutionInput,
): Promise<string | undefined> {
  if (entityId === undefined) return undefined;
  const wanted = entityId.toLowerCase();
  const isOfKey = await isInSubtree(db, caller.instanceId, wanted, held.keyEntityId);
  if (isOfKey && (await isInside(db, caller, wanted))) return wanted;
  throw new Problem('body_invalid', 'The entity is not one that the key may bring devices to.', [
    { field: '/entityId', message: 'must be the entity of the key or one below it' },
  ]);
}

function alreadyResolved({ resolution, resolvedBy, resolvedAt }: CaseRecord): Problem {
  const when = resolvedAt === null ? '' : ` at ${resolvedAt.toISOString()}`;
  return new Problem(
    'already_resolved',
    `It was decided already: ${resolution ?? ''} by ${resolvedBy ?? 'somebody'}${when}. Reopen the case to decide otherwise.`,
  );
}

function impossible(outcome: Exclude<ReplayOutcome, { state: 'settled' | 'decided' }>): Problem {
  switch (outcome.state) {
    case 'stopped': {
      const { reason } = outcome.stop;
      return new Problem(
        'resolution_impossible',
        `The submission would be stopped with ${reason}: ${reasonOf(reason).meaning} Nothing was changed.`,
      );
    }
    case 'outdated':
      return new Problem('resolution_impossible', 'The device keeps sending; try again in a moment.');
    case 'asset_missing':
      return new Problem('resolution_impossible', 'The asset is not there any more.');
  }
}
