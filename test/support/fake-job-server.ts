import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Stands in for a GLPI with the inventory plugin, as far as it hands out jobs: the shapes of plugin 1.6.10. */
export interface FakeJobServer {
  /** Root of GLPI. */
  readonly url: string;
  readonly seen: SeenRequest[];
  /** What is answered, by `METHOD path?action`; else 404. */
  answers: Record<string, { status?: number; type?: string; body: string | Buffer }>;
  close(): Promise<void>;
}

export async function startFakeJobServer(): Promise<FakeJobServer> {
  const fake = { seen: [] as SeenRequest[], answers: {} as FakeJobServer['answers'] };
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: target = '', headers } = request;
      fake.seen.push({ method, target, headers, body: Buffer.concat(chunks).toString() });
      const url = new URL(target, 'http://glpi');
      const action = url.searchParams.get('action');
      const answer = fake.answers[`${method} ${url.pathname}${action === null ? '' : `?${action}`}`];
      response.writeHead(answer === undefined ? 404 : (answer.status ?? 200), {
        'content-type': answer?.type ?? 'application/json',
      });
      response.end(answer?.body ?? '');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...fake,
    get answers() {
      return fake.answers;
    },
    set answers(value) {
      fake.answers = value;
    },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/glpi`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
