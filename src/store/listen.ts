import { Client } from 'pg';

/** Wait between attempts to listen again. */
const reconnectDelayMs = 1000;

export interface Subscription {
  close(): Promise<void>;
}

/**
 * Hears what any process says on a channel of the database. While the connection is away nothing can be heard, so
 * `onMissed` is told at each new connection, the first one too.
 */
export async function listen(
  url: string,
  channel: string,
  hear: { readonly onNotification: (payload: string | undefined) => void; readonly onMissed: () => void },
  onTrouble: (error: Error) => void,
): Promise<Subscription> {
  let isClosed = false;
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const next = new Client({ connectionString: url, keepAlive: true, application_name: 'gatehouse-listen' });
    client = next;
    next.on('notification', ({ payload }) => {
      hear.onNotification(payload);
    });
    next.on('error', onTrouble);
    next.on('end', retry);
    try {
      await next.connect();
      await next.query(`LISTEN ${channel}`);
    } catch (error) {
      await next.end();
      throw error;
    }
    hear.onMissed();
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

  await connect().catch((error: unknown) => {
    // Whoever asked is told, and asks again: nobody could end what went on trying by itself.
    isClosed = true;
    clearTimeout(timer);
    throw error;
  });
  return {
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}
