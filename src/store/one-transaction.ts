import type { IsolationLevel, Kysely } from 'kysely';
import type { Tables } from './tables';

/** Another transaction changed what this one read, or two waited for each other. */
const collision = /^(40001|40P01)$/;
const maxTries = 5;

/** It collided with others each time. */
export class TooManyCollisions extends Error {
  override readonly name = 'TooManyCollisions';
}

/**
 * Runs work whose parts each begin a transaction of their own as one: all of it is committed, or none. What was read
 * within `repeatable read` has not changed when it commits; on a collision it is run again, so it must change nothing
 * outside the database.
 * @throws TooManyCollisions
 */
export async function asOneTransaction<T>(
  db: Kysely<Tables>,
  level: Extract<IsolationLevel, 'read committed' | 'repeatable read'>,
  work: (db: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db
        .transaction()
        .setIsolationLevel(level)
        .execute((trx) => work(withoutOwnTransactions(trx)));
    } catch (error) {
      if (!collision.test(String((error as { code?: unknown }).code))) throw error;
      if (tries >= maxTries) throw new TooManyCollisions('others were faster each time', { cause: error });
    }
  }
}

/** The same transaction, in which beginning another one goes on with this one. */
function withoutOwnTransactions(trx: Kysely<Tables>): Kysely<Tables> {
  const inner: Kysely<Tables> = new Proxy(trx, {
    get: (target, name) => {
      if (name === 'transaction') {
        return () => ({ execute: (work: (one: Kysely<Tables>) => unknown) => Promise.resolve(work(inner)) });
      }
      const value: unknown = Reflect.get(target, name, target);
      // It can be called, and has functions of its own, which a bound copy would not have.
      if (name === 'fn') return value;
      return typeof value === 'function' ? (value as (...given: unknown[]) => unknown).bind(target) : value;
    },
  });
  return inner;
}
