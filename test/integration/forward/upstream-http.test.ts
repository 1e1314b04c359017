import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { openUpstreamClient } from '../../../src/upstream/upstream-client';

const opened: Server[] = [];
afterAll(() => {
  for (const server of opened) server.close();
});

/** Says these bytes to whoever says anything, and hangs up. Resolves to its port. */
async function saying(bytes: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(bytes));
  });
  opened.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function judged(url: string, proxy?: string) {
  const client = openUpstreamClient(
    {
      ...{ instanceId: 1, version: 1, kind: 'glpi', url, proxy, credential: { kind: 'none' } },
      tls: { ca: undefined, certificate: undefined, key: undefined },
    },
    { timeoutMs: 5000, maxConnections: 1 },
    () => new Date(),
  );
  try {
    return await client.post({ body: Buffer.from('x'), headers: {} });
  } finally {
    await client.close();
  }
}

it.each([
  ['speaks another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['has headers without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`],
  ['contradicts itself', 'HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n'],
  ['breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'],
])('what %s is an answer that failed, and no fault of ours', async (_what, bytes) => {
  const port = await saying(bytes);
  expect(await judged(`http://127.0.0.1:${port}/`)).toMatchObject({ kind: 'failed', why: 'answer_cut' });
});

it.each([
  ['https://glpi.invalid/', 407],
  ['https://glpi.invalid/', 503],
  ['http://glpi.invalid/', 407],
])('a proxy that opens no way to %s (%i) costs an inventory no try', async (url, status) => {
  const port = await saying(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
  expect(await judged(url, `http://127.0.0.1:${port}`)).toEqual({
    kind: 'down',
    why: 'unreachable',
    detail: `glpi.invalid: the proxy answers ${status}`,
  });
});
