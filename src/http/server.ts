import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { startTlsServer, type TlsServing } from './tls/tls-server';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Agents pause up to 8 s between two messages of a run; Node's own 5 s would cut some of them off. */
const keepAliveTimeoutMs = 15_000;
const headersTimeoutMs = 20_000;

export interface RunningServer {
  readonly address: ServerAddress;
  /** Looks at once whether the files of the TLS certificate changed; without TLS, nothing. */
  checkTlsFiles(): void;
  /** Takes no new connection, lets running requests end, and cuts off what is left after the time given. */
  close(timeoutMs: number): Promise<void>;
}

export interface ServeRules {
  readonly bodyTimeoutMs: number;
  /** Undefined: plain HTTP. */
  readonly tls?: TlsServing | undefined;
}

/** Starts listening. Rejects with the system's error, e.g. EADDRINUSE, or what is wrong with the TLS files. */
export async function startServer(
  app: RequestListener,
  where: ServerAddress,
  { bodyTimeoutMs, tls }: ServeRules,
): Promise<RunningServer> {
  // The endpoint ends slow bodies itself, in the agent's dialect, and may read one for twice that time: once to keep
  // it, once to drain it. Node's own limit answers a bare 408, so it comes later; it is for bodies that nobody reads.
  const requestTimeoutMs = bodyTimeoutMs * 2 + headersTimeoutMs;
  const options = { keepAliveTimeout: keepAliveTimeoutMs, requestTimeout: requestTimeoutMs };
  const secure = tls === undefined ? undefined : startTlsServer(tls, options, app);
  const server: Server = secure?.server ?? createServer(options, app);
  server.headersTimeout = Math.min(headersTimeoutMs, bodyTimeoutMs);
  const connections = trackConnections(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.port, where.host, () => {
      server.off('error', reject);
      resolve();
    });
  }).catch((error: unknown) => {
    secure?.stop();
    throw error;
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    address: { host: address, port },
    checkTlsFiles: () => secure?.check(),
    close: async (timeoutMs) => {
      secure?.stop();
      await closeServer(server, connections, timeoutMs);
    },
  };
}

/** All connections, also those whose TLS handshake is under way: the HTTP server does not know of them yet. */
function trackConnections(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return connections;
}

async function closeServer(
  server: Server,
  connections: ReadonlySet<Socket>,
  timeoutMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    server.closeAllConnections();
    for (const socket of connections) socket.destroy();
  }, timeoutMs);
  await closed;
  clearTimeout(timer);
}
