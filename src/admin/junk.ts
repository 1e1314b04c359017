import { maxAllowedWords, maxDeclaredWords, type JunkKind } from '../domain/junk';
import { Problem } from '../domain/problem';
import { normaliseJunk } from '../identity/junk-value';
import * as store from '../store/junk';
import { notifyKeyChange } from '../store/keys/key-changes';
import { findKeyRecord } from '../store/keys/key-records';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { requireWholeInstance } from './caller-rights';
import { isInside, scopeOf } from './entity-scope';
import { junkDetail, junkView, meaningOf, type JunkDetail, type JunkView } from './junk-view';
import { limitOf, pageOf, readCursor, uuidShape, type Page, type PageRequest } from './page';
import { recordAudit } from './record-audit';

export interface JunkQuery extends PageRequest {
  readonly kind?: string;
  readonly state?: string;
  /** Exactly this key. */
  readonly key?: string;
  /** In any notation, when `kind` is given; otherwise exact. */
  readonly value?: string;
}

export interface JunkInput {
  readonly kind: JunkKind;
  /** In any notation. */
  readonly value: string;
  /** Null or left out: every key. */
  readonly kid?: string | null;
  readonly state: 'declared' | 'allowed';
  readonly note?: string;
  /** Allow it although it is known from many machines. */
  readonly force?: boolean;
}

/** Newest first. A limited caller sees what counts under keys inside, and what counts under every key. */
export async function listJunk(deps: AdminDeps, caller: Caller, query: JunkQuery): Promise<Page<JunkView>> {
  const after = readCursor('junk', query, [uuidShape])?.[0];
  const scope = await scopeOf(deps.db, caller);
  const { kind, state, key, value } = query;
  const filter: store.JunkFilter = {
    ...(kind === undefined ? {} : { kind }),
    ...(state === undefined ? {} : { origin: state }),
    ...(key === undefined ? {} : { kid: key }),
    ...(value === undefined ? {} : { value: kind === undefined ? value : spelt(kind as JunkKind, value) }),
    ...(scope === undefined ? {} : { entityIds: [...scope] }),
  };
  const rows = await store.listJunkPage(deps.db, caller.instanceId, filter, {
    limit: limitOf(query) + 1,
    after,
  });
  return pageOf('junk', query, rows, ({ junkId }) => [junkId], junkView);
}

function spelt(kind: JunkKind, text: string): string {
  const normalised = normaliseJunk(kind, text);
  return ('value' in normalised ? normalised.value : normalised.filler) ?? text;
}

/** Throws Problem `not_found`. */
export async function getJunk(deps: AdminDeps, caller: Caller, id: string): Promise<JunkDetail> {
  return await junkDetail(deps.db, caller, await requireJunk(deps.db, caller, id));
}

/**
 * Declares a value junk, or allows it, whatever was said or learned of it; counts for the next submission in every
 * process. Throws Problem `body_invalid`, `junk_known`, `junk_limit_reached`, `role_insufficient`.
 */
export async function sayJunk(deps: AdminDeps, caller: Caller, input: JunkInput): Promise<JunkDetail> {
  const { kind, state, note = null, kid = null } = input;
  const { value, filler } = readValue(input);
  return await deps.db.transaction().execute(async (trx) => {
    await requireKey(trx, caller, kid);
    await store.lockJunk(trx, caller.instanceId, { kind, value });
    const known = await store.listJunkOf(trx, caller.instanceId, [{ kind, value }], kid ?? undefined);
    const before = known.find((row) => row.origin !== 'learned' && row.kid === (kid ?? undefined));
    if (state === 'allowed' && input.force !== true)
      await requireHarmless(trx, caller, { kind, value, kid, filler }, known);
    if (before?.origin !== state) await requireRoom(trx, caller, state);
    const row = await store.putJunkWord(trx, caller.instanceId, {
      junkId: deps.newId(),
      ...{ kind, value, kid: kid ?? undefined, origin: state, note, why: null },
      ...{ since: deps.now(), madeBy: caller.actor },
    });
    await notifyKeyChange(trx, kid ?? '*');
    const detail = await junkDetail(trx, caller, row);
    const action = state === 'allowed' ? 'junk.allow' : 'junk.declare';
    const was = before?.origin ?? null;
    await recordAudit(deps, trx, caller, action, row.junkId, { kind, value, kid, filler, was, note });
    return detail;
  });
}

