import type { Pool } from 'pg';

/** Most kids asked for in one statement. */
const maxKidsPerStatement = 1000;

const findKnown = {
  name: 'known_kids',
  text: 'SELECT kid FROM registration_key WHERE kid = ANY($1::text[])',
} as const;

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
        const { rows } = await pool.query<{ kid: string }>({ ...findKnown, values: [kids] });
        const known = new Set(rows.map(({ kid }) => kid));
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
