import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedHook {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** As it came. */
  readonly text: string;
  readonly body: {
    readonly type: string;
    readonly data: { readonly id: string; readonly detail: Record<string, unknown> } & Record<
      string,
      unknown
    >;
  };
}

/** Takes webhooks over real HTTP on loopback. */
export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly ReceivedHook[];
  /** What the next answers are; 204 when nothing is left. */
  readonly answers: { status: number; headers?: Record<string, string>; waitMs?: number }[];
  close(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedHook[] = [];
  const answers: WebhookReceiver['answers'] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body = JSON.parse(text) as ReceivedHook['body'];
      received.push({ path: request.url ?? '', headers: request.headers, text, body });
      const { status, headers = {}, waitMs = 0 } = answers.shift() ?? { status: 204 };
      setTimeout(() => response.writeHead(status, headers).end(), waitMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answers,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As docs/webhooks.md tells receivers to, written anew: not the function that signs. */
export function isSigned({ headers, text }: ReceivedHook, secret: string): boolean {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${text}`;
  const expected = `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(expected);
}
