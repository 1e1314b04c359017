import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Agents pause up to 8 s between two messages of a run; Node's own 5 s would cut some of them off. */
const keepAliveTimeoutMs = 15_000;
const headersTimeoutMs = 20_000;

export interface RunningServer {
  readonly address: ServerAddress;
  /** Takes no new connection, lets running requests end, and cuts off what is left after the time given. */
  close(timeoutMs: number): Promise<void>;
}

/** Starts listening. Rejects with the system's error, e.g. EADDRINUSE. */
export async function startServer(
  app: Express,
  where: ServerAddress,
  bodyTimeoutMs: number,
): Promise<RunningServer> {
  // The endpoint ends slow bodies itself, in the agent's dialect, and may read one for twice that time: once to keep
  // it, once to drain it. Node's own limit answers a bare 408, so it comes later; it is for bodies that nobody reads.
  const requestTimeoutMs = bodyTimeoutMs * 2 + headersTimeoutMs;
  const server = createServer(
    { keepAliveTimeout: keepAliveTimeoutMs, requestTimeout: requestTimeoutMs },
    app,
  );
  server.headersTimeout = Math.min(headersTimeoutMs, bodyTimeoutMs);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.port, where.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port } = server.address() as AddressInfo;
  return { address: { host: address, port }, close: (timeoutMs) => closeServer(server, timeoutMs) };
}

async function closeServer(server: Server, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    server.closeAllConnections();
  }, timeoutMs);
  await closed;
  clearTimeout(timer);
}
