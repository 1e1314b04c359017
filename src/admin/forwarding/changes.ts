import { Problem, type FieldError } from '../../domain/problem';
import { findEntity } from '../../store/entities';
import { enqueueAssets } from '../../store/forwarding/enqueue';
import { reviveDead, takeOut, type QueueSelection } from '../../store/forwarding/queue-changes';
import { setPause } from '../../store/forwarding/upstreams';
import type { AdminDeps, Caller, Transaction } from '../admin-deps';
import { entityScope, isInside, scopeOf } from '../entity-scope';
import { getKey } from '../keys';
import { calendarTime, notInCalendar } from '../read-time';
import { recordAudit } from '../record-audit';
import { requireUpstream } from '../upstream';
import { getForwardStatus, type ForwardStatus } from './status';

export interface PauseInput {
  readonly why?: string;
  /** It goes on by itself then; left out: when somebody says so. */
  readonly until?: string;
}

/** Exactly one of these. */
export interface DeadSelection {
  readonly assetIds?: readonly string[];
  readonly reason?: string;
  readonly all?: true;
}

/** Exactly one of these. */
export interface ResendInput {
  readonly assetIds?: readonly string[];
  /** Of this entity and all below it. */
  readonly entityId?: string;
  readonly kid?: string;
  readonly all?: true;
}

export interface Counted {
  readonly count: number;
}

/** Of all processes, and over restarts. What is on its way arrives. Throws Problem `upstream_missing`, `body_invalid`. */
export async function pauseForwarding(
  deps: AdminDeps,
  caller: Caller,
  input: PauseInput,
): Promise<ForwardStatus> {
  const at = deps.now();
  const until = input.until === undefined ? null : (calendarTime(input.until) ?? null);
  if (input.until !== undefined && (until === null || until <= at)) {
    const message = until === null ? notInCalendar : 'must lie in the future';
    throw new Problem('body_invalid', `until ${message}.`, [{ field: '/until', message }]);
  }
  const why = input.why ?? null;
  await deps.db.transaction().execute(async (trx) => {
    const { url } = await requireUpstream(trx, caller.instanceId);
    await setPause(trx, caller.instanceId, { at, by: caller.actor, why, until });
    const detail = { url, why, until: until?.toISOString() ?? null };
    await recordAudit(deps, trx, caller, 'upstream.pause', String(caller.instanceId), detail);
  });
  return await getForwardStatus(deps, caller);
}

/** Going on twice is once. Throws Problem `upstream_missing`. */
export async function resumeForwarding(deps: AdminDeps, caller: Caller): Promise<ForwardStatus> {
  await deps.db.transaction().execute(async (trx) => {
    const { pause } = await requireUpstream(trx, caller.instanceId);
    if (pause === undefined) return;
    await setPause(trx, caller.instanceId, undefined);
    const detail = { pausedAt: pause.at.toISOString(), pausedBy: pause.by };
    await recordAudit(deps, trx, caller, 'upstream.resume', String(caller.instanceId), detail);
  });
  return await getForwardStatus(deps, caller);
}

/** Has dead letters tried again. Throws Problem `upstream_missing`, `body_invalid`. */
export async function retryDead(deps: AdminDeps, caller: Caller, input: DeadSelection): Promise<Counted> {
  requireOne(input);
  return await deps.db.transaction().execute(async (trx) => {
    await requireUpstream(trx, caller.instanceId);
    const selection = await queueSelection(trx, caller, input);
    const count = await reviveDead(trx, caller.instanceId, selection, deps.now());
    if (count > 0)
      await recordAudit(deps, trx, caller, 'forward.retry', String(caller.instanceId), { ...input, count });
    return { count };
  });
}

/**
 * Takes dead letters out, or whatever waits of the assets named. It is not sent; the next inventory of an asset is.
 * Throws Problem `body_invalid`.
 */
export async function dropForwards(deps: AdminDeps, caller: Caller, input: DeadSelection): Promise<Counted> {
  requireOne(input);
  return await deps.db.transaction().execute(async (trx) => {
    const selection = await queueSelection(trx, caller, input);
    const count = await takeOut(trx, caller.instanceId, selection, input.assetIds !== undefined);
    if (count > 0)
      await recordAudit(deps, trx, caller, 'forward.drop', String(caller.instanceId), { ...input, count });
    return { count };
  });
}

/**
 * Sends what is stored once more, behind what is new and changed. Throws Problem `upstream_missing`, `body_invalid`;
 * `not_found` for a key that is not there.
 */
export async function resend(deps: AdminDeps, caller: Caller, input: ResendInput): Promise<Counted> {
  requireOne(input);
  const { assetIds, entityId, kid } = input;
  if (kid !== undefined) await getKey(deps, caller, kid);
  return await deps.db.transaction().execute(async (trx) => {
    await requireUpstream(trx, caller.instanceId);
    const scope = await scopeOf(trx, caller);
    const entityIds = entityId === undefined ? scope : await subtreeOf(trx, caller, entityId);
    const selection = { assetIds, kid, entityIds };
    const count = await enqueueAssets(trx, caller.instanceId, selection, deps.now());
    if (count > 0)
      await recordAudit(deps, trx, caller, 'forward.resend', String(caller.instanceId), { ...input, count });
    return { count };
  });
}

/** Nobody sends or drops everything by leaving something out. */
function requireOne(input: DeadSelection & ResendInput): void {
  const given = Object.keys(input);
  if (given.length === 1) return;
  const message = given.length === 0 ? 'say which: one of the fields, or all' : 'give one of the fields only';
  const errors: FieldError[] = (given.length === 0 ? ['all'] : given).map((field) => ({
    field: `/${field}`,
    message,
  }));
  throw new Problem('body_invalid', 'It must be said what is meant, in one way.', errors);
}

async function queueSelection(
  trx: Transaction,
  caller: Caller,
  { assetIds, reason }: DeadSelection,
): Promise<QueueSelection> {
  const scope = await scopeOf(trx, caller);
  return { assetIds, reason, entityIds: scope && [...scope] };
}

/** Throws Problem `body_invalid`. */
async function subtreeOf(trx: Transaction, caller: Caller, entityId: string): Promise<ReadonlySet<string>> {
  const isThere = (await findEntity(trx, caller.instanceId, entityId)) !== undefined;
  if (isThere && (await isInside(trx, caller, entityId))) {
    return new Set(await entityScope({ db: trx }, caller, { entity: entityId, recursive: 'true' }));
  }
  throw new Problem('body_invalid', 'The entity does not exist.', [
    { field: '/entityId', message: 'is no entity of this instance' },
  ]);
}
