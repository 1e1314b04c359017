import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import type { TestCertificate } from './certificates';

export interface TlsAnswer {
  readonly status: number;
  readonly phrase: string;
  readonly text: string;
  /** Subject alternative names of the certificate that the server showed. */
  readonly serverNames: string | undefined;
  readonly protocol: string | null;
  /** The request went over a connection that was there already. */
  readonly isReused: boolean;
}

export interface TlsAsking {
  readonly port: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Client certificate. */
  readonly certificate?: TestCertificate;
  /** Name asked for in the handshake; empty: none, as of a client that uses an IP address. */
  readonly serverName?: string;
  /** Kept-alive connections, to send several requests on one. */
  readonly agent?: https.Agent;
  readonly options?: tls.ConnectionOptions;
}

/** One request on a TLS connection of its own, to loopback. The server's certificate is looked at, not checked. */
export function askOverTls(asking: TlsAsking): Promise<TlsAnswer> {
  const { port, method = 'GET', path = '/', headers = {}, certificate, serverName = 'localhost' } = asking;
  return new Promise((resolve, reject) => {
    const request = https.request({
      ...{ host: '127.0.0.1', port, method, path, headers: { host: `localhost:${port}`, ...headers } },
      rejectUnauthorized: false,
      servername: serverName,
      agent: asking.agent ?? false,
      ...(certificate === undefined ? {} : { cert: certificate.pem, key: certificate.keyPem }),
      ...asking.options,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const { socket } = response;
      if (!(socket instanceof tls.TLSSocket)) throw new Error('not over TLS');
      const serverNames = socket.getPeerX509Certificate()?.subjectAltName;
      const protocol = socket.getProtocol();
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, statusMessage: phrase = '' } = response;
        const text = Buffer.concat(chunks).toString();
        resolve({ status, phrase, text, serverNames, protocol, isReused: request.reusedSocket });
      });
    });
    request.end(asking.body);
  });
}

/** A connection that begins no handshake. */
export async function idleConnection(port: number): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1');
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return socket;
}
