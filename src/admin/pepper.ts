import { timingSafeEqual } from 'node:crypto';
import type { Pepper } from '../domain/pepper';
import { findPepperCheck, insertInstallation } from '../store/instances';
import { countPepperUse, listKeysOfPepper, updatePepperCheck, type PepperUse } from '../store/pepper-use';
import type { AdminDeps, Transaction } from './admin-deps';

type PepperDeps = Pick<AdminDeps, 'db' | 'peppers' | 'now'>;

/** The pepper at hand is not the one that hashes of this database were made with: those keys would never be good. */
export class PepperMismatch extends Error {
  constructor(
    message = 'KEY_PEPPER is not the one that this database was set up with. Restore it from the backup of DATA_DIR or of the secret store; without it no registration key and no admin token of this database is good. To replace a pepper, give the old one as KEY_PEPPER_PREVIOUS.',
  ) {
    super(message);
    this.name = 'PepperMismatch';
  }
}

/** Which pepper the database was set up with last. Throws PepperMismatch; a database without any fits every pepper. */
async function matchPepper(
  db: Transaction,
  { peppers }: Pick<PepperDeps, 'peppers'>,
): Promise<'none' | 'active' | 'previous'> {
  const stored = await findPepperCheck(db);
  if (stored === undefined) return 'none';
  const fits = (pepper: Pepper | undefined): boolean =>
    stored.length === pepper?.check.length && timingSafeEqual(stored, pepper.check);
  if (fits(peppers.active)) return 'active';
  if (fits(peppers.previous)) return 'previous';
  throw new PepperMismatch();
}

/** Throws PepperMismatch. Changes nothing: a command may run before the start that begins with a new pepper. */
export async function checkPepper(deps: PepperDeps): Promise<void> {
  await matchPepper(deps.db, deps);
}

/**
 * At a start: a new pepper takes the place of the one before it when that is given too. Hashes follow one by one, when
 * their keys and tokens are used. Throws PepperMismatch also when something still needs a pepper that is not given.
 * Tells which pepper was replaced.
 */
export async function settlePepper(deps: PepperDeps, trx: Transaction): Promise<string | undefined> {
  const { active, previous } = deps.peppers;
  const match = await matchPepper(trx, deps);
  if (match === 'none') await insertInstallation(trx, active.check, deps.now());
  if (match === 'previous') await updatePepperCheck(trx, active.check);
  const { missing } = await pepperReport({ ...deps, db: trx });
  if (missing.length > 0) throw new PepperMismatch(await stillNeeded(deps, trx, missing));
  return match === 'previous' ? previous?.id : undefined;
}

export interface PepperReport {
  /** Hashes that still need KEY_PEPPER_PREVIOUS. */
  readonly previous: Omit<PepperUse, 'pepperId'>;
  /** Hashes that need a pepper which is not given. */
  readonly missing: readonly PepperUse[];
}

/** How far the hashes of all instances are with the pepper that is active now. */
export async function pepperReport({ db, peppers, now }: PepperDeps): Promise<PepperReport> {
  const { active, previous } = peppers;
  const uses = await countPepperUse(db, now());
  const { keys = 0, tokens = 0 } = uses.find(({ pepperId }) => pepperId === previous?.id) ?? {};
  const missing = uses.filter(({ pepperId }) => pepperId !== active.id && pepperId !== previous?.id);
  return { previous: { keys, tokens }, missing };
}

/** `3 registration keys and 1 admin token`. */
export function countsText({ keys, tokens }: PepperReport['previous']): string {
  const count = (n: number, one: string): string[] => (n === 0 ? [] : [`${n} ${one}${n === 1 ? '' : 's'}`]);
  return [...count(keys, 'registration key'), ...count(tokens, 'admin token')].join(' and ');
}

/** Keys named in the message; there may be thousands. */
const maxNamedKeys = 10;

async function stillNeeded(
  deps: PepperDeps,
  db: Transaction,
  missing: readonly PepperUse[],
): Promise<string> {
  const total = missing.reduce(
    (sum, { keys, tokens }) => ({ keys: sum.keys + keys, tokens: sum.tokens + tokens }),
    { keys: 0, tokens: 0 },
  );
  const kids: string[] = [];
  for (const { pepperId } of missing) {
    kids.push(...(await listKeysOfPepper(db, pepperId, deps.now(), maxNamedKeys)));
  }
  const named = kids.slice(0, maxNamedKeys).join(', ');
  return [
    `${countsText(total)} still need an older pepper, because they were not used since it was replaced.`,
    'Give that pepper as KEY_PEPPER_PREVIOUS; or, if they are to end, revoke them with gatehouse key revoke and gatehouse token revoke.',
    ...(named === '' ? [] : [`Keys: ${named}${kids.length > maxNamedKeys ? ', …' : ''}.`]),
  ].join(' ');
}
