import { Client } from 'pg';

export const keyChannel = 'gatehouse_keys';
/** Wait between attempts to listen again. */
const reconnectDelayMs = 1000;

export interface Subscription {
  close(): Promise<void>;
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
  let isClosed = false;
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const next = new Client({ connectionString: url, keepAlive: true, application_name: 'gatehouse-listen' });
    client = next;
    next.on('notification', ({ payload }) => {
      onChange(payload ?? '*');
    });
    next.on('error', onTrouble);
    next.on('end', retry);
    await next.connect();
    await next.query(`LISTEN ${keyChannel}`);
    onChange('*');
  }

  function retry(): void {
    if (isClosed || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      connect().catch((error: unknown) => {
        onTrouble(error instanceof Error ? error : new Error(String(error)));
        retry();
      });
    }, reconnectDelayMs);
  }

  await connect();
  return {
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}
