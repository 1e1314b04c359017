import { canonicalUrl, urlText } from '../domain/canonical-url';
import { issueSecret } from '../domain/key-format';
import { hashOf } from '../domain/pepper';
import { Problem, type FieldError } from '../domain/problem';
import { insertToken, type NewToken } from '../store/admin-tokens';
import { insertEntity } from '../store/entities';
import * as store from '../store/instances';
import { notifyKeyChange } from '../store/keys/key-changes';
import { violatedConstraint } from '../store/violated-constraint';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { recordAudit } from './record-audit';
import { aliasViews, type UrlAliasView } from './url-alias-view';

export interface InstanceView {
  readonly id: number;
  readonly name: string;
  /** Canonical spelling, first is primary: what keys without a URL of their own are good for. */
  readonly publicUrls: readonly string[];
  /** Former URLs: see `rebindInstance`. */
  readonly urlAliases: readonly UrlAliasView[];
  readonly createdAt: string;
}

export interface InstanceInput {
  readonly name: string;
  readonly publicUrls: readonly string[];
}

/** The instance whose URLs are the setting PUBLIC_URL. */
export const firstInstanceId = 1;

/** For the operator of the installation only: no token reaches beyond its instance. */
export async function listInstances(deps: AdminDeps): Promise<InstanceView[]> {
  return (await store.listInstances(deps.db)).map((instance) => viewOf(instance, deps.now()));
}

export async function getInstance(deps: AdminDeps, caller: Caller): Promise<InstanceView> {
  const instance = await store.findInstance(deps.db, caller.instanceId);
  if (instance === undefined) throw new Problem('not_found', 'There is no such instance.');
  return viewOf(instance, deps.now());
}

/**
 * A further GLPI served by this installation, with a root entity and an admin token of its own (shown once).
 * For the operator only. Throws Problem `body_invalid`, `instance_exists`.
 */
export async function createInstance(
  deps: AdminDeps,
  actor: string,
  input: InstanceInput,
): Promise<InstanceView & { readonly rootEntityId: string; readonly adminToken: string }> {
  const publicUrls = readPublicUrls(input.publicUrls);
  const issued = issueSecret('gra', deps.random);
  const hash = hashOf(deps.peppers, issued.full);
  return await deps.db.transaction().execute(async (trx) => {
    await store.lockInstallation(trx);
    const highest = (await store.listInstances(trx)).at(-1)?.instanceId ?? 0;
    const createdAt = deps.now();
    const instance = { instanceId: highest + 1, name: input.name.trim(), publicUrls, createdAt };
    const token = { tokenId: issued.id, name: 'first token', hash };
    const { rootEntityId } = await setUpInstance(deps, trx, instance, token).catch(asProblem);
    const caller = { instanceId: instance.instanceId, actor };
    await recordAudit(deps, trx, caller, 'instance.create', String(instance.instanceId), { publicUrls });
    return { ...viewOf({ ...instance, urlAliases: [] }, createdAt), rootEntityId, adminToken: issued.full };
  });
}

/** What a token may that the installation makes itself: everything, without end. */
export const fullAdmin = { role: 'admin', entityId: null, expiresAt: null, fromSettings: false } as const;

/** The rows that every instance begins with. */
export async function setUpInstance(
  deps: Pick<AdminDeps, 'newId' | 'now'>,
  trx: Transaction,
  instance: Omit<store.InstanceRecord, 'urlAliases'>,
  token: Pick<NewToken, 'tokenId' | 'name' | 'hash'> & { readonly fromSettings?: boolean },
): Promise<{ rootEntityId: string }> {
  const createdAt = deps.now();
  const rootEntityId = deps.newId();
  await store.insertInstance(trx, instance);
  const root = { entityId: rootEntityId, parentId: null, name: 'Root', tag: null, createdAt };
  await insertEntity(trx, instance.instanceId, root);
  await insertToken(trx, instance.instanceId, { ...fullAdmin, ...token, createdAt });
  return { rootEntityId };
}

/** What is left out stays. Throws Problem `body_invalid`, `instance_exists`. */
export async function changeInstance(
  deps: AdminDeps,
  caller: Caller,
  patch: Partial<InstanceInput>,
): Promise<InstanceView> {
  if (patch.publicUrls !== undefined && caller.instanceId === firstInstanceId) {
    throw new Problem('body_invalid', 'The URLs of this instance are set by PUBLIC_URL.', [
      { field: '/publicUrls', message: 'is set by PUBLIC_URL for the first instance' },
    ]);
  }
  return await deps.db.transaction().execute(async (trx) => {
    const before = await store.findInstance(trx, caller.instanceId);
    if (before === undefined) throw new Problem('not_found', 'There is no such instance.');
    const after = {
      ...before,
      name: patch.name?.trim() ?? before.name,
      publicUrls: patch.publicUrls === undefined ? before.publicUrls : readPublicUrls(patch.publicUrls),
    };
    await store.updateInstance(trx, after).catch(asProblem);
    await recordAudit(deps, trx, caller, 'instance.update', String(caller.instanceId), { patch });
    await notifyKeyChange(trx, '*');
    return viewOf(after, deps.now());
  });
}

/** Canonical spelling of each. Throws Problem `body_invalid`. */
export function readPublicUrls(texts: readonly string[]): string[] {
  const errors: FieldError[] = [];
  const urls = texts.flatMap((text, place) => {
    const url = canonicalUrl(text.trim());
    if (url !== undefined) return urlText(url);
    const message = 'must be an http or https URL without user, query and fragment';
    errors.push({ field: `/publicUrls/${place}`, message });
    return [];
  });
  if (urls.length === 0 && errors.length === 0) {
    errors.push({ field: '/publicUrls', message: 'must name at least one URL' });
  }
  if (errors.length > 0) throw new Problem('body_invalid', 'A public URL cannot be read.', errors);
  return [...new Set(urls)];
}

function viewOf(instance: store.InstanceRecord, now: Date): InstanceView {
  return {
    id: instance.instanceId,
    name: instance.name,
    publicUrls: instance.publicUrls,
    urlAliases: aliasViews(instance.urlAliases, instance.publicUrls, now),
    createdAt: instance.createdAt.toISOString(),
  };
}

function asProblem(error: unknown): never {
  if (violatedConstraint(error) !== 'instance_name_key') throw error;
  throw new Problem('instance_exists', 'Another instance of this installation has this name.');
}
