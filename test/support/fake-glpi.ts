import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { inflateSync } from 'node:zlib';

/** How a GLPI 10.0.16 was seen to answer, by the state it is in. */
export type GlpiMood =
  | 'ok'
  | 'maintenance'
  | 'disabled'
  | 'database_down'
  | 'error_after_commit'
  | 'schema'
  | 'unauthorized'
  | 'too_large'
  | 'half'
  | 'reset'
  | 'wrong_encoding';

export interface SeenMessage {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: {
    readonly action: string;
    readonly deviceid: string;
    readonly itemtype?: string;
    readonly tag?: string;
    readonly content?: Record<string, unknown>;
  };
}

/** Stands in for the GLPI behind the gateway. */
export interface FakeGlpi {
  readonly url: string;
  mood: GlpiMood;
  /** Each answer takes so long. */
  latencyMs: number;
  /** No answer before it. */
  hold: Promise<void> | undefined;
  /** What it took in, also where its answer said otherwise. */
  readonly stored: SeenMessage[];
  /** Requests of any outcome. */
  readonly requests: number;
  /** Of which it stores nothing. */
  readonly prologs: number;
  /** Most at once, in all and of one device. */
  readonly mostAtOnce: number;
  readonly mostOfOneDevice: number;
  close(): Promise<void>;
}

const html = { 'content-type': 'text/html; charset=UTF-8' };
const json = { 'content-type': 'application/json' };
const ok = JSON.stringify({ expiration: '24', status: 'ok' });
const errorOf = (message: string) => JSON.stringify({ status: 'error', message, expiration: 24 });

const pages: Partial<Record<GlpiMood, [number, http.OutgoingHttpHeaders, string]>> = {
  maintenance: [
    200,
    html,
    '<html><title>GLPI</title>Service is down for maintenance. It will be back shortly.</html>',
  ],
  disabled: [200, html, 'Inventory is disabled'],
  database_down: [200, html, '<html><h1>Mysql Error</h1></html>'],
  schema: [
    400,
    json,
    errorOf('JSON does not validate. Violations:\nRequired property missing: versionclient'),
  ],
  unauthorized: [401, json, '{"message":"Authorization header required to send an inventory"}'],
  too_large: [413, html, '<html>413 Request Entity Too Large</html>'],
};

const prologReply =
  '<?xml version="1.0"?>\n<REPLY><PROLOG_FREQ>24</PROLOG_FREQ><RESPONSE>SEND</RESPONSE></REPLY>\n';

function answerProlog(glpi: { mood: GlpiMood; prologs: number }, response: http.ServerResponse): void {
  glpi.prologs++;
  const page = pages[glpi.mood];
  if (page === undefined) response.writeHead(200, { 'content-type': 'application/xml' }).end(prologReply);
  else response.writeHead(page[0], page[1]).end(page[2]);
}

export async function startFakeGlpi(): Promise<FakeGlpi> {
  const glpi = {
    mood: 'ok' as GlpiMood,
    latencyMs: 0,
    hold: undefined as Promise<void> | undefined,
    stored: [] as SeenMessage[],
    requests: 0,
    prologs: 0,
    mostAtOnce: 0,
    mostOfOneDevice: 0,
  };
  const running: string[] = [];
  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method === 'GET') {
      const [status, headers, page] = pages[glpi.mood] ?? [400, json, errorOf('Protocol not supported')];
      response.writeHead(status, headers).end(page);
      return;
    }
    if (request.headers['content-type'] === 'application/xml') {
      answerProlog(glpi, response);
      return;
    }
    const body = JSON.parse(inflateSync(Buffer.concat(chunks)).toString()) as SeenMessage['body'];
    glpi.requests++;
    running.push(body.deviceid);
    glpi.mostAtOnce = Math.max(glpi.mostAtOnce, running.length);
    glpi.mostOfOneDevice = Math.max(
      glpi.mostOfOneDevice,
      running.filter((one) => one === body.deviceid).length,
    );
    if (glpi.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, glpi.latencyMs));
    await glpi.hold;
    running.splice(running.indexOf(body.deviceid), 1);
    const page = pages[glpi.mood];
    if (page !== undefined) {
      response.writeHead(page[0], page[1]).end(page[2]);
      return;
    }
    glpi.stored.push({ headers: request.headers, body });
    const { mood } = glpi;
    if (mood === 'error_after_commit') {
      response.writeHead(500, json).end(errorOf('Following keys has been ignored'));
    } else if (mood === 'reset') request.socket.destroy();
    else if (mood === 'half') response.writeHead(200, json).end(ok.slice(0, 14));
    else {
      const type = mood === 'wrong_encoding' ? 'application/x-compress-zlib' : 'application/json';
      response.writeHead(200, { 'content-type': type }).end(ok);
    }
  };
  const server = http.createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(glpi, {
    url: `http://127.0.0.1:${port}/glpi`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