/**
 * Takes back what was said or learned: the value counts, or is junk, as if nothing had been said, and what was learned
 * is learned again when too many machines show it. Throws Problem `not_found`, `role_insufficient`.
 */
export async function forgetJunk(deps: AdminDeps, caller: Caller, id: string): Promise<JunkView> {
  return await deps.db.transaction().execute(async (trx) => {
    const row = await requireJunk(trx, caller, id);
    if (row.kid === undefined) requireWholeInstance(caller);
    await store.lockJunk(trx, caller.instanceId, row);
    await store.deleteJunk(trx, caller.instanceId, row.junkId);
    await notifyKeyChange(trx, row.kid ?? '*');
    const { kind, value, kid = null, origin, note } = row;
    await recordAudit(deps, trx, caller, 'junk.forget', row.junkId, { kind, value, kid, was: origin, note });
    return junkView(row);
  });
}

async function requireJunk(db: Transaction, caller: Caller, id: string): Promise<store.JunkRecord> {
  const row = uuidShape.test(id) ? await store.findJunk(db, caller.instanceId, id.toLowerCase()) : undefined;
  if (row !== undefined && (row.kid === undefined || (await findKeyInside(db, caller, row.kid)))) return row;
  throw new Problem('not_found', 'Nothing is said of a value under this id.');
}

async function findKeyInside(db: Transaction, caller: Caller, kid: string): Promise<boolean> {
  const key = await findKeyRecord(db, caller.instanceId, kid);
  return key !== undefined && (await isInside(db, caller, key.entityId));
}

async function requireKey(trx: Transaction, caller: Caller, kid: string | null): Promise<void> {
  if (kid === null) {
    requireWholeInstance(caller);
    return;
  }
  if (await findKeyInside(trx, caller, kid)) return;
  throw new Problem('body_invalid', 'There is no such key.', [
    { field: '/kid', message: 'is no key of this instance' },
  ]);
}

function readValue({ kind, value, state }: JunkInput): { value: string; filler: string | null } {
  const normalised = normaliseJunk(kind, value);
  if ('value' in normalised) return { value: normalised.value, filler: null };
  if (normalised.filler !== undefined) return { value: normalised.filler, filler: normalised.why };
  throw new Problem(
    'body_invalid',
    `No device is recognised by this as a ${kind}, ${state === 'allowed' ? 'whoever allows it' : 'without anybody saying so'}.`,
    [{ field: '/value', message: `is left out as it is: ${normalised.why}` }],
  );
}

/** Throws Problem `junk_known`, whose text says what allowing it means. */
async function requireHarmless(
  trx: Transaction,
  caller: Caller,
  { filler, ...one }: { kind: JunkKind; value: string; kid: string | null; filler: string | null },
  known: readonly store.JunkRecord[],
): Promise<void> {
  const learned = known.filter(({ origin }) => origin === 'learned');
  if (filler === null && learned.length === 0) return;
  const scope = await scopeOf(trx, caller);
  const within = { kid: one.kid ?? undefined, entityIds: scope && [...scope] };
  const holders = await store.listHoldersOf(trx, caller.instanceId, one, within, 1000);
  const why =
    filler === null
      ? `It was learned that more machines show it than it can belong to (under ${learned.length} keys).`
      : `Makers and agents give it to many machines ("${filler}").`;
  const meaning = meaningOf({ ...one, state: 'allowed', filler: null }, holders.length);
  throw new Problem('junk_known', `${why} Allowed, it: ${meaning} Say force to allow it all the same.`, [
    { field: '/force', message: 'must be true to allow a value that is known from many machines' },
  ]);
}

async function requireRoom(
  trx: Transaction,
  { instanceId }: Caller,
  state: JunkInput['state'],
): Promise<void> {
  const max = state === 'allowed' ? maxAllowedWords : maxDeclaredWords;
  if ((await store.countJunkWords(trx, instanceId, state)) < max) return;
  throw new Problem('junk_limit_reached', `At most ${max} values can be ${state} in one instance.`);
}
