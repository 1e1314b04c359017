import { listen, type Subscription } from './listen';

export type { Subscription };

export const keyChannel = 'gatehouse_keys';

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
