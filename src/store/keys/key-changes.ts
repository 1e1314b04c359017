import { sql, type Kysely } from 'kysely';
import { listen, type Subscription } from '../listen';
import type { Tables } from '../tables';

export type { Subscription };

export const keyChannel = 'gatehouse_keys';

/**
 * Tells every process that holds keys in memory to forget this one, or all of them (`*`). Sent when the transaction
 * commits.
 */
export async function notifyKeyChange(trx: Kysely<Tables>, kid: string): Promise<void> {
  await sql`SELECT pg_notify(${keyChannel}, ${kid})`.execute(trx);
}

/**
 * Listens for changes of keys made by any process. While the connection is away changes cannot be heard, so `*` is
 * reported at each new connection, and until then the cache's time limit bounds how stale a key can be.
 */
export async function listenToKeyChanges(
  url: string,
  onChange: (kid: string) => void,
  onTrouble: (error: Error) => void,
): Promise<Subscription> {
  const onNotification = (kid: string | undefined): void => {
    onChange(kid ?? '*');
  };
  const onMissed = (): void => {
    onChange('*');
  };
  return await listen(url, keyChannel, { onNotification, onMissed }, onTrouble);
}
