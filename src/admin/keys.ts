import { hintOf, issueSecret } from '../domain/key-format';
import { hashOf } from '../domain/pepper';
import { Problem } from '../domain/problem';
import { listSubtree, lockTree } from '../store/entities';
import { countAssetsOfKeys } from '../store/asset-tally';
import { notifyKeyChange } from '../store/keys/key-changes';
import { listKeyPage, type KeyState } from '../store/keys/key-pages';
import * as store from '../store/keys/key-records';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { completeNamesShown, entityScope, isInside } from './entity-scope';
import { changedPolicy, freshPolicy, type KeyPolicyInput } from './key-policy';
import { keyView, type KeyView } from './key-view';
import { idShape, limitOf, pageOf, readCursor, timeShape, type Page, type PageRequest } from './page';
import { recordAudit } from './record-audit';

export interface KeyInput extends KeyPolicyInput {
  readonly name: string;
  readonly entityId: string;
}

/** The only answer that ever holds the key. */
export interface CreatedKey extends KeyView {
  readonly key: string;
}

export interface KeyQuery extends PageRequest {
  readonly entity?: string;
  readonly recursive?: string;
  readonly state?: KeyState;
  readonly mode?: string;
  /** Without case; `*` stands for any run of characters. */
  readonly name?: string;
  readonly owner?: string;
}

/** Throws Problem `body_invalid`. */
export async function createKey(deps: AdminDeps, caller: Caller, input: KeyInput): Promise<CreatedKey> {
  const issued = issueSecret('grk', deps.random);
  const hash = hashOf(deps.peppers, issued.full);
  const view = await deps.db.transaction().execute(async (trx) => {
    // The subtree must not change between the check of the rules and the commit.
    await lockTree(trx, caller.instanceId);
    const entityId = input.entityId.toLowerCase();
    const inside = await subtreeOf(trx, caller, entityId);
    if (inside.size === 0) {
      throw new Problem('body_invalid', 'The entity does not exist.', [
        { field: '/entityId', message: 'is no entity of this instance' },
      ]);
    }
    const policy = changedPolicy({ ...freshPolicy, entityId }, input, inside, deps.now());
    await store.insertKey(trx, caller.instanceId, {
      ...policy,
      kid: issued.id,
      hash,
      hint: hintOf(issued.full),
      createdAt: deps.now(),
      createdBy: caller.actor,
    });
    await recordAudit(deps, trx, caller, 'key.create', issued.id, { ...policy });
    await notifyKeyChange(trx, issued.id);
    return await viewByKid(deps, trx, caller, issued.id);
  });
  const { kid, ...rest } = view;
  return { kid, key: issued.full, ...rest };
}

export async function listKeys(deps: AdminDeps, caller: Caller, query: KeyQuery): Promise<Page<KeyView>> {
  const position = readCursor('keys', query, [timeShape, idShape]);
  const after = position && { createdAt: new Date(position[0] ?? ''), kid: position[1] ?? '' };
  const { mode, name, owner, state } = query;
  const filter = {
    ...{ mode, name, owner },
    entityIds: await entityScope(deps, caller, query),
    state: state === undefined ? undefined : { is: state, at: deps.now() },
  };
  const page = { limit: limitOf(query) + 1, after };
  const rows = await listKeyPage(deps.db, caller.instanceId, filter, page);
  const counts = await countAssetsOfKeys(
    deps.db,
    caller.instanceId,
    rows.map(({ kid }) => kid),
  );
  const names = await completeNamesShown(
    deps.db,
    caller,
    rows.map(({ entityId }) => entityId),
  );
  return pageOf(
    'keys',
    query,
    rows,
    (row) => [row.createdAt.toISOString(), row.kid],
    (row) => keyView(row, { now: deps.now(), counts, names }),
  );
}

export async function getKey(deps: AdminDeps, caller: Caller, kid: string): Promise<KeyView> {
  return await viewByKid(deps, deps.db, caller, kid);
}

/** What is left out stays. The entity of a key is for ever. Throws Problem `key_revoked`, `body_invalid`. */
export async function changeKey(
  deps: AdminDeps,
  caller: Caller,
  kid: string,
  patch: KeyPolicyInput,
): Promise<KeyView> {
  return await deps.db.transaction().execute(async (trx) => {
    await lockTree(trx, caller.instanceId);
    const before = idShape.test(kid) ? await store.lockKeyRecord(trx, caller.instanceId, kid) : undefined;
    if (before === undefined || !(await isInside(trx, caller, before.entityId))) throw noSuchKey();
    if (before.revokedAt !== null) throw new Problem('key_revoked', 'A revoked key cannot be changed.');
    const policy = changedPolicy(before, patch, await subtreeOf(trx, caller, before.entityId), deps.now());
    await store.updateKeyPolicy(trx, caller.instanceId, kid, policy);
    await recordAudit(deps, trx, caller, 'key.update', kid, { patch });
    await notifyKeyChange(trx, kid);
    return await viewByKid(deps, trx, caller, kid);
  });
}

/** For ever. Revoking twice is once: the first time stands. */
export async function revokeKey(deps: AdminDeps, caller: Caller, kid: string): Promise<KeyView> {
  return await deps.db.transaction().execute(async (trx) => {
    if (!idShape.test(kid)) throw noSuchKey();
    const isFirst = await store.markKeyRevoked(trx, caller.instanceId, kid, deps.now());
    if (isFirst) {
      await recordAudit(deps, trx, caller, 'key.revoke', kid);
      await notifyKeyChange(trx, kid);
    }
    return await viewByKid(deps, trx, caller, kid);
  });
}

/** Empty when the entity does not exist for the caller. */
async function subtreeOf(trx: Transaction, caller: Caller, entityId: string): Promise<Set<string>> {
  if (!(await isInside(trx, caller, entityId))) return new Set();
  const members = await listSubtree(trx, caller.instanceId, entityId);
  return new Set(members.map((member) => member.entityId));
}

export async function viewByKid(
  deps: Pick<AdminDeps, 'now'>,
  db: Transaction,
  caller: Caller,
  kid: string,
): Promise<KeyView> {
  const key = idShape.test(kid) ? await store.findKeyRecord(db, caller.instanceId, kid) : undefined;
  if (key === undefined || !(await isInside(db, caller, key.entityId))) throw noSuchKey();
  const counts = await countAssetsOfKeys(db, caller.instanceId, [kid]);
  const names = await completeNamesShown(db, caller, [key.entityId]);
  return keyView(key, { now: deps.now(), counts, names });
}

function noSuchKey(): Problem {
  return new Problem('not_found', 'There is no such registration key.');
}
