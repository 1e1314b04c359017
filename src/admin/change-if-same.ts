import { Problem } from '../domain/problem';
import { asOneTransaction, TooManyCollisions } from '../store/one-transaction';
import type { AdminDeps } from './admin-deps';

/**
 * Changes something only when it still is what the caller saw. Nobody else changes it between the look and the change:
 * both see the same state of the database, else they are done again. Throws Problem `precondition_failed`.
 */
export async function changeIfSame<D extends AdminDeps, T>(
  deps: D,
  isSame: (deps: D) => Promise<boolean>,
  change: (deps: D) => Promise<T>,
): Promise<T> {
  try {
    return await asOneTransaction(deps.db, 'repeatable read', async (trx) => {
      const within = { ...deps, db: trx };
      if (await isSame(within)) return await change(within);
      throw new Problem('precondition_failed', 'It was changed since: read it again.');
    });
  } catch (error) {
    if (!(error instanceof TooManyCollisions)) throw error;
    throw new Problem('precondition_failed', 'Others are changing it at this moment: read it again.');
  }
}
