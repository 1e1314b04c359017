import { createServer, type AddressInfo } from 'node:net';

/**
 * A port that is free now. PORT=0 asks for any, but the URL that keys are bound to holds the port, so it must be known
 * before the first key is made.
 */
export async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  return port;
}
