import type { Pool } from 'pg';

/** Most kids asked for in one statement. */
const maxKidsPerStatement = 1000;

/** Takes the ids as `$1`, gives those that are there as `id`. */
export interface FindKnown {
  readonly name: string;
  readonly text: string;
}

const findKnownKids: FindKnown = {
  name: 'known_kids',
  text: 'SELECT kid AS id FROM registration_key WHERE kid = ANY($1::text[])',
};

interface Waiting {
  readonly kid: string;
  readonly resolve: (isKnown: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Tells whether there is a key with this id. All who ask while a statement is under way share the next one, so that
 * thousands of invented ids a second are a few hundred statements, not thousands. No more wait than requests are in
 * flight.
 */
export function createKidCheck(pool: Pool): (kid: string) => Promise<boolean> {
  return createKnownCheck(pool, findKnownKids);
}

/** The same for public ids of any kind. */
export function createKnownCheck(pool: Pool, findKnown: FindKnown): (id: string) => Promise<boolean> {
  let waiting: Waiting[] = [];
  let isAsking = false;

  async function askAll(): Promise<void> {
    isAsking = true;
    // Let the requests of this turn of the event loop come in.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const asked = waiting.slice(0, maxKidsPerStatement);
      waiting = waiting.slice(maxKidsPerStatement);
      try {
        const kids = [...new Set(asked.map(({ kid }) => kid))];
        const { rows } = await pool.query<{ id: string }>({ ...findKnown, values: [kids] });
        const known = new Set(rows.map(({ id }) => id));
        for (const { kid, resolve } of asked) resolve(known.has(kid));
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    isAsking = false;
  }

  return (kid) =>
    new Promise((resolve, reject) => {
      waiting.push({ kid, resolve, reject });
      if (!isAsking) void askAll();
    });
}
