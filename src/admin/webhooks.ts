import type { EventKind } from '../domain/event';
import { issueSecret } from '../domain/key-format';
import { Problem, type FieldError } from '../domain/problem';
import { mayActAs } from '../domain/role';
import { holdEntity } from '../store/entities';
import { countWaiting } from '../store/webhook-deliveries';
import * as store from '../store/webhooks';
import { targetFault } from '../webhooks/target-rules';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { completeNamesShown } from './entity-scope';
import { limitOf, pageOf, readCursor, uuidShape, type Page, type PageRequest } from './page';
import { recordAudit } from './record-audit';
import { sealWebhookSecret } from './webhook-secrets';
import { webhookRulesOf } from './webhook-rules';

export interface WebhookView {
  readonly id: string;
  readonly name: string;
  /** Whole for admins; others see its host only, since such URLs often hold a secret. */
  readonly url: string;
  /** Empty: all. */
  readonly kinds: readonly EventKind[];
  /** Only what belongs to it or below; null: the whole instance. */
  readonly entityId: string | null;
  /** Complete name of that entity. */
  readonly entity: string | null;
  readonly enabled: boolean;
  /** `failing`: its last message was not taken; `off`: nothing is queued for it. */
  readonly state: 'new' | 'working' | 'failing' | 'off';
  /** Messages that wait. */
  readonly waiting: number;
  readonly lastSuccessAt: string | null;
  readonly lastFailureAt: string | null;
  /** Until then messages are signed with the secret before this one too. */
  readonly formerSecretUntil: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
}

/** The only answer that ever holds the secret. */
export interface CreatedWebhook extends WebhookView {
  readonly secret: string;
}

export interface WebhookInput {
  readonly url: string;
  /** Left out: the URL's host. */
  readonly name?: string;
  readonly kinds?: readonly EventKind[];
  readonly entityId?: string | null;
}

export type WebhookPatch = Partial<WebhookInput> & { readonly enabled?: boolean };

/** Of one instance. */
export const maxWebhooks = 50;

/** Newest first. */
export async function listWebhooks(
  deps: AdminDeps,
  caller: Caller,
  request: PageRequest,
): Promise<Page<WebhookView>> {
  const after = readCursor('webhooks', request, [uuidShape])?.[0];
  const limit = limitOf(request) + 1;
  const rows = await store.listWebhookPage(deps.db, caller.instanceId, { limit, after });
  const views = new Map((await viewsOf(deps, deps.db, caller, rows)).map((view) => [view.id, view]));
  const page = pageOf(
    'webhooks',
    request,
    rows,
    ({ webhookId }) => [webhookId],
    ({ webhookId }) => views.get(webhookId),
  );
  return { items: page.items.filter((view) => view !== undefined), next: page.next };
}

/** Throws Problem `not_found`. */
export async function getWebhook(deps: AdminDeps, caller: Caller, id: string): Promise<WebhookView> {
  return await viewOf(deps, deps.db, caller, await requireWebhook(deps.db, caller, id));
}

export async function requireWebhook(
  db: Transaction,
  caller: Caller,
  id: string,
  lock = false,
): Promise<store.WebhookRecord> {
  const webhook = uuidShape.test(id)
    ? await store.findWebhook(db, caller.instanceId, id.toLowerCase(), lock)
    : undefined;
  if (webhook === undefined) throw new Problem('not_found', 'There is no such webhook.');
  return webhook;
}

/** Throws Problem `body_invalid`, `webhook_limit_reached`. */
export async function createWebhook(
  deps: AdminDeps,
  caller: Caller,
  input: WebhookInput,
): Promise<CreatedWebhook> {
  refuseTarget(deps, input.url);
  const { instanceId, actor } = caller;
  const webhookId = deps.newId();
  const { full } = issueSecret('grw', deps.random);
  const url = new URL(input.url);
  return await deps.db.transaction().execute(async (trx) => {
    if ((await store.countWebhooks(trx, instanceId)) >= maxWebhooks) {
      throw new Problem('webhook_limit_reached', `There are ${maxWebhooks} webhooks: remove one first.`);
    }
    const entityId = input.entityId?.toLowerCase() ?? null;
    await holdNamedEntity(trx, caller, entityId);
    await store.insertWebhook(trx, instanceId, {
      ...{ webhookId, entityId, createdBy: actor, createdAt: deps.now() },
      name: input.name?.trim() ?? url.host,
      url: url.href,
      kinds: [...new Set(input.kinds ?? [])],
      secret: sealWebhookSecret(deps, webhookId, full),
    });
    const webhook = await requireWebhook(trx, caller, webhookId);
    const { name, kinds } = webhook;
    const detail = { name, target: url.origin, kinds, entityId };
    const { id, ...view } = await viewOf(deps, trx, caller, webhook);
    await recordAudit(deps, trx, caller, 'webhook.create', webhookId, detail);
    return { id, secret: full, ...view };
  });
}

