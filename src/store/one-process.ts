import type { Pool, PoolClient } from 'pg';

/** Does the work on the one connection that holds the lock. Resolves to undefined when another process is at it. */
export async function inOneProcess<T>(
  pool: Pool,
  lock: number,
  work: (client: PoolClient) => Promise<T>,
): Promise<T | undefined> {
  const client = await pool.connect();
  let isBroken = true;
  try {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [lock]);
    if (rows[0]?.mine !== true) {
      isBroken = false;
      return undefined;
    }
    const done = await work(client);
    await client.query('SELECT pg_advisory_unlock($1)', [lock]);
    isBroken = false;
    return done;
  } finally {
    // A connection that failed is closed, and its lock with it.
    client.release(isBroken);
  }
}
