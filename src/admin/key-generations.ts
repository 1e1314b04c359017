import { hintOf, issueAnother } from '../domain/key-format';
import { hashOf } from '../domain/pepper';
import { Problem } from '../domain/problem';
import { isLive, maxLiveGenerations } from '../domain/registration-key';
import * as store from '../store/keys/key-generations';
import { notifyKeyChange } from '../store/keys/key-changes';
import { lockKeyRecord, type KeyRecord } from '../store/keys/key-records';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { isInside } from './entity-scope';
import { generationView, inUseSince, type GenerationView } from './generation-view';
import { getKey, viewByKid, type CreatedKey } from './keys';
import { idShape, limitOf, pageOf, readCursor, type Page, type PageRequest } from './page';
import { recordAudit } from './record-audit';

export interface RotateInput {
  /** How long the secrets of before stay good; 0: they end at once. Left out: 30. */
  readonly graceDays?: number;
}

export const defaultGraceDays = 30;
const dayMs = 24 * 60 * 60_000;

/** The new secret, shown this once. */
export interface RotatedKey extends CreatedKey {
  /** End of the generations before, unless they end sooner; null when they ended at once. */
  readonly graceUntil: string | null;
}

/**
 * Gives a key a new secret under the same key id: same entity, same policy, same devices. The secrets before stay good
 * until the end of their grace. Throws Problem `not_found`, `key_revoked`, `generation_limit_reached`.
 */
export async function rotateKey(
  deps: AdminDeps,
  caller: Caller,
  kid: string,
  { graceDays = defaultGraceDays }: RotateInput = {},
): Promise<RotatedKey> {
  const now = deps.now();
  const graceUntil = new Date(now.getTime() + graceDays * dayMs);
  const full = issueAnother('grk', kid, deps.random);
  const view = await deps.db.transaction().execute(async (trx) => {
    const key = await lockKey(trx, caller, kid);
    if (graceDays > 0) await requireRoom(trx, caller, kid, now);
    await store.endGenerations(trx, caller.instanceId, kid, graceUntil);
    const generation = key.generation + 1;
    await store.insertGeneration(trx, caller.instanceId, {
      ...{ kid, generation, hash: hashOf(deps.peppers, full), hint: hintOf(full) },
      ...{ createdAt: now, createdBy: caller.actor },
    });
    await recordAudit(deps, trx, caller, 'key.rotate', kid, { generation, graceDays, graceUntil });
    await notifyKeyChange(trx, kid);
    return await viewByKid(deps, trx, caller, kid);
  });
  const { kid: id, ...rest } = view;
  return { kid: id, key: full, graceUntil: graceDays > 0 ? graceUntil.toISOString() : null, ...rest };
}

async function lockKey(trx: Transaction, caller: Caller, kid: string): Promise<KeyRecord> {
  const key = idShape.test(kid) ? await lockKeyRecord(trx, caller.instanceId, kid) : undefined;
  if (key === undefined || !(await isInside(trx, caller, key.entityId))) {
    throw new Problem('not_found', 'There is no such registration key.');
  }
  if (key.revokedAt !== null) throw new Problem('key_revoked', 'A revoked key has no generations to change.');
  return key;
}

async function requireRoom(trx: Transaction, caller: Caller, kid: string, now: Date): Promise<void> {
  const generations = await store.loadGenerations(trx, caller.instanceId, kid);
  if (generations.filter((one) => isLive(one, now)).length < maxLiveGenerations) return;
  throw new Problem(
    'generation_limit_reached',
    `${maxLiveGenerations} generations of this key are good at a time. Retire one that nobody uses any more, or rotate with a grace of 0 days.`,
  );
}

/** Newest first: who still uses an old one, and which may go. */
export async function listGenerations(
  deps: AdminDeps,
  caller: Caller,
  kid: string,
  request: PageRequest,
): Promise<Page<GenerationView>> {
  const key = await getKey(deps, caller, kid);
  const position = readCursor('generations', request, [/^[1-9]\d{0,8}$/]);
  const now = deps.now();
  const rows = await store.listGenerations(deps.db, caller.instanceId, kid, {
    before: position && Number(position[0]),
    activeSince: inUseSince(key, now),
    limit: limitOf(request) + 1,
  });
  return pageOf(
    'generations',
    request,
    rows,
    ({ generation }) => [String(generation)],
    (row) => generationView(row, { key, now, peppers: deps.peppers }),
  );
}

/**
 * Ends an older generation, whatever is left of its grace. For ever; a second time changes nothing.
 * Throws Problem `not_found`, `key_revoked`, `generation_in_use` for the newest one.
 */
export async function retireGeneration(
  deps: AdminDeps,
  caller: Caller,
  kid: string,
  number: string,
): Promise<GenerationView> {
  const generation = /^[1-9]\d{0,8}$/.test(number) ? Number(number) : 0;
  await deps.db.transaction().execute(async (trx) => {
    const key = await lockKey(trx, caller, kid);
    if (generation < 1 || generation > key.generation) throw noSuchGeneration();
    if (generation === key.generation) {
      throw new Problem(
        'generation_in_use',
        'This is the newest generation. Rotate the key first, or revoke it as a whole.',
      );
    }
    const why = `by ${caller.actor}`;
    const isFirst = await store.markGenerationRetired(trx, caller.instanceId, {
      ...{ kid, generation, why },
      at: deps.now(),
    });
    if (!isFirst) return;
    await recordAudit(deps, trx, caller, 'key.retire', kid, { generation });
    await notifyKeyChange(trx, kid);
  });
  const after = { limit: 1, before: generation + 1 };
  const key = await getKey(deps, caller, kid);
  const now = deps.now();
  const [row] = await store.listGenerations(deps.db, caller.instanceId, kid, {
    ...after,
    activeSince: inUseSince(key, now),
  });
  if (row?.generation !== generation) throw noSuchGeneration();
  return generationView(row, { key, now, peppers: deps.peppers });
}

function noSuchGeneration(): Problem {
  return new Problem('not_found', 'The key has no such generation.');
}

/** Retired at once by housekeeping; the rest waits an hour. */
const maxRetiredAtOnce = 1000;

/**
 * Retires the older generations that nobody has used for as long as their key says. Resolves to how many. Safe when
 * several processes do it at once: a generation is retired by one of them.
 */
export async function retireUnusedGenerations(
  deps: Pick<AdminDeps, 'db' | 'now' | 'newId'>,
): Promise<number> {
  const unused = await store.listUnusedGenerations(deps.db, deps.now(), maxRetiredAtOnce);
  let retired = 0;
  for (const { instanceId, kid, generation, unusedSince, days } of unused) {
    const isFirst = await deps.db.transaction().execute(async (trx) => {
      const why = `not used for ${days} days`;
      const at = deps.now();
      if (!(await store.markGenerationRetired(trx, instanceId, { kid, generation, at, why }))) return false;
      const detail = { generation, why, unusedSince };
      await recordAudit(deps, trx, { instanceId, actor: 'gatehouse' }, 'key.retire', kid, detail);
      await notifyKeyChange(trx, kid);
      return true;
    });
    if (isFirst) retired++;
  }
  return retired;
}