/** What is left out stays. Throws Problem `not_found`, `body_invalid`. */
export async function changeWebhook(
  deps: AdminDeps,
  caller: Caller,
  id: string,
  patch: WebhookPatch,
): Promise<WebhookView> {
  if (patch.url !== undefined) refuseTarget(deps, patch.url);
  return await deps.db.transaction().execute(async (trx) => {
    const { webhookId } = await requireWebhook(trx, caller, id, true);
    const url = patch.url === undefined ? undefined : new URL(patch.url);
    if (patch.entityId != null) await holdNamedEntity(trx, caller, patch.entityId);
    await store.updateWebhook(trx, caller.instanceId, webhookId, {
      ...(patch.name === undefined ? {} : { name: patch.name.trim() }),
      ...(url === undefined ? {} : { url: url.href }),
      ...(patch.kinds === undefined ? {} : { kinds: [...new Set(patch.kinds)] }),
      ...(patch.entityId === undefined ? {} : { entityId: patch.entityId }),
      ...(patch.enabled === undefined ? {} : { isEnabled: patch.enabled }),
    });
    const view = await viewOf(deps, trx, caller, await requireWebhook(trx, caller, webhookId));
    const { url: _url, ...rest } = patch;
    const detail = { ...rest, ...(url === undefined ? {} : { target: url.origin }) };
    await recordAudit(deps, trx, caller, 'webhook.update', webhookId, detail);
    return view;
  });
}

export interface RotateInput {
  /** How long messages are signed with the secret before it too; 0: no more at once. */
  readonly graceHours?: number;
}

/** A receiver's own change-over, with somebody awake. */
const defaultGraceHours = 24;
const hourMs = 3_600_000;

/**
 * Another secret, shown this once. The one before it counts on for a while beside it; an older one does not.
 * Throws Problem `not_found`.
 */
export async function rotateWebhook(
  deps: AdminDeps,
  caller: Caller,
  id: string,
  { graceHours = defaultGraceHours }: RotateInput,
): Promise<CreatedWebhook> {
  const { full } = issueSecret('grw', deps.random);
  return await deps.db.transaction().execute(async (trx) => {
    const { webhookId, name } = await requireWebhook(trx, caller, id, true);
    const until = graceHours === 0 ? null : new Date(deps.now().getTime() + graceHours * hourMs);
    const sealed = sealWebhookSecret(deps, webhookId, full);
    await store.rotateWebhook(trx, caller.instanceId, webhookId, sealed, until);
    const { id: same, ...view } = await viewOf(
      deps,
      trx,
      caller,
      await requireWebhook(trx, caller, webhookId),
    );
    await recordAudit(deps, trx, caller, 'webhook.rotate', webhookId, { name, graceHours });
    return { id: same, secret: full, ...view };
  });
}

/** With what waits for it, and its log. Throws Problem `not_found`. */
export async function removeWebhook(deps: AdminDeps, caller: Caller, id: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const { webhookId, name } = await requireWebhook(trx, caller, id, true);
    await store.deleteWebhook(trx, caller.instanceId, webhookId);
    await recordAudit(deps, trx, caller, 'webhook.remove', webhookId, { name });
  });
}

function refuseTarget(deps: AdminDeps, url: string): void {
  const fault = targetFault(url, webhookRulesOf(deps).target);
  if (fault === undefined) return;
  const errors: FieldError[] = [{ field: '/url', message: fault }];
  throw new Problem('body_invalid', 'The URL cannot be a webhook.', errors);
}

async function holdNamedEntity(trx: Transaction, caller: Caller, entityId: string | null): Promise<void> {
  if (entityId === null || (await holdEntity(trx, caller.instanceId, entityId))) return;
  throw new Problem('body_invalid', 'The entity does not exist.', [
    { field: '/entityId', message: 'is no entity of this instance' },
  ]);
}

async function viewOf(
  deps: Pick<AdminDeps, 'now'>,
  db: Transaction,
  caller: Caller,
  webhook: store.WebhookRecord,
): Promise<WebhookView> {
  const [view] = await viewsOf(deps, db, caller, [webhook]);
  if (view === undefined) throw new Error('a webhook has a view');
  return view;
}

async function viewsOf(
  deps: Pick<AdminDeps, 'now'>,
  db: Transaction,
  caller: Caller,
  webhooks: readonly store.WebhookRecord[],
): Promise<WebhookView[]> {
  const entityIds = webhooks.flatMap(({ entityId }) => entityId ?? []);
  const names = await completeNamesShown(db, caller, entityIds);
  const ids = webhooks.map(({ webhookId }) => webhookId);
  const waiting = await countWaiting(db, caller.instanceId, ids);
  const now = deps.now();
  const isAdmin = caller.token === undefined || mayActAs(caller.token.role, 'admin');
  return webhooks.map((webhook) => ({
    id: webhook.webhookId,
    name: webhook.name,
    url: isAdmin ? webhook.url : `${new URL(webhook.url).origin}/…`,
    kinds: webhook.kinds,
    entityId: webhook.entityId,
    entity: webhook.entityId === null ? null : (names.get(webhook.entityId) ?? null),
    enabled: webhook.isEnabled,
    state: stateOf(webhook),
    waiting: waiting.get(webhook.webhookId) ?? 0,
    lastSuccessAt: webhook.lastSuccessAt?.toISOString() ?? null,
    lastFailureAt: webhook.lastFailureAt?.toISOString() ?? null,
    formerSecretUntil:
      webhook.formerUntil !== null && webhook.formerUntil > now ? webhook.formerUntil.toISOString() : null,
    createdAt: webhook.createdAt.toISOString(),
    createdBy: webhook.createdBy,
  }));
}

function stateOf({ isEnabled, failures, lastSuccessAt }: store.WebhookRecord): WebhookView['state'] {
  if (!isEnabled) return 'off';
  if (failures > 0) return 'failing';
  return lastSuccessAt === null ? 'new' : 'working';
}
