import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestCertificate } from './certificates';

/** Ends of ways that something is wrong with, on loopback, each on a port of its own. */
export interface Fault {
  readonly port: number;
  close(): Promise<void>;
}

export async function portThatRefuses(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Takes connections and says nothing, as a firewall that drops what comes after them. */
export async function silentServer(): Promise<Fault> {
  return await listening(net.createServer());
}

const stopped = `require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},function(){
  process.stdout.write(String(this.address().port));})`;
/** More than a queue of one holds; the kernel drops what comes then. */
const fillers = 4;

/** Drops whoever tries to connect: a stopped program whose queue is full. */
/** Answers a letter each `everyMs`, without end. */
export async function drippingServer(everyMs: number): Promise<Fault> {
  return await listening(
    http.createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), everyMs);
      response.once('close', () => {
        clearInterval(drip);
      });
    }),
  );
}

export async function blackHole(): Promise<Fault> {
  const child: ChildProcess = spawn(process.execPath, ['-e', stopped], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout!, 'data')) as [Buffer];
  const port = Number(said.toString());
  child.kill('SIGSTOP');
  await sleep(50);
  const waiting = Array.from({ length: fillers }, () =>
    net.connect({ host: '127.0.0.1', port }).on('error', () => undefined),
  );
  await sleep(50);
  return {
    port,
    close: async () => {
      for (const socket of waiting) socket.destroy();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Answers over TLS with a page for people, under the certificate. */
export async function tlsServer(certificate: TestCertificate, chain: readonly TestCertificate[] = []) {
  const cert = [certificate, ...chain].map(({ pem }) => pem).join('');
  return await listening(https.createServer({ cert, key: certificate.keyPem }, page(200)));
}

/** As a web server whose backend is away. */
export async function badGateway(): Promise<Fault> {
  return await listening(http.createServer(page(502)));
}

export type ProxyMood = 'open' | 'forbidden' | 'password';

/** An HTTP proxy; `open`: it lets through. Counts what it let through. */
export async function proxyServer(mood: ProxyMood): Promise<Fault & { readonly passed: string[] }> {
  const passed: string[] = [];
  const status = mood === 'forbidden' ? 403 : 407;
  const server = http.createServer(mood === 'open' ? passOn(passed) : page(status));
  server.on('connect', (request, socket: net.Socket) => {
    if (mood !== 'open') {
      socket.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${request.url ?? ''}`);
    passed.push(request.url ?? '');
    const onward = net.connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  return { ...(await listening(server)), passed };
}

/** Plain http goes through a proxy as a request for a whole URL. */
function passOn(passed: string[]): http.RequestListener {
  return (request, response) => {
    const { host, port, pathname, search } = new URL(request.url ?? '');
    passed.push(host);
    const { method, headers } = request;
    const to = { host: '127.0.0.1', port, path: `${pathname}${search}`, method, headers, agent: false };
    const onward = http.request(to, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  };
}

/** A reverse proxy before the gateway that leaves out, adds or changes headers. */
export async function frontServer(
  to: number,
  change: (headers: http.OutgoingHttpHeaders) => http.OutgoingHttpHeaders = (headers) => headers,
  port = 0,
): Promise<Fault> {
  const server = http.createServer((request, response) => {
    const headers = change({ ...request.headers });
    const onward = http.request(
      { host: '127.0.0.1', port: to, method: request.method, path: request.url, headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.statusMessage, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  return await listening(server, port);
}

function page(status: number): http.RequestListener {
  return (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html><h1>A page</h1></html>');
  };
}

async function listening(server: net.Server, port = 0): Promise<Fault> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
