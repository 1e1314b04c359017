import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { Client } from 'pg';

/** Stands between a gateway and PostgreSQL on loopback, and can take the network away. */
export interface DatabaseProxy {
  /** Of the same database, through the proxy. */
  readonly url: string;
  /** Ends every connection and takes no new one, as a server that was stopped. */
  cut(): Promise<void>;
  /** Keeps every connection open and passes nothing on, as a network that swallows packets. */
  silence(): void;
  /** Ends what is left of a silence or a cut: from now on all is as at the start. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new Client({ connectionString: databaseUrl });
  const pairs = new Set<readonly [Socket, Socket]>();
  let isSilent = false;
  const server = net.createServer((near) => {
    const far = target.host.startsWith('/')
      ? net.connect(`${target.host}/.s.PGSQL.${target.port}`)
      : net.connect(target.port, target.host);
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (chunk) => {
        if (!isSilent) to.write(chunk);
      });
      // A connection that breaks here breaks there too; which error it was tells nothing more.
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    await closed;
  };
  return {
    url: urlThrough(target, port),
    cut,
    silence: () => (isSilent = true),
    restore: async () => {
      await cut();
      isSilent = false;
      await listen(port);
    },
    close: cut,
  };
}

function urlThrough({ user, password, database }: Client, port: number): string {
  const secret = typeof password === 'string' ? `:${encodeURIComponent(password)}` : '';
  return `postgresql://${encodeURIComponent(user ?? '')}${secret}@127.0.0.1:${port}/${encodeURIComponent(database ?? '')}`;
}
